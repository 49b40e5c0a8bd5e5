from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpcsim import site
from hpcsim.center.failures.outages import from_columns
from hpcsim.metrics.bill import Period, bill, figures, job_columns, site_bill
from hpcsim.metrics.energy import (
    BOOT,
    DOWN,
    JOULE_PER_KWH,
    OFF,
    Spells,
    down_spells,
    draws,
    draws_of,
    energy,
    no_spells,
    power_steps,
)
from hpcsim.metrics.money import LocalClock, income_yuan, job_yuan, price_s, site_yuan

TableOf = Callable[..., pa.Table]
HOUR = 3600.0

# Two nodes of four cores: 100 W at rest, 200 W at work (hpl 300), 10 off, 150 while booting.
TWO = """
power.pue = 1.5
carbon.kg_per_kwh = 0.5

[nodes.a]
count = 2
cores_per_socket = 4
memory_gib = 1
idle_w = 100
loaded_w = { default = 200, hpl = 300 }
off_w = 10
boot_w = 150
"""
NIGHT = """
[tariff.bands.night]
yuan_per_kwh = 0.25
hours = [[0, 8]]
[tariff.bands.day]
yuan_per_kwh = 1.0
[prices]
yuan_per_core_h = { default = 0.1, outside = 0.3 }
partition_factors = { fat = 2.0 }
[partitions.fat]
"""
CARDS = """
prices.yuan_per_accelerator_h.a100 = 5.0

[nodes.gpu]
count = 1
cores_per_socket = 10
memory_gib = 1
idle_w = 100
loaded_w = 200

[nodes.gpu.accelerators.a100]
count = 4
idle_w = 50
loaded_w = 300
"""


def work(*rows: tuple[float, float, float]) -> tuple[Any, Any, Any]:
    """Columns start, end, cores."""
    start, end, cores = (np.array(column, float) for column in zip(*rows, strict=True))
    return start, end, cores


NO_WORK = (np.empty(0), np.empty(0), np.empty(0))


def spells(*rows: tuple[int, float, float, int]) -> Spells:
    node, start, end, state = zip(*rows, strict=True)
    return Spells(np.array(node), np.array(start, float), np.array(end, float), np.array(state))


def test_an_empty_machine_draws_its_rest_times_pue_to_the_watt() -> None:
    for name in site.names():
        machine = site.load(name)
        used = energy(machine, draws(machine, *NO_WORK), no_spells(), 0, 10 * HOUR)
        assert used.idle_kwh == pytest.approx(10 * machine.idle_kw * machine.power.pue, rel=1e-12)
        steps = power_steps(machine, draws(machine, *NO_WORK), no_spells(), 0, 10 * HOUR)
        assert steps.node_w.tolist() == [machine.idle_kw * 1000]


def test_a_job_answers_for_what_it_holds_and_idle_is_the_rest() -> None:
    two = site.loads(TWO)
    jobs = draws(two, *work((0, HOUR, 2), (HOUR, 3 * HOUR, 8)))
    used = energy(two, jobs, no_spells(), 0, 4 * HOUR)
    # Two of four cores: 50 W at rest and 50 W of work. Both nodes for two hours: 2 x 200 W.
    assert used.job_kwh.tolist() == pytest.approx([0.1 * 1.5, 0.8 * 1.5])
    assert used.idle_kwh == pytest.approx((0.8 - 0.05 - 0.4) * 1.5)
    assert used.total_kwh == pytest.approx((0.25 + 2 * 0.4 + 0.2) * 1.5)
    steps = power_steps(two, jobs, no_spells(), 0, 4 * HOUR)
    assert steps.time_s.tolist() == [0, HOUR, 3 * HOUR, 4 * HOUR]
    assert steps.node_w.tolist() == [250, 400, 200]
    assert steps.max_kw == 0.4


def test_only_the_time_within_the_span_counts() -> None:
    two = site.loads(TWO)
    jobs = draws(
        two, *work((-HOUR, HOUR, 4), (HOUR, math.nan, 4), (math.nan, math.nan, 4), (9 * HOUR, 0, 4))
    )
    used = energy(two, jobs, no_spells(), 0, 2 * HOUR)
    assert used.job_kwh.tolist() == pytest.approx([0.3, 0.3, 0, 0])


def test_classes_of_work_draw_their_own_watts() -> None:
    two = site.loads(TWO)
    classes = (np.array([0, 1, 2]), ["genomics", "hpl", "default"])
    jobs = draws(two, *work((0, HOUR, 4), (0, HOUR, 4), (0, HOUR, 4)), work=classes)
    assert (jobs.resting_w + jobs.extra_w).tolist() == [200, 300, 200]


