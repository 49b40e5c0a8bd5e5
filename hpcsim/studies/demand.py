"""Where the work comes from: a file or a generator, fitted to a machine and to a load."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

import workloads
from hpcsim.cluster.machine import Machine, impossible
from hpcsim.errors import InputError, Problem, nearest
from hpcsim.simulation.asked import asked_of
from hpcsim.simulation.whose import refused
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
    """The nodes of a site, shipped or in a file; None without. InputError with cores as well."""
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
    if workloads.is_generator(source):
        workload = workloads.generate(source, cores=cores or DEFAULT_CORES, seed=seed)
        repairs = Repairs(source)
        origin: dict[str, Any] = {"generator": source, "seed": seed}
    else:
        _check_exists(source)
        workload, repairs = workloads.read(source, strict=strict)
        origin = {"file": Path(source).name, "sha256": _checksum(Path(source))}
    found = list(repairs.as_dict()["repairs"])
    if not len(workload):
        raise InputError(Problem("there is no job to run", source))
    size = cores or workload.machine_cores or int(workload.cores.max())
    workload = _fit(workload, machine or Machine(size), source, oversized, found)
    if load is not None:
        workload = workload.with_load(load, size)
    return Demand(workload, size, found, origin)


def _check_options(cores: int | None, load: float | None, seed: int, oversized: str) -> None:
    problems = []
    if cores is not None and cores < 1:
        problems.append(Problem("a machine has at least one core", value=str(cores)))
    if load is not None and not 0 < load < math.inf:
        rule = "work over capacity, a positive number such as 0.85"
        problems.append(Problem("no such load can be offered", value=str(load), rule=rule))
    if seed < 0:
        problems.append(Problem("a seed is a whole number from 0", value=str(seed)))
    if oversized not in OVERSIZED:
        rule = " or ".join(OVERSIZED)
        problems.append(Problem("no such way with oversized jobs", value=oversized, rule=rule))
    if problems:
        raise InputError(problems)


def _check_exists(source: str) -> None:
    """A name that is neither a file nor a generator may be a mistyped either."""
    name = source.partition(":")[0]
    if not Path(source).exists() and (name != source or "." not in name):
        raise InputError(
            Problem(
                "there is no such file, nor such a generator",
                source,
                hint="a trace is named by its path; generators: "
                + nearest(name, sorted(known_generators())),
            )
        )


def _fit(
    workload: Workload, machine: Machine, source: str, oversized: str, found: list[dict[str, Any]]
) -> Workload:
    usual, forbidden, problems, assumed = refused(workload, machine)
    found += [
        {"kind": "assumed", "count": each.jobs, "first_lines": [], "what": each.line}
        for each in assumed
    ]
    workload = _allowed(workload, forbidden, problems, oversized, found)
    asked = asked_of(workload, machine, usual.select(np.flatnonzero(~forbidden)))
    never = impossible(asked.shapes, asked.machine)
    rows = np.flatnonzero(never)
    if not len(rows):
        return workload
    cores = machine.total_cores
    ids = workload.job_id[rows]
    if oversized == "error" or len(rows) == len(workload):
        raise InputError(
            Problem(
                f"{len(rows):,} of {len(workload):,} jobs are larger than the machine"
                f"{' can hold' if machine.by_node else ''}, job {ids[0]} first",
                source,
                value=f"{workload.cores[rows[0]]} cores",
                rule=f"a job must fit into the machine's {cores:,} cores"
                + (", spread over its nodes" if machine.by_node else ""),
                hint="--oversized drop leaves such jobs out"
                if machine.by_node
                else f"use --cores {int(workload.cores.max())} or more, or --oversized drop",
            )
        )
    found.append(
        {
            "kind": "dropped",
            "count": len(rows),
            "first_lines": [],
            "what": f"jobs larger than the machine's {cores:,} cores, job {ids[0]} first",
        }
    )
    return workload.select(~never)


def _allowed(
    workload: Workload,
    forbidden: np.ndarray,
    problems: list[Problem],
    oversized: str,
    found: list[dict[str, Any]],
) -> Workload:
    """The jobs that the site's rules let start; the others are an error, or dropped and told."""
    count = int(forbidden.sum())
    if not count:
        return workload
    if oversized == "error" or count == len(workload):
        way_out = "; --oversized drop leaves such jobs out"
        problems = [replace(each, hint=(each.hint or "") + way_out) for each in problems]
        raise InputError(problems)
    first = workload.job_id[int(np.argmax(forbidden))]
    what = f"jobs that the site's rules forbid, job {first} first"
    found.append({"kind": "dropped", "count": count, "first_lines": [], "what": what})
    return workload.select(~forbidden)


def _checksum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()
