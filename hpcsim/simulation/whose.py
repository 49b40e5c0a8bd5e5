"""A workload's users, accounts, queues and partitions, as the rules of a site see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hpcsim.cluster.machine import Machine, Shapes, shapes_of
from hpcsim.cluster.who import Who
from hpcsim.errors import Problem
from workloads.workload import Workload

if TYPE_CHECKING:
    from hpcsim.cluster.admission import Admission
    from hpcsim.cluster.rulebook import Rulebook
    from hpcsim.cluster.standings import Assumed


def who_of(workload: Workload, rulebook: Rulebook) -> Who:
    """Whose each job is and where it goes; numbers stand for themselves where names are missing.

    A trace has queues and partitions, no QOS: where it says no partition, or none that the site
    knows, a queue that is called as a partition or QOS of the site is one.
    """
    columns = {name: getattr(workload, name) for name in ("user", "group", "account", "partition")}
    names: dict[str, Sequence[str]] = dict(workload.labels)
    partitions = {each.name for each in rulebook.partitions}
    qualities = {each.name for each in rulebook.qos}
    queues = set(_names(workload, "queue"))
    if queues & partitions and not set(_names(workload, "partition")) & partitions:
        columns["partition"] = workload.queue
        names["partition"] = workload.labels.get("queue", ())
    if queues & qualities:
        columns["qos"] = workload.queue
        names["qos"] = workload.labels.get("queue", ())
    for name in ("partition", "account"):
        if not names.get(name):
            # Traces number them from 1 without saying which is which.
            del columns[name]
    said = {name: column for name, column in columns.items() if (column >= 0).any()}
    return Who.of(len(workload), names, **said)


def _names(workload: Workload, column: str) -> Sequence[str]:
    return tuple(name for name in workload.labels.get(column, ()) if name)


def placed(
    workload: Workload, machine: Machine, *, computed: bool
) -> tuple[Rulebook | None, Who | None, Shapes]:
    """The rules that hold on the machine, whose each job is, and how it lies on nodes.

    Without a site, and without priorities that are `computed`, there are no rules.
    """
    if machine.site is None and not computed:
        return None, None, shapes_of(workload.cores, workload.memory_per_core_mib, machine)
    from hpcsim.cluster.admission import Admission
    from hpcsim.cluster.rulebook import Rulebook

    rulebook = Rulebook(machine.site, computed=computed)
    who = who_of(workload, rulebook)
    kinds = rulebook.kinds_of(who)
    rulebook.expect_known()
    return rulebook, who, _shapes(workload, machine, Admission(rulebook, machine), kinds)


def _shapes(workload: Workload, machine: Machine, door: Admission, kinds: np.ndarray) -> Shapes:
    """How each job lies on the nodes of its partition."""
    cores, memory = workload.cores, workload.memory_per_core_mib
    bits = door.bits(kinds)
    if not bits.any():
        return shapes_of(cores, memory, machine)
    columns: dict[str, NDArray] = {}
    for bit in np.unique(bits):
        rows = np.flatnonzero(bits == bit)
        inside = (machine.mask & bit) == bit
        part = Machine(cores=machine.cores[inside], memory_mib=machine.memory_mib[inside])
        found = shapes_of(cores[rows], memory[rows], part)
        for name, column in vars(found).items():
            columns.setdefault(name, np.zeros(len(cores), column.dtype))[rows] = column
    return door.bound(kinds, Shapes(**columns))


def refused(
    workload: Workload, machine: Machine
) -> tuple[Shapes, NDArray[np.bool_], list[Problem], list[Assumed]]:
    """How each job lies on nodes; bool[J]: which jobs the rules of the machine's site forbid.

    With the problems of those, and what was assumed of names that the site does not know.
    """
    if machine.site is None:
        shapes = shapes_of(workload.cores, workload.memory_per_core_mib, machine)
        return shapes, np.zeros(len(workload), bool), [], []
    from hpcsim.cluster.admission import Admission
    from hpcsim.cluster.rulebook import Rulebook

    rulebook = Rulebook(machine.site)
    kinds = rulebook.kinds_of(who_of(workload, rulebook))
    door = Admission(rulebook, machine)
    shapes = _shapes(workload, machine, door, kinds)
    forbidden, problems = door.refusals(kinds, shapes, door.limits(kinds, workload.limit_s))
    return shapes, forbidden, problems, rulebook.assumed
