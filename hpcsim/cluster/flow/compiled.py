"""How this folder is compiled: divided by zero is infinite, as a flow without bandwidth lasts."""

from numba import njit

compiled = njit(cache=True, error_model="numpy")

# For what takes arrays: handing them to a function costs more than the function does.
inlined = njit(cache=True, error_model="numpy", inline="always")
