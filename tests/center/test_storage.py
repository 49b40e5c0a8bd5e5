"""Tiny stores with literal expectations; the shipped centre; mistakes; short runs."""

import math
from datetime import date

import numpy as np
import pytest
import simpy

from hpcsim.center.calendar import Calendar
from hpcsim.center.contract import marks
from hpcsim.center.sequencing import Sequencing, SequencingPorts, SequencingSettings
from hpcsim.center.storage import Storage, StorageSettings, tiers_of_site
from hpcsim.center.storage.forecast import growth
from hpcsim.cluster.flow.verbs import io_start
from hpcsim.errors import InputError
from hpcsim.rng import stream
from hpcsim.site import load

HOUR, DAY, GB, TB, PB = 3600.0, 86400.0, 10**9, 10**12, 10**15

# Two tiers of 100 and 1000 GB at 1 and 0.5 GB/s (writing at half of that), nothing in them.
SLOW = {"write_gbs": 0.25, "read_gbs": 0.5, "usable_pb": 1e-3, "start_fill": 0}
TWO = {
    "tiers": {
        "hot": {"usable_pb": 1e-4, "read_gbs": 1, "write_gbs": 0.5, "start_fill": 0, "disks": 0},
        "warm": SLOW | {"disks": 0},
        "cold": SLOW | {"disks": 0},
    },
    "holdings": [],
    "habits": [],
    "life": [],
    "steps_at_h": 0,
}


def world(given=None, *, days=90.0, start=date(2026, 3, 2), seed=1):
    env = simpy.Environment()
    chosen = StorageSettings.model_validate(TWO if given is None else given)
    made = Storage(env, chosen, Calendar(start, days), stream(seed, "storage"))
    made.start()
    return env, made


def settle(env, made, until):
    env.run(until=until)
    made.check()
    return made


def ended(env, event):
    times = []
    event.callbacks.append(lambda _: times.append(env.now))
    return times


def stored(made, tier):
    return made.ledger.stored[tier]


def test_a_write_takes_its_time_and_two_share_the_tier():
    env, made = world()
    first = ended(env, made.write_bytes("hot", "a", "x", 10 * GB, 0.4 * GB))  # alone: 25 s
    second = ended(env, made.write_bytes("hot", "b", "x", 10 * GB, 0.4 * GB))
    # Together they could write 0.8 GB/s, the tier takes in 0.5.
    settle(env, made, DAY)
    assert first == second == pytest.approx([40.0])
    assert stored(made, "hot") == 20 * GB
    assert made.traffic.counted("hot", "carried") == pytest.approx(2 * 20 * GB)  # as if read


def test_reading_counts_half_of_writing_here():
    env, made = world()
    written = ended(env, made.write_bytes("hot", "a", "x", 10 * GB, 0.4 * GB))  # 0.8 of reading
    read = ended(env, made.read("hot", 4 * GB, 0.4 * GB))
    # Max-min: 0.4 + 0.6 of 1; the read is done at 10 s, then the write has the tier alone.
    settle(env, made, DAY)
    assert read == pytest.approx([10.0])
    assert written == pytest.approx([10 + (10 - 10 * 0.3) / 0.4])


def test_a_full_tier_lets_writers_wait_and_tells_why():
    env, made = world()
    first = ended(env, made.write_bytes("hot", "a", "x", 80 * GB, 0.4 * GB))
    second = ended(env, made.write_bytes("hot", "b", "y", 40 * GB, 0.4 * GB))
    kept = ended(env, made.keep_bytes("hot", "c", "z", 5 * GB))
    env.run(until=1000)
    assert (first, second, kept) == ([200.0], [], [])
    assert made.reason("hot") == "StorageFull"
    assert made.figures()["hot_waiting_tb"] == pytest.approx(0.045)
    made.drop_bytes("hot", "a", "x", 20 * GB)
    settle(env, made, DAY)
    assert second == pytest.approx([1100.0])
    assert kept == []  # 80 - 20 + 40 is full again, and it stands in line
    made.drop_bytes("hot", "b", "y", 40 * GB)
    settle(env, made, 2 * DAY)
    assert kept == [DAY]
    assert made.reason("hot") is None
    waits = made.records()["storage_waits"].to_pylist()
    assert [(w["owner"], w["asked_s"], w["admitted_s"], w["reason"]) for w in waits] == [
        ("b", 0.0, 1000.0, "StorageFull"),
        ("c", 0.0, DAY, "StorageFull"),
    ]


