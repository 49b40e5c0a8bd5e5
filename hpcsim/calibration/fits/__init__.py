"""Curves through measurements; what the data cannot carry is refused or widened, with a reason."""

from .collectives import collective
from .growth import Growth, growth
from .hockney import message_times
from .scaling import scaling
from .verdict import Fit

__all__ = ["Fit", "Growth", "collective", "growth", "message_times", "scaling"]
