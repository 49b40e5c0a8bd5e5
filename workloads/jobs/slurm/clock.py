"""Points in time as `--begin` and `--deadline` take them: clock, date, words, `now+COUNTunit`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .cstring import LONG_MAX, SPACE, strtol

ACCEPTED = "HH:MM[:SS] [AM|PM], MMDD[YY], MM/DD[/YY], YYYY-MM-DD[THH:MM[:SS]], noon, now+COUNTunit"
_UNITS = (
    ("seconds", 1),
    ("second", 1),
    ("minutes", 60),
    ("minute", 60),
    ("hours", 3600),
    ("hour", 3600),
    ("days", 86400),
    ("day", 86400),
    ("weeks", 604800),
    ("week", 604800),
)
_HOURS = {"midnight": 0, "noon": 12, "fika": 15, "teatime": 16}
_MOST_DELTA = 100 * 366 * 86400


class BadTimeError(ValueError):
    """What is not a point in time; `position` is where sbatch stops reading."""

    def __init__(self, text: str, position: int) -> None:
        super().__init__(f"Invalid time specification (pos={position}): {text}")
        self.position = position


@dataclass(frozen=True)
class Moment:
    """A point in time; `after_now_s` is set where it was given relative to the submission."""

    at: datetime
    after_now_s: int | None = None

    @property
    def text(self) -> str:
        """`now+60` or `2030-01-20T00:00:00`: either is read back as the same point."""
        if self.after_now_s is not None:
            return f"now{self.after_now_s:+d}" if self.after_now_s else "now"
        return self.at.isoformat(timespec="seconds")


@dataclass
class _Reading:
    """What has been read so far; None is not said yet."""

    text: str
    now: datetime
    day: tuple[int | None, int, int] | None = None
    clock: tuple[int, int, int] | None = None
    delta_s: int | None = None

    def char(self, at: int) -> str:
        return self.text[at] if at < len(self.text) else "\0"

    def digit(self, at: int) -> bool:
        return "0" <= self.char(at) <= "9"

    def starts(self, at: int, word: str) -> bool:
        return self.text[at : at + len(word)].lower() == word


def parse_moment(text: str, now: datetime) -> Moment:
    """Read `text` as sbatch would at `now` (local time, no zone); `BadTimeError` if not a time."""
    if text[:3].lower() == "uts":
        return _epoch(text)
    reading = _Reading(text, now.replace(microsecond=0, tzinfo=None))
    at = 0
    while at < len(text) and text[at] != "\n":
        at = _piece(reading, at)
    if reading.clock is None and reading.day is None:
        raise BadTimeError(text, at)
    if text.strip(SPACE).lower().startswith("now") and reading.delta_s is not None:
        only_now = Moment(reading.now + timedelta(seconds=reading.delta_s), reading.delta_s)
        if (reading.day, reading.clock) == _stamp(only_now.at):
            return only_now
    found = Moment(_resolve(reading, at))
    if found.at.timestamp() == 0:  # which sbatch takes for a failure
        raise BadTimeError(text, at)
    return found


def _epoch(text: str) -> Moment:
    seconds, end = strtol(text, 3)
    if seconds < 1_000_000 or seconds == LONG_MAX or end != len(text):
        raise BadTimeError(text, 0)
    try:
        return Moment(datetime.fromtimestamp(seconds))
    except (OverflowError, ValueError, OSError):
        raise BadTimeError(text, 0) from None


def _piece(reading: _Reading, at: int) -> int:
    """Read one word, clock or date; returns the position after it."""
    if reading.char(at) in " \t-T":  # also the T of "Today", which is then no word any more
        return at + 1
    for word, days in (("today", 0), ("tomorrow", 1)):
        if reading.starts(at, word):
            reading.day = _stamp(reading.now + timedelta(days=days))[0]
            return at + len(word)
    for word, hour in _HOURS.items():
        if reading.starts(at, word):
            reading.clock = (hour, 0, 0)
            return at + len(word)
    if reading.starts(at, "now"):
        return _now(reading, at)
    if not reading.digit(at):
        raise BadTimeError(reading.text, at)
    if ":" in (reading.char(at + 1), reading.char(at + 2)):
        return _clock(reading, at)
    return _date(reading, at)


def _stamp(at: datetime) -> tuple[tuple[int | None, int, int], tuple[int, int, int]]:
    return (at.year, at.month, at.day), (at.hour, at.minute, at.second)


def _now(reading: _Reading, at: int) -> int:
    if at:
        raise BadTimeError(reading.text, at)
    at += 3
    while reading.char(at) in " \t":
        at += 1
    sign, delta = reading.char(at), 0
    if sign in "+-":
        delta, at = _delta(reading, at + 1)
        delta = delta if sign == "+" else -delta
    elif sign not in "\0\n":
        raise BadTimeError(reading.text, at)
    reading.delta_s = delta
    try:
        reading.day, reading.clock = _stamp(reading.now + timedelta(seconds=delta))
    except OverflowError:
        raise BadTimeError(reading.text, at) from None
    return at


def _delta(reading: _Reading, at: int) -> tuple[int, int]:
    count, digits = 0, 0
    while reading.char(at) not in "\0\n":
        unit = next((unit for unit in _UNITS if reading.starts(at, unit[0])), None)
        if unit is not None:
            count, at = count * unit[1], at + len(unit[0])
            break
        if reading.digit(at):
            count, digits = count * 10 + int(reading.char(at)), digits + 1
        elif reading.char(at) not in SPACE:
            raise BadTimeError(reading.text, at - 1)
        at += 1
    if not digits or count > _MOST_DELTA:
        raise BadTimeError(reading.text, at)
    return count, at


def _two(reading: _Reading, at: int, most: int) -> tuple[int, int]:
    """Two digits, both needed, not above `most`."""
    if not (reading.digit(at) and reading.digit(at + 1)):
        raise BadTimeError(reading.text, at)
    value = int(reading.text[at : at + 2])
    if value > most:
        raise BadTimeError(reading.text, at)
    return value, at + 2


def _clock(reading: _Reading, at: int) -> int:
    start = at
    if reading.char(at + 1) == ":":
        hour, at = int(reading.char(at)), at + 1
    else:
        hour, at = _two(reading, at, 23)
    minute, at = _two(reading, at + 1, 59)
    second = 0
    if reading.char(at) == ":":
        second, at = _two(reading, at + 1, 59)
    while reading.char(at) in SPACE:
        at += 1
    half = reading.text[at : at + 2].lower()
    if half in ("am", "pm"):
        if (half == "am" and hour > 12) or (half == "pm" and hour > 12):
            raise BadTimeError(reading.text, start)
        hour = hour % 12 + (12 if half == "pm" else 0)
        at += 2
    reading.clock = (hour, minute, second)
    return at


def _one_or_two(reading: _Reading, at: int, most: int) -> tuple[int, int]:
    if not reading.digit(at):
        raise BadTimeError(reading.text, at)
    end = at + 2 if reading.digit(at + 1) else at + 1
    value = int(reading.text[at:end])
    if not 1 <= value <= most:
        raise BadTimeError(reading.text, at)
    return value, end


def _date(reading: _Reading, at: int) -> int:
    text = reading.text
    if len(text) >= at + 7 and reading.char(at + 4) == "-" and reading.char(at + 7) == "-":
        if not all(reading.digit(at + place) for place in range(4)):
            raise BadTimeError(text, at)
        year: int | None = int(text[at : at + 4])
        month, at = _one_or_two(reading, at + 5, 12)
        day, at = _one_or_two(reading, at + 1, 31)
    else:
        month, at = _one_or_two(reading, at, 12)
        at += reading.char(at) in "./"
        day, at = _one_or_two(reading, at, 31)
        at += reading.char(at) in "./"
        year = None
        if reading.digit(at):
            value, at = _two(reading, at, 99)
            year = 2000 + value if value else None
    reading.day = (year, month, day)
    return at


def _resolve(reading: _Reading, at: int) -> datetime:
    """Fill in what was not said: midnight, the next such clock time, the next such day."""
    now = reading.now
    clock = reading.clock or (0, 0, 0)
    day = reading.day
    if day is None:
        later = clock[:2] > (now.hour, now.minute)
        day = _stamp(now if later else now + timedelta(days=1))[0]
    year, month, mday = day
    if year is None:
        ahead = (month, mday, *clock[:2]) > (now.month, now.day, now.hour, now.minute)
        year = now.year if ahead else now.year + 1
    try:
        return datetime(year, month, 1, *clock) + timedelta(days=mday - 1)
    except (ValueError, OverflowError):
        raise BadTimeError(reading.text, at) from None
