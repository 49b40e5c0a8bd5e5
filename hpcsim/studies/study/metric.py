"""What is asked of a run: a figure, of some of the jobs if need be, and what it should be."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass

from hpcsim.errors import InputError, Problem

_NAME = re.compile(r"^\s*([A-Za-z][\w.-]*)\s*(?:\[(.*)\])?\s*$")
_QUESTION = re.compile(r"^(.*?)\s*(<=|>=|<|>)\s*([^<>=]+)$")
_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_NUMBER = re.compile(r"^([-+]?[\d_]*\.?\d+(?:[eE][-+]?\d+)?)\s*([a-z%]*)$")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "days": 86400.0}
_SPOKEN, _MANY = ("d", "h", "min"), 1000


@dataclass(frozen=True)
class Metric:
    """A figure of a run by its name in the summary, of the jobs that `where` describes."""

    name: str
    where: tuple[tuple[str, str], ...] = ()

    @property
    def unit(self) -> str:
        """What its name ends in: `s` of p95_wait_s; nothing of messages_per_s, which is no time."""
        rest, _, unit = self.name.rpartition("_")
        return "" if rest.endswith("per") else unit

    def __str__(self) -> str:
        if not self.where:
            return self.name
        return f"{self.name}[{','.join(f'{column}={value}' for column, value in self.where)}]"


@dataclass(frozen=True)
class Target:
    """What a metric must be for a run to be good."""

    metric: Metric
    sign: str
    value: float

    def is_met(self, value: float) -> bool:
        """Whether a run with that figure meets the target; one without the figure does not."""
        return bool(_COMPARE[self.sign](value, self.value))

    def excess(self, value: float) -> float:
        """By what part of the bound a figure is beyond it, negative within; infinite for NaN."""
        beyond = value - self.value if self.sign[0] == "<" else self.value - value
        return math.inf if math.isnan(value) else beyond / (abs(self.value) or 1.0)

    @property
    def said(self) -> str:
        """As a planner would write it: a time in the largest unit of which it is a few."""
        own = _SECONDS.get(self.metric.unit, 0.0)
        for unit in _SPOKEN:
            number = self.value * own / _SECONDS[unit]
            if 1 <= number < _MANY and number == round(number, 1):
                return f"{self.metric}{self.sign}{number:g}{unit}"
        return str(self)

    def __str__(self) -> str:
        return f"{self.metric}{self.sign}{self.value:g}"


@dataclass(frozen=True)
class Tightness:
    """How narrow the interval of a metric shall be: half of it, absolute or as a part of it."""

    metric: Metric
    half_width: float
    relative: bool


def parse_metric(text: str) -> Metric:
    """`p95_wait_s[class=clinical,account=medical]`; InputError where it is not of that form."""
    match = _NAME.match(text)
    where = []
    for part in match[2].split(",") if match and match[2] is not None else ():
        column, equals, value = (piece.strip() for piece in part.partition("="))
        if not (column and equals and value):
            match = None
            break
        where.append((column, value))
    if match is None:
        rule = "a figure's name, with [column=value] for some of the jobs"
        raise InputError(Problem("not a metric", value=text, rule=rule))
    return Metric(match[1], tuple(where))


def parse_target(text: str) -> Target:
    """`p95_wait_s[class=clinical]<7200`; a time may be written as 2h, a share as 80%."""
    metric, sign, value = _question(text, "a target is a metric, < or >, and a number")
    number, unit = _number(text, value)
    return Target(metric, sign, _in_unit_of(text, metric, number, unit))


def parse_tightness(text: str) -> Tightness:
    """`p95_wait_s<5%`: half the interval less than a twentieth of the mean; without % absolute."""
    rule = "a metric, < and a half width, as in p95_wait_s<5%"
    metric, sign, value = _question(text, rule)
    number, unit = _number(text, value)
    if sign[0] != "<" or number <= 0:
        raise InputError(Problem("an interval is to be narrower than something", text, rule=rule))
    if unit == "%":
        return Tightness(metric, number / 100, relative=True)
    return Tightness(metric, _in_unit_of(text, metric, number, unit), relative=False)


def parsed_metrics(texts: Sequence[str]) -> list[Metric]:
    """Several metrics; InputError with all that are none."""
    found: list[Metric] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            found.append(parse_metric(text))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _question(text: str, rule: str) -> tuple[Metric, str, str]:
    # The sign is the last one outside brackets, for a value in them may hold one.
    head, bracket, tail = text.rpartition("]")
    match = _QUESTION.match(tail if bracket else text)
    if match is None:
        raise InputError(Problem("nothing is asked of a metric", value=text, rule=rule))
    return parse_metric(head + bracket + match[1]), match[2], match[3].strip()


def _number(text: str, value: str) -> tuple[float, str]:
    match = _NUMBER.match(value)
    if match is None:
        raise InputError(Problem("not a number", text, value=value, rule="as in 7200, 2h or 80%"))
    return float(match[1].replace("_", "")), match[2]


def _in_unit_of(text: str, metric: Metric, number: float, unit: str) -> float:
    """`number` in the unit in which the metric is, which its name ends in."""
    if not unit:
        return number
    if unit == "%":
        return number / 100
    if unit not in _SECONDS or metric.unit not in _SECONDS:
        rule = f"{metric.name} ends in its unit; times may be in {', '.join(_SECONDS)}"
        raise InputError(Problem("no such unit", text, value=unit, rule=rule))
    return number * _SECONDS[unit] / _SECONDS[metric.unit]
