"""What scheduling means here, a tiny world a rule: (submit, runtime, limit, cores) -> starts."""

from __future__ import annotations

import numpy as np
import pytest

from hpcsim.cluster.policy import policies, policy
from hpcsim.errors import InputError
from hpcsim.simulation.replay import Options, replay

from .worlds import starts, workload

EASY = policy("easy")


def test_a_job_is_cut_at_its_limit_and_says_so():
    jobs = replay(workload([(0, 100, 60, 1)]), Options(EASY, 1)).jobs
    assert jobs.column("end_s").to_pylist() == [60]
    assert jobs.column("state").to_pylist() == ["TIMEOUT"]


def test_a_job_of_no_length_starts_and_ends():
    jobs = replay(workload([(5, 0, 10, 1)]), Options(EASY, 1, verify=True)).jobs
    assert jobs.select(["start_s", "end_s", "state"]).to_pylist() == [
        {"start_s": 5, "end_s": 5, "state": "COMPLETED"}
    ]


def test_first_come_first_served_lets_nobody_pass():
    assert starts([(0, 10, 10, 6), (1, 10, 10, 4), (2, 1, 1, 1)], policy("fcfs")) == [0, 10, 10]


def test_easy_lets_pass_who_ends_by_the_shadow_time():
    world = [(0, 10, 10, 6), (1, 10, 10, 8), (2, 8, 8, 2), (2, 9, 9, 2)]
    assert starts(world, EASY) == [0, 10, 2, 20]


def test_easy_lets_pass_who_fits_beside_the_head():
    # At the shadow time 10 the head takes 7 of 8 cores: one is extra, whatever runs on it.
    world = [(0, 10, 10, 6), (1, 10, 10, 7), (2, 50, 50, 1), (3, 50, 50, 1)]
    assert starts(world, EASY) == [0, 10, 2, 20]


def test_everything_that_ends_at_the_shadow_moment_counts_before_the_extra():
    world = [(0, 10, 10, 3), (0, 10, 10, 3), (1, 10, 10, 5), (2, 50, 50, 2)]
    assert starts(world, EASY) == [0, 0, 10, 2]


def test_a_job_due_to_end_now_counts_as_free_for_an_arrival_at_that_moment():
    assert starts([(0, 10, 10, 8), (10, 5, 5, 8)], policy("fcfs")) == [0, 10]


def test_expected_ends_come_from_limits_unless_clairvoyant():
    world = [(0, 10, 100, 6), (1, 10, 10, 8), (2, 20, 20, 2)]
    assert starts(world, EASY) == [0, 22, 2]
    assert starts(world, EASY, estimates="clairvoyant") == [0, 10, 20]


def test_sjbf_tries_the_shortest_first():
    # At 2 two cores are free until the head's shadow time 10; the shorter job gets them.
    world = [(0, 2, 2, 2), (0, 10, 10, 6), (1, 10, 10, 8), (1, 8, 8, 2), (1, 5, 5, 2)]
    assert starts(world, EASY) == [0, 0, 10, 2, 20]
    assert starts(world, policy("easy-sjbf")) == [0, 0, 10, 20, 2]


def test_a_prediction_is_the_mean_of_the_last_two_run_times():
    # The user's jobs ran 4 s, so at 20 the third is believed to end at 24, though its limit is
    # 100: the head's shadow time is 24, and the 4 s job may pass until 24.
    world = [(0, 4, 100, 1), (5, 4, 100, 1), (20, 4, 100, 6), (20, 9, 9, 8), (20, 4, 4, 2)]
    assert starts(world, EASY, estimates="user-average") == [0, 5, 20, 24, 20]


def test_an_instant_is_looked_at_once():
    # At 10 both ends are seen before the pass, so the head starts and nobody passes it first.
    world = [(0, 10, 10, 4), (0, 10, 20, 4), (1, 5, 5, 8), (2, 5, 5, 4)]
    assert starts(world, EASY) == [0, 0, 15, 10]
    assert starts(world, EASY, cycle="instant") == [0, 0, 10, 15]


def test_a_periodic_pass_comes_at_whole_periods():
    assert starts([(1, 3, 3, 8), (2, 3, 3, 8)], EASY, cycle=5) == [5, 10]


def test_feedback_lets_a_job_come_when_its_user_has_thought():
    jobs = workload(
        [(0, 10, 10, 8), (3, 5, 5, 8), (4, 1, 1, 1)],
        preceding_job=np.array([-1, 1, -1]),
        think_time_s=np.array([np.nan, 7, np.nan], np.float32),
    )
    table = replay(jobs, Options(EASY, 8, feedback=True, verify=True)).jobs
    assert table.column("submit_s").to_pylist() == [0, 17, 4]
    assert table.column("start_s").to_pylist() == [0, 17, 10]
    assert table.column("wait_s").to_pylist() == [0, 0, 6]


def test_a_job_cannot_precede_itself_or_an_earlier_one():
    jobs = workload(
        [(0, 10, 10, 8), (3, 5, 5, 8)], preceding_job=np.array([2, 2]), job_id=np.array([1, 2])
    )
    table = replay(jobs, Options(EASY, 8, feedback=True, verify=True)).jobs
    assert table.column("start_s").to_pylist() == [0, 10]


def test_a_limit_without_end_holds_the_head_back_for_ever_but_nobody_else():
    world = [(0, 50, np.inf, 6), (1, 10, 10, 8), (2, 60, 60, 2)]
    assert starts(world, EASY) == [0, 62, 2]


@pytest.mark.parametrize("each", policies(), ids=lambda p: p.name)
def test_a_policy_says_what_it_is_and_where_it_comes_from(each):
    assert each.summary and each.source
    assert policy(each.name) == each


@pytest.mark.parametrize(
    ("asked", "said"),
    [("esay", "did you mean easy"), ("fcfs-esy", "fcfs-easy"), ("", "known: ")],
)
def test_an_unknown_policy_names_the_nearest(asked, said):
    with pytest.raises(InputError, match=said):
        policy(asked)


def test_options_that_do_not_go_together_are_told_at_once():
    with pytest.raises(InputError) as error:
        replay(workload([(0, 1, 1, 1)]), Options(EASY, 0, estimates="guess"))
    assert len(error.value.problems) == 2


@pytest.mark.parametrize("cycle", ["events", "0", "-5", "nan", "inf"])
def test_an_impossible_cycle_is_refused(cycle):
    with pytest.raises(InputError, match="cycle"):
        replay(workload([(0, 1, 1, 1)]), Options(EASY, 1, cycle=cycle))
