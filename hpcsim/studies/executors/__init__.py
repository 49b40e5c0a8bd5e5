"""Where runs are made: here, in processes of this machine, on MPI ranks or in a Dask cluster."""

from .pool import Pool, open_pool

__all__ = ["Pool", "open_pool"]
