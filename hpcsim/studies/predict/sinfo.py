"""How many cores a partition has, as sinfo says."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hpcsim.errors import InputError, Problem
from workloads.jobs.source import read_source

from .told_numbers import number

MOST_CORES = 2**31 - 1
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
    found: dict[str, int] = {}
    try:
        told = json.loads(text)
        for row in told.get("sinfo") or told.get("nodes") or ():
            if not isinstance(row, dict):
                raise ValueError(f"a row that is no object: {str(row)[:80]}")
            usable = _usable(row.get("cpus"))
            for partition in _partitions(row):
                found[partition] = found.get(partition, 0) + usable
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError(Problem(f"not what sinfo prints: {error}", name, hint=WANTED)) from None
    return found


def _usable(cores: Any) -> int:
    """Cores of a row: a number, or what is allocated and what is idle of them."""
    parts: tuple[Any, ...] = (cores,)
    if isinstance(cores, dict) and "allocated" in cores:
        parts = cores["allocated"], cores.get("idle")
    told = sum(number(part, math.nan) for part in parts)
    if not 0 <= told <= MOST_CORES:
        raise ValueError(f"{told} cores in a row")
    return int(told)


def _partitions(row: dict[str, Any]) -> Iterator[str]:
    where = row.get("partition") or row.get("partitions") or "all"
    for each in where if isinstance(where, list) else [where]:
        yield str(each.get("name") if isinstance(each, dict) else each)
