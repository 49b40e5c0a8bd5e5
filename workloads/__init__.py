"""What is asked of a machine: jobs, their formats and their generators. Knows no simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .generation import generate, is_generator
    from .io import read, write
    from .repairs import Repair, Repairs
    from .workload import Workload

__all__ = ["Repair", "Repairs", "Workload", "generate", "is_generator", "read", "write"]

_HOME = {
    "Repair": "repairs",
    "Repairs": "repairs",
    "Workload": "workload",
    "generate": "generation",
    "is_generator": "generation",
    "read": "io",
    "write": "io",
}


def __getattr__(name: str) -> Any:
    """Import on first use: the command line must not pay for numpy to print its help."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
