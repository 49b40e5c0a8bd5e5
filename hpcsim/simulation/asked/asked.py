"""What the jobs of a workload ask of a machine; nothing, for most."""

from __future__ import annotations

from dataclasses import dataclass

from hpcsim.cluster.machine import Machine, Shapes
from hpcsim.cluster.rules import Rules, Terms
from hpcsim.errors import InputError, Problem
from workloads.workload import Workload


@dataclass(frozen=True, eq=False)
class Asked:
    """What a cluster is made with, and what it is handed: no rules where nobody asks for any."""

    machine: Machine
    shapes: Shapes
    rules: Rules | None = None
    terms: Terms | None = None


def asked_of(
    workload: Workload, machine: Machine, usual: Shapes, *, maintenance: bool = False
) -> Asked:
    """What the jobs of `workload`, in its order, ask of `machine`.

    `usual` says how they would lie on nodes if they said nothing. With `maintenance`, the site's
    planned windows are kept free. Raises InputError with every mistake.
    """
    if maintenance and not machine.names.maintenance:
        hint = "give a --site with [failures.maintenance.<name>], or leave --maintenance out"
        raise InputError(Problem("no maintenance is planned on this machine", hint=hint))
    reserved = machine.names.reservations + (machine.names.maintenance if maintenance else ())
    if not workload.wishes and not reserved:
        return Asked(machine, usual)
    from .resolve import resolve  # reads the languages of job scripts, which most never need

    return resolve(workload, machine, usual, maintenance=maintenance)
