"""Research computing: what is drawn, what becomes of it, and what must hold."""

from datetime import date

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.center.calendar import Calendar
from hpcsim.center.contract import InvariantError, marks
from hpcsim.center.research import Ends, Research, ResearchPorts, ResearchSettings
from hpcsim.center.research.draw import draw_jobs
from hpcsim.center.research.jobs import Fate, unbounded
from hpcsim.center.research.people import People
from hpcsim.center.research.seasons import season
from hpcsim.rng import stream

SPRING = date(2027, 4, 5)


def drawn(days=14.0, seed=3, start=SPRING, **given):
    wanted = ResearchSettings.model_validate(given)
    return draw_jobs(wanted, Calendar(start, days), stream(seed, "research")), wanted


def ran(days=7.0, ports=None, start=SPRING, **given):
    env, calendar = simpy.Environment(), Calendar(start, days)
    wanted = ResearchSettings.model_validate(given)
    research = Research(env, wanted, calendar, stream(3, "research"), ports)
    research.start()
    env.run(until=max(calendar.horizon_s, 1e-9))
    research.check()
    return research


def test_a_year_asks_for_the_wanted_part_of_the_machine():
    jobs, wanted = drawn(days=365, machine_cores=4000, utilization=0.6, lead_in_days=0)
    capacity_h = wanted.machine_cores * 365 * 24
    assert jobs.core_h.sum() / capacity_h == pytest.approx(0.6, rel=0.03)


def test_classes_hold_their_shares_of_the_work():
    jobs, wanted = drawn(days=90, lead_in_days=0)
    work = np.bincount(jobs.job_class, jobs.core_h)
    shares = [kind.core_h_share for kind in wanted.classes.values()]
    np.testing.assert_allclose(work / work.sum(), shares, atol=0.03)


def test_jobs_keep_within_their_class():
    jobs, wanted = drawn()
    for code, kind in enumerate(wanted.classes.values()):
        mine = jobs.job_class == code
        units = jobs.cores[mine] / kind.unit_cores
        assert units.min() >= kind.least_units
        assert units.max() <= kind.most_units
        usual = mine & (jobs.fate == Fate.COMPLETED)
        assert jobs.runtime_s[usual].max() <= kind.most_h * 3600
    assert (jobs.memory_mib / np.maximum(jobs.cores / 40, 1) <= 180 * 1024 + 1e-6).all()


def test_only_jobs_cut_by_their_limit_run_longer_than_it():
    jobs, _ = drawn()
    cut = jobs.runtime_s > jobs.limit_s
    assert (cut == (jobs.fate == Fate.TIMEOUT)).all()
    assert 0.005 < cut.mean() < 0.03


def test_failed_jobs_come_again_after_a_while():
    jobs, wanted = drawn(think_median_min=1e4)
    gaps = jobs.delay_s[jobs.parent >= 0]
    assert gaps.min() >= wanted.failures.gap_least_s
    failed = np.isin(jobs.fate, (Fate.FAILED, Fate.TIMEOUT, Fate.OUT_OF_MEMORY))
    assert 0.08 < failed.mean() < 0.14


def test_no_job_fails_where_none_may():
    jobs, _ = drawn(failures={"share": 0})
    assert (jobs.fate == Fate.COMPLETED).all()


def test_requests_are_round_and_few():
    jobs, _ = drawn()
    values, counts = np.unique(jobs.limit_s[jobs.submit_s > 0], return_counts=True)
    top = np.sort(counts)[::-1]
    assert top[:20].sum() > 0.8 * counts.sum()
    assert (values[np.argsort(-counts)[:10]] % 60 == 0).all()


def test_spring_festival_is_quiet_and_weekends_are_quieter():
    wanted = ResearchSettings()
    festival = season(wanted, Calendar(date(2027, 2, 6), 5), 0.0, 5 * 86400.0)
    ordinary = season(wanted, Calendar(date(2027, 4, 12), 5), 0.0, 5 * 86400.0)
    weekend = season(wanted, Calendar(date(2027, 4, 17), 2), 0.0, 2 * 86400.0)
    assert festival.half_hours < 0.4 * ordinary.half_hours
    assert weekend.half_hours / 2 < 0.6 * ordinary.half_hours / 5


def test_growth_and_surges_multiply():
    calendar = Calendar(SPRING, 365)
    plain = season(ResearchSettings(), calendar, 0.0, 365 * 86400.0).half_hours
    grown = ResearchSettings(growth_per_year=0.5)
    assert season(grown, calendar, 0.0, 365 * 86400.0).half_hours > 1.2 * plain
    surge = ResearchSettings.model_validate({"surges": [{"days": 1000, "factor": 3}]})
    assert season(surge, calendar, 0.0, 365 * 86400.0).half_hours == pytest.approx(3 * plain)


