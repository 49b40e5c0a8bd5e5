"""The platform's parts one by one: stations, flow cells, pipelines, graphs."""

import math

import numpy as np
import pytest

from hpcsim.center.graph import edges_to_csr, popular_limit_s
from hpcsim.center.sequencing.cells import Line
from hpcsim.center.sequencing.graphs import GraphBuilder
from hpcsim.center.sequencing.lab import serve
from hpcsim.center.sequencing.pipelines import scatter_of, shipped, template
from hpcsim.center.sequencing.settings import SequencingSettings, Station

HOUR = 3600.0


def rng():
    return np.random.default_rng(1)


def one_group(count):
    return np.zeros(count, dtype=np.int64)


def test_two_instruments_serve_three_samples():
    station = Station(instruments=2, work_h=1, spread="constant")
    ready = np.array([0.0, 0.0, 60.0])
    start, end, busy = serve(station, ready, one_group(3), math.inf, rng())
    assert start.tolist() == [0, 0, 3600]
    assert end.tolist() == [3600, 3600, 7200]
    assert busy == 3 * HOUR


def test_a_plate_starts_when_full_or_when_its_first_sample_has_waited():
    station = Station(instruments=9, plate=2, longest_wait_h=1, work_h=1, spread="constant")
    ready = np.array([0.0, 10.0, 20.0, 5000.0])
    start, _, _ = serve(station, ready, one_group(4), math.inf, rng())
    assert start.tolist() == [10, 10, 20 + 3600, 5000 + 3600]


def test_plates_of_one_product_do_not_mix():
    station = Station(instruments=9, plate=2, longest_wait_h=1, work_h=1, spread="constant")
    ready = np.array([0.0, 1.0, 2.0, 3.0])
    start, _, _ = serve(station, ready, np.array([0, 1, 0, 1]), math.inf, rng())
    assert start.tolist() == [2, 3, 2, 3]


def test_without_instruments_everybody_waits():
    start, end, busy = serve(Station(instruments=0), np.arange(3.0), one_group(3), 1e9, rng())
    assert np.isinf(start).all()
    assert np.isinf(end).all()
    assert busy == 0


@pytest.mark.parametrize("servers", [1, 3])
def test_a_station_is_m_m_c(servers):
    load, count = 0.7, 400_000
    station = Station(instruments=servers, work_h=1, spread="exponential")
    ready = np.cumsum(rng().exponential(HOUR / (load * servers), count))
    start, _, busy = serve(station, ready, one_group(count), math.inf, np.random.default_rng(2))
    offered = load * servers
    last = offered**servers / math.factorial(servers) / (1 - load)
    waits = last / (sum(offered**k / math.factorial(k) for k in range(servers)) + last)
    assert (start - ready).mean() == pytest.approx(waits * HOUR / (servers * (1 - load)), rel=0.03)
    assert busy / ready[-1] == pytest.approx(offered, rel=0.01)


def cells_of(line, capacity, wait):
    found = []
    while True:
        when, lab, back = line.next_cell(capacity, wait)
        if math.isinf(when):
            return found
        found.append((when, line.take(lab, back).tolist()))


def test_a_cell_closes_full_or_due():
    gb = np.array([4.0, 4.0, 4.0, 2.0, 10.0])
    line = Line(np.array([0.0, 1.0, 2.0, 50.0, 51.0]), np.arange(5), gb)
    #  the third does not fit beside the first two; the fourth comes too late for the third
    assert cells_of(line, 10.0, 20.0) == [(2.0, [0, 1]), (22.0, [2]), (51.0, [3]), (51.0, [4])]


def test_come_backs_stand_behind_those_that_are_ready():
    line = Line(np.array([0.0, 9.0]), np.array([0, 1]), np.ones(3))
    line.join(np.array([2]), 5.0)
    assert cells_of(line, 2.0, 100.0) == [(5.0, [0, 2]), (109.0, [1])]


def test_waiting_and_to_come_are_told_apart():
    line = Line(np.array([0.0, 9.0]), np.array([7, 8]), np.ones(9))
    line.join(np.array([3]), 1.0)
    assert line.waiting(2.0).tolist() == [7, 3]
    assert line.to_come(2.0).tolist() == [8]


