"""What breaks and when: drawn from a site's settings or read from a file of events."""

from .generate import failures, maintenance, outages, window_starts
from .outages import Outages, Transitions, availability, join, merged, none, transitions
from .read import read

__all__ = [
    "Outages",
    "Transitions",
    "availability",
    "failures",
    "join",
    "maintenance",
    "merged",
    "none",
    "outages",
    "read",
    "transitions",
    "window_starts",
]
