"""From the words of a command line to cases and rules, all mistakes told at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

from . import suites
from .cases import Case, Wish, expand
from .errors import HarnessError
from .launch import MOST_RANKS
from .processor import processor, usable_cores
from .rounds import Rules

NAMED_BUDGET_S = 60.0
MOST_VALUES = 1_000
LEAST_SAMPLES, MOST_SAMPLES = 5, 40


@dataclass(frozen=True)
class Asked:
    """Names and options as they were typed; ranks 0 and no threads mean the machine's own."""

    names: tuple[str, ...] = ()
    suite: str | None = None
    size: str = "cache"
    threads: str = ""
    ranks: int = 0
    parameters: tuple[str, ...] = ()


def cases(asked: Asked) -> tuple[list[Case], float]:
    """What to measure, and the seconds that it is worth. HarnessError with every mistake."""
    problems: list[str] = []
    cores = usable_cores()
    threads = _threads(asked.threads, cores, problems)
    parameters = tuple(_parameter(text, problems) for text in asked.parameters)
    if asked.ranks < 0 or asked.ranks > MOST_RANKS:
        problems.append(f"--ranks {asked.ranks}: there must be 1 to {MOST_RANKS:,}")
    if asked.suite is not None and asked.names:
        problems.append(f"name kernels or a suite, not both ({', '.join(asked.names)})")
    if asked.suite is not None and parameters:
        problems.append("--param goes with named kernels, not with a suite")
    if problems:
        raise HarnessError(problems)
    ranks = asked.ranks or max(2, cores)
    if asked.names:
        sizes = tuple(_words(asked.size))
        return expand(Wish(asked.names, sizes, threads or (1,), ranks, parameters)), NAMED_BUDGET_S
    suite = suites.find(asked.suite or "quick")
    place = suites.Place(processor(), threads or suites.doubled(cores), ranks)
    return suite.cases(place), suite.budget_s


def rules(repeat: int, tight: float, budget_s: float, rivals: bool, seed: int) -> Rules:
    """When to stop; HarnessError for numbers that mean nothing."""
    problems = []
    if repeat < 0:
        problems.append(f"--repeat {repeat}: there must be at least one sample (0: until tight)")
    if not (math.isfinite(tight) and 0 < tight < 1):
        problems.append(f"--tight {tight}: it must lie between 0 and 1")
    if not (math.isfinite(budget_s) and budget_s > 0):
        problems.append(f"--budget {budget_s}: it must be a positive number of seconds")
    if seed < 0:
        problems.append(f"--seed {seed}: it must not be negative")
    if problems:
        raise HarnessError(problems)
    if repeat:
        return Rules(repeat, repeat, tight, budget_s, rivals, seed)
    return Rules(LEAST_SAMPLES, MOST_SAMPLES, tight, budget_s, rivals, seed)


def _threads(text: str, cores: int, problems: list[str]) -> tuple[int, ...]:
    counts = []
    for word in _words(text):
        if word == "all":
            counts.append(cores)
        elif word.isdigit() and 1 <= int(word) <= MOST_VALUES:
            counts.append(int(word))
        else:
            problems.append(f"--threads {word!r}: a number from 1, or all")
    return tuple(dict.fromkeys(counts))


def _parameter(text: str, problems: list[str]) -> tuple[str, tuple[float, ...]]:
    """`n=1000,2000` as a name and its values."""
    name, _, listed = text.partition("=")
    words = _words(listed)
    values = []
    for word in words[:MOST_VALUES]:
        try:
            values.append(float(word))
        except ValueError:
            problems.append(f"--param {text!r}: {word!r} is no number")
    if not name or not words:
        problems.append(f"--param {text!r}: write it as name=value,value")
    if len(words) > MOST_VALUES:
        problems.append(f"--param {name}: {len(words):,} values; at most {MOST_VALUES:,}")
    return name, tuple(int(value) if value.is_integer() else value for value in values)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