@pytest.mark.parametrize(
    ("name", "core_h", "cpu_h", "path_h"),
    [  # recommended totals, and the span of the uncontended critical path
        ("wgs", 186, 139, (3, 24)),
        ("wes", 20, 14, (1.5, 4)),
        ("panel", 8, 6, (1, 2.5)),
        ("nipt", 0.35, 0.3, (0.1, 0.5)),
        ("rna", 14, 10, (1, 3)),
        ("tumour-normal", 650, 475, (6, 24)),
        ("demultiplexing", 160, 120, (3, 5)),
    ],
)
def test_the_steps_add_up_to_the_published_totals(name, core_h, cpu_h, path_h):
    pipeline = shipped()[name]
    assert pipeline.core_h == pytest.approx(core_h, rel=0.01)
    assert pipeline.cpu_h == pytest.approx(cpu_h, rel=0.01)
    tasks = template(name, pipeline, 0.0)
    assert tasks.cores @ tasks.runtime_s / HOUR == pytest.approx(pipeline.core_h)
    ends = np.zeros(len(tasks))
    for task in range(len(tasks)):  # parents stand before children
        ends[task] += tasks.runtime_s[task]
        for child in tasks.children[tasks.indptr[task] : tasks.indptr[task + 1]]:
            assert child > task
            ends[child] = max(ends[child], ends[task])
    assert path_h[0] <= ends[-1] / HOUR <= path_h[1]
    assert ends[-1] == ends.max()
    assert (np.diff(tasks.indptr)[:-1] > 0).all(), "only the last task is a sink"


def test_a_genome_scatters_from_60_to_7336_tasks():
    genome = shipped()["wgs"]
    for tasks in (60, 300, 7000, 7336):
        made = template("wgs", genome, scatter_of(tasks))
        assert len(made) == pytest.approx(tasks, abs=3)
        assert made.cores @ made.runtime_s / HOUR == pytest.approx(genome.core_h)


def test_edges_to_csr_by_hand():
    indptr, children = edges_to_csr(4, [2, 0, 0], [3, 1, 2])
    assert indptr.tolist() == [0, 2, 2, 3, 3]
    assert children.tolist() == [1, 2, 3]


def test_requests_are_popular_values():
    assert popular_limit_s(np.array([60.0, 3600.0]), 2.0).tolist() == [300, 7200]


def test_a_runs_graph_demultiplexes_each_cell_before_its_samples():
    settings = SequencingSettings(runtime_variation=0)
    nipt, wgs = 0, 3
    factor = np.array([1.0, 1.0, 2.0])
    cells = [(3000.0, [(wgs, np.array([0]))]), (50.0, [(nipt, np.array([1, 2]))])]
    graph = GraphBuilder(settings, rng()).build("r", cells, factor)
    assert len(graph) == 2 + 60 + 3 + 3
    assert graph.watched.tolist() == [0, 1, 61, 64, 67]
    assert graph.awaited.tolist() == [0, 1]
    assert [graph.names[code] for code in graph.name_code[[0, 1, 2, 61, 62]]] == [
        "demultiplex", "demultiplex", "wgs/fastqc", "wgs/vcf-gather", "nipt/align",
    ]  # fmt: skip
    first = graph.children[graph.indptr[0] : graph.indptr[1]]
    second = graph.children[graph.indptr[1] : graph.indptr[2]]
    assert first.tolist() == [2, 3]  # quality control and splitting
    assert second.tolist() == [62, 65]
    assert graph.parents()[[0, 1]].tolist() == [0, 0]
    assert graph.core_hours == pytest.approx(160 * 3050 / 3000 + 186.34 + 0.35 * 3, rel=1e-3)
    ends = graph.unbounded_ends_s()
    assert ends[0] == pytest.approx(4 * HOUR)  # a node for 160 core-hours
    assert ends[67] - ends[1] == pytest.approx(2 * (ends[64] - ends[1]))
    assert (graph.runtime_s <= graph.limit_s).all()