def test_what_never_fits_blocks_nobody():
    env, made = world()
    giant = ended(env, made.write_bytes("hot", "a", "x", 200 * GB, GB))
    small = ended(env, made.write_bytes("hot", "b", "x", 5 * GB, 0.5 * GB))
    settle(env, made, DAY)
    assert (giant, small) == ([], pytest.approx([10.0]))
    assert made.figures()["writers_waiting"] == 1


def test_what_is_dropped_before_it_comes_goes_when_it_comes():
    env, made = world()
    made.write_bytes("hot", "a", "x", 10 * GB, 0.5 * GB)
    made.drop_bytes("hot", "a", "x", 4 * GB)
    settle(env, made, DAY)
    assert stored(made, "hot") == 6 * GB


def test_rebuilds_take_bandwidth():
    disks = {"disks": 5000, "annual_failure_rate": 1.0}  # 13.7 failures a day
    given = TWO | {"tiers": TWO["tiers"] | {"hot": TWO["tiers"]["hot"] | disks}}
    env, made = world(given | {"rebuild_h": 24, "rebuild_share": 0.03, "gap_shape": 1})
    env.run(until=60 * DAY)
    rebuilds = made.records()["storage_disks"].to_pylist()
    assert len(rebuilds) == pytest.approx(60 * 5000 / 365.25, rel=0.1)
    running = made.disks.rebuilding["hot"]
    took = ended(env, made.read("hot", 10**6, GB))
    env.run(until=60 * DAY + 1)
    assert running > 5
    assert took[0] - 60 * DAY == pytest.approx(1e-3 / (1 - min(0.03 * running, 0.5)), abs=1e-6)


def test_an_outage_stops_what_is_under_way_and_loses_nothing():
    env, made = world()
    written = ended(env, made.write_bytes("hot", "a", "x", 10 * GB, 0.4 * GB))
    env.run(until=5)
    made.slow_down("hot", "outage", 1.0)
    env.run(until=7 * DAY)
    assert written == []
    made.slow_down("hot", "outage", 0.0)
    settle(env, made, 8 * DAY)
    assert written == pytest.approx([7 * DAY + 20])


def test_sequencers_wait_for_a_full_tier_and_nothing_is_lost():
    small = {"tiers": {"hot": {"usable_pb": 0.03, "start_fill": 0.9}}}
    env, made = world(small, days=15)
    ports = SequencingPorts(
        write_bytes=made.write_bytes, keep_bytes=made.keep_bytes, drop_bytes=made.drop_bytes
    )
    calendar = Calendar(date(2026, 3, 2), 15)
    lab = Sequencing(env, SequencingSettings(), calendar, stream(1, "sequencing"), ports)
    lab.start()
    settle(env, made, 15 * DAY)
    lab.check()
    figures = made.figures()
    assert figures["writers_waited"] > 0
    assert figures["longest_wait_for_room_h"] > 0.1
    assert 0 < lab.figures()["runs_held_up_by_storage"] < lab.figures()["runs"]
    assert figures["hot_fill"] <= 1


def test_the_default_centre_fills_as_the_design_says():
    env, made = world({}, days=90)
    for day in range(90):  # 450,000 samples a year keep 3.8 PB
        env.run(until=(day + 0.5) * DAY)
        for name, share in (("fastq", 0.9), ("cram", 0.3125), ("vcf", 0.0625)):
            made.keep_bytes("warm", "sequencing", name, 2983e12 / 365.25 * share)
    settle(env, made, 90 * DAY)
    figures = made.figures()
    assert figures["kept_pb_per_year"] == pytest.approx(3.8 + 0.5, rel=0.1)  # and projects
    assert figures["fill"] == pytest.approx(0.45 + 4.3 / 4 / 55, abs=0.005)
    assert figures["writers_waited"] == 0
    assert date.fromisoformat(figures["warm_full_on_earliest"]) <= date.fromisoformat(
        figures["warm_full_on"]
    )
    journeys = made.records()["storage_journeys"].to_pydict()
    assert {"copy", "move"} == set(journeys["action"])
    assert max(end - begun for end, begun in zip(*_ended(journeys), strict=True)) < DAY
    for mark in marks(StorageSettings()):
        assert mark.source[0] in "SDRA"


