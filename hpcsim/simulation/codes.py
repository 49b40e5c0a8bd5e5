"""Names as small numbers, in the order in which they are first heard."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


class Codes:
    """A code for each name; the same name keeps its code."""

    def __init__(self) -> None:
        self._code: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._code)

    @property
    def names(self) -> list[str]:
        """The names in the order of their codes."""
        return list(self._code)

    def of(self, names: Iterable[str]) -> np.ndarray:
        """The codes of `names` (int32)."""
        known = self._code
        return np.array([known.setdefault(name, len(known)) for name in names], np.int32)
