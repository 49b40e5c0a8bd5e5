"""One session of the suite: watch the machine, measure, keep every result as it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from . import launch
from .cases import Case
from .fingerprint import Fingerprint, fingerprint
from .noise import Watch
from .results import Result
from .rounds import Hall, Rules, measure
from .store import Store


@dataclass(frozen=True)
class Finished:
    """A session as it ended; `stopped` says that it was cut short and what is there was kept."""

    session: int
    results: tuple[Result, ...]
    disturbances: tuple[str, ...]
    fingerprint: Fingerprint
    stopped: bool


def run(
    cases: Sequence[Case],
    rules: Rules,
    store: Store,
    label: str = "",
    told: Callable[[Result], None] = lambda result: None,
    check: Callable[[], None] = lambda: None,
) -> Finished:
    """Measure `cases` into `store`; `told` hears of each finished one.

    An interrupt (KeyboardInterrupt) ends the measuring; what was measured by then is kept. `check`
    is called with each result and may raise one.
    """
    found = fingerprint()
    session = store.begin(label, found)

    def keep(result: Result) -> None:
        store.keep(session, result)
        if result.complete:
            told(result)
        check()

    serial = [case for case in cases if not case.ranks]
    parallel = [case for case in cases if case.ranks]
    stopped = False
    watch = Watch()
    try:
        if serial:
            measure(serial, _part(rules, serial, cases), Hall(keep=keep, between=watch.beat))
        if parallel:
            found = replace(found, mpi=_parallel(parallel, _part(rules, parallel, cases), keep))
            store.renew(session, found)
    except KeyboardInterrupt:
        stopped = True
    said = watch.disturbances()
    if not stopped:
        store.finish(session, said)
    return Finished(session, tuple(store.results(session)), said, found, stopped)


def _part(rules: Rules, some: Sequence[Case], cases: Sequence[Case]) -> Rules:
    """The rules with the share of the budget that some of the cases have."""
    return replace(rules, budget_s=rules.budget_s * len(some) / len(cases))


def _parallel(cases: Sequence[Case], rules: Rules, keep: Callable[[Result], None]) -> str:
    """Measure on ranks, in the run that this process is part of or in one that is started."""
    if launch.rank() is not None:
        from ..mpi._world import library, world
        from .ranks import measure_together

        here = [replace(case, ranks=world().size) for case in cases]
        measure_together(list(dict.fromkeys(here)), rules, keep)
        return library()
    from .parallel import measure_ranks

    return measure_ranks(cases, rules, keep)[1]


def follow(cases: Sequence[Case], rules: Rules) -> None:
    """What the other ranks of a run do while the first one runs the suite."""
    parallel = [case for case in cases if case.ranks]
    if parallel:
        _parallel(parallel, _part(rules, parallel, cases), lambda result: None)
