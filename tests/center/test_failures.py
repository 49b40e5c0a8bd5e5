from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hpcsim import site
from hpcsim.center import failures
from hpcsim.center.failures.outages import from_columns
from hpcsim.errors import InputError
from hpcsim.rng import stream
from hpcsim.site import Site
from hpcsim.units import DAY_S, HOUR_S, YEAR_S

Spell = tuple[float, float, int]


def machine(nodes: int, settings: str, more: str = "") -> Site:
    return site.loads(
        f"""
        [nodes.n]
        count = {nodes}
        cores_per_socket = 1
        memory_gib = 1
        nodes_per_rack = 2
        {more}
        [failures]
        {settings}
        """
    )


FIVE_YEARS = """sources.node = { mtbf_h = 43800, weibull_shape = 0.75, mean_repair_h = 6,
    repair_ln_sigma = 1.67 }""".replace("\n", "")
TEN_NODES_A_THOUSAND_YEARS = 1000 * YEAR_S


def spells(found: failures.Outages) -> list[Spell]:
    return list(zip(found.start_s.tolist(), found.end_s.tolist(), found.node.tolist(), strict=True))


def gaps_and_repairs(start: str) -> tuple[list[float], list[float]]:
    """Up to the 120th cycle of each of ten nodes, so that no long gap is cut by the horizon."""
    ten = machine(10, f'start = "{start}"\n{FIVE_YEARS}')
    found = failures.failures(ten, stream(7, "failures"), TEN_NODES_A_THOUSAND_YEARS)
    gaps, repairs = [], []
    for node in range(10):
        own = found.node == node
        assert own.sum() > 121
        begin, end = found.start_s[own][:121], found.end_s[own][:121]
        gaps += ((begin[1:] - end[:-1]) / HOUR_S).tolist()
        repairs += ((end - begin)[1:] / HOUR_S).tolist()
    return gaps, repairs


@pytest.mark.parametrize("start", ["new", "aged"])
def test_gaps_are_the_configured_weibull_and_repairs_the_lognormal(start: str) -> None:
    gaps, repairs = gaps_and_repairs(start)
    scale = 43800 / math.gamma(1 + 1 / 0.75)
    assert stats.kstest(gaps, stats.weibull_min(0.75, scale=scale).cdf).pvalue > 0.01
    assert stats.kstest(gaps, stats.expon(scale=43800).cdf).pvalue < 1e-6
    mu = math.log(6) - 1.67**2 / 2
    assert stats.kstest(repairs, stats.lognorm(1.67, scale=math.exp(mu)).cdf).pvalue > 0.01


def test_availability_and_count_over_ten_thousand_node_years() -> None:
    hundred = machine(1000, FIVE_YEARS)
    horizon = 10 * YEAR_S
    found = failures.failures(hundred, stream(3, "failures"), horizon)
    cycles = 1000 * horizon / HOUR_S / 43806
    down_h = (1 - failures.availability(found, 1000, horizon)) * 1000 * horizon / HOUR_S
    spread_h = math.sqrt(cycles * 6**2 * math.exp(1.67**2))
    assert abs(down_h - cycles * 6) < 3 * spread_h
    assert abs(len(found.node) - cycles) < 3 * 1.4 * math.sqrt(cycles)


def test_an_aged_machine_fails_from_the_first_day_as_ever_after() -> None:
    """A new machine of shape 0.75 fails oftener at first; one in the midst of its life does not."""
    first_tenth = {}
    for start in ("new", "aged"):
        many = machine(20_000, f'start = "{start}"\n{FIVE_YEARS}')
        found = failures.failures(many, stream(5, "failures"), 0.5 * YEAR_S)
        first_tenth[start] = len(found.node) / (20_000 * 0.5 * YEAR_S / HOUR_S / 43806)
    assert first_tenth["aged"] == pytest.approx(1, abs=0.07)
    assert first_tenth["new"] > 1.5


