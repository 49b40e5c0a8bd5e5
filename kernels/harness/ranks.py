"""What each rank of a parallel measurement runs: `python -m mpi4py -m kernels.harness.ranks`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from ..contract import KernelError
from ..mpi._world import library, ranks_here, world
from .cases import Case
from .prepared import Prepared
from .processor import usable_cores
from .results import Result, to_json
from .rounds import Hall, Rules, measure

RESULT = "hpcsim-result "
LIBRARY = "hpcsim-mpi "


@dataclass(frozen=True)
class Plan:
    """What the ranks are to measure."""

    cases: tuple[Case, ...]
    rules: Rules


class Together(Prepared):
    """A case that all ranks run at once; a sample is the time of the slowest rank."""

    def _timed(self, function: Callable[[], None], calls: int) -> float:
        comm = world()
        self.before()
        comm.Barrier()
        begin = time.perf_counter()
        for _ in range(calls):
            function()
        return float(max(comm.allgather(time.perf_counter() - begin)))

    def _warnings(self) -> tuple[str, ...]:
        """Ranks that share cores measure the time sharing, not the machine."""
        cores, here = usable_cores(), ranks_here()
        if here <= cores:
            return ()
        return (f"{here} ranks share {cores} cores: waiting for a core is part of the figure",)


def measure_together(
    cases: Sequence[Case], rules: Rules, keep: Callable[[Result], None]
) -> list[Result]:
    """Measure on all ranks of this run; only the first rank's `keep` is called."""
    comm = world()

    def agreed(value: bool) -> bool:
        return bool(comm.bcast(value, root=0))

    hall = Hall(
        keep=keep if comm.rank == 0 else (lambda result: None),
        prepare=Together,
        agree=agreed,
        survives=(KernelError,),
    )
    with threadpool_limits(1):  # a rank is one core's; a BLAS on all cores would take the others'
        return measure(cases, rules, hall)


@cache
def adapter() -> Any:
    """Reads and writes a Plan as JSON."""
    from pydantic import TypeAdapter

    return TypeAdapter(Plan)


def main(file: str) -> None:
    """Measure the plan in `file`; the first rank writes a line for each result."""
    plan: Plan = adapter().validate_json(Path(file).read_bytes())
    if world().rank == 0:
        _line(LIBRARY, library())
    measure_together(plan.cases, plan.rules, lambda result: _line(RESULT, to_json(result)))


def _line(mark: str, text: str) -> None:
    sys.stdout.write(f"{mark}{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
