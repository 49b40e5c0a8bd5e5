"""hpcsim: what happens when the work that is asked meets the machine that is there."""

__version__ = "0.1.0"
