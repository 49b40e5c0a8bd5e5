"""What a cluster is made of: one pool of cores, or nodes with cores, memory and more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hpcsim.errors import InputError, Problem

from .names import Names

if TYPE_CHECKING:
    from hpcsim.site.model import Site

MOST_MIB = 2**31 - 1
ONE_LANE = 2**30  # for a machine with one kind of countable resource


@dataclass(frozen=True, eq=False)
class Machine:
    """Columns over the N nodes; no nodes mean one pool of `pool_cores` cores.

    `cores`, `memory_mib` and `gres` (accelerators, or any one countable thing): int32[N]; `mask`:
    int64[N], a bit for each feature and partition that a node has; `switches`: int32[L, N], the
    switch above each node on each level, from the nodes up. Several kinds of countable things
    share `gres`, each in a lane of bits; `lanes` has the highest bit of each lane, which stays 0.
    """

    pool_cores: int = 0
    cores: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    memory_mib: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    gres: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    mask: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    switches: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    lanes: int = ONE_LANE
    names: Names = field(default_factory=Names)
    site: Site | None = None
    """The site that it is of, whose rules then hold for jobs from a workload."""

    @property
    def by_node(self) -> bool:
        """Whether cores belong to nodes."""
        return len(self.cores) > 0

    @property
    def total_cores(self) -> int:
        """All cores."""
        return int(self.cores.sum()) if self.by_node else self.pool_cores


def as_one_node(machine: Machine) -> Machine:
    """A pool of cores as one node with memory without end; a machine of nodes as it is."""
    if machine.by_node:
        return machine
    return Machine(
        cores=np.array([machine.pool_cores], np.int32),
        memory_mib=np.array([MOST_MIB], np.int32),
        gres=np.zeros(1, np.int32),
        mask=np.zeros(1, np.int64),
    )


@dataclass(frozen=True, eq=False)
class Shapes:
    """What jobs want of a machine: `nodes` times (`cores`, `memory_mib`, `gres`), int32[J] each."""

    nodes: NDArray[np.int32]
    cores: NDArray[np.int32]
    memory_mib: NDArray[np.int32]
    gres: NDArray[np.int32]
    mask: NDArray[np.int64]
    exclusive: NDArray[np.bool_]

    def select(self, rows: NDArray[np.int64]) -> Shapes:
        """The shapes of some jobs, in the order of `rows`."""
        return Shapes(**{name: column[rows] for name, column in vars(self).items()})


def shapes_of(cores: NDArray[np.int32], memory_per_core_mib: NDArray[np.float32] | None,
              machine: Machine) -> Shapes:  # fmt: skip
    """The shapes of jobs that say only how many cores and how much memory a core they want.

    A job takes as few of the most common kind of node as hold its cores, all alike. Where these
    lack the memory it takes one node that has both, or else as many common ones as its memory
    needs. Were it one large node first, all that is larger than a common node would crowd there.
    Unknown memory (nan) is none. Raises InputError naming the first job whose single core wants
    more memory than any node has.
    """
    count = len(cores)
    nothing = np.zeros(count, np.int32)
    if not machine.by_node:
        return Shapes(np.ones(count, np.int32), cores, nothing, nothing,
                      np.zeros(count, np.int64), np.zeros(count, bool))  # fmt: skip
    each = np.zeros(count) if memory_per_core_mib is None else np.nan_to_num(memory_per_core_mib)
    each = np.asarray(each, np.float64)
    kinds = np.unique(np.stack((machine.cores, machine.memory_mib)), axis=1, return_counts=True)
    (kind_cores, kind_memory), how_many = kinds
    _refuse_greedy(each, int(kind_memory.max()))
    common = int(np.argmax(how_many))
    node_cores, memory = int(kind_cores[common]), int(kind_memory[common])
    nodes = np.ceil(cores / node_cores)
    usual = np.ceil(each * np.ceil(cores / nodes)) <= memory
    usual &= (nodes <= how_many[common]) | (nodes == 1)
    fits_one = np.zeros(count, bool)
    for most_cores, most_memory in zip(kind_cores, kind_memory, strict=True):
        fits_one |= (cores <= most_cores) & (np.ceil(each * cores) <= most_memory)
    with np.errstate(divide="ignore"):
        by_memory = np.floor(np.where(each > 0, memory / each, node_cores))
    needed = np.ceil(cores / np.clip(by_memory, 1, node_cores))
    nodes = np.where(usual, nodes, np.where(fits_one, 1, needed)).astype(np.int32)
    of_each = np.ceil(cores / nodes).astype(np.int32)
    return Shapes(
        nodes,
        of_each,
        np.ceil(each * of_each).astype(np.int32),
        nothing,
        np.zeros(count, np.int64),
        np.zeros(count, bool),
    )


def _refuse_greedy(each: np.ndarray, most_mib: int) -> None:
    greedy = np.flatnonzero(each > most_mib)
    if len(greedy):
        raise InputError(
            Problem(
                f"job number {greedy[0] + 1} wants more memory for one core than any node has",
                value=f"{each[greedy[0]]:,.0f} MiB",
                rule=f"at most {most_mib:,} MiB a node",
                hint=f"{len(greedy):,} jobs do; ask for less, or add nodes with more memory",
            )
        )


def impossible(shapes: Shapes, machine: Machine) -> NDArray[np.bool_]:
    """bool[J]: which jobs no state of the machine could ever start."""
    if not machine.by_node:
        return shapes.cores > machine.pool_cores
    never = np.zeros(len(shapes.nodes), bool)
    unusual = np.flatnonzero(~_fit_any_node(shapes, machine))
    if not len(unusual):
        return never
    columns = (shapes.nodes, shapes.cores, shapes.memory_mib, shapes.gres, shapes.mask)
    wanted = np.stack([column[unusual] for column in columns], axis=1)
    for shape, rows in _groups(wanted):
        nodes, cores, memory, gres, mask = shape
        able = (
            (machine.cores >= cores)
            & (machine.memory_mib >= memory)
            & (
                ((machine.gres.astype(np.int64) | machine.lanes) - gres) & machine.lanes
                == machine.lanes
            )
            & ((machine.mask & mask) == mask)
        )
        never[unusual[rows]] = able.sum() < nodes
    return never


def _fit_any_node(shapes: Shapes, machine: Machine) -> NDArray[np.bool_]:
    """Which jobs would fit every single node: the usual ones, told apart at little cost."""
    return (
        (shapes.nodes == 1)
        & (shapes.cores <= machine.cores.min())
        & (shapes.memory_mib <= machine.memory_mib.min())
        & (shapes.gres == 0)
        & (shapes.mask == 0)
    )


def _groups(wanted: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Distinct rows and where each stands; jobs ask for few different shapes."""
    shapes, inverse = np.unique(wanted, axis=0, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    edges = np.searchsorted(inverse[order], np.arange(len(shapes) + 1))
    return [(shapes[i], order[edges[i] : edges[i + 1]]) for i in range(len(shapes))]
