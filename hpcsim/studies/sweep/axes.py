"""What is varied: a path and its values, or the span in which they lie."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hpcsim.errors import InputError, Problem

from ..subject import Subject

MOST_VALUES = 10_000
_RULE = "path=low:high:step, path=low:high, or path=a,b,c"


@dataclass(frozen=True)
class Axis:
    """A path with its values in the order given; for a span, its two ends alone."""

    path: str
    values: tuple[Any, ...] = ()
    is_span: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers."""
        return all(isinstance(value, int) for value in self.values)


def parse_axis(text: str) -> Axis:
    """`cluster.nodes=800:1000:25`, `policy=easy,fcfs`, `storage.wan_gbit_per_s=10:40`, or a path.

    A range includes its upper end where the step meets it. InputError where there is none.
    """
    path, equals, said = (piece.strip() for piece in text.partition("="))
    if not path or (equals and not said):
        raise InputError(Problem("nothing is varied", "--vary", value=text, rule=_RULE))
    if not equals:
        return Axis(path)
    ends = [_value(part) for part in said.split(":")]
    if len(ends) == 1:
        values = tuple(_value(part) for part in said.split(","))
        if len(set(map(str, values))) != len(values):
            raise InputError(Problem("a value stands there twice", "--vary", value=text))
        return Axis(path, values)
    return _range(text, path, ends)


def parsed_axes(texts: Sequence[str], subject: Subject) -> list[Axis]:
    """Several axes, all of paths that the subject has; InputError with every mistake.

    `assumptions` stands for all of the subject's numbers that have a span.
    """
    found: list[Axis] = []
    problems: list[Problem] = []
    for text in texts:
        if text == "assumptions":
            found += spans(subject)
            continue
        try:
            axis = parse_axis(text)
            subject.today(axis.path)
            for value in axis.values:
                subject.changed({axis.path: value})
            found.append(axis)
        except InputError as error:
            problems += error.problems
    paths = [axis.path for axis in found]
    problems += [
        Problem("a path is varied twice", "--vary", value=path)
        for path in dict.fromkeys(paths)
        if paths.count(path) > 1
    ]
    if problems:
        raise InputError(problems)
    return found


def spans(subject: Subject) -> list[Axis]:
    """The assumptions that have a span, as axes."""
    found = []
    for each in subject.assumptions():
        if each.span is not None and isinstance(each.value, int | float):
            ends = tuple(int(end) if isinstance(each.value, int) else float(end)
                         for end in each.span)  # fmt: skip
            found.append(Axis(each.path, ends, is_span=True))
    return found


def _range(text: str, path: str, ends: Sequence[Any]) -> Axis:
    numbers = [end for end in ends if isinstance(end, int | float) and not isinstance(end, bool)]
    if len(numbers) != len(ends) or len(ends) > 3:
        raise InputError(Problem("not a range", "--vary", value=text, rule=_RULE))
    low, high, *steps = numbers
    if low >= high:
        hint = f"did you mean {path}={high}:{low}" + "".join(f":{abs(s)}" for s in steps) + "?"
        raise InputError(Problem("the range is upside down", "--vary", value=text, hint=hint))
    if not steps:
        return Axis(path, (low, high), is_span=True)
    step = steps[0]
    if step <= 0 or (high - low) / step > MOST_VALUES:
        rule = f"a step above 0 that makes at most {MOST_VALUES:,} values"
        raise InputError(Problem("no such step", "--vary", value=text, rule=rule))
    many = math.floor((high - low) / step + 1e-9) + 1
    return Axis(path, tuple(low + step * i for i in range(many)))


def _value(text: str) -> Any:
    """A TOML value, and a text where it is none."""
    try:
        return tomllib.loads(f"v = {text.strip()}")["v"]
    except (tomllib.TOMLDecodeError, KeyError):
        return text.strip()
