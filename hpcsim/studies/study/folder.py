"""The folder of a study: what was asked, the ledger of its runs, and what came out.

    study.json      the subject as resolved, the seed, the metrics asked for, the version
    ledger.sqlite   a row a run: state, error, figures, what it cost
    runs.parquet    a row a run: what was changed, replication, seed, every figure
    answer.json     what the study says
    report.html     the planner's page; report.pdf the same on paper

Everything but the ledger depends on the question alone, not on who made the runs, in which order,
or how often somebody was stopped in between.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from hpcsim.errors import InputError, Problem
from hpcsim.simulation.encode import as_json
from hpcsim.simulation.tables import write_table

STUDY, LEDGER, RUNS, ANSWER = "study.json", "ledger.sqlite", "runs.parquet", "answer.json"
REPORT, PAPER = "report.html", "report.pdf"


def opened(out: Path, question: Mapping[str, Any]) -> None:
    """Make the folder of a study, or see that the one that is there asks the same question.

    InputError, with what differs, where it is another's, or cannot be written to.
    """
    with told(out):
        out.mkdir(parents=True, exist_ok=True)
        held = {entry.name for entry in out.iterdir()}
        if held and STUDY not in held:
            raise InputError(
                Problem(
                    "the folder holds something that is not a study",
                    str(out),
                    hint="choose another --out, or move what is there",
                )
            )
        if STUDY not in held:
            _write(out / STUDY, lambda path: path.write_text(as_json(question), "utf-8"))
            return
        _same(read_json(out / STUDY), json.loads(as_json(question)), out)


@contextlib.contextmanager
def led(out: Path) -> Iterator[None]:
    """Be the only process that leads the study; the lock goes with the process, killed or not."""
    try:
        import fcntl
    except ImportError:  # Windows: two leaders would do the same runs twice, and no worse
        yield
        return
    with told(out), (out / STUDY).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            hint = "wait for it, or choose another --out"
            raise InputError(
                Problem("another process is at this study", str(out), hint=hint)
            ) from None
        yield


def write_runs(out: Path, table: pa.Table) -> None:
    """Put the runs' table in place."""
    with told(out):
        _write(out / RUNS, lambda path: write_table(table, path))


def write_answer(out: Path, answer: Mapping[str, Any]) -> None:
    """Put what the study says in place."""
    with told(out):
        _write(out / ANSWER, lambda path: path.write_text(as_json(answer), "utf-8"))


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object; InputError where it cannot be read or is none."""
    with told(path):
        text = path.read_text("utf-8")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(Problem(f"not valid JSON: {error}", str(path))) from None
    if not isinstance(found, dict):
        raise InputError(Problem("not a JSON object", str(path)))
    return found


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Whatever the operating system refuses becomes an InputError."""
    try:
        yield
    except OSError as error:
        raise InputError(
            Problem(
                f"the study's folder cannot be used: {error.strerror or error}",
                str(path),
                hint="choose a folder that you may write to and that has room",
            )
        ) from None


def _same(found: Mapping[str, Any], asked: Mapping[str, Any], out: Path) -> None:
    places = [
        Problem(
            f"the study in this folder has another {'.'.join(place)}",
            str(out),
            value=_short(here),
            rule=f"now asked: {_short(there)}",
            hint="choose another --out for another question",
        )
        for place, here, there in _differing(found, asked)
    ]
    if places:
        raise InputError(places)


def _differing(found: Any, asked: Any, place: tuple[str, ...] = ()) -> Iterator[Any]:
    if isinstance(found, Mapping) and isinstance(asked, Mapping):
        for key in dict.fromkeys((*found, *asked)):
            yield from _differing(found.get(key), asked.get(key), (*place, key))
    elif found != asked:
        yield place, found, asked


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) < 80 else text[:77] + "..."


def _write(path: Path, fill: Callable[[Path], Any]) -> None:
    """Write aside, flush, rename: there is the old file or the new one, and nothing between."""
    handle, name = tempfile.mkstemp(prefix=".hpcsim-", dir=path.parent)
    os.close(handle)
    aside = Path(name)
    try:
        fill(aside)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.chmod(0o644)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
