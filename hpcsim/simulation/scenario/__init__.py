"""Scenarios: one frozen description of a site, its calendar, its policy and all demand."""

from .model import SUBSYSTEMS, Scenario
from .overrides import Override, parse_override
from .shelf import is_scenario, load, names, resolved

__all__ = [
    "SUBSYSTEMS",
    "Override",
    "Scenario",
    "is_scenario",
    "load",
    "names",
    "parse_override",
    "resolved",
]
