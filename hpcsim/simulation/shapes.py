"""How the centre's jobs lie on nodes."""

from __future__ import annotations

import numpy as np

from hpcsim.center.graph import PipelineGraph
from hpcsim.cluster.machine import Shapes


def on_one_node(graph: PipelineGraph) -> Shapes:
    """A task of a pipeline is threads of one process: it runs on one node."""
    count = len(graph)
    return Shapes(
        nodes=np.ones(count, np.int32),
        cores=graph.cores,
        memory_mib=np.ceil(graph.memory_mib).astype(np.int32),
        gres=np.zeros(count, np.int32),
        mask=np.zeros(count, np.int64),
        exclusive=np.zeros(count, bool),
    )
