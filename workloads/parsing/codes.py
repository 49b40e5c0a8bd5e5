"""Codes for what real files write into a column of codes: small numbers, huge ones, names."""

from __future__ import annotations

import numpy as np

MOST_CODE = 2**31 - 1


class Codes:
    """One coded column, gathered block by block.

    As long as everything is a number that fits, numbers are their own codes. As soon as one does
    not, the whole column becomes names, numbered in the order in which they first appear.
    """

    def __init__(self) -> None:
        self._blocks: list[np.ndarray] = []

    def add(self, values: np.ndarray, names: dict[int, str] | None = None) -> None:
        """A block: numbers (negative: unknown), with `names[row]` where a row holds a name."""
        plain = not names and not np.any(values > MOST_CODE)
        if plain:
            self._blocks.append(np.where(values < 0, -1, values).astype(np.int32))
            return
        words = np.array([_word(v) for v in values.tolist()], dtype=object)
        for row, name in (names or {}).items():
            words[row] = name
        self._blocks.append(words)

    def finish(self) -> tuple[np.ndarray, tuple[str, ...]]:
        """The codes (int32, -1 unknown) and the names, which are empty for plain numbers."""
        if all(block.dtype != object for block in self._blocks):
            plain = self._blocks or [np.empty(0, dtype=np.int32)]
            return np.concatenate(plain), ()
        known: dict[str, int] = {"": -1}
        names: list[str] = []
        codes = [self._coded(block, known, names) for block in self._blocks]
        return np.concatenate(codes), tuple(names)

    @staticmethod
    def _coded(block: np.ndarray, known: dict[str, int], names: list[str]) -> np.ndarray:
        words = block.tolist() if block.dtype == object else [_word(v) for v in block.tolist()]
        for word in words:
            if word not in known:
                known[word] = len(names)
                names.append(word)
        return np.fromiter((known[word] for word in words), dtype=np.int32, count=len(words))


def _word(value: float) -> str:
    return "" if value < 0 else f"{value:.0f}"
