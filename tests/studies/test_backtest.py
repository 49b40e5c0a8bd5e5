"""Scores of predictions worked out by hand, a corrector that corrects, and real histories."""

from __future__ import annotations

import json

import numpy as np
import pytest

from hpcsim.cluster.policy import policy
from hpcsim.errors import InputError
from hpcsim.rng import stream
from hpcsim.studies.demand import find_demand
from hpcsim.studies.predict import world
from hpcsim.studies.predict.alike import LEAST, Asked, Neighbours
from hpcsim.studies.predict.backtest import OURS, backtest
from hpcsim.studies.predict.intervals import Corrector
from hpcsim.studies.predict.score import LEVELS, score

NO_PAST = np.empty(0)
KTH = "swf/KTH-SP2-1996.swf.gz"
SDSC = "swf_derived/SDSC-SP2.pyssinput.swf.gz"
THETA = "swf/ANL-Theta-2022-cqsimplus.swf.gz"


def test_the_score_of_three_predictions():
    found = score(np.array([5.0, 0.0, 20.0]), np.array([[1, 5, 9], [1, 5, 9], [1, 5, 9]], float))
    assert (found.coverage, found.below, found.above, found.width_s) == (1 / 3, 1 / 3, 1 / 3, 8)
    assert found.pinball_by_level_s == pytest.approx(
        ((0.4 + 0.9 + 1.9) / 3, (0 + 2.5 + 7.5) / 3, (0.4 + 0.9 + 9.9) / 3)
    )


@pytest.mark.parametrize("factor", [0.3, 1.0, 4.0])
def test_futures_that_are_wrong_by_a_factor_are_corrected(factor):
    rng = np.random.default_rng(1)
    corrector, inside = Corrector(), []
    for moment in range(1500):
        wait = float(rng.lognormal(8, 1))
        futures = factor * rng.lognormal(8, 0.5, 40)
        asked = Asked(moment * 100.0, futures, NO_PAST, reserved_s=1e6)
        given = corrector.quantiles(asked)
        corrector.remember(asked, given, wait)
        inside.append(given[0] <= wait <= given[2])
    assert 0.75 <= np.mean(inside[300:]) <= 0.85


def test_a_wait_is_not_looked_at_before_it_is_over():
    answers = []
    for wait in (5000.0, 9e8):
        corrector = Corrector()
        for moment in range(40):
            futures = np.linspace(10, 4000, 20)
            given = np.quantile(futures, LEVELS)
            corrector.remember(Asked(float(moment), futures, NO_PAST), given, wait)
        answers.append(corrector.quantiles(Asked(100.0, futures, NO_PAST)).tolist())
    assert answers[0] == answers[1]


def test_levels_above_one_lead_to_the_reservation_and_no_further():
    corrector = Corrector()
    futures = np.linspace(10, 100, 20)
    for moment in range(1000):
        asked = Asked(moment * 1e6, futures, NO_PAST, reserved_s=5000.0)
        corrector.remember(asked, corrector.quantiles(asked), 9e5)
    low, _, high = corrector.quantiles(Asked(1e9, futures, NO_PAST, reserved_s=5000.0))
    assert high == pytest.approx(9e5)  # like jobs waited so long, and their waits are mixed in
    corrector = Corrector()
    for moment in range(10):
        asked = Asked(moment * 1e6, futures, NO_PAST, reserved_s=5000.0)
        corrector.remember(asked, corrector.quantiles(asked), 9e5)
    low, _, high = corrector.quantiles(Asked(1e9, futures, NO_PAST, reserved_s=5000.0))
    assert 100 <= high <= 5000 and low <= 100


def test_waits_of_the_nearest():
    like = Neighbours()
    near = Asked(0.0, np.array([100.0]), NO_PAST, 100.0, cores=4, limit_s=60.0, user=1).traits()
    far = Asked(0.0, np.array([9e5]), NO_PAST, 9e5, cores=64, limit_s=9e5, user=2).traits()
    for k in range(LEAST):
        assert like.waits(near, 1, 0.0).size == 0
        like.add(near, 1, 0.0, float(k))
    for _ in range(30):
        like.add(far, 2, 0.0, 9e5)
    waits = like.waits(near, 1, 10.0)
    assert waits[:LEAST].tolist() == list(range(LEAST))
    assert waits[LEAST:].tolist() == [9e5] * 20


def test_a_history_in_which_nobody_waits_is_refused():
    demand = find_demand("lublin:days=2,load=0.05", cores=100_000)
    with pytest.raises(InputError, match="too few jobs"):
        backtest(world.replayed(demand, policy("easy")), policy("easy"), stream(0, "test"))


def run(path, moments, cores=None):
    demand = find_demand(str(path), cores=cores, oversized="drop")
    log = world.replayed(demand, policy("easy"))
    return backtest(log, policy("easy"), stream(0, "predict"), moments=moments, futures=48)


def test_intervals_hold_on_a_real_history(data):
    found = run(data / KTH, 700)
    assert 0.75 <= found.scores()[OURS].coverage <= 0.85
    assert found.gain() >= 0.2


@pytest.mark.slow
@pytest.mark.parametrize("name", [KTH, SDSC, THETA])
def test_intervals_hold_and_beat_the_best_rival_by_a_fifth(data, name):
    found = run(data / name, 2000)
    assert 0.75 <= found.scores()[OURS].coverage <= 0.85
    assert found.gain() >= 0.2


def test_the_command_prints_every_method_and_needs_recorded_waits_for_recorded(hpcsim, trace, data):
    shown = hpcsim("job", "backtest", data / "swf/HPC2N-alea-subset.swf.gz", "--moments", 80,
                   "--futures", 8, "--json")  # fmt: skip
    found = json.loads(shown.out)
    assert found["predictions"] == 80
    assert len(found["methods"]) == 6
    refused = hpcsim("job", "backtest", trace, "--recorded")
    assert refused.status == 2 and "does not say how long jobs waited" in refused.err
