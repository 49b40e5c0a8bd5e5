"""How the centre's jobs lie on nodes."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from hpcsim.center.graph import PipelineGraph
from hpcsim.center.research import ResearchJobs
from hpcsim.cluster.machine import Machine, Shapes, shapes_of


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


def research_shapes(jobs: ResearchJobs, machine: Machine) -> Shapes:
    """Researchers ask for as few of the most common nodes as hold their cores.

    Those who want more memory of such a node than it has take whatever has it. Without that rule
    every job that is larger than a common node would crowd on the few large ones that hold it.
    """
    per_core = (jobs.memory_mib / jobs.cores).astype(np.float32)
    shapes = shapes_of(jobs.cores, per_core, machine)
    if not machine.by_node:
        return shapes
    kinds = np.stack([machine.cores, machine.memory_mib])
    (kind_cores, kind_memory), how_many = np.unique(kinds, axis=1, return_counts=True)
    common = int(np.argmax(how_many))
    nodes = -(-jobs.cores // kind_cores[common])
    cores = -(-jobs.cores // nodes)
    memory = np.ceil(per_core * cores)
    usual = memory <= kind_memory[common]
    alike = {"nodes": nodes, "cores": cores, "memory_mib": memory}
    columns = {field.name: getattr(shapes, field.name) for field in fields(Shapes)}
    for name, values in alike.items():
        columns[name] = np.where(usual, values, columns[name]).astype(np.int32)
    return Shapes(**columns)
