"""Columns out of the cluster's wide rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

ROWS_AT_ONCE = 16_384


def gathered(every: np.ndarray, rows: np.ndarray, names: Iterable[str]) -> dict[str, np.ndarray]:
    """Some fields of some rows as arrays of their own.

    A stretch at a time: a copy of the whole rows would be as large as the cluster itself, and a
    field at a time would fetch each row from memory as often as there are fields.
    """
    found = {name: np.empty(len(rows), every.dtype[name]) for name in names}
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        part = slice(begin, begin + ROWS_AT_ONCE)
        stretch = every[rows[part]]
        for name, column in found.items():
            column[part] = stretch[name]
    return found
