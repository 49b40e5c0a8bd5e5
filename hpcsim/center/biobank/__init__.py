"""The biobank: ten million places at -80 °C, and the robots that fill and empty them."""

from .bank import Biobank, BiobankPorts
from .settings import BiobankSettings

__all__ = ["Biobank", "BiobankPorts", "BiobankSettings"]
