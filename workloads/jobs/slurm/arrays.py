"""Job arrays as the controller reads them: a bitmap of indices below MaxArraySize."""

from __future__ import annotations

import re

from ..model import Array
from .cstring import strtol

MOST_INDEX = 100_000
"""Where no cluster is named: a hundred times Slurm's default MaxArraySize of 1001."""


class BadArrayError(ValueError):
    """An array that the controller refuses."""


def parse_array(text: str, max_size: int = MOST_INDEX) -> Array | None:
    """Read `--array`; None for an empty text (no array), `BadArrayError` for what is refused.

    A number may stand in brackets; nothing at all is index 0; the first `%` holds for the whole.
    """
    if not text:
        return None
    bitmap = bytearray(max_size)
    for token in text.split(","):
        if token:
            _mark(token, bitmap)
    ranges = tuple((m.start(), m.end() - 1) for m in re.finditer(rb"\x01+", bitmap))
    throttle = None
    if "%" in text:
        throttle = max(strtol(text, text.index("%") + 1)[0], 0) or None
    return Array(ranges=ranges, throttle=throttle)


def _number(token: str, at: int) -> tuple[int, int]:
    value, end = strtol(token, at)
    return value, end + (token[end : end + 1] == "]")


def _mark(token: str, bitmap: bytearray) -> None:
    first, end = _number(token, 1 if token.startswith("[") else 0)
    last, step = first, 1
    if token[end : end + 1] == "-":
        last, end = _number(token, end + 1)
        if token[end : end + 1] == ":":
            step, end = _number(token, end + 1)
            if not 0 < step < len(bitmap):
                raise BadArrayError(f"the step {step} is not between 1 and {len(bitmap) - 1}")
    if token[end : end + 1] not in ("", "%"):
        raise BadArrayError(f"{token!r} has {token[end:]!r} after the index")
    if first < 0 or last < first:
        raise BadArrayError(f"the range {first}-{last} is empty or negative")
    if last >= len(bitmap):
        raise BadArrayError(f"the index {last} is not below the largest array size {len(bitmap)}")
    count = (last - first) // step + 1
    bitmap[first : last + 1 : step] = b"\x01" * count
