"""What the jobs of a workload ask beyond cores and time, as the scheduler core takes it."""

from .resolve import Asked, asked_of

__all__ = ["Asked", "asked_of"]
