"""Durations and byte counts as people and tools write them."""

from __future__ import annotations

import re

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m|min|h|d)\b")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_AMOUNT = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,9})?)\s*([kmgtpe]?)(i?b)?", re.IGNORECASE)
_MOST_SECONDS = 1e11


def duration_s(text: str, number_unit_s: float) -> float | None:
    """`1h 36m 57s`, `500ms` or a bare number of units of `number_unit_s`; None if neither."""
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,18}(\.[0-9]{1,9})?", text):
        return float(text) * number_unit_s
    parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text).strip():
        return None
    total = sum(float(number[:18]) * _SECONDS[unit] for number, unit in parts)
    return total if total < _MOST_SECONDS else None


def clock_s(text: str) -> int | None:
    """`SS`, `MM:SS`, `HH:MM:SS` or `D:HH:MM:SS` in seconds; None if it is not a clock."""
    if not re.fullmatch(r"[0-9]{1,9}(:[0-9]{1,9}){0,3}(\.[0-9]+)?", text):
        return None
    factors = (1, 60, 3600, 86400)
    fields = reversed(text.partition(".")[0].split(":"))
    return sum(int(field) * factor for field, factor in zip(fields, factors, strict=False))


def amount_bytes(text: str, unit: str = "") -> int | None:
    """`1.4 GB`, `16gb`, `512` (in `unit`) in bytes, with factors of 1024; None if it is none."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    letter = (match[2] or (unit if not match[3] else "")).lower()
    factor = 1024 ** ("kmgtpe".index(letter) + 1) if letter else 1
    return round(float(match[1]) * factor) if "." in match[1] else int(match[1]) * factor


def mebibytes_up(amount: int) -> int:
    """Bytes as MiB, rounded up."""
    return -(-amount // 2**20)
