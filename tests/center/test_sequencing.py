"""The platform as a whole: conservation, published figures, edges, common random numbers."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.center.calendar import Calendar, CalendarSettings, Seasons
from hpcsim.center.contract import Surge
from hpcsim.center.sequencing import Sequencing, SequencingPorts, SequencingSettings
from hpcsim.center.sequencing.state import Place
from hpcsim.rng import stream

DAY = 86400.0
MACHINE_CORE_H_PER_DAY = 34_840 * 24


def centre(given=None, *, days=20.0, start=date(2026, 3, 2), seed=1, ports=None):
    """A platform that has run alone for `days`."""
    env = simpy.Environment()
    calendar = Calendar(start, days)
    chosen = SequencingSettings.model_validate(given or {})
    made = Sequencing(env, chosen, calendar, stream(seed, "sequencing"), ports)
    made.start()
    env.run(until=calendar.horizon_s)
    made.check()
    return made


NOTHING = {
    name: {"samples_per_year": 0}
    for name in ("nipt", "panel", "wes", "wgs", "rna", "tumour_normal")
}


def test_the_design_mix_keeps_its_petabytes_and_takes_its_share():
    figures = centre(days=365, start=date(2027, 1, 1)).figures()
    assert figures["samples_ordered"] == pytest.approx(450_000, rel=0.01)
    assert figures["kept_pb_per_year"] == pytest.approx(3.8, rel=0.1)
    share = figures["pipeline_core_h_per_day"] / MACHINE_CORE_H_PER_DAY
    assert 0.013 <= share <= 0.017
    assert figures["national_share"] < figures["national_share_claimed"]


def test_forty_dual_s4_flat_out_fill_the_store_within_a_year():
    flat_out = centre(
        NOTHING
        | {
            "wgs": {"samples_per_year": 450_000, "gb": 120},
            "top_up": 0,
            "sequencers": {
                "novaseq6000": {"count": 40, "turnaround_h": 0, "failed_runs": 0},
                "hiseqx_t7": {"count": 0},
                "small": {"count": 0},
            },
        },
        days=60,
    ).figures()
    assert flat_out["sequencer_novaseq6000_utilization"] > 0.97
    assert flat_out["pipeline_core_h_per_day"] / MACHINE_CORE_H_PER_DAY == pytest.approx(
        0.24, rel=0.08
    )
    assert flat_out["kept_pb_per_year"] > 55


def test_a_station_alone_is_m_m_c():
    load, instruments, per_day = 0.7, 3, 3000
    env = simpy.Environment()
    flat = CalendarSettings(clinical=Seasons(), public_holidays=False)
    calendar = Calendar(date(2027, 1, 1), 120, flat)
    work_h = 24 * load * instruments / per_day
    given = NOTHING | {
        "nipt": {"samples_per_year": per_day * 365},
        "opens_h": 0,
        "closes_h": 24,
        "stations": {
            "accession": {"instruments": instruments, "work_h": work_h, "spread": "exponential"}
        },
    }
    made = Sequencing(
        env, SequencingSettings.model_validate(given), calendar, stream(1, "sequencing")
    )
    made.start()
    env.run(until=calendar.horizon_s)
    offered = load * instruments
    last = offered**3 / 6 / (1 - load)
    waits = last / (1 + offered + offered**2 / 2 + last)
    accession = made.records()["lab_stations"].to_pylist()[0]
    expected = waits * work_h / (instruments * (1 - load))
    assert accession["mean_wait_h"] == pytest.approx(expected, rel=0.03)
    assert accession["utilization"] == pytest.approx(load, rel=0.02)


def test_days_add_up_to_the_figures():
    made = centre(days=10)
    days, figures = made.records()["sequencing_days"].to_pandas(), made.figures()
    assert len(days) == 10
    assert days["ordered"].sum() == figures["samples_ordered"]
    assert days["delivered"].sum() == figures["samples_delivered"]


def test_the_house_is_not_empty_at_the_start():
    made = centre(days=1)
    before = made.samples.ordered_s < 0
    assert 1000 < before.sum() < 5000
    assert made.samples.pooled_s.min() >= -DAY
    assert (made.samples.pooled_s < 0).any()
    empty = centre({"lead_in_days": 0}, days=1)
    assert empty.samples.ordered_s.min() >= 0


def test_nothing_is_ordered_nothing_happens():
    idle = centre(NOTHING)
    assert idle.runs == []
    assert idle.figures()["samples_delivered"] == 0
    assert idle.records()["samples"].num_rows == 0


def test_without_sequencers_samples_wait_on_their_flow_cells():
    none = {name: {"count": 0} for name in ("novaseq6000", "hiseqx_t7", "small")}
    stuck = centre({"sequencers": none})
    assert stuck.runs == []
    assert stuck.figures()["samples_delivered"] == 0
    assert stuck.figures()["samples_waiting_for_sequencer"] > 10_000


def test_without_lab_instruments_samples_stay_in_the_lab():
    stuck = centre({"stations": {"library": {"instruments": 0}}})
    places = stuck.records()["samples"]["place"].to_pylist()
    assert set(places) == {"lab", "failed_qc"}


@pytest.mark.parametrize("days", [1 / 24, 0.5])
def test_short_horizons_run(days):
    assert centre(days=days).figures()["samples_delivered"] == 0


def test_a_leap_day_is_a_day():
    ordered = np.array(centre(days=3, start=date(2028, 2, 28)).samples.ordered_s)
    assert np.isin([0, 1, 2], np.floor(ordered / DAY)).all()


def test_a_failed_run_gives_its_samples_back():
    everything_fails = {"novaseq6000": {"failed_runs": 1.0}}
    made = centre({"sequencers": everything_fails}, days=15)
    s4 = [run for run in made.runs if run.sequencer == "novaseq6000" and np.isfinite(run.end_s)]
    assert s4
    assert all(run.failed for run in s4)
    wgs = made.samples.product == 3
    assert made.samples.reruns[wgs].max() > 1
    assert np.isinf(made.samples.analysed_s[wgs]).all()


def test_a_sample_short_of_its_yield_is_topped_up_once():
    made = centre({"top_up": 0.5, "sequencers": {"small": {"count": 60}}}, days=15)
    done = np.isfinite(made.samples.analysed_s)
    topped = made.samples.topped_up[done]
    assert 0.4 < topped.mean() < 0.55
    extra = made.samples.extra_gb[done][topped]
    assert (extra == 0.3 * made.samples.gb[done][topped]).all()
    runs_of = np.zeros(len(made.samples))
    for run in made.runs:
        if not run.failed and np.isfinite(run.end_s):
            runs_of[run.samples] += 1
    assert set(runs_of[done][topped]) == {2}


def test_a_full_store_holds_the_instrument_and_loses_nothing():
    def slow_store(env):
        return SequencingPorts(
            write_bytes=lambda tier, owner, dataset, n, rate: env.timeout(2 * n / rate)
        )

    env = simpy.Environment()
    calendar = Calendar(date(2026, 3, 2), 10)
    made = Sequencing(env, SequencingSettings(), calendar, stream(1, "sequencing"), slow_store(env))
    made.start()
    env.run(until=calendar.horizon_s)
    made.check()
    ended = [run for run in made.runs if np.isfinite(run.end_s)]
    for run in ended:
        assert run.end_s - run.start_s == pytest.approx(2 * (run.stopped_s - run.start_s))
    assert made.figures()["runs_held_up_by_storage"] == len(ended) > 0


def test_bytes_told_to_the_store_are_those_that_are_kept():
    told = {"raw": 0.0, "fastq": 0.0, "cram": 0.0, "vcf": 0.0}

    def keep(tier, owner, dataset, n_bytes):
        told[dataset] += n_bytes

    def submit(graph, done):  # a machine that needs no time
        done(graph.watched, np.full(len(graph.watched), graph_now()))

    env = simpy.Environment()
    graph_now = lambda: env.now  # noqa: E731
    calendar = Calendar(date(2026, 3, 2), 12)
    ports = SequencingPorts(submit_graph=submit, keep_bytes=keep)
    made = Sequencing(env, SequencingSettings(), calendar, stream(1, "sequencing"), ports)
    made.start()
    env.run(until=calendar.horizon_s)
    made.check()
    assert sum(told.values()) / 1e15 == pytest.approx(made.figures()["kept_pb"])


def test_a_surge_and_a_scale_multiply_orders():
    plain = centre(days=10).figures()["samples_ordered"]
    double = centre({"scale": 2.0}, days=10).figures()["samples_ordered"]
    surge = {"surges": [{"start_day": 0, "days": 10, "factor": 3}]}
    triple = centre(surge, days=10).figures()["samples_ordered"]
    assert double / plain == pytest.approx(2, rel=0.05)
    assert triple / plain == pytest.approx(3, rel=0.05)


def test_the_same_seed_gives_the_same_bytes():
    one, two = centre(days=8), centre(days=8)
    for name, table in one.records().items():
        assert table.equals(two.records()[name]), name
    assert one.figures() == two.figures()
    assert one.figures() != centre(days=8, seed=2).figures()


def test_neither_equipment_nor_one_products_demand_changes_the_other_orders():
    plain = centre(days=8).samples
    fewer = centre({"sequencers": {"small": {"count": 3}}}, days=8).samples
    assert np.array_equal(plain.ordered_s, fewer.ordered_s)
    more = centre({"wgs": {"samples_per_year": 50_000}}, days=8).samples
    for code in (0, 1, 2, 4):
        arrived = [s.ordered_s[(s.product == code) & (s.ordered_s >= 0)] for s in (plain, more)]
        assert np.array_equal(*arrived)


def test_wider_scatter_changes_tasks_and_not_core_hours():
    quiet = {"runtime_variation": 0.0}
    compact = centre(quiet, days=5).figures()
    wide = centre(quiet | {"scatter_tasks_per_genome": 700}, days=5).figures()
    assert wide["pipeline_core_h"] == pytest.approx(compact["pipeline_core_h"])
    assert wide["pipeline_tasks"] > 3 * compact["pipeline_tasks"]


def test_each_sample_moves_forward_in_time():
    table = centre(days=12).records()["samples"].to_pandas()
    times = [name for name in table.columns if name.endswith("_s")]
    for before, after in pairwise(times):
        if (before, after) == ("pooling_end_s", "sequenced_s"):
            continue  # a top-up is sequenced again
        known = table[before].notna() & table[after].notna()
        assert (table[before][known] <= table[after][known] + 1e-6).all(), (before, after)
    assert set(table["place"]) <= {place.name.lower() for place in Place}


@settings(max_examples=15)
@given(
    days=st.floats(0.1, 12),
    scale=st.floats(0, 0.5),
    top_up=st.floats(0, 0.9),
    failed=st.floats(0, 1),
    small=st.integers(0, 3),
    wait=st.floats(0, 60),
    qc=st.floats(0, 1),
    seed=st.integers(0, 2**31),
)
def test_every_sample_and_byte_is_in_one_place(days, scale, top_up, failed, small, wait, qc, seed):
    given = {
        "scale": scale,
        "top_up": top_up,
        "failed_qc": qc,
        "surges": [Surge(start_day=days / 2).model_dump()],
        "sequencers": {
            "small": {"count": small, "failed_runs": failed},
            "novaseq6000": {"positions": small + 1},
        },
        "flow_cells": {"nipt": {"longest_wait_h": wait}, "s4": {"longest_wait_h": wait}},
    }
    made = centre(given, days=days, seed=seed)
    figures = made.figures()
    assert figures["samples_delivered"] == sum(
        figures[f"{name}_delivered"] for name in made.settings.products
    )
    assert made.records()["samples"].num_rows == len(made.samples)


def test_an_unknown_flow_cell_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean nipt"):
        SequencingSettings.model_validate({"nipt": {"flow_cell": "nipts"}})
