"""Values as text with one spelling: the same mapping gives the same bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w


def as_json(value: Mapping[str, Any]) -> str:
    """`value` as indented JSON with a final newline, keys in their given order.

    What JSON cannot say (NaN, an infinity) becomes null; arrays and tuples become lists.
    """
    return json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_toml(value: Mapping[str, Any]) -> str:
    """`value` as TOML; a None is left out, for TOML has no word for it."""
    return tomli_w.dumps(_without_none(_plain(value, finite=False)))


def _plain(value: Any, finite: bool = True) -> Any:
    """`value` built of Python's own types only."""
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(item, finite) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist(), finite)
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [_plain(item, finite) for item in items]
    if isinstance(value, float) and finite and not math.isfinite(value):
        return None
    if isinstance(value, Path | str):
        # A file's name may hold bytes that are no text; they are written as escapes.
        return str(value).encode("utf-8", "backslashreplace").decode("utf-8")
    return value


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value if item is not None]
    return value
