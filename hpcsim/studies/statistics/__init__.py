"""Estimates with the interval in which the truth lies; each method's coverage is tested."""

from .estimate import CONFIDENCE, Estimate

__all__ = ["CONFIDENCE", "Estimate"]
