"""The import desk for biological samples: lots by risk class, from application to release."""

from .desk import Imports, ImportsPorts
from .settings import ImportsSettings

__all__ = ["Imports", "ImportsPorts", "ImportsSettings"]
