"""Comparisons are paired, their intervals honest, and what is the same is not told apart."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_ind

from hpcsim.errors import InputError
from hpcsim.studies.comparison import compare, labelled
from hpcsim.studies.executors import open_pool
from hpcsim.studies.statistics.paired import differences, holm
from hpcsim.studies.study.study import open_study
from hpcsim.studies.subject.several import Several
from hpcsim.studies.subject.workload import OnMachine

FIGURES = ("mean_wait_s", "p95_wait_s", "utilization")


def test_holm_by_hand():
    """Three tests: 0.01 counts three times, 0.03 twice, and none is below the one before it."""
    assert holm([0.03, 0.01, 0.04]) == [0.06, 0.03, 0.06]


def test_a_difference_by_hand():
    first, second = np.array([10.0, 12.0, 14.0]), np.array([9.0, 11.5, 12.5])
    found = differences({"w": first}, {"w": second})["w"]
    assert (found.first, found.second) == (12.0, 11.0)
    assert found.difference.mean == -1.0
    # The changes -1, -0.5, -1.5 have deviation 0.5; t(2) reaches 4.3027 errors.
    assert found.difference.half_width == pytest.approx(4.30265 * 0.5 / 3**0.5, rel=1e-5)
    assert found.relative.mean == pytest.approx(-1 / 12)
    assert found.p_value == pytest.approx(0.07418, abs=1e-5)
    assert found.runs_unpaired > 10


def test_a_scenario_is_the_same_as_itself(here):
    found = compare(here, labelled([{}, {"estimates": "clairvoyant"}]), 3)
    assert found[0].verdict == (
        "estimates=clairvoyant: mean_wait_s, p95_wait_s, p99_wait_s, mean_bounded_slowdown, "
        "utilization are the same."
    )


def test_one_server_more_is_seen_and_said(here):
    found = compare(here, labelled([{"cores": 4}, {"cores": 5}]), 6)[0]
    waits = found.by_metric["mean_wait_s"]
    assert waits.is_distinguishable and waits.difference.high < 0
    assert found.verdict.startswith("cores=5 waits ") and "% less on average" in found.verdict


def test_several_scenarios_are_one_study(queue):
    both = Several({"four": queue, "five": queue.changed({"cores": 5})})
    with open_pool("here") as pool, open_study(both, pool) as study:
        points = [{"scenario": "four"}, {"scenario": "five", "policy": "fcfs"}]
        found = compare(study, labelled(points), 4)[0]
    assert found.by_metric["mean_wait_s"].difference.high < 0
    with pytest.raises(InputError, match="did you mean five"):
        both.changed({"scenario": "fife"})


def waits(world, runs):
    with open_pool("here") as pool, open_study(world, pool) as study:
        study.run([{}], range(runs))
        return {name: study.values(name) for name in FIGURES}


@pytest.fixture(scope="module")
def many():
    """Runs of one small world with seeds of their own."""
    return waits(OnMachine.of("poisson:jobs=600,servers=4,load=0.7", cores=4), 600)


def test_a_scenario_with_other_seeds_is_rarely_told_apart(many):
    """200 comparisons of a world with itself: the family of figures errs in one of twenty."""
    wrong = 0
    for trial in range(200):
        rows = np.random.default_rng(trial).permutation(600)[:20]
        first = {name: values[rows[:10]] for name, values in many.items()}
        second = {name: values[rows[10:]] for name, values in many.items()}
        wrong += any(d.is_distinguishable for d in differences(first, second).values())
    assert wrong <= 10


def test_five_per_cent_less_is_found_with_half_the_runs():
    """40 servers against 38: ten pairs find what twice as many runs, seeds of their own, miss."""
    world = OnMachine.of("poisson:jobs=1000,servers=40,load=0.85", cores=40)
    more, less = (waits(world.changed({"cores": c}), 200)["mean_wait_s"] for c in (40, 38))
    pairs = others = 0
    for trial in range(200):
        rows = np.random.default_rng(trial).permutation(200)
        first, second = ({"mean_wait_s": values[rows[:10]]} for values in (more, less))
        pairs += differences(first, second)["mean_wait_s"].is_distinguishable
        others += ttest_ind(more[rows[:20]], less[rows[20:40]], equal_var=False).pvalue < 0.05
    assert pairs >= 180
    assert others < 150
    every = differences({"mean_wait_s": more}, {"mean_wait_s": less})["mean_wait_s"]
    assert every.difference.low > 0
    assert every.runs_unpaired > 2


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        (("poisson:jobs=100", "--with", "coers=3"), "did you mean cores"),
        (("poisson:jobs=100", "--with", "cores"), "section.key=value"),
        (("nanjing-quarter",), "nothing to compare with"),
        (("poisson:jobs=100,seed=3", "--runs", "4"), "every run would be the same"),
    ],
)
def test_mistakes_are_told(words, tells, hpcsim):
    done = hpcsim("compare", *words)
    assert done.status == 2 and tells in done.err


def test_the_command(hpcsim, tmp_path):
    done = hpcsim("compare", "poisson:jobs=900,servers=4", "--cores", "4", "--with", "cores=8",
                  "--runs", "6", "--executor", "here", "--out", tmp_path / "s",
                  "--no-report")  # fmt: skip
    assert done.status == 0, done.err
    assert "cores=8 waits" in done.err and "clear" in done.out
