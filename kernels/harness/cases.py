"""What is measured: a kernel at one size, with so many threads or ranks."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .. import registry
from ..contract import KernelError
from .errors import HarnessError

PARALLEL_GROUP = "mpi"
SWEPT_AT_MOST = 2_000


@dataclass(frozen=True)
class Case:
    """A kernel, a named size with changed parameters, threads, and ranks (0: no MPI)."""

    kernel: str
    size: str
    changes: tuple[tuple[str, float], ...] = ()
    threads: int = 1
    ranks: int = 0

    @property
    def key(self) -> str:
        """The name of the measurement in the history: `stream_triad/n=4096/t2`."""
        changes = ",".join(f"{name}={value:.15g}" for name, value in self.changes)
        place = f"{self.size},{changes}" if changes else self.size
        return f"{self.kernel}/{place}/" + (f"r{self.ranks}" if self.ranks else f"t{self.threads}")


@dataclass(frozen=True)
class Wish:
    """What a user asks for: kernels or groups, and the values to go through for each."""

    names: tuple[str, ...]
    sizes: tuple[str, ...] = ("cache",)
    threads: tuple[int, ...] = (1,)
    ranks: int = 2
    parameters: tuple[tuple[str, tuple[float, ...]], ...] = ()


def expand(wish: Wish) -> list[Case]:
    """Every combination that the kernels have; more threads only where a kernel is threaded.

    Raises HarnessError with all mistakes: unknown names, sizes and parameters.
    """
    names, problems = _named(wish.names)
    cases: list[Case] = []
    for name in names:
        try:
            cases.extend(_of_kernel(name, wish))
        except KernelError as error:
            problems.append(str(error))
    if problems:
        raise HarnessError(problems)
    if len(cases) > SWEPT_AT_MOST:
        raise HarnessError(f"{len(cases):,} combinations are asked; at most {SWEPT_AT_MOST:,}")
    return list(dict.fromkeys(cases))


def _named(asked: Iterable[str]) -> tuple[list[str], list[str]]:
    """Kernels by name or by group, in the order asked, and what is unknown."""
    names: list[str] = []
    problems: list[str] = []
    for word in asked:
        if word in registry.GROUPS:
            names.extend(registry.names(word))
            continue
        try:
            registry.find(word)
            names.append(word)
        except KernelError as error:
            problems.append(f"{error} (groups: {', '.join(registry.GROUPS)})")
    return list(dict.fromkeys(names)), problems


def _of_kernel(name: str, wish: Wish) -> list[Case]:
    kernel = registry.load(name)
    parallel = registry.group_of(name) == PARALLEL_GROUP
    threads = wish.threads if kernel.threaded and not parallel else (1,)
    cases = []
    for size, changes, count in itertools.product(wish.sizes, swept(wish.parameters), threads):
        kernel.size(size, **changes)
        ranks = wish.ranks if parallel else 0
        cases.append(Case(name, size, tuple(changes.items()), count, ranks))
    return cases


def swept(parameters: Sequence[tuple[str, tuple[float, ...]]]) -> list[Mapping[str, float]]:
    """All combinations of the values of each parameter."""
    keys = [name for name, _ in parameters]
    values = [values for _, values in parameters]
    return [dict(zip(keys, chosen, strict=True)) for chosen in itertools.product(*values)]