def test_nodes_that_are_off_down_or_booting_draw_what_the_site_says() -> None:
    two = site.loads(TWO)
    away = spells((0, 0, HOUR, OFF), (0, HOUR, 2 * HOUR, BOOT), (1, 3 * HOUR, math.inf, DOWN))
    used = energy(two, draws(two, *NO_WORK), away, 0, 4 * HOUR)
    assert used.off_kwh == pytest.approx(0.01 * 1.5)
    assert used.boot_kwh == pytest.approx(0.15 * 1.5)
    assert used.down_kwh == pytest.approx(0.01 * 1.5)
    assert used.idle_kwh == pytest.approx((0.2 + 0.3) * 1.5)
    steps = power_steps(two, draws(two, *NO_WORK), away, 0, 4 * HOUR)
    assert steps.node_w.tolist() == [110, 250, 200, 110]
    with pytest.raises(ValueError, match="spells of node 1 overlap"):
        energy(two, draws(two, *NO_WORK), spells((1, 0, 2, OFF), (1, 1, 3, DOWN)), 0, 1)


def test_a_node_in_two_outages_is_down_once() -> None:
    rows = (np.array([0.0, HOUR / 2]), np.array([HOUR, 2 * HOUR]), np.array([1, 1]))
    zeros, numbers = np.zeros(2, np.int32), np.arange(2, dtype=np.int32)
    away = down_spells(from_columns(*rows, zeros, numbers, ("disk",)))
    two = site.loads(TWO)
    used = energy(two, draws(two, *NO_WORK), away, 0, 4 * HOUR)
    assert used.down_kwh == pytest.approx(2 * 0.01 * 1.5)


def test_accelerators_draw_beside_their_node() -> None:
    gpu = site.loads(CARDS)
    jobs = draws(gpu, *work((0, HOUR, 5)), node_type=np.array([0]), accelerators=np.array([2.0]))
    assert jobs.resting_w.tolist() == [50 + 100]
    assert jobs.extra_w.tolist() == [50 + 500]
    table = pa.table({"start_s": [0.0], "end_s": [HOUR], "cores": [5], "accelerators": [2]})
    assert draws_of(table, gpu).extra_w.tolist() == [50 + 500]
    assert income_yuan(table.append_column("node_type", pa.array([0])), gpu, 0, HOUR).tolist() == [
        10
    ]


def test_without_node_types_a_job_draws_as_the_machine_on_average() -> None:
    nanjing = site.load("nanjing")
    whole = draws(nanjing, *work((0, HOUR, nanjing.cores)))
    assert whole.resting_w.sum() == pytest.approx(nanjing.idle_kw * 1000)
    assert (whole.resting_w + whole.extra_w).sum() == pytest.approx(nanjing.loaded_kw * 1000)


MOMENTS = st.floats(0, 100, allow_nan=False)


@given(
    st.lists(st.tuples(MOMENTS, MOMENTS, st.integers(1, 8)), max_size=20),
    st.lists(st.tuples(st.integers(0, 1), MOMENTS, MOMENTS, st.integers(0, 2)), max_size=2),
)
def test_energy_closes(
    rows: list[tuple[float, float, int]], states: list[tuple[int, float, float, int]]
) -> None:
    """What is summed over jobs and states is what the steps give: two ways to one figure."""
    two = site.loads(TWO)
    jobs = draws(two, *work(*rows)) if rows else draws(two, *NO_WORK)
    apart = [(i, *state[1:]) for i, state in enumerate(states)]
    away = spells(*apart) if apart else no_spells()
    used = energy(two, jobs, away, 10, 90)
    steps = power_steps(two, jobs, away, 10, 90)
    assert steps.kwh * 1.5 == pytest.approx(used.nodes_kwh, rel=1e-9)
    assert steps.kwh_between(np.array([10.0, 33, 90])).sum() == pytest.approx(steps.kwh, rel=1e-9)
    assert steps.between(33, 90).kwh == pytest.approx(
        steps.kwh_between(np.array([33.0, 90]))[0], rel=1e-9, abs=1e-12
    )


def test_a_million_jobs_close_to_a_billionth_in_seconds() -> None:
    nanjing, rng, many = site.load("nanjing"), np.random.default_rng(1), 1_000_000
    start = rng.uniform(0, 7.8e6, many)
    table = pa.table(
        {
            "start_s": start,
            "end_s": start + rng.exponential(8000, many),
            "cores": rng.integers(1, 60, many),
            "node_type": np.zeros(many, np.int64),
            "class": pa.array(np.array(["genomics", "hpl"])[rng.integers(0, 2, many)]),
        }
    )
    began = time.process_time()
    jobs = draws_of(table, nanjing)
    used = energy(nanjing, jobs, no_spells(), 0, 7.776e6)
    steps = power_steps(nanjing, jobs, no_spells(), 0, 7.776e6)
    assert time.process_time() - began < 5
    assert abs(steps.kwh * 1.35 / used.nodes_kwh - 1) < 1e-9


AT_SIX = LocalClock(datetime(2026, 11, 23, 6))


