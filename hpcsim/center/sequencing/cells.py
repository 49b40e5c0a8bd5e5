"""The line before the flow cells of one kind: samples gather until a cell is full or due."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ..contract import FloatArray, IntArray

ROUNDING_GB = 1e-6


class Line:
    """Samples for one kind of flow cell, in the order in which their libraries are ready.

    Those that the lab will deliver are known from the start; samples that come back (top-ups,
    failed runs) join when they do. `gb` is what a sample still needs, for all samples.
    """

    def __init__(self, ready_s: FloatArray, samples: IntArray, gb: FloatArray) -> None:
        order = np.argsort(ready_s, kind="stable")
        self._ready = ready_s[order]
        self._samples = samples[order]
        self._head = 0
        self._back_ready: FloatArray = np.empty(0)
        self._back: IntArray = np.empty(0, dtype=np.int64)
        self._gb = gb

    def join(self, samples: IntArray, now_s: float) -> None:
        """Samples come back; they stand behind all whose libraries are ready by now."""
        self._back = np.concatenate([self._back, samples])
        self._back_ready = np.concatenate([self._back_ready, np.full(len(samples), now_s)])

    def next_cell(self, capacity_gb: float, longest_wait_s: float) -> tuple[float, int, int]:
        """(when the next cell closes, how many are on it from the lab, how many come-backs).

        The time is inf where nobody waits and nobody is to come.
        """
        return _fill(
            self._ready[self._head :],
            self._samples[self._head :],
            self._back_ready,
            self._back,
            self._gb,
            capacity_gb,
            longest_wait_s,
        )

    def take(self, from_lab: int, come_back: int) -> IntArray:
        """Remove the samples of a cell from the line."""
        first = self._samples[self._head : self._head + from_lab]
        cell = np.concatenate([first, self._back[:come_back]])
        self._head += from_lab
        self._back = self._back[come_back:]
        self._back_ready = self._back_ready[come_back:]
        return cell

    def waiting(self, now_s: float) -> IntArray:
        """The samples that stand in the line now."""
        ready = np.searchsorted(self._ready, now_s, side="right")
        return np.concatenate([self._samples[self._head : max(ready, self._head)], self._back])

    def to_come(self, now_s: float) -> IntArray:
        """The samples that the lab has not delivered yet."""
        ready = np.searchsorted(self._ready, now_s, side="right")
        return self._samples[max(ready, self._head) :]


@njit(cache=True)
def _fill(ready, samples, back_ready, back, gb, capacity_gb, longest_wait_s):  # type: ignore[no-untyped-def]
    """Admit in order of readiness until the next does not fit or the first has waited enough."""
    lab = 0
    returned = 0
    total = 0.0
    due = math.inf
    last = math.inf
    while lab < len(ready) or returned < len(back_ready):
        from_lab = returned >= len(back_ready)
        if not from_lab and lab < len(ready):
            from_lab = ready[lab] <= back_ready[returned]
        when = ready[lab] if from_lab else back_ready[returned]
        need = gb[samples[lab]] if from_lab else gb[back[returned]]
        if when > due:
            return due, lab, returned
        if total > 0.0 and total + need > capacity_gb + ROUNDING_GB:
            return when, lab, returned
        if total == 0.0:
            due = when + longest_wait_s
        total += need
        last = when
        if from_lab:
            lab += 1
        else:
            returned += 1
        if total >= capacity_gb - ROUNDING_GB:
            return last, lab, returned
    return due, lab, returned
