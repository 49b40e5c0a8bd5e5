"""Time limits as sbatch reads them: whole minutes, rounded up, with C's overflow at 68 years."""

from __future__ import annotations

import re

from .cstring import int32, strtol

INFINITE = 2**32 - 1
NO_VALUE = 2**32 - 2
ACCEPTED = (
    "minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes, "
    "days-hours:minutes:seconds, or UNLIMITED"
)
_UNLIMITED = frozenset({"-1", "INFINITE", "UNLIMITED"})


def seconds(text: str) -> int:
    """A duration in seconds as an unsigned 32-bit number; `INFINITE` or `NO_VALUE` (not a time)."""
    if text.upper() in _UNLIMITED:
        return INFINITE
    if not _has_shape_of_time(text):
        return NO_VALUE
    days = hours = minutes = rest = 0
    if "-" in text:
        fields = _scan(text, "-::")
        days, hours, minutes, rest = fields + [0] * (4 - len(fields))
    else:
        fields = _scan(text, "::")
        if len(fields) == 3:
            hours, minutes, rest = fields
        else:
            minutes, rest = fields + [0] * (2 - len(fields))
    parts = (int32(days * 86400), int32(hours * 3600), int32(minutes * 60), rest)
    return int32(sum(parts)) % 2**32


def limit_minutes(text: str) -> int | None:
    """A limit in minutes (`INFINITE` for none), or None where `text` is not a time."""
    total = seconds(text)
    if total == NO_VALUE:
        return None
    if total == INFINITE:
        return INFINITE
    rounded = int32(int32(total) + 59)
    minutes = abs(rounded) // 60 * (1 if rounded >= 0 else -1)
    if minutes % 2**32 == NO_VALUE:
        return None
    return INFINITE if minutes == 0 else minutes % 2**32


def show_minutes(minutes: int) -> str:
    """Minutes as sbatch writes them: `D-HH:MM:SS`, `HH:MM:SS` or `UNLIMITED`."""
    if minutes == INFINITE:
        return "UNLIMITED"
    days, rest = divmod(minutes, 24 * 60)
    clock = f"{rest // 60:02d}:{rest % 60:02d}:00"
    return f"{days}-{clock}" if days else clock


def _has_shape_of_time(text: str) -> bool:
    if not re.fullmatch(r"[0-9:-]*[0-9][0-9:-]*", text):
        return False
    digits = len(re.findall(r"[0-9]+", text))
    dashes, colons = text.count("-"), text.count(":")
    if dashes > 1 or colons > 2 or (dashes and ":" in text.partition("-")[0]):
        return False
    return digits >= colons + (2 if dashes and colons else 1)


def _scan(text: str, separators: str) -> list[int]:
    """What `sscanf("%d<sep>%d...")` stores before it meets something else."""
    found: list[int] = []
    at = 0
    for separator in (*separators, ""):
        value, end = strtol(text, at)
        if end == at:
            break
        found.append(int32(value))
        if not separator or text[end : end + 1] != separator:
            break
        at = end + 1
    return found
