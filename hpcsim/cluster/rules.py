"""Rules of a machine and terms of jobs, as columns: what a cluster is told beside its jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Window:
    """Nodes that are kept from `start_s` to `end_s` for a reservation, or, with 0, for nobody."""

    start_s: float
    end_s: float
    nodes: NDArray[np.int32]
    reservation: int = 0


@dataclass(frozen=True, eq=False)
class Rules:
    """What holds on a machine beside its nodes; an empty one switches the rules' own pass on.

    `counters`: how many there are of each countable thing, `counter_reasons`: why a job waits that
    lacks it (see `reasons`), Licenses if not given.
    """

    windows: Sequence[Window] = ()
    counters: Sequence[int] = ()
    counter_reasons: Sequence[int] = ()
    keep_unsatisfiable: bool = False
    """A job whose dependencies can never be satisfied stays in the queue; else it is cancelled."""


@dataclass(frozen=True, eq=False)
class Claims:
    """Job number `job[i]` (rows of one submission, from 0) claims `amount[i]` of a counter."""

    job: Ints
    counter: Ints
    amount: Ints


@dataclass(frozen=True, eq=False)
class Moulds:
    """Shapes of moldable jobs, a row a shape, a job's own shapes side by side."""

    job: Ints
    nodes: Ints
    cores: Ints
    memory_mib: Ints
    gres: Ints
    runtime_s: Floats
    limit_s: Floats


@dataclass(frozen=True, eq=False)
class Ties:
    """Job `child[i]` waits for job `parent[i]` (rows of one submission, from 0).

    `kind`: what it waits for, see `terms.TIE_NAMES`; `delay_s`: how long after that; where
    `one_is_enough`, the same at each tie of a child, the first fulfilled one lets it go.
    """

    parent: Ints
    child: Ints
    kind: Ints
    delay_s: Floats
    one_is_enough: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Terms:
    """What J jobs ask beyond a shape; None: none of them does.

    `begin_s`, `deadline_s`: float64[J], nan for none; `held`: bool[J]; `reservation`: int[J], from
    1, 0 for none.
    """

    begin_s: Floats | None = None
    deadline_s: Floats | None = None
    held: NDArray[np.bool_] | None = None
    reservation: Ints | None = None
    claims: Claims | None = None
    moulds: Moulds | None = None
    ties: Ties | None = None
