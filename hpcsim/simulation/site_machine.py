"""A site as the machine that the scheduler core knows."""

from __future__ import annotations

import numpy as np

from hpcsim.cluster.machine import MOST_MIB, Machine
from hpcsim.errors import InputError, Problem
from hpcsim.site.layout import layout
from hpcsim.site.model import Site

MOST_MASK_BITS = 62


def machine_of(site: Site) -> Machine:
    """The nodes of `site` with their cores, memory, accelerators, partitions and features.

    Partition p is bit p of a node's mask, feature f the bit f behind the partitions. Accelerators
    of all kinds count together. Raises InputError where partitions and features are too many.
    """
    nodes = layout(site)
    flags = np.concatenate((nodes.partition, nodes.feature))
    if len(flags) > MOST_MASK_BITS:
        raise InputError(
            Problem(
                "too many partitions and features for one site",
                site.name,
                value=str(len(flags)),
                rule=f"at most {MOST_MASK_BITS} together",
            )
        )
    bits = np.left_shift(np.int64(1), np.arange(len(flags), dtype=np.int64))
    return Machine(
        cores=nodes.cores,
        memory_mib=np.minimum(nodes.memory_mib, MOST_MIB).astype(np.int32),
        gres=nodes.resources.sum(axis=0).astype(np.int32),
        mask=(flags * bits[:, None]).sum(axis=0, dtype=np.int64),
    )
