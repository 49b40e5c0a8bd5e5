"""The answer is queueing theory's, and a question badly put is told what there is."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from hpcsim.studies.executors import open_pool
from hpcsim.studies.size.cost import prices
from hpcsim.studies.size.question import Question
from hpcsim.studies.size.search import smallest
from hpcsim.studies.size.size import size
from hpcsim.studies.size.verdict import fewest_runs, most_missed
from hpcsim.studies.statistics.shares import share_of
from hpcsim.studies.study.metric import parse_target
from hpcsim.studies.study.study import open_study
from hpcsim.studies.subject.workload import OnMachine
from hpcsim.studies.sweep.axes import Axis, parse_axis

OFFERED = 7.2  # Erlang: eight servers at load 0.9
WORLD = "poisson:servers=8,load=0.9,jobs=40000"


def erlang_wait_s(servers, offered=OFFERED, runtime_s=1000.0):
    """The mean wait of M/M/c in a steady state."""
    below = sum(offered**k / math.factorial(k) for k in range(servers))
    last = offered**servers / math.factorial(servers) * servers / (servers - offered)
    return last / (below + last) * runtime_s / (servers - offered)


def erlang_p95_s(servers, offered=OFFERED, runtime_s=1000.0):
    waits = erlang_wait_s(servers, offered, runtime_s) * (servers - offered) / runtime_s
    return max(0.0, math.log(waits / 0.05) * runtime_s / (servers - offered))


def answer(target, axis, warmup_s=200_000.0, runs=20):
    world = OnMachine.of(WORLD, cores=8, warmup_s=warmup_s)
    question = Question((parse_target(target),), (parse_axis(axis),), runs=runs)
    with open_pool("here") as pool, open_study(world, pool) as study:
        return size(study, question)


@pytest.mark.parametrize("target_s", [50.0, 120.0])
def test_erlang_c_says_the_same_of_the_mean(target_s):
    least = next(c for c in range(8, 30) if erlang_wait_s(c) < target_s)
    assert answer(f"mean_wait_s<{target_s}", "cores=8:30:1").values == {"cores": least}


def test_erlang_c_says_the_same_of_p95():
    least = next(c for c in range(8, 30) if erlang_p95_s(c) < 400)
    found = answer("p95_wait_s<400", "cores")
    assert found.values == {"cores": least}
    assert found.verdict.met >= 59 and "more than today" in found.sentence


def test_an_impossible_target_tells_how_far_the_best_came():
    found = answer("mean_wait_s<1s", "cores=8:10:1")
    assert found.values is None
    assert (
        "cores = 10 came nearest, with 0 of 10 runs and a mean_wait_s of 88 s on average."
        in found.sentence
    )


@pytest.mark.parametrize("least", [1, 2, 7, 63, 100, 101, 399, 799])
@pytest.mark.parametrize("axis", ["n", "n=1:800:1", "n=1:800"])
@pytest.mark.parametrize("gap", [0, 1, 5])
def test_the_search_finds_the_least(least, axis, gap):
    """Whatever the range and what few runs refute, a threshold is found, and in few looks."""
    found = smallest(parse_axis(axis), 100, Threshold(least, refutes=least - gap))
    assert found.value == least and len(found.tried) < 26
    assert found.is_end == (least == 1)


class Threshold:
    """Values from `least` on are enough; a few runs refute those below `refutes`."""

    def __init__(self, least, refutes):
        self.least, self.refutes = least, refutes

    def __call__(self, value):
        return SimpleNamespace(enough=value >= self.least, share=SimpleNamespace(mean=value))

    def refuted(self, value):
        return self(value) if value < self.refutes else None


def test_the_search_gives_up_where_nothing_is_enough():
    found = smallest(Axis("n"), 10, Threshold(1000, refutes=1000))
    assert found.value is None and found.best is found.tried[80]


def test_how_many_runs_may_miss():
    """The known sizes of one-sided tolerance limits at 95 % / 95 % (Wilks, 1941)."""
    runs = (20, 58, 59, 92, 93, 123, 124, 181, 208)
    assert [most_missed(each, 0.95) for each in runs] == [-1, -1, 0, 0, 1, 1, 2, 4, 5]
    assert [fewest_runs(share) for share in (0.5, 0.9, 0.95, 0.99)] == [5, 29, 59, 299]


@pytest.mark.parametrize("share", [0.5, 0.8, 0.9, 0.95, 0.99])
def test_runs_that_show_a_share_are_those_whose_interval_lies_above_it(share):
    """Two ways to the same bound: the tail of the binomial, and the interval's lower end."""
    for runs in range(1, 400, 7):
        missed = most_missed(runs, share)
        assert (missed >= 0) == (runs >= fewest_runs(share))
        for many, shown in ((missed, True), (missed + 1, False)):
            if 0 <= many <= runs:
                assert (share_of(runs - many, runs, 0.9).low >= share) == shown


def test_a_capacity_that_is_just_not_enough_is_rarely_called_so():
    """Over 4,000 samples of futures of which 94.9 % meet the target; and 99 % mostly are enough."""
    rng, runs = np.random.default_rng(7), 124
    allowed = most_missed(runs, 0.95)
    called = [(rng.binomial(runs, miss, 4000) <= allowed).mean() for miss in (0.051, 0.01)]
    assert called[0] <= 0.06 and called[1] >= 0.85


def test_fewer_runs_than_can_show_the_share_are_not_made():
    assert Question((), (), confidence=0.95, runs=20).runs == 59
    assert Question((), (), confidence=0.9, runs=40).runs == 40


