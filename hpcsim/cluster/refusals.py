"""Jobs that a machine could never start, told before anything runs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hpcsim.errors import InputError, Problem

from .machine import Machine, Shapes, impossible
from .supply import Supply


def refuse_too_large(shapes: Shapes, cores: NDArray[np.int32], machine: Machine) -> None:
    """Raise InputError for the first job that the empty machine does not hold."""
    never = impossible(shapes, machine)
    if never.any():
        row = int(np.argmax(never))
        raise InputError(
            Problem(
                f"job number {row + 1} can never start: it is larger than the machine",
                value=f"{int(cores[row])} cores",
                rule=f"a job must fit into {machine.total_cores} cores, and its parts into nodes",
            )
        )


def refuse_too_hungry(supply: Supply, jobs: NDArray[np.void], work: NDArray[np.int32]) -> None:
    """Raise InputError for the first of `jobs`, rows of the state, that the cap never allows."""
    never = supply.never(jobs, work)
    if never.any():
        row = int(np.argmax(never))
        raise InputError(
            Problem(
                f"job number {row + 1} can never start: the power cap is below what it draws",
                value=f"{int(jobs['cores'][row])} cores",
                rule=f"nodes at rest and one job must stay below {supply.cap_w / 1000:,.1f} kW",
                hint="raise the cap, or leave such jobs out",
            )
        )
