"""Rounds: every case once a round, in changing order, so that drift hits all alike."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import psutil

from ..contract import KernelError
from .cases import Case
from .prepared import Prepared, nbytes, unmeasured, wrong
from .results import Result

MEMORY_SHARE = 0.25


@dataclass(frozen=True)
class Rules:
    """When a measurement is good enough, and when the time is up.

    A case is done after `least` samples once half of its 95 % interval is within `tight` of its
    median, or after `most`. `budget_s` bounds all cases together, but each gets three samples.
    """

    least: int = 5
    most: int = 40
    tight: float = 0.01
    budget_s: float = 120.0
    rivals: bool = False
    seed: int = 0


@dataclass
class Hall:
    """What the rounds need from outside.

    In a parallel run all ranks `agree` with the first. A kernel that raises one of `survives`
    does not end the others; where only one rank may have raised, the ranks must end instead.
    """

    keep: Callable[[Result], None] = lambda result: None
    prepare: Callable[[Case, int, bool], Prepared] = Prepared
    agree: Callable[[bool], bool] = lambda value: value
    between: Callable[[], None] = lambda: None
    survives: tuple[type[Exception], ...] = (Exception,)
    memory: int = field(
        default_factory=lambda: int(MEMORY_SHARE * psutil.virtual_memory().available)
    )


def measure(cases: Sequence[Case], rules: Rules, hall: Hall) -> list[Result]:
    """The results of all cases in their order; each is handed to `hall.keep` as it stands.

    A case whose output is wrong, or that raises, has a result that says so and no figure.
    Cases are taken together as far as their inputs fit into `hall.memory` bytes.
    """
    results: dict[str, Result] = {}
    end = time.monotonic() + rules.budget_s
    left = list(cases)

    def keep(result: Result) -> None:
        results[result.key] = result
        hall.keep(result)

    while left:
        batch, left, done = _batch(left, rules, hall, keep)
        share = done / (done + len(left))
        until = time.monotonic() + max(0.0, end - time.monotonic()) * share
        _rounds(batch, rules, hall, until, keep)
    return [results[case.key] for case in cases]


def _batch(
    cases: list[Case], rules: Rules, hall: Hall, keep: Callable[[Result], None]
) -> tuple[list[Prepared], list[Case], int]:
    """Ready cases up to the memory bound, the cases left over, and how many were taken."""
    batch: list[Prepared] = []
    used = 0
    for number, case in enumerate(cases):
        if batch and hall.agree(used > hall.memory):
            return batch, cases[number:], number
        try:
            ready = hall.prepare(case, rules.seed, rules.rivals)
            right = ready.warm_up()
        except hall.survives as error:
            keep(_stopped(case, error))
            continue
        if right:
            used += nbytes(ready.inputs)
            batch.append(ready)
        else:
            keep(unmeasured(case, "wrong", _wrong(ready)))
            ready.release()
    return batch, [], len(cases)


def _rounds(
    batch: list[Prepared],
    rules: Rules,
    hall: Hall,
    until: float,
    keep: Callable[[Result], None],
) -> None:
    order = np.random.default_rng(rules.seed)
    active = list(batch)
    rounds = 0
    while active:
        late = hall.agree(time.monotonic() > until)
        if late and rounds >= min(3, rules.least):
            break
        for index in order.permutation(len(active)):
            active[index].sample()
        rounds += 1
        hall.between()
        for each in active:
            each.complete = hall.agree(_settled(each, rules))
            if not each.complete:
                keep(dataclasses.replace(each.result(), complete=False))
        for each in [one for one in active if one.complete]:
            _finish(each, keep)
        active = [each for each in active if not each.complete]
    for each in active:
        _finish(each, keep)


def _settled(each: Prepared, rules: Rules) -> bool:
    n = len(each.samples_s)
    if n >= rules.most:
        return True
    return n >= rules.least and each.summary.uncertainty <= rules.tight


def _finish(each: Prepared, keep: Callable[[Result], None]) -> None:
    """Verify the output once more: a figure of a kernel that broke on the way is no figure."""
    each.complete = True
    each.verify()
    keep(each.result())
    each.release()


def _stopped(case: Case, error: Exception) -> Result:
    """A kernel that cannot run here says why; any other exception is a fault of the kernel."""
    if isinstance(error, KernelError):
        return unmeasured(case, "skipped", str(error))
    return unmeasured(case, "failed", f"{type(error).__name__}: {error}")


def _wrong(ready: Prepared) -> str:
    assert ready.checked is not None
    return wrong(ready.checked)
