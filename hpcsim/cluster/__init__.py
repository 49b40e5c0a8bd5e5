"""The compiled scheduler core, its policies and its placement."""

from pathlib import Path

from .stale import drop_stale

drop_stale(Path(__file__).parent)
