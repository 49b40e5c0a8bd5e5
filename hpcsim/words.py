"""Numbers as people read them, on pages, in sentences, on a terminal."""

from __future__ import annotations

import math

from .units import DAY_S, HOUR_S, MINUTE_S

_UNITS_S = {"d": DAY_S, "h": HOUR_S, "min": MINUTE_S}
NOTHING = "–"
_MOST_MORE = 4  # decimals beyond the usual that two ends of an interval may need to differ
_SHARES = ("utilization", "fill", "share", "fairness", "availability")
# The durations that a person would put on an axis.
DURATION_TICKS_S = (
    1.0, 10.0, MINUTE_S, 10 * MINUTE_S, HOUR_S, 6 * HOUR_S, DAY_S, 7 * DAY_S, 30 * DAY_S,
    365 * DAY_S,
)  # fmt: skip


def duration(seconds: float | None, more: int = 0) -> str:
    """`90` as `90 s`, `9000` as `2.5 h`: two or three figures, or `more`, and the unit they fit."""
    if seconds is None or math.isnan(seconds):
        return NOTHING
    for size_s, unit in ((2 * DAY_S, "d"), (2 * HOUR_S, "h"), (2 * MINUTE_S, "min")):
        if abs(seconds) >= size_s:
            value = seconds / _UNITS_S[unit]
            return f"{_two(value, more)} {unit}"
    if 0 < abs(seconds) < 1 and not more:
        return "under 1 s"
    return f"{seconds:.0f} s" if seconds == int(seconds) else f"{_two(seconds, more)} s"


def plain(name: str) -> str:
    """A figure's name without what it is of: `p95_wait_s` of `p95_wait_s[class=clinical]`."""
    return name.partition("[")[0].rpartition(".")[2]


def figure(name: str, value: float | None, more: int = 0) -> str:
    """A value of the figure in the unit at the end of its name, with so many `more` decimals."""
    own = plain(name)
    if own.endswith("_s") and not own.endswith("per_s"):
        return duration(value, more)
    if own.endswith(_SHARES):
        return share(value, more)
    return number(value, more)


def between(name: str, low: float | None, high: float | None) -> str:
    """Two values of a figure as an interval, `3.3 to 3.6 h`, with decimals enough to differ."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return NOTHING
    pairs = [(figure(name, low, more), figure(name, high, more)) for more in range(_MOST_MORE)]
    first, last = next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])
    value, _, unit = first.partition(" ")
    return f"{value if last.endswith(f' {unit}') else first} to {last}"


def span(first: str, last: str) -> str:
    """Two ends in words as one span; a remark in brackets that both have is said once."""
    if first == last:
        return first
    plain_first, _, remark = first.partition(" (")
    return f"{plain_first if last.endswith(f' ({remark}') else first} to {last}"


def estimate(name: str, mean: float | None, low: float | None, high: float | None) -> str:
    """A value with its interval: `3.5 h (3.3 to 3.6 h)`."""
    return f"{figure(name, mean)} ({between(name, low, high)})"


def tick(seconds: float) -> str:
    """A duration of DURATION_TICKS_S in words."""
    units = ((365 * DAY_S, "year"), (7 * DAY_S, "week"), (DAY_S, "d"), (HOUR_S, "h"))
    for size, name in (*units, (MINUTE_S, "min"), (1.0, "s")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {name}"
    return f"{seconds:g} s"


def share(value: float | None, more: int = 0) -> str:
    """`0.6842` as `68.4 %`."""
    return NOTHING if value is None or math.isnan(value) else f"{100 * value:.{1 + more}f} %"


def count(value: float | None) -> str:
    """`28481` as `28,481`."""
    return NOTHING if value is None or math.isnan(value) else f"{value:,.0f}"


def number(value: float | None, more: int = 0) -> str:
    """`92.5765` as `92.6`, `7043.2` as `7,043`."""
    return NOTHING if value is None or math.isnan(value) else _short(value, more)


def jobs(many: float) -> str:
    """`1 job`, `28,481 jobs`."""
    return f"{count(many)} job" + ("" if many == 1 else "s")


def _two(value: float, more: int) -> str:
    return f"{value:,.{more + (abs(value) < 10)}f}"


def _short(value: float, more: int) -> str:
    size = abs(value)
    if size == 0 or (size < 1000 and value == int(value)):
        return f"{value:.0f}"
    if size >= 100:
        return f"{value:,.{more}f}"
    if size >= 10:
        return f"{value:.{1 + more}f}"
    return f"{value:.{2 + more}f}" if size >= 0.01 else f"{value:.{2 + more}g}"
