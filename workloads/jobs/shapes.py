"""The shape of a job in whole numbers, for dialects that ask for nodes, slots or cores."""

from __future__ import annotations

from dataclasses import dataclass

from .model import JobDescription


@dataclass(frozen=True)
class Shape:
    """Nodes, tasks on each, CPUs of each task; None for nodes where any number will do."""

    nodes: int | None
    tasks_per_node: int | None
    tasks: int
    cpus_per_task: int

    @property
    def cpus(self) -> int:
        """All CPUs."""
        return self.tasks * self.cpus_per_task


def shape_of(job: JobDescription) -> Shape:
    """What the job asks for, with one task of one CPU where it does not say."""
    # Slurm takes `-N 0` beside a list of nodes: the list decides then.
    nodes, each = job.nodes_min or None, job.tasks_per_node or None
    tasks = job.tasks
    if tasks is None:
        tasks = (nodes or 1) * (each or 1)
    if each is None and nodes is not None and tasks % nodes == 0:
        each = tasks // nodes
    if nodes is None and each is not None:
        nodes = -(-tasks // each)
    return Shape(nodes, each, tasks, max(job.cpus_per_task or 1, job.cpus_per_node_min or 1))


def memory_of_node(job: JobDescription) -> int | None:
    """The memory that each node needs, in MiB; None where the job does not say."""
    if job.memory_per_node_mib is not None:
        return job.memory_per_node_mib
    if job.memory_per_cpu_mib is None:
        return None
    shape = shape_of(job)
    return job.memory_per_cpu_mib * (shape.tasks_per_node or shape.tasks) * shape.cpus_per_task


SHAPE_FIELDS = frozenset(
    ("name", "nodes_min", "tasks", "tasks_per_node", "cpus_per_task", "memory_per_node_mib")
)
