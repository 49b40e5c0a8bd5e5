"""Memory amounts and node counts as sbatch reads and writes them."""

from __future__ import annotations

from .cstring import LONG_MAX, LONG_MIN, int32, is_blank, strtol

ACCEPTED_MEMORY = "a whole number with K, M (default), G or T, optionally followed by B"


def mebibytes(text: str) -> int | None:
    """A memory amount in MiB, kibibytes rounded up; None where `text` is not an amount."""
    number, end = strtol(text)
    unit = text[end:].upper()
    if end == 0 or number < 0 or number == LONG_MAX:
        return None
    if len(unit) == 2 and unit[1] == "B":
        unit = unit[0]
    if unit in ("", "M"):
        return number
    if unit == "K":
        return (number + 1023) // 1024
    if unit in ("G", "T"):
        return int(number * 1024 ** ("MGT".index(unit))) % 2**64
    return None


def show_mebibytes(amount: int) -> str:
    """An amount of MiB with the largest unit that divides it: 4096 is `4G`."""
    units = "MGTP"
    for unit in units:
        if amount % 1024 or (unit == units[-1]) or amount == 0:
            return str(amount) + ("" if unit == "M" else unit)
        amount //= 1024
    return str(amount)


class BadCountError(ValueError):
    """A node count that sbatch refuses, in sbatch's words."""


def node_count(text: str) -> tuple[int, int]:
    """`(min, max)` of a node count or range; `BadCountError` where it is neither.

    A lower end that is missing or negative is 1, so that `-4` means 1 to 4; `k` and `m` multiply
    by 1024 and 1024 x 1024. A missing upper end is not open but wrong.
    """
    low, dash, high = text.partition("-")
    least = _one_count(low)
    if not dash:
        if least < 0:
            raise BadCountError(f'"{text}" is not a valid node count')
        return least, least
    least, most = (1 if least < 0 else least), _one_count(high)
    if most != 0 and most < least:
        raise BadCountError(f"Maximum node count {most} is less than minimum node count {least}")
    return least, most


def _one_count(text: str) -> int:
    number, end = strtol(text)
    if end == 0:
        if is_blank(text):
            return -1
        raise BadCountError(f'"{text}" is not a valid node count')
    for unit, factor in (("k", 1024), ("m", 1024 * 1024)):
        if text[end : end + 1].lower() == unit:
            number *= factor
            end += 1
    if not is_blank(text[end:]):
        raise BadCountError(f'"{text}" is not a valid node count')
    return int32(number)


class BadNumberError(ValueError):
    """A count that sbatch refuses, in sbatch's words."""


def whole_number(name: str, text: str, positive: bool) -> int:
    """A plain count of the option `name`: digits only, at least 1 where `positive`."""
    number, end = strtol(text)
    if end < len(text) or number < 0 or (positive and number <= 0) or number == LONG_MIN:
        raise BadNumberError(f'Invalid numeric value "{text}" for {name}.')
    if number == LONG_MAX:
        raise BadNumberError(f"Numeric argument ({number}) to big for {name}.")
    return int32(number)
