"""Starting ranks: by the MPI that is installed here, or by the job that this runs in."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from .errors import HarnessError

MOST_RANKS = 100_000
# A process started by mpirun or srun finds its rank and the number of ranks in one of these.
STARTED = (
    ("PMI_RANK", "PMI_SIZE"),
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ("PMIX_RANK", "PMIX_SIZE"),
)
INSTALL = "install them with: pip install 'hpcsim[mpi]'"


def rank(environment: Mapping[str, str] = os.environ) -> int | None:
    """This process's rank if mpirun or srun started it with others, else None."""
    for mine, all_of_them in STARTED:
        if environment.get(mine, "").isdigit() and environment.get(all_of_them, "2") != "1":
            return int(environment[mine])
    steps = environment.get("SLURM_STEP_NUM_TASKS", "1")
    if environment.get("SLURM_PROCID", "").isdigit() and steps.isdigit() and int(steps) > 1:
        return int(environment["SLURM_PROCID"])
    return None


def available() -> None:
    """HarnessError that says what is missing if ranks cannot be started here."""
    if importlib.util.find_spec("mpi4py") is None:
        raise HarnessError(f"MPI kernels need mpi4py and an MPI library; {INSTALL}")
    starter(2)


def starter(ranks: int, environment: Mapping[str, str] = os.environ) -> list[str]:
    """The command that starts `ranks` processes: srun in a Slurm job, else mpiexec.

    The mpiexec beside this Python comes first: it belongs to the library that mpi4py loads.
    """
    if not 1 <= ranks <= MOST_RANKS:
        raise HarnessError(f"{ranks} ranks; there must be 1 to {MOST_RANKS:,}")
    if "SLURM_JOB_ID" in environment and shutil.which("srun"):
        return ["srun", f"--ntasks={ranks}", "--mpi=pmi2"]
    beside = Path(sys.executable).parent / "mpiexec"
    found = str(beside) if beside.exists() else shutil.which("mpiexec") or shutil.which("mpirun")
    if found is None:
        raise HarnessError(f"no mpiexec, mpirun or srun is found; {INSTALL}")
    return [found, "-n", str(ranks)]
