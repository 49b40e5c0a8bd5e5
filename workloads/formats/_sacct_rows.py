"""Rows of `sacct -P`: fields behind bars, of which free texts may hold bars and line ends."""

from __future__ import annotations

import calendar
import math
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from ..parsing.ledger import Ledger
from ..parsing.source import Source

MOST_JOINED = 1000
"""Lines that one row may go over; beyond that a bar is missing somewhere."""
MOST_BARS = 64
"""Bars within the free texts of one row."""
XDMOD = (
    "JobID|JobIDRaw|Cluster|Partition|QOS|Account|Group|GID|User|UID|Submit|Eligible|Start|End|"
    "Elapsed|ExitCode|State|NNodes|NCPUS|ReqCPUS|ReqMem|ReqTRES|AllocTRES|Timelimit|NodeList|"
    "JobName"
)
"""The columns of dumps without a header, as Open XDMoD asks for them."""
_FREE_TEXTS = ("SubmitLine", "JobName", "Comment", "AdminComment", "SystemComment", "WorkDir")
_CLOCK = re.compile(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)(?:\.\d+)?")
_PER_CPU = 2**31
"""The bit with which old versions marked memory a CPU, which some dumps show as MiB."""


@dataclass(frozen=True)
class Row:
    """One row: its fields by column and the line on which it begins."""

    fields: dict[str, str]
    line: int

    def get(self, *names: str) -> str:
        """The first of several columns that says something, else nothing."""
        return next((self.fields[name] for name in names if self.fields.get(name)), "")


def columns_of(first: str) -> list[str] | None:
    """The columns that a first line names or implies; None if it is none of sacct's."""
    names = first.strip("\ufeff\r\n").split("|")
    if "JobID" in names and len({"Submit", "State", "NCPUS", "AllocCPUS"} & set(names)) >= 2:
        return names
    implied = XDMOD.split("|")
    looks = len(names) == len(implied) and re.match(r"\d+[_+.\d\[\]-]*$", names[0])
    return implied if looks and seconds_of_epoch(names[10]) is not None else None


def rows(source: Source, ledger: Ledger) -> Iterator[Row]:
    """Every row of a dump; what cannot be made one is dropped and told."""
    names: list[str] = []
    held, start = "", 0
    joined = 0
    for number, line in _lines(source):
        if not names:
            found = columns_of(line)
            if found is None:
                ledger.problem(source.problem("not a dump of sacct", number, value=line[:80]))
                return
            names = found
            if line.strip("\ufeff").startswith("JobID|") or "|JobID|" in line:
                continue
        start = start or number
        held = f"{held}\n{line}" if held else line
        joined += 1
        if held.count("|") < len(names) - 1 and joined < MOST_JOINED:
            continue
        fields = _fitted(held.split("|"), names)
        if fields is None:
            ledger.repair("dropped", "row with too few or too many fields", [start])
        else:
            yield Row(dict(zip(names, fields, strict=True)), start)
        held, start, joined = "", 0, 0
    if held.strip():
        ledger.repair("dropped", "row with too few or too many fields", [start])


def _lines(source: Source) -> Iterator[tuple[int, str]]:
    for first, block in source.blocks():
        lines = block.decode("utf-8", "replace").split("\n")
        for number, line in enumerate(lines[:-1], start=first):
            if line.strip():
                yield number, line.rstrip("\r")


def _fitted(fields: list[str], names: Sequence[str]) -> list[str] | None:
    """As many fields as columns: surplus bars belong to the free text with which it makes sense."""
    surplus = len(fields) - len(names)
    if surplus <= 0:
        return fields if surplus == 0 else None
    if surplus == 1 and not fields[-1].strip() and _makes_sense(fields[:-1], names):
        return fields[:-1]
    texts = sorted(names.index(text) for text in _FREE_TEXTS if text in names)
    if surplus > MOST_BARS:
        return None
    for first, second in combinations_with_replacement(texts, 2):
        for bars in range(surplus + 1):
            fitted = _joined(_joined(fields, second + bars, surplus - bars), first, bars)
            if _makes_sense(fitted, names):
                return fitted
    return None


def _joined(fields: list[str], at: int, bars: int) -> list[str]:
    """The fields with `bars` bars behind position `at` taken back into its text."""
    return [*fields[:at], "|".join(fields[at : at + bars + 1]), *fields[at + bars + 1 :]]


def _makes_sense(fields: list[str], names: Sequence[str]) -> bool:
    """Whether the columns that can be checked hold what they should."""
    row = dict(zip(names, fields, strict=True))
    number = re.match(r"\d+(?:$|[_+.\[])", row["JobID"]) is not None
    return number and all(
        re.match(r"\d{4}-\d\d-\d\dT|Unknown|None|$", row.get(name, ""))
        for name in ("Submit", "Start", "End")
    )


def seconds_of_epoch(text: str) -> float | None:
    """`2021-12-10T14:23:28` as seconds, taken as UTC because a dump has no zone."""
    try:
        return float(calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")))
    except ValueError:
        return None


def duration_s(text: str) -> float | None:
    """`D-HH:MM:SS`, `HH:MM:SS` or `MM:SS.mmm`; infinite for UNLIMITED, None if it is neither."""
    if text.upper() in ("UNLIMITED", "INFINITE", "PARTITION_LIMIT"):
        return math.inf
    match = _CLOCK.fullmatch(text)
    if match is None or len(text) > 40:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def memory_per_core_mib(text: str, cores: float, nodes: float) -> float:
    """`2800Mc` a core, `31000Mn` a node, `500G` for the whole job; NaN if it does not say."""
    match = re.fullmatch(r"(\d{1,18}(?:\.\d{1,9})?)([KMGTP]?)([cn]?)\??", text)
    if match is None or cores < 1:
        return math.nan
    amount = float(match[1]) * 1024.0 ** ("KMGTP".index(match[2] or "M") - 1)
    if match[3] == "c":
        return amount
    if amount >= _PER_CPU:
        return amount - _PER_CPU
    return amount * (max(nodes, 1.0) if match[3] == "n" else 1.0) / cores