@pytest.mark.parametrize("seed", range(3))
def test_asking_the_hardest_futures_first_changes_no_verdict(seed):
    """Beside all runs of all values: runs so short that many futures lie on both sides."""
    world = OnMachine.of("poisson:jobs=400,servers=8,load=0.9", cores=8)
    target, runs = parse_target("mean_wait_s<150"), 93
    question = Question((target,), (parse_axis("cores=8:20:1"),), runs=runs)
    with open_pool("here") as pool, open_study(world, pool, seed=seed) as study:
        found = size(study, question)
        spent = study.spent.runs
        every = [{"cores": cores} for cores in range(8, 21)]
        study.run(every, range(runs))
        values = [study.values(target.metric, each, runs) for each in every]
    missed = [int((each >= 150).sum()) for each in values]
    for each in found.tried:
        place = each.changes["cores"] - 8
        assert each.enough == (missed[place] <= 1)
        assert each.means["mean_wait_s"].mean == pytest.approx(
            values[place][: each.means["mean_wait_s"].runs].mean()
        )
    assert found.values == {"cores": 8 + next(i for i, many in enumerate(missed) if many <= 1)}
    assert spent <= 4 * runs


def test_the_cheapest_of_two_capacities():
    """A core in the wide machine is dearer than none at all: the policy decides nothing here."""
    world = OnMachine.of(WORLD, cores=8, warmup_s=200_000.0)
    axes = (parse_axis("cores=8:20:1"), parse_axis("workload.load=0.9,0.6"))
    dear = prices(["cores=1", "workload.load=-100"], ["cores", "workload.load"])
    question = Question((parse_target("mean_wait_s<120"),), axes, runs=20, prices=dear)
    with open_pool("here") as pool, open_study(world, pool) as study:
        found = size(study, question)
    # Work that is taken in is paid: the higher load wins although it needs more cores.
    assert found.values == {"cores": 10, "workload.load": 0.9}
    assert found.yuan == 2


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        (("--target", "p95_wat_s<1", "--vary", "cores"), "did you mean p95_wait_s"),
        (("--target", "p95_wait_s<1", "--vary", "cores=9:4:1"), "did you mean cores=4:9:1"),
        (("--target", "p95_wait_s", "--vary", "cores"), "a target is a metric, < or >"),
        (("--target", "p95_wait_s<2parsecs", "--vary", "cores"), "times may be in s, min, h"),
        (("--target", "p95_wait_s<1", "--vary", "policy=easy,fcfs"), "policy is no capacity"),
        (("--target", "p95_wait_s<1"), "nothing is varied"),
        (("--target", "p95_wait_s<1", "--vary", "cores", "--confidence", "2"), "no such confid"),
        (("--target", "p95_wait_s<1", "--vary", "cores", "--runs", "0"), "no fewer are made"),
        (("--target", "p95_wait_s<1", "--quarters", "1", "--confidence", "1"), "no such confid"),
        (("--target", "p95_wait_s<1", "--vary", "load", "--cost"), "nobody knows what load costs"),
    ],
)
def test_mistakes_are_told(words, tells, hpcsim):
    done = hpcsim(
        "size", "poisson:jobs=300,servers=4", "--executor", "here", "--load", "0.5", *words
    )
    assert done.status == 2, done.out
    assert tells in done.err


def test_a_figure_that_takes_weeks_to_appear_can_be_a_target(hpcsim):
    """No lot is released on the first day, which tells what there is to ask."""
    words = ("size", "nanjing-quarter", "--only", "imports", "--set", "horizon_days=20", "--json",
             "--vary", "demand.imports.rules.benches=2:3:1", "--executor", "here")  # fmt: skip
    done = hpcsim(
        *words,
        "--target",
        "imports.class_D_approval_mean_h<1000",
        "--confidence",
        "0.5",
        "--runs",
        "5",
    )
    assert done.status == 0 and json.loads(done.out)["verdict"]["met"] > 0
    done = hpcsim(*words, "--target", "imports.class_D_aproval_mean_h<1000")
    assert done.status == 2 and "did you mean imports.class_D_approval_mean_h" in done.err


def test_of_hundreds_of_metrics_those_of_the_branch_are_told(hpcsim):
    words = ("size", "nanjing-quarter", "--only", "storage,biobank", "--vary", "cluster.nodes")
    done = hpcsim(*words, "--target", "storage.warm_ful<1")
    assert done.status == 2
    assert "did you mean storage.warm_fill" in done.err
    assert "Of storage: storage.hot_used_pb, " in done.err
    assert "Others of: biobank (biobank.tubes_stored, ...)" in done.err
    assert "biobank.fill" not in done.err and "p95_wait_s" not in done.err
    done = hpcsim(*words, "--target", "qqqqqqq<1")
    assert "Of all jobs: jobs, " in done.err and "storage (storage.hot_used_pb, ...)" in done.err


def test_of_hundreds_of_paths_those_of_the_branch_are_told(hpcsim):
    words = ("size", "nanjing-quarter", "--target", "storage.fill<1", "--vary")
    done = hpcsim(*words, "nope.x")
    assert done.status == 2 and "a scenario has: cluster.*, site.*, horizon_days" in done.err
    done = hpcsim(*words, "storage.tiers.warm.qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")
    assert "storage.tiers.warm has: usable_pb, read_gbs" in done.err


def test_the_command_says_no_with_its_status(hpcsim, tmp_path):
    words = ("size", "poisson:jobs=300,servers=4", "--vary", "cores=4:6:1", "--executor", "here",
             "--runs", "20", "--json", "--out", tmp_path / "s", "--no-report")  # fmt: skip
    done = hpcsim(*words, "--target", "mean_wait_s<-1")
    assert done.status == 1 and "came nearest" in done.err
    done = hpcsim(*words, "--target", "mean_wait_s<1d")
    assert done.status == 0 and json.loads(done.out)["answer"] == {"cores": 4}
    assert "less might do as well" in done.err
