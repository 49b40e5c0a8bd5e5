from datetime import date

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.center.calendar import Calendar, CalendarSettings, Seasons
from hpcsim.center.records import Records, RecordsPorts, RecordsSettings
from hpcsim.center.records.ingest import drain, empty_series
from hpcsim.center.records.messages import visit_shape
from hpcsim.center.records.nights import kind_of, night_graph
from hpcsim.center.records.settings import Nights
from hpcsim.rng import stream

HOUR, DAY = 3600.0, 86400.0
FLAT = CalendarSettings(visits=Seasons(), wards=Seasons(), public_holidays=False)
NO_JOBS = {
    "nights": {"nodes": 0, "queries": 0},
    "mining_per_day": 0,
    "partners": {"jiangbei": {"tasks": 0}, "provincial_statistics": {"tasks": 0}},
}
STEADY = {"late": 0, "day_variation": 0, "shift_min": 0}


def store(given=None, *, days=14.0, start=date(2026, 3, 2), seed=1, calendar=None, ports=None):
    env = simpy.Environment()
    made_calendar = Calendar(start, days, calendar)
    chosen = RecordsSettings.model_validate(given or {})
    made_ports = ports(env) if ports else None
    made = Records(env, chosen, made_calendar, stream(seed, "records"), made_ports)
    made.start()
    env.run(until=made_calendar.horizon_s)
    made.check()
    return made


def test_the_published_rates_come_out():
    figures = store(days=365, start=date(2027, 1, 1)).figures()
    assert figures["received_gb_per_day"] == pytest.approx(370, rel=0.05)
    assert figures["messages_per_s"] == pytest.approx(270, rel=0.05)
    assert figures["messages_per_s_busiest_hour"] == pytest.approx(700, rel=0.05)
    assert figures["store_tb"] - figures["store_growth_tb_per_year"] == pytest.approx(32, abs=0.1)
    assert figures["nights_missed"] == 0


def test_the_ingest_is_m_d_1():
    load, service_s = 0.6, 2400.0  # many minutes, the grain of the model
    made = store(
        NO_JOBS
        | STEADY
        | {
            "institutions": 1,
            "outpatient_share": 0,
            "visits_per_day": load * DAY / service_s,
            "messages_per_visit": 1,
            "capacity_per_s": 1 / service_s,
            "period_min": 1440,
        },
        days=7000,
        calendar=FLAT,
    )
    wait_s = load * service_s / (2 * (1 - load))
    waited = made.figures()["backlog_mean_messages"] * service_s
    assert waited == pytest.approx(wait_s, rel=0.03)


def test_a_morning_above_capacity_is_a_fluid():
    made = store(
        NO_JOBS | STEADY | {"outpatient_share": 1, "capacity_per_s": 500}, days=3, calendar=FLAT
    )
    mean = 388_000 * 60 / DAY
    shape = visit_shape() * 1440
    morning, noon = mean * shape[9 * 60], mean * shape[12 * 60 + 30]
    top = (morning - 500) * 4 * HOUR
    assert made.figures()["backlog_max_messages"] == pytest.approx(top, rel=0.03)
    empty_after = np.argmax(made.left[12 * 60 :] == 0) * 60.0
    left_at_half_past_one = top - (500 - noon) * 1.5 * HOUR
    afternoon = mean * shape[15 * 60]
    assert left_at_half_past_one > 0
    expected = 5 * HOUR + (left_at_half_past_one - (500 - afternoon) * 3.5 * HOUR) / (
        500 - mean * shape[18 * 60]
    )
    assert empty_after == pytest.approx(expected, rel=0.03)
    assert made.figures()["delay_max_s"] == pytest.approx(top / 500, rel=0.03)


def test_draining_by_hand():
    left, waited = empty_series(3)
    taken, area = drain(np.array([10.0, 0.0, 0.0]), 2.0, 8.0, left, waited)
    assert left.tolist() == [4, 0, 0]
    assert waited.tolist() == [3, 1, 0]  # 4 are gone after half a step
    assert (taken, area) == (12, 4)


def test_weekends_and_holidays_are_quiet():
    made = store(days=7)  # Monday to Sunday
    by_day = made.messages.sources.sum(axis=1)
    assert by_day[:5].min() > 1.25 * by_day[5] > by_day[6]


def test_institutions_have_their_own_sizes():
    sources = store(days=2).records()["record_sources"].to_pandas()
    assert len(sources) == 202
    assert sources["share"].sum() == pytest.approx(1)
    counted = sources["messages"] / sources["messages"].sum()
    assert np.corrcoef(counted, sources["share"])[0, 1] > 0.99
    assert sources["share"].max() > 5 * sources["share"].median()


def test_late_messages_come_within_three_days_and_none_is_lost():
    made = store({"late": 0.1, "resent": 0.5}, days=10)
    sent = made.messages
    created = sent.sources.sum()
    late = 0.05 * created
    assert sent.late[:1440].sum() == 0
    assert sent.late.sum() == pytest.approx(late, rel=0.25)  # the last days' come afterwards
    assert sent.on_time.sum() + sent.late.sum() + sent.never == created