def test_the_tariff_counts_local_hours_exactly() -> None:
    by_hour = site.loads(TWO + NIGHT).tariff.yuan_per_kwh_by_hour
    rng = np.random.default_rng(3)
    moments = rng.uniform(-1e5, 4e5, 200)
    fine = np.arange(-1e5, 4e5) + 0.5
    price = np.array(by_hour)[((fine + 6 * HOUR) // HOUR % 24).astype(int)]
    found = price_s(moments, by_hour, AT_SIX) - price_s(np.array([-1e5]), by_hour, AT_SIX)
    summed = np.interp(moments, np.arange(-1e5, 4e5 + 1), np.concatenate([[0], np.cumsum(price)]))
    assert found == pytest.approx(summed, abs=1e-4)


def test_a_job_across_eight_in_the_morning_pays_both_prices() -> None:
    two = site.loads(TWO + NIGHT)
    jobs = draws(two, *work((HOUR, 4 * HOUR, 4)))
    # From 7 to 10 at 0.2 kW x 1.5: an hour at 0.25 and two at 1.
    assert job_yuan(two, jobs, AT_SIX, 0, 5 * HOUR) == pytest.approx([0.3 * 2.25])
    steps = power_steps(two, jobs, no_spells(), 0, 5 * HOUR)
    bill_by_hand = 0.2 * 0.25 + 0.3 * 0.25 + 2 * 0.3 + 0.2
    assert site_yuan(two, steps, AT_SIX) == pytest.approx(bill_by_hand * 1.5)


def test_months_have_their_own_lengths() -> None:
    clock = LocalClock(datetime(2027, 12, 31, 12))
    edges, names = clock.months(0, 70 * 86400)
    assert names == ["2027-12", "2028-01", "2028-02", "2028-03"]
    assert (np.diff(edges) / 86400).tolist() == [0.5, 31, 29, 9.5]
    assert LocalClock.of_unix(0, 8).origin == datetime(1970, 1, 1, 8)


def users(jobs_table: TableOf) -> pa.Table:
    """Two users on the last evening of a month: one until midnight, one across it."""
    return jobs_table(
        [(0, 0, 2 * HOUR, 4, 1), (0, HOUR, 4 * HOUR, 4, 2), (0, None, None, 4, 2)],
        customer=["inside", "outside", "inside"],
        partition=["thin", "fat", "thin"],
    )


EVENING = Period(0, 4 * HOUR, LocalClock(datetime(2026, 11, 30, 22)))


def test_the_bill_by_user_and_month(jobs_table: TableOf) -> None:
    two = site.loads(TWO + NIGHT)
    table = bill(users(jobs_table), two, EVENING, "user", monthly=True)
    assert table.select(["user", "month"]).to_pylist() == [
        {"user": 1, "month": "2026-11"},
        {"user": 2, "month": "2026-11"},
        {"user": 1, "month": "2026-12"},
        {"user": 2, "month": "2026-12"},
    ]
    assert table["core_h"].to_pylist() == [8, 4, 0, 8]
    assert table["energy_kwh"].to_pylist() == pytest.approx([0.6, 0.3, 0, 0.6])
    assert table["energy_yuan"].to_pylist() == pytest.approx([0.6, 0.3, 0, 0.15])
    assert table["carbon_kg"].to_pylist() == pytest.approx([0.3, 0.15, 0, 0.3])
    assert table["income_yuan"].to_pylist() == pytest.approx([0.8, 2.4, 0, 4.8])


def test_the_bill_of_the_site_adds_up(jobs_table: TableOf) -> None:
    two, jobs = site.loads(TWO + NIGHT), users(jobs_table)
    months = site_bill(jobs, two, EVENING).to_pydict()
    whole = figures(jobs, two, EVENING)
    assert months["month"] == ["2026-11", "2026-12"]
    for name in whole:
        if name not in ("mean_kw", "max_node_kw"):
            assert sum(months[name]) == pytest.approx(whole[name]), name
    assert whole["total_kwh"] == pytest.approx((0.8 + 0.2 + 0.3) * 1.5)
    assert months["energy_yuan"] == pytest.approx([(0.3 + 0.4) * 1.5, 0.6 * 1.5 * 0.25])
    assert whole["max_node_kw"] == pytest.approx(0.4)
    assert whole["mean_kw"] == pytest.approx(whole["total_kwh"] / 4)


def test_job_columns_sum_to_the_jobs_energy(jobs_table: TableOf) -> None:
    two, jobs = site.loads(TWO + NIGHT), users(jobs_table)
    columns = job_columns(jobs, two, EVENING)
    used = energy(two, draws_of(jobs, two), no_spells(), 0, 4 * HOUR)
    assert columns["energy_kwh"] == pytest.approx(used.job_kwh)
    assert JOULE_PER_KWH == 1000 * HOUR
