"""The records in time: minutes of messages, writes, nights, partners, research."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import simpy

from hpcsim.units import DAY_S, HOUR_S, MINUTE_S

from ..calendar import Calendar
from ..contract import Figures, FloatArray
from ..graph import Done, Int32Array, PipelineGraph
from . import messages, results
from .ingest import drain, empty_series
from .nights import OWNER, batch_graph, kind_of, mining_graph, night_graph
from .settings import Partner, RecordsSettings

MINING_CORES = (8, 16, 40)
MINING_SIGMA = 1.0
BYTES_PER_KB = 1000.0


def _no_store(
    tier: str, owner: str, dataset: str, n_bytes: float, bytes_per_s: float
) -> simpy.Event | None:
    return None


@dataclass(frozen=True)
class RecordsPorts:
    """What the records need from outside; without it, an unbounded machine and store.

    `write_bytes(tier, owner, dataset, n_bytes, bytes_per_s)` begins a write and returns the
    event of its end (None: it keeps its pace); while it lasts longer than a period, nothing more
    is taken in.
    """

    submit_graph: Callable[[PipelineGraph, Done], None] | None = None
    write_bytes: Callable[[str, str, str, float, float], simpy.Event | None] = _no_store


@dataclass
class Night:
    """One night's work; inf where it has not ended."""

    day: int
    kind: str
    tasks: int
    submitted_s: float
    due_s: float
    ended_s: float = math.inf


@dataclass
class Mining:
    """A research job on records."""

    submitted_s: float
    cores: int
    runtime_s: float
    ended_s: float = math.inf


class Records:
    """Institutions -> messages -> ingest -> store -> nights, partners, research."""

    def __init__(
        self,
        env: simpy.Environment,
        settings: RecordsSettings,
        calendar: Calendar,
        rng: np.random.Generator,
        ports: RecordsPorts | None = None,
    ) -> None:
        self.env, self.settings, self.calendar = env, settings, calendar
        self.ports = ports or RecordsPorts()
        message_rng, self._mining_rng = rng.spawn(2)
        self.messages = messages.draw(settings, calendar, message_rng)
        self.arrived: FloatArray = self.messages.arrived.astype(np.float64)
        self.left, self.waited = empty_series(len(self.arrived))
        self.served = np.zeros(len(self.arrived), dtype=bool)  # minutes in which it could serve
        self.minute = 0  # minutes dealt with so far
        self.backlog = self.ingested = self.backlog_area = self.stored_bytes = 0.0
        self.nights: list[Night] = []
        self.mining: list[Mining] = []
        self.batches = dict.fromkeys(settings.partners, 0)
        self.core_h = 0.0
        self.tasks = 0

    def start(self) -> None:
        """Register the processes."""
        self.env.process(self._ingest())
        self.env.process(self._work_nights())
        self.env.process(self._mine())
        for name, partner in self.settings.partners.items():
            if partner.tasks:
                self.env.process(self._serve(name, partner))

    def _ingest(self) -> Generator[simpy.Event, Any, None]:
        """Deal with each period when it is over; write what it brought."""
        period = self.settings.period_min
        written: simpy.Event | None = None
        while self.minute < len(self.arrived):
            last = min(self.minute + period, len(self.arrived))
            yield self.env.timeout(last * MINUTE_S - self.env.now)
            held = written is not None and not written.processed
            taken = self._take(last, 0.0 if held else self.settings.capacity_per_s * MINUTE_S)
            if taken > 0:
                n_bytes = taken * self.settings.message_kb * BYTES_PER_KB
                n_bytes *= self.settings.stored_per_raw
                self.stored_bytes += n_bytes
                rate = n_bytes / (period * MINUTE_S)
                written = self.ports.write_bytes(
                    self.settings.tier, OWNER, "records", n_bytes, rate
                )

    def _take(self, last: int, capacity: float) -> float:
        """Serve the minutes up to `last` at `capacity` messages each."""
        window = slice(self.minute, last)
        taken, area = drain(
            self.arrived[window], self.backlog, capacity, self.left[window], self.waited[window]
        )
        self.served[window] = capacity > 0
        self.minute, self.backlog = last, float(self.left[last - 1])
        self.ingested += taken
        self.backlog_area += area
        return float(taken)

    def _work_nights(self) -> Generator[simpy.Event, Any, None]:
        nights = self.settings.nights
        for day in range(math.ceil(self.calendar.horizon_s / DAY_S)):
            opens = day * DAY_S + nights.opens_h * HOUR_S
            yield self.env.timeout(opens - self.env.now)
            kind, multiplier = kind_of(self.calendar.date_of(day), nights)
            graph = night_graph(f"night-{day}", nights, multiplier, self._volume_before(day))
            due = day * DAY_S + nights.closes_h * HOUR_S
            night = Night(day, kind, len(graph), self.env.now, due)
            self.nights.append(night)
            self._submit(graph, partial(_end, night))

    def _volume_before(self, day: int) -> float:
        """The messages of the day before, over a usual day's; 1 before the first."""
        usual = self.settings.visits_per_day * self.settings.messages_per_visit
        if day == 0 or usual == 0:
            return 1.0
        minutes = slice((day - 1) * messages.MINUTES, day * messages.MINUTES)
        return float(self.arrived[minutes].sum()) / usual

    def _mine(self) -> Generator[simpy.Event, Any, None]:
        rng, days = self._mining_rng, np.arange(math.ceil(self.calendar.horizon_s / DAY_S))
        factors = self.calendar.day_factors("research", days, relative=True)
        counts = rng.poisson(self.settings.mining_per_day * factors)
        times = np.sort(np.repeat(days, counts) * DAY_S + rng.uniform(0, DAY_S, counts.sum()))
        sigma = MINING_SIGMA
        spread = np.exp(rng.standard_normal(len(times)) * sigma - sigma**2 / 2)
        cores = rng.choice(MINING_CORES, len(times))
        for number, time in enumerate(times.tolist()):
            yield self.env.timeout(time - self.env.now)
            runtime = float(spread[number]) * self.settings.mining_mean_h * HOUR_S
            job = Mining(self.env.now, int(cores[number]), runtime)
            self.mining.append(job)
            graph = mining_graph(f"mining-{number}", job.cores, runtime)
            self._submit(graph, partial(_end, job))

    def _serve(self, name: str, partner: Partner) -> Generator[simpy.Event, Any, None]:
        graph = batch_graph(name, partner)
        yield self.env.timeout(partner.at_h * HOUR_S)
        while True:
            self.batches[name] += 1
            self._submit(graph, _nobody_waits)
            yield self.env.timeout(partner.every_h * HOUR_S)

    def _submit(self, graph: PipelineGraph, done: Done) -> None:
        self.core_h += graph.core_hours
        self.tasks += len(graph)
        if self.ports.submit_graph is not None:
            self.ports.submit_graph(graph, done)
        elif len(graph.watched):
            ends = self.env.now + graph.unbounded_ends_s()
            done(graph.watched, ends[graph.watched])

    def records(self) -> dict[str, pa.Table]:
        """`record_ingest`, `record_nights`, `record_sources`, `record_mining`."""
        return results.tables(self)

    def figures(self) -> Figures:
        """Headline figures, units in their names; what never happened is left out."""
        return results.figures(self)

    def check(self) -> None:
        """Raise InvariantError unless every message is in exactly one place."""
        results.check(self)


def _end(what: Night | Mining, tasks: Int32Array, ends_s: FloatArray) -> None:
    what.ended_s = float(ends_s[-1])


def _nobody_waits(tasks: Int32Array, ends_s: FloatArray) -> None:
    """A batch whose end nobody asks for."""
