"""Messages, collectives and parallel kernels over MPI; each runs on all ranks of the world."""