def test_accounts_get_users_by_their_shares():
    people = People(ResearchSettings(users=1000))
    shares = np.bincount(people.account, people._weights)
    wanted = [each.demand_share for each in ResearchSettings().accounts.values()]
    np.testing.assert_allclose(shares, wanted, atol=0.01)


def test_the_busiest_users_send_most():
    users = People(ResearchSettings()).users(np.linspace(0, 1, 10_000, endpoint=False), 0)
    counts = np.sort(np.bincount(users))[::-1]
    assert counts[:40].sum() > 0.5 * counts.sum()


def test_without_a_queue_every_job_starts_when_it_comes():
    research = ran()
    figures = research.figures()
    assert figures["wait_mean_h"] == 0
    assert figures["jobs_came"] == figures["jobs_ended"] + figures["jobs_running"]
    assert figures["income_yuan"] > figures["partner_income_yuan"] > 0


def test_a_chain_of_rounds_waits_for_each_round():
    jobs, _ = drawn(days=5)
    ends = unbounded(jobs)
    follows = (jobs.parent >= 0) & ~np.isnan(ends.arrival_s)
    late = ends.arrival_s[follows] - ends.end_s[jobs.parent[follows]]
    np.testing.assert_allclose(late, jobs.delay_s[follows], atol=1e-6)


def test_check_sees_a_machine_that_starts_jobs_too_early():
    def too_early(jobs):
        ends = unbounded(jobs)
        return lambda: Ends(ends.arrival_s, ends.start_s - 1.0, ends.end_s)

    with pytest.raises(InvariantError, match="order"):
        ran(ports=ResearchPorts(submit=too_early))


@pytest.mark.parametrize(
    ("days", "start", "given"),
    [
        (1 / 24, SPRING, {}),
        (3, date(2028, 2, 28), {}),
        (5, SPRING, {"scale": 0}),
        (5, SPRING, {"utilization": 0, "lead_in_days": 0}),
        (2, SPRING, {"users": 1}),
    ],
    ids=["an hour", "a leap day", "nothing", "no demand", "one user"],
)
def test_odd_runs(days, start, given):
    research = ran(days=days, start=start, **given)
    assert research.figures()["jobs_came"] >= 0
    assert research.records()["research_classes"].num_rows == 4


def test_the_same_seed_gives_the_same_jobs():
    first, _ = drawn(days=3)
    second, _ = drawn(days=3)
    for name in ("submit_s", "runtime_s", "limit_s", "cores", "user", "parent"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()


def test_a_recorded_workload_replaces_the_model(tmp_path):
    swf = tmp_path / "trace.swf"
    swf.write_text(
        "; MaxProcs: 64\n"
        "1 0 -1 100 4 -1 -1 4 200 -1 1 1 1 -1 -1 -1 -1 -1\n"
        "2 50 -1 300 8 -1 -1 8 250 -1 1 2 1 -1 -1 -1 -1 -1\n"
    )
    research = ran(days=1, trace=str(swf))
    assert research.jobs.cores.tolist() == [4, 8]
    assert research.ends.end_s.tolist() == [100.0, 300.0]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"classes": {"mpi": {"core_h_share": 0.9}}}, "add up to"),
        ({"accounts": {"medical": {"demand_share": 0.5}}}, "add up to"),
        ({"failures": {"timeout": 0.5}}, "add up to"),
        ({"classes": {"mpi": {"least_h": 80}}}, "must not be above"),
        ({"classes": {"mpi": {"weights": [1]}}}, "weight"),
    ],
)
def test_settings_that_cannot_be_are_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        ResearchSettings.model_validate(wrong)


def test_every_setting_says_its_unit_and_its_source():
    for mark in marks(ResearchSettings()):
        assert mark.source[0] in "SDRA", mark.path
        assert mark.unit, mark.path


@settings(max_examples=12)
@given(
    days=st.floats(0.05, 4),
    utilization=st.floats(0, 0.9),
    share=st.floats(0, 0.5),
    rounds=st.floats(1, 6),
    seed=st.integers(0, 50),
)
def test_random_settings_make_sound_jobs(days, utilization, share, rounds, seed):
    jobs, _ = drawn(
        days=days,
        seed=seed,
        machine_cores=4000,
        utilization=utilization,
        failures={"share": share},
        classes={"reanalysis": {"rounds": rounds}},
    )
    assert (np.diff(jobs.submit_s) >= 0).all()
    assert (jobs.runtime_s >= 0).all()
    assert (jobs.cores >= 1).all()
    assert (jobs.parent < len(jobs)).all()
    own = jobs.parent >= 0
    assert (jobs.parent[own] != np.flatnonzero(own)).all()
    assert (jobs.delay_s >= 0).all()
