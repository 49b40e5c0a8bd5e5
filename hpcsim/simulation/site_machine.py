"""A site as the machine that the scheduler core knows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hpcsim.cluster.machine import MOST_MIB, Machine
from hpcsim.cluster.names import Lane, Names, Recurring
from hpcsim.errors import InputError, Problem
from hpcsim.site.layout import Layout, layout
from hpcsim.site.model import Site
from hpcsim.site.selectors import select
from hpcsim.units import DAY_S, HOUR_S

MOST_MASK_BITS = 62
MOST_LANE_BITS = 31


def machine_of(site: Site) -> Machine:
    """The nodes of `site` with everything that a job can ask of them.

    Partition p is bit p of a node's mask, feature f the bit f behind the partitions. Each kind of
    accelerator or other resource has a lane of bits in `gres`, wide enough for the most that a
    node has and one bit more. Raises InputError where there are too many names or resources.
    """
    nodes = layout(site)
    flags = np.concatenate((nodes.partition, nodes.feature))
    lanes, top = _lanes(nodes)
    problems = [*_too_many(site, len(flags), top)]
    if problems:
        raise InputError(problems)
    bits = np.left_shift(np.int64(1), np.arange(len(flags), dtype=np.int64))
    gres = np.zeros(len(nodes.cores), np.int64)
    for name, counts in zip(nodes.resource_names, nodes.resources, strict=True):
        for shift in lanes[name].of:
            gres += counts.astype(np.int64) << shift
    return Machine(
        cores=nodes.cores,
        memory_mib=np.minimum(nodes.memory_mib, MOST_MIB).astype(np.int32),
        gres=gres.astype(np.int32),
        mask=(flags * bits[:, None]).sum(axis=0, dtype=np.int64),
        switches=nodes.switch,
        lanes=top,
        names=Names(
            features={
                **{queue.name: bit for bit, queue in enumerate(site.queues)},
                **{name: len(site.queues) + bit for bit, name in enumerate(nodes.feature_names)},
            },
            bits=len(flags),
            resources=lanes,
            licences=dict(site.licences),
            reservations=tuple(_reservations(site)),
            maintenance=tuple(_maintenance(site, nodes)),
        ),
        site=site,
    )


def _lanes(nodes: Layout) -> tuple[dict[str, Lane], int]:
    """A lane for each resource, and for each kind of which there are several types; their tops.

    With one type of a kind its lane also has the kind's name: `gpu` is `gpu:a100`.
    """
    names = nodes.resource_names
    kinds = [name.partition(":")[0] for name in names]
    found: dict[str, Lane] = {}
    shift = top = 0

    def add(counts: np.ndarray, also: tuple[int, ...]) -> Lane:
        nonlocal shift, top
        most = int(counts.max(initial=0))
        lane = Lane(shift, most, (shift, *also))
        shift += most.bit_length() + 1
        top |= 1 << (shift - 1)
        return lane

    for kind in dict.fromkeys(kinds):
        own = [i for i, each in enumerate(kinds) if each == kind]
        total = () if len(own) == 1 else (shift,)
        if total:
            found[kind] = add(nodes.resources[own].sum(axis=0), ())
        for i in own:
            found[names[i]] = add(nodes.resources[i], total)
        if not total:
            found.setdefault(kind, found[names[own[0]]])
    return found, top or 1 << (MOST_LANE_BITS - 1)


def _too_many(site: Site, flags: int, top: int) -> Iterator[Problem]:
    if flags > MOST_MASK_BITS:
        yield Problem(
            "too many partitions and features for one site",
            site.name,
            value=str(flags),
            rule=f"at most {MOST_MASK_BITS} together",
        )
    if top.bit_length() > MOST_LANE_BITS:
        yield Problem(
            "too many countable resources in a node",
            site.name,
            value=f"{top.bit_length()} bits",
            rule=f"the most of each kind takes its binary digits and one, at most {MOST_LANE_BITS}",
            hint="count in larger units, as in TB instead of GB",
        )


def _reservations(site: Site) -> Iterator[Recurring]:
    counts = {kind.name: kind.count for kind in site.nodes}
    first = dict(zip(counts, np.cumsum([0, *counts.values()]).tolist(), strict=False))
    for each in site.reservations:
        chosen: set[int] = set()
        for selector in each.nodes or counts:
            kind, ranges = select(selector, counts)
            for span in ranges:
                chosen.update(range(first[kind] + span.start, first[kind] + span.stop))
        yield Recurring(
            each.name,
            each.first_d * DAY_S,
            np.inf if each.every_d is None else each.every_d * DAY_S,
            each.duration_h * HOUR_S,
            np.array(sorted(chosen), np.int32),
            each.users,
            each.accounts,
        )


def _maintenance(site: Site, nodes: Layout) -> Iterator[Recurring]:
    for window in site.failures.maintenance:
        kinds = [not window.node_types or kind.name in window.node_types for kind in site.nodes]
        yield Recurring(
            window.name,
            window.first_d * DAY_S,
            np.inf if window.every_d is None else window.every_d * DAY_S,
            window.duration_h * HOUR_S,
            np.flatnonzero(np.array(kinds)[nodes.node_type]).astype(np.int32),
        )