def test_a_longer_horizon_changes_nothing_before() -> None:
    nanjing = site.load("nanjing")
    short = failures.failures(nanjing, stream(1, "f"), 30 * DAY_S)
    long = failures.failures(nanjing, stream(1, "f"), 300 * DAY_S)
    assert len(short.node) > 0
    assert spells(long)[: len(short.node)] == spells(short)
    assert long.outage[: len(short.node)].tolist() == short.outage.tolist()


def test_what_shares_a_scope_goes_down_together() -> None:
    down = "mtbf_h = 100, mean_repair_h = 1, repair_ln_sigma = 0"
    for scope, groups in [
        ("node", {(0,), (1,), (2,), (3,), (4,)}),
        ("rack", {(0, 1), (2, 3), (4,)}),
        ("switch", {(0, 1, 2), (3, 4)}),
        ("site", {(0, 1, 2, 3, 4)}),
    ]:
        five = machine(
            5,
            f'sources.x = {{ scope = "{scope}", {down} }}',
            "[network.levels.leaf]\nnodes = 3",
        )
        found = failures.failures(five, stream(1, "f"), 1000 * HOUR_S)
        together = {
            tuple(found.node[found.outage == outage].tolist()) for outage in set(found.outage)
        }
        assert together == groups
        whole = found.start_s > 0
        assert found.end_s[whole] - found.start_s[whole] == pytest.approx(HOUR_S)


def test_a_source_breaks_only_its_node_types() -> None:
    text = """
    nodes.a = { count = 3, cores_per_socket = 1, memory_gib = 1 }
    nodes.b = { count = 2, cores_per_socket = 1, memory_gib = 1 }
    failures.sources.x = { scope = "site", node_types = ["b"], mtbf_h = 10, mean_repair_h = 1 }
    """
    found = failures.failures(site.loads(text), stream(1, "f"), 100 * HOUR_S)
    assert set(found.node.tolist()) == {3, 4}


def test_maintenance_windows_to_the_second() -> None:
    two = machine(2, "maintenance.m = { first_d = 1, every_d = 7, duration_h = 2 }")
    found = failures.maintenance(two, 15 * DAY_S)
    assert spells(found) == [
        (DAY_S, DAY_S + 7200, 0),
        (DAY_S, DAY_S + 7200, 1),
        (8 * DAY_S, 8 * DAY_S + 7200, 0),
        (8 * DAY_S, 8 * DAY_S + 7200, 1),
    ]
    assert found.outage.tolist() == [0, 0, 1, 1]
    assert found.causes == ("maintenance:m",)
    once = machine(1, "maintenance.m = { first_d = 1, duration_h = 2 }")
    assert spells(failures.maintenance(once, 99 * DAY_S)) == [(DAY_S, DAY_S + 7200, 0)]
    assert spells(failures.maintenance(once, DAY_S)) == []


def test_a_site_without_failures_has_none() -> None:
    found = failures.outages(site.load("tiny"), stream(1, "f"), YEAR_S)
    assert len(found.node) == 0
    assert failures.transitions(found).table().num_rows == 0
    assert failures.availability(found, 4, YEAR_S) == 1


@pytest.mark.parametrize("mtbf", ["1e-9", "1e-300"])
def test_failures_without_end_are_refused(mtbf: str) -> None:
    endless = machine(1, f"sources.x = {{ mtbf_h = {mtbf}, mean_repair_h = {mtbf} }}")
    with pytest.raises(InputError, match="would give more than"):
        failures.failures(endless, stream(1, "f"), YEAR_S)


def outages_of(rows: list[Spell]) -> failures.Outages:
    start, end, node = (np.array(column) for column in zip(*rows, strict=True))
    zeros = np.zeros(len(rows), np.int32)
    number = np.arange(len(rows), dtype=np.int32)
    return from_columns(
        start.astype(float), end.astype(float), node.astype(np.int32), zeros, number, ("x",)
    )


