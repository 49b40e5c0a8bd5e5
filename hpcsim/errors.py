"""The errors that a user sees; one class for all wrong input, wherever it was found."""

from workloads.errors import InputError, Problem, nearest, printable

__all__ = ["InputError", "Problem", "nearest", "printable"]
