"""Numbers as Slurm's JSON writes them."""

from __future__ import annotations

import math
from typing import Any


def number(value: Any, unset: float) -> float:
    """A number as slurmrestd's versions write it: plain, or as set, infinite and number.

    `unset` where it is not told. Raises ValueError for what is no number.
    """
    if isinstance(value, dict):
        if value.get("infinite"):
            return math.inf
        value = value.get("number") if value.get("set", True) else None
    if value is None:
        return unset
    if not isinstance(value, (int, float, str)) or math.isnan(found := float(value)):
        raise ValueError(f"the number {str(value)[:80]}")
    return found
