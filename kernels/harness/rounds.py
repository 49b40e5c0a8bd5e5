"""Rounds: every case once a round, in changing order, so that drift hits all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import psutil

from ..contract import KernelError
from .cases import Case
from .prepared import Prepared, nbytes, unmeasured, wrong
from .results import Result

MEMORY_SHARE = 0.25
# Past the budget by this share of it, what has not begun is left out and said to be.
OVERTIME = 0.1
LATE = "the budget of {:.0f} s was spent before its turn; raise it with --budget"


@dataclass(frozen=True)
class Rules:
    """When a measurement is good enough, and when the time is up.

    A case is done after `least` samples once half of its 95 % interval is within `tight` of its
    median, or after `most`. `budget_s` bounds all cases together, but each that
    has begun gets three samples.
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
    prepare: Callable[[Case, int, bool, Prepared | None], Prepared] = Prepared
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
        if hall.agree(time.monotonic() > end + rules.budget_s * OVERTIME):
            for case in left:
                keep(unmeasured(case, "skipped", LATE.format(rules.budget_s)))
            break
        before = len(left)
        batch, left = _batch(left, end, rules, hall, keep)
        share = (before - len(left)) / before
        until = time.monotonic() + max(0.0, end - time.monotonic()) * share
        _rounds(batch, rules, hall, until, keep)
    return [results[case.key] for case in cases]


def _batch(
    cases: list[Case], end: float, rules: Rules, hall: Hall, keep: Callable[[Result], None]
) -> tuple[list[Prepared], list[Case]]:
    """Ready cases up to the memory bound or the end of the time, and the cases left over."""
    batch: list[Prepared] = []
    used = 0
    for number, case in enumerate(cases):
        full = used > hall.memory or time.monotonic() > end
        if batch and hall.agree(full):
            return batch, cases[number:]
        like = next((each for each in batch if _same_inputs(each.case, case)), None)
        try:
            ready = hall.prepare(case, rules.seed, rules.rivals, like)
            right = ready.warm_up()
        except hall.survives as error:
            keep(_stopped(case, error))
            continue
        if right:
            used += 0 if like else nbytes(ready.inputs)
            batch.append(ready)
        else:
            keep(unmeasured(case, "wrong", _wrong(ready)))
            if like is None:
                ready.release()
    return batch, []


def _same_inputs(one: Case, other: Case) -> bool:
    """Whether two cases differ in their threads only."""
    return replace(one, threads=other.threads) == other


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
                keep(replace(each.result(), complete=False))
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