def _ended(journeys):
    pairs = zip(journeys["ended_s"], journeys["decided_s"], strict=True)
    return zip(*((end, begun) for end, begun in pairs if end is not None), strict=True)


def test_growth_has_an_interval_that_holds():
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(400):
        used = np.concatenate([[0.0], np.cumsum(rng.normal(10.0, 8.0, 90))])
        found = growth(np.arange(91) * DAY, used)
        assert found.per_day == pytest.approx(used[-1] / 90)
        inside += found.low <= 10.0 <= found.high
    assert inside / 400 == pytest.approx(0.95, abs=0.03)
    assert growth(np.array([0.0]), np.array([1.0])) is None
    assert growth(np.array([0.0, 3600.0]), np.array([0.0, 1.0])).low == -math.inf


def test_mistakes_are_told_all_at_once():
    wrong = {
        "life": [
            {"tier": "hto", "action": "purge"},
            {"tier": "hot", "action": "move", "to": "hot"},
        ],
        "holdings": [{"tier": "warm", "share": 0.7}, {"tier": "warm", "share": 0.7}],
    }
    with pytest.raises(ValueError, match="did you mean hot") as caught:
        StorageSettings.model_validate(wrong)
    assert "cannot move from hot to itself" in str(caught.value)
    assert "add up to 1.4" in str(caught.value)


def test_an_unknown_tier_is_named():
    _, made = world()
    for deed in (made.keep_bytes, made.drop_bytes):
        with pytest.raises(InputError, match="did you mean warm"):
            deed("wram", "a", "x", GB)


@pytest.mark.parametrize("days", [1 / 24, 1.0, 3.0])
def test_short_runs_and_a_leap_day(days):
    env, made = world({}, days=days, start=date(2028, 2, 28))
    settle(env, made, days * DAY)
    assert made.figures()["fill"] == pytest.approx(0.45, abs=0.01)
    assert made.records()["storage_tiers"].num_rows >= 10


def test_same_seed_same_bytes_and_a_faster_tier_changes_no_demand():
    tables = []
    for chosen in ({}, {}, {"tiers": {"hot": {"read_gbs": 300}}}):
        env, made = world(chosen, days=40)
        settle(env, made, 40 * DAY)
        tables.append(made.records())
    for name, table in tables[0].items():
        assert table.equals(tables[1][name])
    columns = ["owner", "dataset", "written_bytes"]
    datasets = [table["storage_datasets"].select(columns) for table in tables]
    assert datasets[0].equals(datasets[2])


def test_the_shipped_site_and_the_defaults_agree():
    tiers = tiers_of_site(load("nanjing").storage)
    assert set(tiers) == {"hot", "warm", "cold", "archive"}
    assert StorageSettings.model_validate({"tiers": tiers}) == StorageSettings()


def test_jobs_that_ask_more_than_their_share_run_longer():
    _, made = world(TWO | {"client_gbs": 0.5, "job_ops": 0})
    read, written = np.full(3, 100e9), np.array([0.0, 0.0, 50e9])
    kinds, alone = made.job_classes("hot", read, written, np.array([400.0, 1e9, 400.0]))
    assert alone.tolist() == [400.0, 1e9, 400.0]
    assert kinds[1] == -1  # 100 bytes a second are nobody's concern
    # Each of the first asks 0.25 GB/s, half of its life in bursts of 0.5; the others ask 0.5 all
    # the time, as a byte written weighs two. With 1 GB/s for four of each, the level s solves
    # 4 x 0.25 / (0.5 + 0.25 / s) + 4 s = 1.
    flows = made.traffic.flows
    flows.reserve(jobs=8)
    for job in range(4):
        io_start(flows.state, job, 0.0, 400.0, kinds[0])
    assert flows.next_end() == pytest.approx(400.0)
    for job in range(4, 8):
        io_start(flows.state, job, 0.0, 400.0, kinds[2])
    level = (math.sqrt(4.25) - 1.5) / 4
    assert flows.next_end() == pytest.approx(400 * (0.5 + 0.25 / level))
