"""What a job costs at most: if it runs until its limit."""

from __future__ import annotations

from dataclasses import dataclass

from hpcsim.site import Site
from hpcsim.site.nodes import NodeType
from hpcsim.units import HOUR_S
from workloads.jobs import JobDescription
from workloads.jobs.shapes import memory_of_node, shape_of

MIB_PER_GIB = 1024


@dataclass(frozen=True)
class Cost:
    """Core-hours, money, energy at the meter and carbon of all elements of a job."""

    core_h: float
    yuan: float
    kwh: float
    co2_kg: float


def cost_of(job: JobDescription, site: Site) -> Cost | None:
    """The most that a job costs; None if it has no limit, here or by its partition's default.

    A job's energy is its cores' share of nodes that are fully at work, times the PUE.
    """
    core_h = core_hours_of(job, site)
    if core_h is None:
        return None
    kind = node_type_of(job, site)
    kwh = core_h / kind.cores * kind.core_work_w() / 1000 * site.power.pue
    prices = site.prices
    rate = prices.yuan_per_core_h.get("default", 0.0)
    partition = (job.partition or site.default_partition.name).split(",")[0]
    factor = prices.partition_factors.get(partition, 1.0)
    factor *= prices.qos_factors.get(job.qos or site.default_qos or "", 1.0)
    return Cost(core_h, core_h * rate * factor, kwh, kwh * site.carbon.kg_per_kwh)


def core_hours_of(job: JobDescription, site: Site) -> float | None:
    """The core-hours of all elements that run until the limit; None without one."""
    hours = _hours(job, site)
    if hours is None:
        return None
    elements = job.array.size if job.array else 1
    return cores_held(job, node_type_of(job, site)) * elements * hours


def _hours(job: JobDescription, site: Site) -> float | None:
    if job.time_limit_s is not None:
        return job.time_limit_s / HOUR_S
    name = (job.partition or site.default_partition.name).split(",")[0]
    queue = next((q for q in site.queues if q.name == name), None)
    return None if queue is None or job.time_unlimited else queue.default_time_h


def node_type_of(job: JobDescription, site: Site) -> NodeType:
    """The smallest kind of node that has the cores and the memory for one node's part."""
    shape = shape_of(job)
    cores = (shape.tasks_per_node or 1) * shape.cpus_per_task
    memory = memory_of_node(job) or 0
    fitting = [
        kind
        for kind in site.nodes
        if kind.cores >= cores and kind.memory_gib * MIB_PER_GIB >= memory
    ]
    return min(fitting or site.nodes, key=lambda kind: (kind.cores, kind.memory_gib))


def cores_held(job: JobDescription, kind: NodeType) -> int:
    """The cores that the job keeps from others: whole nodes if it wants them for itself."""
    shape = shape_of(job)
    if job.exclusive is None:
        return shape.cpus
    nodes = shape.nodes or -(-shape.cpus // kind.cores)
    return max(nodes * kind.cores, shape.cpus)
