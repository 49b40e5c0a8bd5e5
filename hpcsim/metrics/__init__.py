"""Pure functions: records in, numbers out; definitions and sources in `docs/metrics.md`."""

from .groups import grouped
from .series import series
from .summary import summarize

__all__ = ["grouped", "series", "summarize"]
