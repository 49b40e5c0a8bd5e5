"""The platform in time: flow cells, runs, bytes, graphs, and samples that come back."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import simpy

from hpcsim.units import DAY_S, GB, HOUR_S

from ..calendar import Calendar
from ..contract import Figures, FloatArray, IntArray
from ..graph import Done, Int32Array, PipelineGraph
from . import lab, orders, results
from .cells import Line
from .graphs import OWNER, GraphBuilder
from .settings import SequencingSettings
from .state import Cell, Place, Run, Samples

MOMENT_S = 1e-6  # two times closer than this are one


def _forget(tier: str, owner: str, dataset: str, n_bytes: float) -> None:
    """A store that nobody asks."""


def _no_store(
    tier: str, owner: str, dataset: str, n_bytes: float, bytes_per_s: float
) -> simpy.Event | None:
    return None


@dataclass(frozen=True)
class SequencingPorts:
    """What the platform needs from outside; without it, an unbounded machine and store.

    `write_bytes(tier, owner, dataset, n_bytes, bytes_per_s)` begins a stream and returns the
    event of its end (None: it keeps its pace); `keep_bytes` tells of data that tasks have
    written and that stays, `drop_bytes` of data that may go.
    """

    submit_graph: Callable[[PipelineGraph, Done], None] | None = None
    write_bytes: Callable[[str, str, str, float, float], simpy.Event | None] = _no_store
    keep_bytes: Callable[[str, str, str, float], None] = _forget
    drop_bytes: Callable[[str, str, str, float], None] = _forget


@dataclass
class _Pool:
    """The sequencers of one type: the idle ones, and the cells that wait for them."""

    idle: deque[int]
    ready: deque[Cell] = field(default_factory=deque)


class Sequencing:
    """Orders -> stations -> flow cells -> runs -> bytes -> graphs -> results."""

    def __init__(
        self,
        env: simpy.Environment,
        settings: SequencingSettings,
        calendar: Calendar,
        rng: np.random.Generator,
        ports: SequencingPorts | None = None,
    ) -> None:
        self.env, self.settings, self.calendar = env, settings, calendar
        self.ports = ports or SequencingPorts()
        order_rng, lab_rng, graph_rng, run_rng = rng.spawn(4)
        drawn = orders.draw(settings, calendar, order_rng)
        way = lab.run(drawn, settings, calendar.horizon_s, lab_rng)
        self.samples = Samples.in_house(drawn, way, settings.waiting_at_start_days * DAY_S)
        self.station_busy_s = way.busy_s
        self.runs: list[Run] = []
        self.core_h = self.tasks = 0.0
        self._graphs = GraphBuilder(settings, graph_rng)
        self._products = list(settings.products.values())
        streams = run_rng.spawn(len(settings.sequencers))
        self._run_rng = dict(zip(settings.sequencers, streams, strict=True))
        self.pools = {
            name: _Pool(deque(range(kind.count))) for name, kind in settings.sequencers.items()
        }
        self.lines = {name: self._line(name) for name in settings.flow_cells}
        self._wake = {name: env.event() for name in settings.flow_cells}

    def _line(self, kind: str) -> Line:
        codes = [c for c, product in enumerate(self._products) if product.flow_cell == kind]
        mine = np.isin(self.samples.product, codes) & np.isfinite(self.samples.pooled_s)
        samples = np.flatnonzero(mine)
        return Line(self.samples.pooled_s[samples], samples, self.samples.needs_gb)

    def start(self) -> None:
        """Register the processes."""
        for kind in self.settings.flow_cells:
            self.env.process(self._load(kind))

    def _load(self, kind: str) -> Generator[simpy.Event, Any, None]:
        cell = self.settings.flow_cells[kind]
        line = self.lines[kind]
        while True:
            when, from_lab, back = line.next_cell(cell.gb, cell.longest_wait_h * HOUR_S)
            if when <= self.env.now + MOMENT_S:
                self._close(kind, line.take(from_lab, back))
                continue
            self._wake[kind] = self.env.event()
            if math.isinf(when):
                yield self._wake[kind]
            else:
                yield self._wake[kind] | self.env.timeout(when - self.env.now)

    def _close(self, kind: str, samples: IntArray) -> None:
        gb = float(self.samples.needs_gb[samples].sum())
        self.samples.place[samples] = Place.ON_CELL
        sequencer = self.settings.flow_cells[kind].sequencer
        self.pools[sequencer].ready.append(Cell(kind, samples, gb, self.env.now))
        self._dispatch(sequencer)

    def _dispatch(self, sequencer: str) -> None:
        pool = self.pools[sequencer]
        positions = self.settings.sequencers[sequencer].positions
        while pool.idle and pool.ready:
            kind = pool.ready[0].kind
            same = [cell for cell in pool.ready if cell.kind == kind][:positions]
            for cell in same:
                pool.ready.remove(cell)
            self.env.process(self._run(sequencer, pool.idle.popleft(), same))

    def _run(
        self, sequencer: str, instrument: int, cells: list[Cell]
    ) -> Generator[simpy.Event, Any, None]:
        kind = self.settings.sequencers[sequencer]
        chance, part = self._run_rng[sequencer].random(2)
        failed = bool(chance < kind.failed_runs)
        full_s = self.settings.flow_cells[cells[0].kind].run_h * HOUR_S
        length_s = full_s * (part if failed else 1.0)
        gb = sum(cell.gb for cell in cells) * length_s / full_s
        run = Run(len(self.runs), sequencer, instrument, cells, self.env.now, gb, failed)
        run.raw_bytes = gb * self.settings.raw_gb_per_gb * GB
        self.runs.append(run)
        self.samples.place[run.samples] = Place.RUNNING
        stored = self.ports.write_bytes(
            self.settings.raw_tier, OWNER, "raw", run.raw_bytes, run.raw_bytes / length_s
        )
        yield self.env.timeout(length_s)
        run.stopped_s = self.env.now
        if stored is not None and not stored.processed:
            yield stored  # the store is slow or full: the instrument holds its data
        run.end_s = self.env.now
        if failed:
            self._give_back(run)
        else:
            self._analyse(run)
        yield self.env.timeout(kind.turnaround_h * HOUR_S)
        self.pools[sequencer].idle.append(instrument)
        self._dispatch(sequencer)

    def _give_back(self, run: Run) -> None:
        """A failed run: its data is worth nothing, its libraries go on another cell."""
        self._drop(run.raw_bytes)
        run.raw_dropped = True
        self.samples.reruns[run.samples] += 1
        self._rejoin(run.cells[0].kind, run.samples)

    def _rejoin(self, kind: str, samples: IntArray) -> None:
        if len(samples) == 0:
            return
        self.samples.place[samples] = Place.WAITING
        self.lines[kind].join(samples, self.env.now)
        if not self._wake[kind].triggered:
            self._wake[kind].succeed()

    def _analyse(self, run: Run) -> None:
        samples = self.samples
        samples.sequenced_s[run.samples] = self.env.now
        samples.demultiplexed_s[run.samples] = np.inf  # a top-up's second time counts
        samples.place[run.samples] = Place.ANALYSIS
        cells = []
        for cell in run.cells:
            good = cell.samples[~samples.short_of_yield[cell.samples]]
            cells.append((cell.gb, self._by_product(good)))
        graph = self._graphs.build(f"run-{run.number}", cells, samples.runtime_factor)
        parts = [group for _, groups in cells for _, group in groups]
        run.analysed = np.concatenate([np.empty(0, dtype=np.int64), *parts])
        self.core_h += graph.core_hours
        self.tasks += len(graph)
        submit = self.ports.submit_graph or self._submit_to_unbounded
        submit(graph, partial(self._ended, run, graph.watched))

    def _by_product(self, samples: IntArray) -> list[tuple[int, IntArray]]:
        codes = self.samples.product[samples]
        if len(codes) and (codes == codes[0]).all():
            return [(int(codes[0]), samples)]
        return [(int(code), samples[codes == code]) for code in np.unique(codes)]

    def _submit_to_unbounded(self, graph: PipelineGraph, done: Done) -> None:
        ends = self.env.now + graph.unbounded_ends_s()
        self.env.process(self._tell(graph.awaited, ends[graph.awaited], done))
        rest = graph.watched[len(graph.awaited) :]
        done(rest, ends[rest])

    def _tell(
        self, tasks: Int32Array, ends: FloatArray, done: Done
    ) -> Generator[simpy.Event, Any, None]:
        yield self.env.timeout(max(ends) - self.env.now)
        done(tasks, ends)

    def _ended(self, run: Run, watched: Int32Array, tasks: Int32Array, ends_s: FloatArray) -> None:
        """The cluster tells of the ends of demultiplexings and of samples' last tasks."""
        at = np.searchsorted(watched, tasks)
        last = at >= len(run.cells)
        for number, end in zip(at[~last].tolist(), ends_s[~last].tolist(), strict=True):
            self._demultiplexed(run.cells[number], end)
        if not last.any():
            return
        finished = run.analysed[at[last] - len(run.cells)]
        self.samples.analysed_s[finished] = ends_s[last]
        gb = float(self.samples.gb[finished].sum() + self.samples.extra_gb[finished].sum())
        self._keep("cram", gb * self.settings.cram_gb_per_gb * GB)
        self._keep("vcf", gb * self.settings.vcf_gb_per_gb * GB)

    def _demultiplexed(self, cell: Cell, end_s: float) -> None:
        samples = self.samples
        cell.demultiplexed_s = end_s
        samples.demultiplexed_s[cell.samples] = end_s
        self._drop(cell.gb * self.settings.raw_gb_per_gb * GB)
        self._keep("fastq", cell.gb * self.settings.fastq_gb_per_gb * GB)
        short = cell.samples[samples.short_of_yield[cell.samples]]
        samples.extra_gb[short] = self.settings.top_up_part * samples.gb[short]
        samples.needs_gb[short] = samples.extra_gb[short]
        samples.short_of_yield[short] = False
        samples.topped_up[short] = True
        self._rejoin(cell.kind, short)

    def _drop(self, n_bytes: float) -> None:
        self.ports.drop_bytes(self.settings.raw_tier, OWNER, "raw", n_bytes)

    def _keep(self, dataset: str, n_bytes: float) -> None:
        if n_bytes:
            self.ports.keep_bytes(self.settings.kept_tier, OWNER, dataset, n_bytes)

    def records(self) -> dict[str, pa.Table]:
        """`samples`, `sequencing_runs` and `lab_stations`: each sample's and run's history."""
        return results.tables(self)

    def figures(self) -> Figures:
        """Headline figures, units in their names; what never happened is left out."""
        return results.figures(self)

    def check(self) -> None:
        """Raise InvariantError unless every sample and every byte is in exactly one place."""
        results.check(self)
