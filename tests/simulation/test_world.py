"""The whole centre in small: conservation, common random numbers, odd runs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.center.contract import InvariantError
from hpcsim.errors import InputError
from hpcsim.simulation.invariants import check_ends
from hpcsim.simulation.scenario import SUBSYSTEMS, load, parse_override
from hpcsim.simulation.world import World, choose

# A tenth of the centre: everything is there, and a day costs some tens of milliseconds.
SMALL = (
    "site.nodes.thin.count=100",
    "demand.research.machine_cores=4000",
    "demand.research.classes.mpi.most_units=16",
    "demand.research.classes.test.most_units=400",
    "demand.records.nights.nodes=2",
    "demand.records.nights.queries=20",
    "demand.sequencing.scale=0.1",
)


def world(*sets, days=3.0, only=None, small=SMALL):
    texts = [*small, f"horizon_days={days}", *sets]
    scenario = load("nanjing-quarter", [parse_override(text) for text in texts])
    return World(scenario if only is None else scenario.only(only))


def ran(*sets, **given):
    made = world(*sets, **given)
    made.run()
    made.check()
    return made


def demand(made):
    """What each subsystem asks, whatever became of it."""
    found = {}
    for name, subsystem in made.subsystems.items():
        if name == "sequencing":
            found[name] = subsystem.samples.ordered_s.tobytes()
        elif name == "records":
            found[name] = subsystem.messages.arrived.tobytes()
        elif name == "biobank":
            found[name] = subsystem._book.asked_s.tobytes()
        elif name == "imports":
            found[name] = subsystem.lots.applied_s.tobytes()
        elif name == "research":
            found[name] = subsystem.jobs.submit_s.tobytes() + subsystem.jobs.runtime_s.tobytes()
        elif name == "failures":
            found[name] = subsystem.moves.time_s.tobytes()
    return found


def test_everything_is_accounted_for_and_every_subsystem_has_figures():
    made = ran()
    assert set(made.figures()) == {*SUBSYSTEMS, "failures"}
    jobs = made.jobs().to_pandas()
    counts = jobs["state"].value_counts()
    assert counts["COMPLETED"] > 1000
    queues = {"sequencing", "records", "reanalysis", "mpi", "statistics", "test"}
    assert queues == set(jobs["queue"].unique())
    started = jobs.dropna(subset=["start_s"])
    assert (started["start_s"] >= started["submit_s"]).all()


def test_the_same_scenario_gives_the_same_tables():
    first, second = ran(days=1.5), ran(days=1.5)
    assert first.jobs().equals(second.jobs())
    for name, table in first.tables().items():
        assert table.equals(second.tables()[name]), name


def test_a_subsystem_switched_off_changes_nobody_elses_demand():
    whole = demand(world())
    for name in ("research", "storage", "records"):
        without = demand(world(only=tuple(s for s in SUBSYSTEMS if s != name)))
        assert without == {k: v for k, v in whole.items() if k != name}


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        ("demand.sequencing.scale=0.3", "sequencing"),
        ("demand.records.institutions=150", "records"),
        ("demand.biobank.orders_per_day=40", "biobank"),
        ("demand.research.users=50", None),
        ("site.nodes.thin.count=120", "failures"),
        ("policy=sjf-easy", None),
    ],
)
def test_one_changed_parameter_leaves_the_others_demand_alone(change, changed):
    usual, other = demand(world()), demand(world(change))
    for name in usual:
        assert (usual[name] == other[name]) == (name != changed), name


@pytest.mark.parametrize("name", [*SUBSYSTEMS])
def test_each_subsystem_runs_alone(name):
    made = ran(days=1, only=(name,))
    assert set(made.subsystems) == {name, "failures"}
    assert made.figures()[name]


def test_samples_go_all_the_way():
    made = ran(days=6, only=("sequencing", "storage"))
    figures = made.figures()
    assert figures["sequencing"]["samples_delivered"] > 100
    jobs = made.jobs().to_pandas()
    ended = jobs[jobs["state"] == "COMPLETED"]
    assert set(ended["user"]) == {"sequencing"}
    assert figures["storage"]["owner_sequencing_pb"] > 0


def test_a_watched_end_is_told_at_its_moment():
    made = ran(days=6, only=("sequencing",))
    sequencing = made.subsystems["sequencing"]
    told = {c.demultiplexed_s for run in sequencing.runs for c in run.cells}
    rows = made.cluster.jobs
    assert {t for t in told if np.isfinite(t)} <= set(rows["end"][rows["state"] == 4].tolist())


def test_a_week_without_the_machine_is_survived():
    made = ran("failures.outages=[{start_day=1, days=2}]", days=4)
    jobs = made.cluster.jobs
    starts = jobs["start"][jobs["state"] >= 3]
    down = (starts >= 86400.0) & (starts < 3 * 86400.0)
    assert not down.any()
    assert made.figures()["failures"]["outages_scenario_1"] == 1
    assert made.figures()["failures"]["jobs_queued_again"] > 0
    assert made.subsystems["records"].figures()["messages"] > 0


def test_a_full_tier_is_told():
    made = ran("storage.tiers.hot.usable_pb=0.002", "storage.tiers.hot.start_fill=1.0", days=4)
    storage = made.figures()["storage"]
    assert storage["writers_waited"] > 0
    reasons = made.tables()["storage_waits"]["reason"].to_pylist()
    assert set(reasons) == {"StorageFull"}


@pytest.mark.parametrize(
    ("sets", "days"),
    [
        ((), 1 / 24),
        (("start=2028-02-28",), 2),
        (("start=2027-01-01",), 1),
        (
            tuple(
                f"demand.sequencing.sequencers.{kind}.count=0"
                for kind in ("novaseq6000", "hiseqx_t7", "small")
            ),
            3,
        ),
        (
            (
                "demand.sequencing.scale=0",
                "demand.records.scale=0",
                "demand.biobank.scale=0",
                "demand.imports.scale=0",
                "demand.research.scale=0",
            ),
            1,
        ),
        (("cluster.nodes=false", "policy=conservative", "cluster.cycle=event"), 1),
        (("cluster.estimates=user-average",), 1),
    ],
    ids=["an hour", "a leap day", "2027", "no sequencers", "no demand", "a plan", "predictions"],
)
def test_odd_worlds_run_and_say_what_happened(sets, days):
    made = ran(*sets, days=days)
    assert set(made.figures()) >= set(SUBSYSTEMS)
    assert made.jobs().num_rows >= 0


def test_a_job_that_the_site_can_never_start_is_refused():
    with pytest.raises(InputError, match="can never start"):
        ran(days=2, small=("site.nodes.thin.count=4",))


def test_subsystems_are_chosen_by_name():
    assert choose("biobank, records") == ("biobank", "records")
    with pytest.raises(InputError, match="did you mean biobank"):
        choose("biobnk")
    with pytest.raises(InputError, match="names no subsystem"):
        choose(",")


def test_the_check_can_fail():
    made = ran(days=1, only=("biobank",))
    made.subsystems["biobank"].stock.where[0] = 3
    with pytest.raises(InvariantError):
        made.check()


@settings(max_examples=8)
@given(
    seed=st.integers(0, 99),
    days=st.floats(0.2, 2.0),
    scale=st.floats(0, 0.4),
    utilization=st.floats(0, 1.2),
    start=st.sampled_from(["2027-01-01", "2027-02-05", "2028-02-28", "2027-10-01"]),
    policy=st.sampled_from(["easy", "fcfs", "sjf-easy", "easy-sjbf"]),
    cycle=st.sampled_from(["event", "instant", 30, 600]),
)
def test_random_centres_lose_nothing(seed, days, scale, utilization, start, policy, cycle):
    made = ran(
        f"seed={seed}",
        f"demand.sequencing.scale={scale}",
        f"demand.research.utilization={utilization}",
        f"start={start}",
        f"policy={policy}",
        f"cluster.cycle={cycle}",
        days=days,
    )
    jobs = made.cluster.jobs
    ran_rows = jobs[(jobs["state"] == 4) | (jobs["state"] == 5)]
    length = np.minimum(ran_rows["runtime"], ran_rows["limit"])
    np.testing.assert_allclose(ran_rows["end"] - ran_rows["start"], length, atol=1e-6)


SHORT = "storage.tiers.warm.metadata_ops=20"


def test_jobs_are_late_where_metadata_is_short_and_nobody_asks_less():
    usual, short = ran(days=1), ran(SHORT, days=1)
    assert demand(usual) == demand(short)
    before, after = usual.figures()["storage"], short.figures()["storage"]
    assert before["jobs_sharing"] > 1000
    assert before["jobs_slowed"] == 0
    assert before["slowed_core_h"] < 1e-6
    assert after["jobs_slowed"] > 100
    assert after["slowed_core_h"] > 10
    assert after["warm_saturated_h"] > 1
    assert after["slowest_job_times"] > 1.5


def test_without_storage_nobody_is_late():
    made = ran(days=1, only=("research", "sequencing"))
    jobs = made.cluster.jobs
    assert not jobs["flow"].any()
    check_ends(jobs)


def test_a_plan_leaves_storage_to_the_streams():
    made = ran("policy=conservative", "cluster.nodes=false", "cluster.cycle=event", days=0.2)
    assert made.figures()["storage"]["jobs_sharing"] == 0
