"""The tubes themselves: one row each, and the one place in which it is."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from ..contract import FloatArray, IntArray, InvariantError
from .settings import BiobankSettings

Int8Array = npt.NDArray[np.int8]
NOWHERE = -1


class Where(IntEnum):
    """The one place in which a tube is."""

    ARRIVED = 0  # on an intake rack that is not stored yet
    STORED = 1
    ORDERED = 2  # still in its place, wanted by an order
    GONE = 3


class Stock:
    """All tubes that are or were in the house; row = tube.

    `size` indexes the settings' sizes; `bank` is -1 for a tube that has no place. Counts by
    bank and size are kept beside the rows, and `check` compares the two.
    """

    def __init__(self, settings: BiobankSettings, rng: np.random.Generator) -> None:
        count = settings.stored
        self._shares = np.cumsum([size.share for size in settings.sizes.values()])
        self._banks = settings.banks
        self.capacity = np.full(settings.banks, settings.capacity // settings.banks)
        self.capacity[: settings.capacity % settings.banks] += 1
        self.count = count
        self._size = self.draw_sizes(count, rng)
        self._bank = self._spread(count)
        self._where: Int8Array = np.full(count, Where.STORED, dtype=np.int8)
        cells = self._bank.astype(np.int64) * len(self._shares) + self._size
        counts = np.bincount(cells, minlength=settings.banks * len(self._shares))
        self.stored = counts.reshape(settings.banks, len(self._shares))

    def _spread(self, count: int) -> Int8Array:
        """Banks of so many tubes, filled in proportion to their places."""
        capacity = max(int(self.capacity.sum()), 1)
        ends = np.cumsum(self.capacity) * count // capacity
        return np.repeat(
            np.arange(self._banks, dtype=np.int8), np.diff(np.concatenate([[0], ends]))
        )

    def draw_sizes(self, count: int, rng: np.random.Generator) -> Int8Array:
        """Sizes of new tubes."""
        chance = rng.random(count, dtype=np.float32)
        sizes = np.zeros(count, dtype=np.int8)
        for share in self._shares[:-1]:
            sizes += chance >= share
        return sizes

    @property
    def size(self) -> Int8Array:
        """Each tube's size."""
        return self._size[: self.count]

    @property
    def bank(self) -> Int8Array:
        """Each tube's bank."""
        return self._bank[: self.count]

    @property
    def where(self) -> Int8Array:
        """Each tube's place."""
        return self._where[: self.count]

    def free(self) -> IntArray:
        """Free places of each bank."""
        return self.capacity - self.stored.sum(axis=1)

    def arrive(self, sizes: Int8Array) -> IntArray:
        """New tubes on a rack; returns their rows."""
        first, self.count = self.count, self.count + len(sizes)
        if self.count > len(self._size):
            room = max(self.count, len(self._size) + len(self._size) // 8 + 1024)
            self._size = _enlarged(self._size, room)
            self._bank = _enlarged(self._bank, room)
            self._where = _enlarged(self._where, room)
        self.size[first:] = sizes
        self.bank[first:] = NOWHERE
        self.where[first:] = Where.ARRIVED
        return np.arange(first, self.count)

    def store(self, tubes: IntArray) -> bool:
        """Put a rack's tubes into the emptiest banks; False where there is no room for all."""
        free = self.free()
        if free.sum() < len(tubes):
            return False
        placed = 0
        for bank in np.argsort(-free, kind="stable"):
            part = tubes[placed : placed + int(free[bank])]
            if len(part) == 0:
                break
            self.bank[part] = bank
            self.stored[bank] += np.bincount(self.size[part], minlength=len(self._shares))
            placed += len(part)
        self.where[tubes] = Where.STORED
        return True

    def order(self, wanted: int, rng: np.random.Generator) -> IntArray:
        """Choose so many stored tubes at random (all, if there are fewer) for an order."""
        chosen: list[int] = []
        if wanted * 20 < self.stored.sum():  # most draws hit a tube that is there
            drawn = rng.integers(0, self.count, 2 * wanted + 8)
            drawn = drawn[self.where[drawn] == Where.STORED]
            chosen = list(dict.fromkeys(drawn.tolist()))[:wanted]
        if len(chosen) < wanted:
            there = np.flatnonzero(self.where == Where.STORED)
            chosen = rng.permutation(there)[:wanted].tolist()
        tubes = np.array(chosen, dtype=np.int64)
        self.where[tubes] = Where.ORDERED
        return tubes

    def leave(self, tubes: IntArray) -> None:
        """Ordered tubes are picked: their places are free."""
        cells = self.bank[tubes].astype(np.int64) * len(self._shares) + self.size[tubes]
        self.stored -= np.bincount(cells, minlength=self.stored.size).reshape(self.stored.shape)
        self.where[tubes] = Where.GONE

    def check(self) -> None:
        """Raise InvariantError unless rows, counts and places agree."""
        inside = (self.where == Where.STORED) | (self.where == Where.ORDERED)
        cells = self.bank[inside].astype(np.int64) * len(self._shares) + self.size[inside]
        counted = np.bincount(cells, minlength=self.stored.size).reshape(self.stored.shape)
        if not np.array_equal(counted, self.stored):
            raise InvariantError("the tubes counted by bank and size are not those in the rows")
        if (self.free() < 0).any():
            raise InvariantError(f"bank {int(np.argmin(self.free()))} holds more than its places")
        if (self.bank[self.where == Where.ARRIVED] != NOWHERE).any():
            raise InvariantError("a tube on an intake rack has a place already")


def _enlarged(column: Int8Array, room: int) -> Int8Array:
    larger = np.zeros(room, dtype=np.int8)
    larger[: len(column)] = column
    return larger


def yearly_income(stored: IntArray, settings: BiobankSettings) -> FloatArray:
    """Yuan a year for each bank's tubes, `stored` being banks x sizes."""
    prices = np.array([size.yuan_per_year for size in settings.sizes.values()])
    return stored @ prices
