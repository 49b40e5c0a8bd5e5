"""What a request keeps from others without using it."""

from __future__ import annotations

from hpcsim.site import Site
from workloads.jobs import JobDescription
from workloads.jobs.shapes import memory_of_node, shape_of

from .cost import MIB_PER_GIB, cores_held, node_type_of
from .finding import Waste

TOLERATED = 2.0
"""How much larger the share of one resource may be than that of the other."""
SMALL = 0.1
"""A part of a node below which nobody is in the way."""


MEMORY = ("memory_per_node_mib", "memory_per_cpu_mib")


def waste_of(job: JobDescription, site: Site) -> tuple[Waste, ...]:
    """What is kept from others; empty if nothing is."""
    kind = node_type_of(job, site)
    shape = shape_of(job)
    found = []
    held = cores_held(job, kind)
    if held > shape.cpus * TOLERATED:
        message = f"whole nodes are held with {held} cores for {shape.cpus}"
        found.append(Waste(("exclusive",), message, "leave out exclusive use"))
    memory = memory_of_node(job)
    cores = (shape.tasks_per_node or (shape.tasks if shape.nodes == 1 else 1)) * shape.cpus_per_task
    if memory is None or job.exclusive is not None:
        return tuple(found)
    per_core = kind.memory_gib * MIB_PER_GIB / kind.cores
    share_memory, share_cores = memory / (kind.memory_gib * MIB_PER_GIB), cores / kind.cores
    if share_memory > SMALL and share_memory > TOLERATED * share_cores:
        idle = min(round((share_memory - share_cores) * kind.cores), kind.cores - cores)
        message = (
            f"{memory} MiB with {cores} cores are {share_memory:.0%} of a node's memory and "
            f"{share_cores:.0%} of its cores: about {idle} cores lie idle"
        )
        found.append(Waste(MEMORY, message, f"a core's share is {per_core:.0f} MiB"))
    return tuple(found)
