"""What C makes of text: sbatch's numbers are read by `strtol`, with all that follows from it."""

from __future__ import annotations

import re

SPACE = " \t\n\v\f\r"
LONG_MAX = 2**63 - 1
LONG_MIN = -(2**63)
_NUMBER = {
    10: re.compile(r"[ \t\n\v\f\r]*([+-]?[0-9]+)"),
    16: re.compile(r"[ \t\n\v\f\r]*([+-]?(?:0[xX])?[0-9a-fA-F]+)"),
}


def strtol(text: str, start: int = 0, base: int = 10) -> tuple[int, int]:
    """The number at the beginning of `text[start:]` and where it ends (`start`: none there).

    Blanks and a sign may come first; what does not fit into 64 bits becomes the nearest that does.
    """
    match = _NUMBER[base].match(text, start)
    if match is None:
        return 0, start
    digits = match.group(1)
    if len(digits) > 20 + 4:
        kept = digits.lstrip("+-").lstrip("0xX")
        if len(kept) > 20:
            return (LONG_MIN if digits.startswith("-") else LONG_MAX), match.end()
    return min(max(int(digits, base), LONG_MIN), LONG_MAX), match.end()


def int32(number: int) -> int:
    """`number` as a C int keeps it: the low 32 bits, with a sign."""
    return (number + 2**31) % 2**32 - 2**31


def is_blank(text: str) -> bool:
    """Whether nothing but white space is left."""
    return not text.strip(SPACE)