def test_overlapping_outages_take_a_node_down_once() -> None:
    found = outages_of([(0, 10, 0), (5, 20, 0), (20, 30, 0), (40, math.inf, 0), (7, 8, 1)])
    events = failures.transitions(found)
    assert list(
        zip(events.time_s.tolist(), events.node.tolist(), events.down.tolist(), strict=True)
    ) == [(0, 0, True), (7, 1, True), (8, 1, False), (30, 0, False), (40, 0, True)]
    table = events.table()
    assert table.column_names == ["time_s", "kind", "node", "cause", "outage"]
    assert table["kind"].to_pylist() == ["down", "down", "up", "up", "down"]
    assert failures.availability(found, 2, 50) == 1 - (30 + 10 + 1) / 100


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 10), st.integers(0, 3)),
        min_size=1,
        max_size=30,
    )
)
def test_a_node_is_down_exactly_when_some_outage_holds(rows: list[tuple[int, int, int]]) -> None:
    found = outages_of([(start, start + length, node) for start, length, node in rows])
    merged = failures.merged(found)
    for node in range(4):
        for second in range(41):
            moment = second + 0.5
            by_rows = any(s <= moment < s + length for s, length, n in rows if n == node)
            by_merged = [s for s, e, n in spells(merged) if n == node and s <= moment < e]
            assert len(by_merged) == int(by_rows)
    events = failures.transitions(found)
    assert (np.diff(events.time_s) >= 0).all()


EVENTS = """time_s,kind,node,cause
100,down,node0,disk
160,up,node0,
200,down,2,switch
200,down,3,switch
260.5,up,3,switch
"""


def test_events_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(EVENTS)
    found = failures.read(path, site.load("tiny"))
    assert spells(found) == [(100, 160, 0), (200, math.inf, 2), (200, 260.5, 3)]
    assert found.outage.tolist() == [0, 1, 1]
    assert [found.causes[c] for c in found.cause] == ["disk", "switch", "switch"]


def test_what_is_drawn_can_be_written_and_read(tmp_path: Path) -> None:
    nanjing = site.load("nanjing")
    drawn = failures.outages(nanjing, stream(1, "f"), 60 * DAY_S)
    path = tmp_path / "events.parquet"
    pq.write_table(failures.transitions(drawn).table(), path)
    assert spells(failures.read(path, nanjing)) == spells(failures.merged(drawn))


WRONG = """time_s,kind,node
-1,down,node0
nan,down,node0
1,broken,node1
2,down,node9
3,up,node1
4,down,node2
5,down,node2
x
"""


def test_every_wrong_event_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(WRONG)
    with pytest.raises(InputError) as caught:
        failures.read(path, site.load("tiny"))
    assert [(problem.line, problem.message) for problem in caught.value.problems] == [
        (2, "time_s is no number of seconds from 0 on"),
        (3, "time_s is no number of seconds from 0 on"),
        (4, "kind is neither down nor up"),
        (5, "there is no such node"),
        (6, "node1 is up already"),
        (8, "node2 is down already"),
        (9, "time_s is no number of seconds from 0 on"),
        (9, "kind is neither down nor up"),
        (9, "there is no such node"),
    ]


def test_files_that_are_no_tables_of_events(tmp_path: Path) -> None:
    tiny = site.load("tiny")
    no_columns = tmp_path / "columns.csv"
    no_columns.write_text("when,what\n1,2\n")
    with pytest.raises(InputError, match="there is no column kind"):
        failures.read(no_columns, tiny)
    no_parquet = tmp_path / "text.parquet"
    no_parquet.write_text("no parquet")
    with pytest.raises(InputError, match="cannot be read"):
        failures.read(no_parquet, tiny)
    pq.write_table(pa.table({"time_s": [1.0]}), tmp_path / "short.parquet")
    with pytest.raises(InputError, match="there is no column node"):
        failures.read(tmp_path / "short.parquet", tiny)
    with pytest.raises(InputError, match="No such file"):
        failures.read(tmp_path / "none.csv", tiny)
