"""A real slowdown is found, noise is no alarm."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.harness.changes import changes, noise, steadier
from kernels.harness.compare import compare
from kernels.harness.statistics import summarize


def runs(seed, n=12, sigma=0.01, times=1.0):
    return list(times * np.exp(np.abs(np.random.default_rng(seed).normal(0, sigma, n))))


def judged(made, before, after, **noises):
    (found,) = compare([made("k", before)], [made("k", after)], noises)
    return found.judgement


@pytest.mark.parametrize("times, judgement", [(1.0, "same"), (1.1, "slower"), (0.9, "faster")])
def test_ten_percent_are_found_and_nothing_is_not(made, times, judgement):
    assert judged(made, runs(1), runs(2, times=times)) == judgement


def test_a_delayed_half_of_the_samples_is_no_slower_program(made):
    """Another process slows most samples down, but the best run is as fast as ever."""
    assert judged(made, runs(1), [*runs(2, 3), *runs(3, 9, times=1.4)]) == "unsure"


def test_what_is_known_to_vary_must_vary_more(made):
    assert judged(made, runs(1), runs(2, times=1.1), k=0.05) == "same"


def test_a_program_that_waited_for_its_core_is_judged_by_its_processor_time(made):
    """Half of the time another process had the core: the time doubled, the program did not."""
    cpu = runs(1)
    quiet = made("k", cpu, cpu_s=tuple(cpu))
    waited = made("k", [2 * each for each in cpu], cpu_s=tuple(runs(2)))
    (found,) = compare([quiet], [waited])
    assert (found.judgement, round(found.ratio, 1)) == ("same", 1.0)
    slower = made("k", [2 * each for each in cpu], cpu_s=tuple(runs(2, times=1.1)))
    assert compare([quiet], [slower])[0].judgement == "unsure"
    much_slower = made("k", [2 * each for each in cpu], cpu_s=tuple(runs(2, times=1.6)))
    assert compare([quiet], [much_slower])[0].judgement == "slower"


def test_a_disturbed_session_must_change_by_a_tenth_more(made):
    """A clock that sank by a tenth makes every program slower, and none of them worse."""
    before = [made("k", runs(1))]
    for times, judgement in ((1.08, "unsure"), (1.3, "slower")):
        after = [made("k", runs(2, times=times))]
        assert compare(before, after)[0].judgement == "slower"
        assert compare(before, after, disturbed=True)[0].judgement == judgement


def test_a_clock_that_sank_is_no_slower_program(made):
    """A fifth longer in seconds and the same in beats; a slower program takes more of both."""
    before, after = runs(1), runs(2, times=1.2)
    quiet = made("k", before, beats_s=tuple([1e-4] * len(before)))
    sank = made("k", after, beats_s=tuple([1.2e-4] * len(after)))
    assert compare([quiet], [sank])[0].judgement == "same"
    slower = made("k", after, beats_s=quiet.beats_s)
    assert compare([quiet], [slower])[0].judgement == "slower"


def test_a_slowdown_is_found_in_beats_under_a_clock_that_wanders(made):
    rng = np.random.default_rng(11)
    clocks = np.exp(rng.normal(0, 0.06, 15))
    history = [
        made("k", runs(n, times=clock * (1.05 if n >= 10 else 1.0)), beats_s=(1e-4 * clock,) * 12)
        for n, clock in enumerate(clocks)
    ]
    assert changes(np.array([np.median(each.samples_s) for each in history])) == []
    (step,) = changes(steadier(history))
    assert step.slower
    assert step.index in (9, 10, 11)


def test_three_samples_decide_nothing(made):
    assert judged(made, runs(1, 3), runs(2, 3, times=1.5)) == "unsure"


def test_unverified_measurements_are_not_compared(made):
    wrong = made("k", runs(1)).without_figures("wrong", "wrong")
    assert compare([wrong], [made("k", runs(2))]) == []


def test_at_most_three_alarms_in_fifty_undisturbed_pairs(made):
    """Twenty times fifty pairs with outliers, and sessions that differ by 1 %."""
    rng = np.random.default_rng(7)
    alarms = 0
    for pair in range(1000):
        shift = np.exp(rng.normal(0, 0.01))
        first, second = runs(2 * pair), runs(2 * pair + 1, times=shift)
        second[0] *= 3
        alarms += judged(made, first, second) in ("slower", "faster")
    assert alarms / 20 <= 3


def test_a_slowdown_of_five_percent_is_found_within_five_runs():
    found = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        times = np.concatenate([rng.normal(1, 0.01, 10), rng.normal(1.05, 0.01, 5)])
        found += any(step.slower and step.index in (9, 10, 11) for step in changes(times))
    assert found == 40


def test_a_steady_history_has_no_steps():
    alarms = sum(
        bool(changes(np.random.default_rng(seed).normal(1, 0.02, 20))) for seed in range(100)
    )
    assert alarms <= 2


def test_two_steps_are_told_apart():
    rng = np.random.default_rng(3)
    levels = [1.0] * 8 + [1.2] * 8 + [0.9] * 8
    steps = changes(np.array(levels) * np.exp(rng.normal(0, 0.01, 24)))
    assert [step.index for step in steps] == [8, 16]
    assert [round(step.ratio, 1) for step in steps] == [1.2, 0.8]


@pytest.mark.parametrize("at", [0, 7, 14])
def test_one_disturbed_session_is_no_step_and_hides_none(at):
    rng = np.random.default_rng(5)
    times = np.exp(rng.normal(0, 0.01, 15))
    times[at] *= 30
    assert changes(times) == []
    times[10:] *= 1.2
    (step,) = changes(times)
    assert step.index in (9, 10)
    assert step.ratio == pytest.approx(1.2, abs=0.03)


def test_a_short_history_says_nothing():
    assert changes(np.array([1.0, 1.0, 2.0, 2.0])) == []


def test_a_step_is_not_noise():
    level = np.array([1.0, 1.01, 1.0, 1.01, 1.0, 2.0, 2.02, 2.0, 2.02, 2.0])
    assert noise(level) < 0.02


def test_the_interval_holds_the_median_of_what_it_was_drawn_from():
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(100):
        summary = summarize(rng.exponential(1.0, 30))
        inside += summary.low_s <= np.log(2) <= summary.high_s
    assert 88 <= inside <= 100


def test_one_sample_has_no_interval():
    summary = summarize([2.0])
    assert (summary.median_s, summary.low_s, summary.high_s, summary.spread) == (2, 2, 2, 0)
