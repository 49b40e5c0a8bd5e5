"""What the jobs of a workload ask beyond cores and time, as the scheduler core takes it."""

from .asked import Asked, asked_of
from .kept import maintenance_rules

__all__ = ["Asked", "asked_of", "maintenance_rules"]
