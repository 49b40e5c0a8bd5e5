"""A study as a job script for Slurm: the same command, its runs made by MPI ranks."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

RANKS = 32
GIB_A_RANK = 3
HOURS = 4
_OURS = ("--executor", "--workers")
_SHOWING = ("--json", "--report", "--no-report", "--resume")
_FLAGS = ("--print-sbatch", "--dry-run")


def job_script(words: Sequence[str], workers: int | None, runs: int) -> str:
    """The script; what it asks for stands at its top, to be changed.

    One rank leads and makes no runs. A job that reaches its limit is queued again and goes on
    where it stopped, so long as the command has an --out.
    """
    ranks = (workers or min(RANKS, runs)) + 1
    command = shlex.join(without_executor(words)[1:])
    return f"""#!/bin/bash
#SBATCH --job-name=hpcsim-{words[1] if len(words) > 1 else "study"}
#SBATCH --ntasks={ranks}
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu={GIB_A_RANK}G
#SBATCH --time={HOURS:02d}:00:00
#SBATCH --requeue
#SBATCH --signal=B:TERM@60

# At the limit the job goes back into the queue; what is finished is not run again.
trap 'scontrol requeue "$SLURM_JOB_ID"' TERM
export NUMBA_NUM_THREADS=1 OMP_NUM_THREADS=1
srun python -m mpi4py.futures -m hpcsim {command} --executor mpi &
wait $!
"""


def without_executor(words: Sequence[str]) -> list[str]:
    """A command line without what says who makes the runs, or that none are to be made."""
    return _without(words, _OURS, _FLAGS)


def to_repeat(words: Sequence[str]) -> str:
    """A command line without all that does not change the answer."""
    return shlex.join(_without(words, (*_OURS, "--out"), (*_FLAGS, *_SHOWING)))


def _without(words: Sequence[str], options: Sequence[str], flags: Sequence[str]) -> list[str]:
    kept: list[str] = []
    skip = False
    for word in words:
        if skip or word in flags or word.startswith(tuple(f"{o}=" for o in options)):
            skip = False
        elif word in options:
            skip = True
        else:
            kept.append(word)
    return kept
