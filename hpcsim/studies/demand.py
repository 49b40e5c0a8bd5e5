"""Where the work comes from: a file or a generator, fitted to a machine and to a load."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import workloads
from hpcsim.errors import InputError, Problem
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


def find_demand(
    source: str,
    *,
    cores: int | None = None,
    load: float | None = None,
    seed: int = 0,
    strict: bool = False,
    oversized: str = "error",
) -> Demand:
    """Read the file or run the generator `source`, for `cores` cores (its own size without).

    `load` stretches the gaps between submissions. Jobs larger than a machine of `cores` cores are
    an error, or dropped and reported. Raises InputError.
    """
    if cores is not None and cores < 1:
        raise InputError(Problem("a machine has at least one core", value=str(cores)))
    if workloads.is_generator(source):
        workload = workloads.generate(source, cores=cores or DEFAULT_CORES, seed=seed)
        repairs = Repairs(source)
        origin: dict[str, Any] = {"generator": source, "seed": seed}
    else:
        workload, repairs = workloads.read(source, strict=strict)
        origin = {"file": Path(source).name, "sha256": _checksum(Path(source))}
    found = list(repairs.as_dict()["repairs"])
    if not len(workload):
        raise InputError(Problem("there is no job to run", source))
    size = cores or workload.machine_cores or int(workload.cores.max())
    workload = _fit(workload, size, source, oversized, found)
    if load is not None:
        workload = workload.with_load(load, size)
    return Demand(workload, size, found, origin)


def _fit(
    workload: Workload, cores: int, source: str, oversized: str, found: list[dict[str, Any]]
) -> Workload:
    rows = workload.oversized(cores)
    if not len(rows):
        return workload
    ids = workload.job_id[rows]
    if oversized not in OVERSIZED:
        raise InputError(
            Problem("no such way with oversized jobs", value=oversized, rule=" or ".join(OVERSIZED))
        )
    if oversized == "error" or len(rows) == len(workload):
        raise InputError(
            Problem(
                f"{len(rows):,} of {len(workload):,} jobs are larger than the machine, "
                f"job {ids[0]} first",
                source,
                value=f"{workload.cores[rows[0]]} cores",
                rule=f"a job must fit into the machine's {cores:,} cores",
                hint=f"use --cores {int(workload.cores.max())} or more, or --oversized drop",
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
    keep = workload.cores <= cores
    return workload.select(keep)


def _checksum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()
