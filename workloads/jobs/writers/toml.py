"""Our own TOML: everything the model has."""

from __future__ import annotations

import json

from ..model import JobDescription, Workflow
from ..writing import Written

NAME = "toml"


def write(workflow: Workflow) -> Written:
    """A `[job]` for one, `[[jobs]]` for several; nothing is lost."""
    if len(workflow.jobs) == 1 and workflow.name is None:
        return Written("[job]\n" + _job(workflow.jobs[0]))
    head = "" if workflow.name is None else f"name = {_value(workflow.name)}\n\n"
    return Written(head + "\n".join("[[jobs]]\n" + _job(job) for job in workflow.jobs))


def _job(job: JobDescription) -> str:
    plain = job.model_dump(exclude_defaults=True)
    return "".join(f"{name} = {_value(value)}\n" for name, value in plain.items())


def _value(value: object) -> str:
    """A value on one line; None, which TOML does not know, is left out of tables."""
    if isinstance(value, dict):
        inside = ", ".join(f"{k} = {_value(v)}" for k, v in value.items() if v is not None)
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value if item is not None) + "]"
    if isinstance(value, str):
        text = value.encode("utf-8", "replace").decode()
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
