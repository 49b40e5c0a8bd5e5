"""What jobs ask of each node: how many of them, memory, resources, features, all to themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hpcsim.cluster.machine import Machine, Shapes, impossible
from workloads.workload import Workload

from .mistakes import Mistakes
from .texts import features, resources, rows_by_text, satisfying

MOST_BITS = 62


def shapes_asked(
    workload: Workload, machine: Machine, usual: Shapes, mistakes: Mistakes
) -> tuple[Machine, Shapes]:
    """How each job lies on nodes, beginning with how it usually would.

    An alternative of features is a bit of its own in the nodes' masks, so the machine comes back.
    """
    wishes = workload.wishes
    columns = {name: column.copy() for name, column in vars(usual).items()}
    if "nodes" in wishes:
        asked = wishes["nodes"] > 0
        nodes = wishes["nodes"][asked]
        each = -(-workload.cores[asked] // nodes)
        columns["nodes"][asked], columns["cores"][asked] = nodes, each
        per_core = np.nan_to_num(workload.memory_per_core_mib[asked].astype(np.float64))
        columns["memory_mib"][asked] = _mib(per_core * each)
    if "memory_per_node_mib" in wishes:
        asked = ~np.isnan(wishes["memory_per_node_mib"])
        columns["memory_mib"][asked] = _mib(wishes["memory_per_node_mib"][asked])
    if "exclusive" in wishes:
        columns["exclusive"] |= wishes["exclusive"] > 0
    for text, rows in rows_by_text(workload, "gres"):
        columns["gres"][rows] = _resources(text, rows, machine, mistakes)
    for text, rows in rows_by_text(workload, "features"):
        machine, bits = _features(text, rows, machine, mistakes)
        columns["mask"][rows] |= bits
    return machine, Shapes(**columns)


def _mib(amount: NDArray) -> NDArray[np.int32]:
    return np.minimum(np.ceil(amount), 2.0**31 - 1).astype(np.int32)


def _resources(text: str, rows: NDArray[np.int64], machine: Machine, mistakes: Mistakes) -> int:
    """The text as `Machine.gres` has it; 0 after a mistake."""
    total = 0
    known = machine.names.resources
    for name, count in resources(text).items():
        lane = known.get(name)
        if lane is None:
            mistakes.unknown(rows, "resource", name, list(known))
        elif count > lane.most:
            rule = f"a node has at most {lane.most}"
            mistakes.add(rows, "no node has so much of it", value=f"{name}:{count}", rule=rule)
        else:
            total += lane.amount(count)
    return total


def _features(
    text: str, rows: NDArray[np.int64], machine: Machine, mistakes: Mistakes
) -> tuple[Machine, int]:
    """The bits that a node must have."""
    names = machine.names
    asked = features(text)
    if asked is None:
        mistakes.add(rows, "not a constraint", value=text, rule="names joined by & and |")
        return machine, 0
    unknown = [name for name in asked if name not in names.features]
    for name in unknown:
        mistakes.unknown(rows, "feature", name, list(names.features))
    if unknown:
        return machine, 0
    if "|" not in text:
        return machine, sum(1 << names.features[name] for name in set(asked))
    bit = names.bits
    if bit >= MOST_BITS:
        rule = f"partitions, features and alternatives are at most {MOST_BITS}"
        mistakes.add(rows, "too many alternatives of features", value=text, rule=rule)
        return machine, 0
    has = {name: (machine.mask >> names.features[name]) & 1 == 1 for name in asked}
    mask = machine.mask | (satisfying(text, has).astype(np.int64) << bit)
    return replace(machine, mask=mask, names=replace(names, bits=bit + 1)), 1 << bit


def tell_impossible(
    machine: Machine, shapes: Shapes, wished: NDArray[np.bool_], mistakes: Mistakes
) -> None:
    """Tell of jobs with wishes that no state of the machine could start, and why."""
    rows = np.flatnonzero(wished)
    never = rows[impossible(Shapes(**{k: v[rows] for k, v in vars(shapes).items()}), machine)]
    if not len(never):
        return
    wanted = np.stack([v[never] for v in vars(shapes).values()], axis=1)
    kinds, inverse = np.unique(wanted, axis=0, return_inverse=True)
    for number, kind in enumerate(kinds):
        nodes, cores, memory, gres, mask, _ = (int(value) for value in kind)
        able = (machine.mask & mask) == mask
        steps = (
            ("cores", f"{cores} cores a node", machine.cores >= cores),
            ("memory", f"{memory:,} MiB a node", machine.memory_mib >= memory),
            ("resources", "these resources", _hold(machine, gres)),
        )
        rule = f"{int(able.sum()):,} nodes have the features"
        for _, text, fits in steps:
            able = able & fits
            if able.sum() < nodes:
                rule = f"{int(able.sum()):,} nodes have {text} and what else is asked"
                break
        mistakes.add(
            never[inverse.reshape(-1) == number],
            "can never start on this machine",
            value=f"{nodes} x ({cores} cores, {memory:,} MiB)",
            rule=rule,
            hint="ask for less of each node, or for more nodes",
        )


def _hold(machine: Machine, gres: int) -> NDArray[np.bool_]:
    stock = machine.gres.astype(np.int64) | machine.lanes
    found: NDArray[np.bool_] = ((stock - gres) & machine.lanes) == machine.lanes
    return found
