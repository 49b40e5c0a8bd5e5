"""The hardware, as frozen validated data read from a file."""

from .model import Site
from .shelf import load, loads, names, pool

__all__ = ["Site", "load", "loads", "names", "pool"]
