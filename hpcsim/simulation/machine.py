"""The machine of a site, as the cluster's core sees it."""

from __future__ import annotations

import numpy as np

from hpcsim.cluster.machine import MOST_MIB, Machine
from hpcsim.site import Site
from hpcsim.site.layout import layout


def machine_of(site: Site) -> Machine:
    """The nodes of `site` with their cores and memory."""
    nodes = layout(site)
    nothing = np.zeros(len(nodes.cores), np.int32)
    return Machine(
        cores=nodes.cores,
        memory_mib=np.minimum(nodes.memory_mib, MOST_MIB).astype(np.int32),
        gres=nothing,
        mask=nothing.astype(np.int64),
    )
