"""What the jobs of a workload ask beyond cores and time, as the scheduler core takes it."""

from .kept import maintenance_rules
from .resolve import Asked, asked_of

__all__ = ["Asked", "asked_of", "maintenance_rules"]
