"""Storage: tiers, datasets and their lives, and bandwidth shared by all who use it."""

from .settings import StorageSettings, tiers_of_site
from .store import Storage

__all__ = ["Storage", "StorageSettings", "tiers_of_site"]
