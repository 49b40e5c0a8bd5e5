"""Where everything is: samples in columns, flow cells, runs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..contract import FloatArray, IntArray
from .lab import Lab
from .orders import Orders


class Place(IntEnum):
    """The one place in which a sample is."""

    LAB = 0
    FAILED_QC = 1
    WAITING = 2  # for a flow cell
    ON_CELL = 3  # on a closed flow cell that waits for a sequencer
    RUNNING = 4
    ANALYSIS = 5
    REPORTING = 6
    DELIVERED = 7


@dataclass
class Samples:
    """All samples that were in the house at some time of the run, in order of arrival.

    Times are in seconds from the start (inf: not yet); `station_end_s` is stations x samples.
    """

    ordered_s: FloatArray
    product: npt.NDArray[np.int8]
    gb: FloatArray
    fails_qc: npt.NDArray[np.bool_]
    short_of_yield: npt.NDArray[np.bool_]
    runtime_factor: FloatArray
    station_start_s: FloatArray
    station_end_s: FloatArray
    pooled_s: FloatArray
    failed_s: FloatArray
    place: npt.NDArray[np.int8]
    needs_gb: FloatArray  # what the next flow cell has to yield
    extra_gb: FloatArray  # what a top-up has added
    sequenced_s: FloatArray
    demultiplexed_s: FloatArray
    analysed_s: FloatArray
    reruns: npt.NDArray[np.int16]
    topped_up: npt.NDArray[np.bool_]

    @classmethod
    def in_house(cls, orders: Orders, lab: Lab, waiting_s: float) -> Samples:
        """The samples that were in the lab at the start, or came later.

        Libraries that were ready less than `waiting_s` before the start still wait for a cell.
        """
        failed_s = np.where(orders.fails_qc, lab.end_s[lab.qc_row], np.inf)
        here = np.flatnonzero(np.minimum(lab.pooled_s + waiting_s, failed_s) >= 0)
        never = np.full(len(here), np.inf)
        gb = orders.gb[here]
        return cls(
            ordered_s=orders.ordered_s[here],
            product=orders.product[here],
            gb=gb,
            fails_qc=orders.fails_qc[here],
            short_of_yield=orders.needs_top_up[here],
            runtime_factor=orders.runtime_factor[here],
            station_start_s=lab.start_s[:, here],
            station_end_s=lab.end_s[:, here],
            pooled_s=lab.pooled_s[here],
            failed_s=failed_s[here],
            place=np.full(len(here), Place.LAB, dtype=np.int8),
            needs_gb=gb.copy(),
            extra_gb=np.zeros(len(here)),
            sequenced_s=never.copy(),
            demultiplexed_s=never.copy(),
            analysed_s=never,
            reruns=np.zeros(len(here), dtype=np.int16),
            topped_up=np.zeros(len(here), dtype=bool),
        )

    def __len__(self) -> int:
        return len(self.ordered_s)


@dataclass
class Cell:
    """A closed flow cell."""

    kind: str
    samples: IntArray
    gb: float
    closed_s: float
    demultiplexed_s: float = math.inf


@dataclass
class Run:
    """One run of a sequencer; inf where a moment has not come."""

    number: int
    sequencer: str
    instrument: int
    cells: list[Cell]
    start_s: float
    gb: float
    failed: bool
    raw_bytes: float = 0.0
    raw_dropped: bool = False
    stopped_s: float = math.inf  # the last cycle
    end_s: float = math.inf  # all bytes are stored
    analysed: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @cached_property
    def samples(self) -> IntArray:
        """All samples on the run's cells."""
        return np.concatenate([cell.samples for cell in self.cells])
