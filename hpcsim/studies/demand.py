"""Where the work comes from: a file or a generator, fitted to a machine and to a load."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import workloads
from hpcsim.cluster.machine import Machine, impossible, shapes_of
from hpcsim.errors import InputError, Problem, nearest
from workloads.generation import known_generators
from workloads.repairs import Repairs
from workloads.workload import Workload

DEFAULT_CORES = 35_000
OVERSIZED = ("error", "drop")
_CHUNK = 2**20


@dataclass(frozen=True)
class Demand:
    """A workload ready to run, the machine it runs on, and where it came from."""

    workload: Workload
    cores: int
    repairs: list[dict[str, Any]] = field(default_factory=list)
    origin: Mapping[str, Any] = field(default_factory=dict)

    @property
    def repair_lines(self) -> list[str]:
        """What was not in the input as it was read, a sentence each."""
        return [
            f"{repair['kind']} {repair['count']:,}: {repair['what']}" for repair in self.repairs
        ]


def machine_named(site: str | None, cores: int | None) -> Machine | None:
    """The nodes of a site, shipped or in a file; None without one.

    Raises InputError where cores are given as well.
    """
    if site is None:
        return None
    if cores is not None:
        raise InputError(
            Problem("--cores and --site both say how large the machine is", hint="give one of them")
        )
    from hpcsim.simulation.site_machine import machine_of
    from hpcsim.site import load

    return machine_of(load(site))


def find_demand(
    source: str,
    *,
    cores: int | None = None,
    load: float | None = None,
    seed: int = 0,
    strict: bool = False,
    oversized: str = "error",
    machine: Machine | None = None,
) -> Demand:
    """Read the file or run the generator `source`, for `cores` cores (its own size without).

    With the nodes of a `machine`, they are the size, and every job must fit them.

    `load` stretches the gaps between submissions. Jobs larger than a machine of `cores` cores are
    an error, or dropped and reported. Raises InputError with all options that cannot be.
    """
    if machine is not None:
        cores = machine.total_cores
    _check_options(cores, load, seed, oversized)
