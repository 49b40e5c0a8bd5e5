from datetime import date

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.center.biobank import Biobank, BiobankPorts, BiobankSettings
from hpcsim.center.biobank.robots import Downtimes
from hpcsim.center.biobank.stock import Stock, Where
from hpcsim.center.calendar import Calendar
from hpcsim.rng import stream

HOUR, DAY = 3600.0, 86400.0
SMALL = {"capacity": 30_000, "stored": 20_000, "banks": 3}
ROUND_THE_CLOCK = {"every_day": True, "opens_h": 0, "closes_h": 24}


def bank(given=None, *, days=30.0, start=date(2026, 3, 2), seed=1, ports=None, during=None):
    env = simpy.Environment()
    calendar = Calendar(start, days)
    chosen = BiobankSettings.model_validate(given or {})
    made = Biobank(env, chosen, calendar, stream(seed, "biobank"), ports)
    made.start()
    if during:
        during(env, made)
    env.run(until=calendar.horizon_s)
    made.check()
    return made


def test_the_published_tubes_bring_about_thirty_million_yuan_a_year():
    figures = bank({"intake_per_day": 0, "orders_per_day": 0}, days=365.25).figures()
    assert figures["tubes_stored"] == 2_480_000
    assert figures["income_yuan"] == pytest.approx(30e6, rel=0.02)
    assert figures["income_yuan"] == pytest.approx(figures["income_yuan_per_year"])


def test_ten_and_seventeen_yuan():
    prices = {"0.5ml": {"share": 0.5}, "1.5ml": {"share": 0.5}}
    none = {"0.25ml": {"share": 0}, "5ml": {"share": 0}}
    half = bank({"sizes": prices | none, "intake_per_day": 0, "orders_per_day": 0}, days=1)
    by_size = half.stock.stored.sum(axis=0)
    assert half.figures()["income_yuan_per_year"] == by_size[1] * 10 + by_size[2] * 17
    assert by_size[1] / 2_480_000 == pytest.approx(0.5, rel=0.01)


def test_a_quarter_moves_the_tubes_that_it_should():
    figures = bank(days=90).figures()
    assert figures["tubes_came"] / 62 == pytest.approx(2500, rel=0.05)
    assert figures["tubes_left"] / 62 == pytest.approx(400, rel=0.1)
    assert figures["tubes_stored"] == 2_480_000 + figures["tubes_came"] - figures["tubes_left"]
    assert 2 < figures["order_turnaround_mean_h"] < 5
    assert figures["full_on_earliest"] < figures["full_on"] < figures["full_on_latest"]
    assert figures["full_on"][:3] == "204"


ONE_ROBOT = ROUND_THE_CLOCK | {
    "pickers": 1,
    "orders_per_day": 1440,
    "intake_per_day": 0,
    "robot_mtbf_h": float("inf"),
    "misread": 0,
}


@pytest.mark.parametrize("spread", ["exponential", "constant"])
def test_one_robot_is_m_g_1(spread):
    mean_tubes, pick = 3.0, 10.0
    made = bank(
        ONE_ROBOT | {"tubes_per_order": mean_tubes, "pick_s": pick, "pick_spread": spread},
        days=45,
    )
    waits = np.array([job.start_s - job.came_s for job in made.orders if job.start_s < np.inf])
    rate = 1440 / DAY
    second_of_tubes = 2 * mean_tubes**2 - mean_tubes  # geometric from 1
    second = pick**2 * (second_of_tubes + (mean_tubes if spread == "exponential" else 0))
    load = rate * mean_tubes * pick
    assert waits.mean() == pytest.approx(rate * second / (2 * (1 - load)), rel=0.03)
    assert made.figures()["robot_utilization"] == pytest.approx(load, rel=0.02)


def test_a_robot_under_repair_interrupts_its_work():
    robot = Downtimes(BiobankSettings(), 1e6, np.random.default_rng(1))
    robot.down_s, robot.up_s = np.array([100.0, 300.0]), np.array([150.0, 400.0])
    assert robot.work_end(0, 100) == 100
    assert robot.work_end(0, 120) == 170
    assert robot.work_end(90, 300) == 540
    assert robot.up_again(120) == 150
    assert robot.up_again(150) == 150
    assert robot.downtime_s(350) == 100


def test_robots_are_up_as_often_as_they_should():
    rng = np.random.default_rng(3)
    horizon = 3000 * 404 * HOUR
    robot = Downtimes(BiobankSettings(), horizon, rng)
    assert robot.downtime_s(horizon) / horizon == pytest.approx(4 / 404, rel=0.1)


