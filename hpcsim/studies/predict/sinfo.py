"""How many cores a partition has, as sinfo says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hpcsim.errors import InputError, Problem
from workloads.jobs.source import read_source

WANTED = 'sinfo -o "%P|%C"'


def cores_by_partition(path: Path) -> dict[str, int]:
    """Usable cores of each partition from `sinfo --json` or `sinfo -o "%P|%C"`.

    Cores that are down or drained do not count. Raises InputError.
    """
    text = read_source(path).data.decode("utf-8", "replace")
    found = _of_json(text, str(path)) if text.lstrip()[:1] == "{" else _of_text(text)
    if not found:
        raise InputError(Problem("no partition with its cores", str(path), hint=WANTED))
    return found


def _of_text(text: str) -> dict[str, int]:
    """Cores stand as allocated/idle/other/total."""
    found: dict[str, int] = {}
    for line in text.splitlines()[1:]:
        words = [word.strip() for word in line.split("|" if "|" in line else None)]
        counts = [word for word in words if re.fullmatch(r"\d+/\d+/\d+/\d+", word)]
        if counts:
            allocated, idle, _, _ = (int(part) for part in counts[0].split("/"))
            name = words[0].rstrip("*")
            found[name] = found.get(name, 0) + allocated + idle
    return found


def _of_json(text: str, name: str) -> dict[str, int]:
    try:
        told = json.loads(text)
        found: dict[str, int] = {}
        for row in told.get("sinfo") or told.get("nodes") or ():
            _add(found, row)
    except (
        ValueError,
        RecursionError,
        AttributeError,
        TypeError,
        KeyError,
        OverflowError,  # the whole number of Infinity, which JSON's reader lets through
    ) as error:
        raise InputError(Problem(f"not what sinfo prints: {error}", name, hint=WANTED)) from None
    return found


def _add(found: dict[str, int], row: dict[str, Any]) -> None:
    cores = row["cpus"]
    usable = cores
    if isinstance(cores, dict):
        usable = int(cores["allocated"]) + int(cores["idle"])
    where = row.get("partition") or row.get("partitions") or "all"
    names = where if isinstance(where, list) else [where]
    for each in names:
        name = str(each.get("name") if isinstance(each, dict) else each)
        found[name] = found.get(name, 0) + int(usable)
