"""Our own TOML: the fields of the model by their names, one job or a list of them."""

from __future__ import annotations

import tomllib

from pydantic import ValidationError

from ..findings import Findings
from ..model import JobDescription, Workflow
from ..slurm.submission import Context
from ..source import Source

NAME = "toml"
SUFFIXES = (".toml",)
_FIELDS = ("name", "machines", "makespan_s")


def looks_like(head: str) -> bool:
    """Whether the beginning of a file has a table of a job."""
    return any(line.strip() in ("[job]", "[[jobs]]") for line in head.split("\n"))


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """The jobs of `[job]` or `[[jobs]]`."""
    try:
        tables = tomllib.loads(source.data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        findings.error(f"not TOML: {error}")
        return Workflow()
    rows = tables.pop("jobs", [])
    if "job" in tables:
        rows = [tables.pop("job"), *(rows if isinstance(rows, list) else [])]
    if not isinstance(rows, list) or not rows:
        findings.error("no [job] and no [[jobs]] in the file", option="jobs")
        return Workflow()
    for name in sorted(tables.keys() - {"name"}):
        findings.error("unknown name", option=name, hint="known: name, job, jobs")
    title = tables.get("name")
    return Workflow(
        jobs=tuple(job for at, row in enumerate(rows) if (job := _job(row, at, findings))),
        name=title if isinstance(title, str) else None,
    )


def _job(row: object, at: int, findings: Findings) -> JobDescription | None:
    try:
        return JobDescription.model_validate(row)
    except ValidationError as error:
        for wrong in error.errors(include_url=False):
            place = ".".join(str(part) for part in ("jobs", at, *wrong["loc"]))
            findings.error(
                f"{place}: {wrong['msg']}", option=place, value=repr(wrong["input"])[:80]
            )
    except RecursionError:
        findings.error("nested too deeply", option=f"jobs.{at}")
    return None