def test_a_store_that_stops_writing_lets_messages_wait_and_loses_none():
    def until_noon(env):
        def write(tier, owner, dataset, n_bytes, rate):
            held = 2 * DAY <= env.now < 2.5 * DAY
            return env.timeout(2.5 * DAY - env.now) if held else None

        return RecordsPorts(write_bytes=write)

    made = store(NO_JOBS, days=4, ports=until_noon)
    figures = made.figures()
    assert figures["minutes_held_by_store"] == pytest.approx(720, abs=30)
    assert figures["backlog_max_messages"] > 5e6
    assert figures["backlog_messages"] == 0
    table = made.records()["record_ingest"].to_pandas()
    assert table["held_by_store"].sum() == pytest.approx(48, abs=2)


@pytest.mark.parametrize(
    ("day", "kind", "multiplier"),
    [
        (date(2027, 1, 5), "annual", 10),
        (date(2027, 1, 6), "nightly", 1),
        (date(2027, 2, 1), "monthly", 3),
        (date(2027, 4, 2), "quarterly", 5),
        (date(2028, 2, 29), "nightly", 1),
    ],
)
def test_reports_are_due_in_a_months_first_days(day, kind, multiplier):
    assert kind_of(day, Nights()) == (kind, multiplier)


def test_a_night_is_extraction_statistics_report():
    graph = night_graph("n", Nights(), 1.0, 1.0)
    assert len(graph) == 20 + 1 + 200 + 1
    assert graph.parents()[[0, 20, 21, 221]].tolist() == [0, 20, 1, 200]
    assert graph.unbounded_ends_s()[-1] == 2 * HOUR + 300 + 600 + 600
    assert graph.core_hours == pytest.approx(20 * 40 * 2 + 4 / 12 + 200 / 6 + 4 / 6)
    assert len(night_graph("n", Nights(), 3.0, 1.0)) == 60 + 1 + 600 + 1
    empty = night_graph("n", Nights(nodes=0, queries=0), 1.0, 1.0)
    assert empty.unbounded_ends_s().tolist() == [300, 900]


def test_a_slow_machine_misses_its_windows():
    def slow(env):
        def submit(graph, done):
            if len(graph.watched):
                ends = env.now + 3 * graph.unbounded_ends_s()[graph.watched]
                done(graph.watched, ends)

        return RecordsPorts(submit_graph=submit)

    made = store(days=10.5, ports=slow)
    nights = made.records()["record_nights"].to_pandas()
    assert made.figures()["nights_missed"] == nights["missed"].sum() > 5


def test_partners_and_research_submit_their_jobs():
    made = store(days=10)
    assert made.batches == {"jiangbei": 240, "provincial_statistics": 10}
    assert made.figures()["mining_jobs"] == pytest.approx(200, rel=0.4)


@pytest.mark.parametrize("days", [100 / DAY, 1 / 24, 1.0])
def test_short_empty_and_leap_runs(days):
    assert store(days=days, start=date(2028, 2, 29)).figures()["messages"] >= 0
    nobody = {"institutions": 0, "partners": {"jiangbei": {"message_share": 0}}}
    for silent in ({"visits_per_day": 0}, nobody):
        assert store(silent, days=days).figures()["messages"] == 0


def test_a_surge_multiplies_its_days():
    plain = store(days=4).messages.sources.sum(axis=1)
    surge = {"surges": [{"start_day": 1, "days": 2, "factor": 3}]}
    more = store(surge, days=4).messages.sources.sum(axis=1)
    assert more / plain == pytest.approx([1, 3, 3, 1], rel=0.02)


def test_same_seed_same_bytes_and_capacity_does_not_change_demand():
    plain = store(days=5)
    for name, table in plain.records().items():
        assert table.equals(store(days=5).records()[name]), name
    slower = store({"capacity_per_s": 300}, days=5)
    assert np.array_equal(plain.arrived, slower.arrived)
    assert [j.submitted_s for j in plain.mining] == [j.submitted_s for j in slower.mining]


@settings(max_examples=15)
@given(
    days=st.floats(0.01, 8),
    institutions=st.integers(0, 30),
    late=st.floats(0, 1),
    resent=st.floats(0, 1),
    capacity=st.floats(0.1, 2000),
    period=st.integers(5, 1440),
    held=st.floats(0, 3),
    seed=st.integers(0, 2**31),
)
def test_every_message_is_in_one_place(
    days, institutions, late, resent, capacity, period, held, seed
):
    def ports(env):
        return RecordsPorts(write_bytes=lambda t, o, d, n, rate: env.timeout(held * n / rate))

    made = store(
        {
            "institutions": institutions, "late": late, "resent": resent,
            "capacity_per_s": capacity, "period_min": period,
        },
        days=days,
        seed=seed,
        ports=ports,
    )  # fmt: skip
    made.figures()
    made.records()
