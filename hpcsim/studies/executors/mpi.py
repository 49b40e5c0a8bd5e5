"""The ranks of an MPI program: one leads the study, the others make its runs."""

from __future__ import annotations

from concurrent.futures import Executor

from hpcsim.errors import InputError, Problem

HOW = "mpiexec -n 3 python -m mpi4py.futures -m hpcsim ... --executor mpi, or srun likewise"


def ranks() -> tuple[Executor, int]:
    """The pool of all ranks but the first; InputError outside of `mpi4py.futures`."""
    try:
        from mpi4py import MPI
        from mpi4py.futures import MPIPoolExecutor
    except (ImportError, RuntimeError) as error:
        hint = "pip install 'hpcsim[mpi]' brings mpi4py and an MPI"
        raise InputError(Problem(f"MPI cannot be used: {error}", "--executor", hint=hint)) from None
    many = MPI.COMM_WORLD.Get_size() - 1
    if many < 1:
        problem = Problem("this program has one rank and needs two", "--executor", hint=HOW)
        raise InputError(problem)
    return MPIPoolExecutor(), many
