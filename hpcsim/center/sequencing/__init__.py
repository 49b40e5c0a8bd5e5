"""The sequencing platform: from an order to a delivered result, sample by sample."""

from .platform import Sequencing, SequencingPorts
from .settings import SequencingSettings

__all__ = ["Sequencing", "SequencingPorts", "SequencingSettings"]