def test_a_full_store_lets_racks_wait_and_orders_make_room():
    full = bank(SMALL | {"capacity": 20_000, "intake_per_day": 100, "orders_per_day": 1})
    figures = full.figures()
    assert figures["tubes_waiting_for_place"] > 0
    assert figures["fill"] > 0.99
    moved_in = [job for job in full.racks if np.isfinite(job.done_s)]
    assert moved_in, "orders made room for some racks"


def test_without_robots_everything_waits():
    figures = bank(SMALL | {"pickers": 0}).figures()
    assert figures["orders"] > 0
    assert figures["orders_delivered"] == 0
    assert figures["tubes_stored"] == 20_000


def test_an_order_of_more_than_there_is_gets_what_there_is():
    made = bank(
        {"stored": 50, "capacity": 100, "banks": 2, "intake_per_day": 0, "tubes_per_order": 40}
    )
    assert made.figures()["tubes_left"] == 50
    assert made.figures()["tubes_stored"] == 0


def test_tubes_from_elsewhere_are_stored_rack_by_rack():
    def deliver(env, made):
        def at_noon():
            yield env.timeout(DAY / 2)
            made.deliver_tubes(200)

        env.process(at_noon())

    made = bank(SMALL | {"intake_per_day": 0}, during=deliver)
    racks = made.records()["tube_racks"].to_pydict()
    assert racks["source"] == ["imports"] * 3
    assert racks["tubes"] == [96, 96, 8]
    assert all(time >= DAY / 2 for time in racks["done_s"])


def test_cooling_alarms_are_told_and_come_as_often_as_they_should():
    heard = []
    port = BiobankPorts(cooling_alarm=lambda bank, until: heard.append((bank, until)))
    made = bank(
        SMALL | {"cooling_failures_per_year": 12, "orders_per_day": 0}, days=365, ports=port
    )
    assert len(heard) == made.figures()["cooling_alarms"] == pytest.approx(72, rel=0.35)
    assert made.figures()["tubes_in_banks_warmed_beyond_limit"] > 0


def test_the_stock_counts_what_its_rows_say():
    stock = Stock(BiobankSettings.model_validate(SMALL), np.random.default_rng(1))
    assert stock.stored.sum() == 20_000
    assert stock.stored.sum(axis=1).max() - stock.stored.sum(axis=1).min() <= 1
    rows = stock.arrive(np.zeros(10, dtype=np.int8))
    assert stock.store(rows)
    chosen = stock.order(5, np.random.default_rng(2))
    stock.leave(chosen)
    assert stock.stored.sum() == 20_005
    assert (stock.where[chosen] == Where.GONE).all()
    stock.check()


@pytest.mark.parametrize("days", [1 / 24, 1.0])
def test_short_empty_and_leap_runs(days):
    assert bank(days=days, start=date(2028, 2, 29)).figures()["tubes_stored"] > 2_400_000
    nothing = {"stored": 0, "capacity": 0, "intake_per_day": 0}
    assert bank(nothing, days=days).figures()["fill"] == 0


def test_same_seed_same_bytes_and_robots_do_not_change_demand():
    plain = bank(SMALL)
    for name, table in plain.records().items():
        assert table.equals(bank(SMALL).records()[name]), name
    one = bank(SMALL | {"pickers": 1})
    assert [job.came_s for job in one.orders] == [job.came_s for job in plain.orders]


def test_days_add_up_to_the_stock():
    made = bank(SMALL, days=9.5)
    days = made.records()["biobank_days"].to_pandas()
    assert len(days) == 10
    assert days["stored"].iloc[-1] == made.figures()["tubes_stored"]
    assert days["left"].sum() == made.figures()["tubes_left"]


def test_too_many_tubes_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        BiobankSettings(stored=11, capacity=10)


@settings(max_examples=25)
@given(
    days=st.floats(0.1, 20),
    stored=st.integers(0, 500),
    room=st.integers(0, 300),
    banks=st.integers(1, 30),
    intake=st.floats(0, 60),
    orders=st.floats(0, 10),
    pickers=st.integers(0, 2),
    mtbf=st.floats(1, 50),
    rack=st.integers(1, 40),
    seed=st.integers(0, 2**31),
)
def test_every_tube_is_in_one_place(
    days, stored, room, banks, intake, orders, pickers, mtbf, rack, seed
):
    made = bank(
        {
            "capacity": stored + room, "stored": stored, "banks": banks,
            "intake_per_day": intake, "orders_per_day": orders, "tubes_per_order": 9,
            "pickers": pickers, "robot_mtbf_h": mtbf, "rack_tubes": rack, "pick_s": 900,
        },
        days=days,
        seed=seed,
    )  # fmt: skip
    figures = made.figures()
    assert figures["tubes_stored"] + figures["tubes_left"] <= stored + figures["tubes_came"]
    made.records()
