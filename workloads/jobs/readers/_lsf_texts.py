"""The small languages inside LSF's options: resource requirements, dependencies, begin times."""

from __future__ import annotations

import re
from datetime import datetime

from ..model import Dependency, DependencyKind
from ..quantities import amount_bytes, mebibytes_up
from ._fields import Fields

_KINDS: dict[str, DependencyKind] = {
    "done": "afterok",
    "ended": "afterany",
    "exit": "afternotok",
    "started": "after",
}
_CONDITION = re.compile(r"(\w+)\(\s*\"?([^)\"]*)\"?\s*\)")


def requirements(text: str, fields: Fields) -> None:
    """`select[...] rusage[mem=4GB] span[hosts=1|ptile=8] ...`; sections may stand in any order."""
    rest = text
    for section, inside in re.findall(r"(\w+)\s*\[([^\[\]]*)\]", text):
        rest = rest.replace(f"{section}[{inside}]", "", 1)
        if section == "span":
            _span(inside, fields)
        elif section == "rusage":
            _usage(inside, fields)
        elif section == "affinity":
            _affinity(inside, fields)
        elif section == "select":
            fields.set("constraint", inside.strip() or None)
        elif section in ("order", "same", "cu", "osmaint"):
            fields.extra.append(("R", f"{section}[{inside}]"))
        else:
            fields.error(f"no section {section!r}", hint="select, rusage, span, order, affinity")
    if rest.strip(" \t|&{}+0123456789*"):
        fields.extra.append(("R", rest.strip()))


def _span(text: str, fields: Fields) -> None:
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        if name == "hosts" and value == "1":
            fields.set("nodes_min", 1)
            fields.set("nodes_max", 1)
        elif name == "ptile":
            each = fields.whole(value.strip("'\""), "ptile")
            fields.set("tasks_per_node", each)
            tasks = fields.values.get("tasks")
            if each and isinstance(tasks, int):
                fields.set("nodes_min", -(-tasks // each))
                fields.set("nodes_max", -(-tasks // each))
        elif name:
            fields.extra.append(("R", f"span[{part.strip()}]"))


def _usage(text: str, fields: Fields) -> None:
    for part in re.split(r"[,:]", text):
        name, _, value = part.strip().partition("=")
        if name == "mem":
            per = re.search(r"/(host|task|job)$", value)
            amount = amount_bytes(re.sub(r"/\w+$", "", value), "m")
            if amount is None:
                fields.error("mem should be a number, in MB unless a unit is given", part.strip())
            elif per and per[1] == "task":
                fields.set("memory_per_cpu_mib", mebibytes_up(amount))
            else:
                fields.set("memory_per_node_mib", mebibytes_up(amount))
        elif name == "ngpus_physical":
            fields.set("gpus_per_node", value or None)
        elif name:
            fields.extra.append(("R", f"rusage[{part.strip()}]"))


def _affinity(text: str, fields: Fields) -> None:
    cores = re.match(r"\s*(?:core|thread)\(([0-9]{1,6})\)", text)
    if cores:
        fields.set("cpus_per_task", int(cores[1]))
    fields_left = text[cores.end() :] if cores else text
    if fields_left.strip(": "):
        fields.extra.append(("R", f"affinity[{text}]"))


def dependencies(text: str, fields: Fields) -> None:
    """`done(12) && ended("name")`; a mixture of `&&` and `||` has no counterpart."""
    if "&&" in text and "||" in text:
        fields.warning("a mixture of && and || cannot be kept; all of them are waited for")
    found = []
    for kind, job in _CONDITION.findall(text):
        if kind not in _KINDS:
            fields.extra.append(("w", f"{kind}({job})"))
            fields.warning(f"{kind} has no counterpart")
            continue
        match = re.fullmatch(r"([^\[\]]+)(?:\[([^\]]*)\])?", job.split(",")[0].strip())
        if match is None:
            fields.error(f"{kind} does not name a job")
            continue
        found.append(Dependency(kind=_KINDS[kind], job=match[1], element=match[2]))
    left = re.sub(r"&&|\|\||[()!\s]", "", _CONDITION.sub("", text))
    if re.fullmatch(r"[0-9]+|[\w.-]+", left) and not found:
        found.append(Dependency(kind="afterok", job=left))
    elif left:
        fields.error("not a dependency expression", hint='done(12) && ended("name")')
    fields.set("dependencies", tuple(found) or None)
    if found:
        fields.set("dependency_any", "||" in text and "&&" not in text)


def begin(text: str, fields: Fields) -> None:
    """`[[[year:]month:]day:]hour:minute`."""
    numbers = text.split(":")
    if not 2 <= len(numbers) <= 5 or not all(re.fullmatch(r"[0-9]{1,4}", n) for n in numbers):
        fields.error("should be [[[YEAR:]MONTH:]DAY:]HOUR:MINUTE")
        return
    if len(numbers) < 5:
        fields.extra.append(("b", text))
        fields.warning("the day depends on when it is submitted")
        return
    try:
        year, month, day, hour, minute = (int(number) for number in numbers)
        at = datetime(year, month, day, hour, minute)
        fields.set("begin", at.isoformat(timespec="seconds"))
    except ValueError:
        fields.error("no such day or time")
