"""Published schedules, start for start, and published figures, to the digit."""

from __future__ import annotations

import numpy as np
import pytest

import workloads
from hpcsim import metrics
from hpcsim.cluster.policy import policy
from hpcsim.simulation.replay import Options, replay

CORES = {"KTH-SP2": 100, "SDSC-SP2": 128}


def run(data, log, name, **options):
    workload, repairs = workloads.read(data / f"swf_derived/{log}.pyssinput.swf.gz")
    assert not repairs.lines()
    assert workload.machine_cores == CORES[log]
    outcome = replay(workload, Options(policy(name), CORES[log], verify=True, **options))
    return outcome.jobs, metrics.summarize(outcome.jobs, cores=CORES[log])


def published(data, name):
    """Job id -> (start, whether it was backfilled) of a published schedule."""
    rows = np.loadtxt(data / f"expected/pyss/{name}.swf.gz", comments=";")
    return dict(zip(rows[:, 0], zip(rows[:, 1] + rows[:, 2], rows[:, 15] == 1, strict=True),
                    strict=True))  # fmt: skip


@pytest.mark.parametrize(
    ("log", "schedule", "options", "slowdown"),
    [
        ("KTH-SP2", "KTH-SP2.easy", {}, 92.5765),
        ("SDSC-SP2", "SDSC-SP2.easy", {}, 87.8703),
        ("KTH-SP2", "KTH-SP2.easy_clairvoyant", {"estimates": "clairvoyant"}, 71.7224),
    ],
)
def test_easy_starts_every_job_when_the_published_schedule_does(
    data, log, schedule, options, slowdown
):
    jobs, figures = run(data, log, "easy", **options)
    expected = published(data, schedule)
    ids = jobs.column("job_id").to_pylist()
    assert len(expected) == len(ids)
    assert jobs.column("start_s").to_pylist() == [expected[i][0] for i in ids]
    assert jobs.column("backfilled").to_pylist() == [expected[i][1] for i in ids]
    assert round(figures["mean_bounded_slowdown"], 4) == slowdown


@pytest.mark.parametrize(
    ("log", "name", "wait", "slowdown"),
    [
        ("KTH-SP2", "fcfs", 353776.409, 6814.9733),
        ("SDSC-SP2", "fcfs", 1535568.622, 13823.5339),
        ("KTH-SP2", "easy-sjbf", 5904.077, 69.4054),
        ("SDSC-SP2", "easy-sjbf", 20793.595, 84.8889),
        ("KTH-SP2", "conservative", 7310.551, 88.9973),
        ("SDSC-SP2", "conservative", 21889.302, 89.6563),
    ],
)
def test_published_means(data, log, name, wait, slowdown):
    _, figures = run(data, log, name)
    assert figures["mean_wait_s"] == pytest.approx(wait, abs=6e-4)
    assert round(figures["mean_bounded_slowdown"], 4) == slowdown


@pytest.mark.parametrize(("log", "longest"), [("KTH-SP2", 249058), ("SDSC-SP2", 692773)])
def test_the_longest_wait_of_conservative(data, log, longest):
    assert run(data, log, "conservative")[1]["max_wait_s"] == longest


@pytest.mark.parametrize(("log", "slowdown"), [("KTH-SP2", 62.8569), ("SDSC-SP2", 65.0636)])
def test_easy_plus_plus_is_the_one_that_corrects_to_the_limit(data, log, slowdown):
    """The published variant whose predictor is the user's last two and corrector the request."""
    _, figures = run(data, log, "easy-sjbf", estimates="user-average")
    assert round(figures["mean_bounded_slowdown"], 4) == slowdown


def test_easy_plus_plus_with_known_run_times(data):
    _, figures = run(data, "KTH-SP2", "easy-sjbf", estimates="clairvoyant")
    assert round(figures["mean_bounded_slowdown"], 4) == 49.8477


POLICIES_OF = {
    "basic_input": ("fcfs", "easy", "conservative"),
    "easy_bf_input": ("easy",),
    "fcfs_input": ("fcfs",),
}


@pytest.mark.parametrize("kind", POLICIES_OF)
def test_hand_made_cases_end_each_job_at_the_time_that_is_its_id(data, kind):
    """Columns: arrival, id, estimate, nodes, run time; 100 processors; "2.10" ends at 2."""
    files = sorted((data / "expected/pyss_tests").glob(f"{kind}.*"))
    assert files
    for file in files:
        rows = [
            line.split()[:5] for line in file.read_text().splitlines() if line.strip()[:1].isdigit()
        ]
        arrival, ids, estimate, cores, runtime = zip(*rows, strict=True)
        jobs = workloads.Workload.of(
            {
                "submit_s": np.array(arrival, float),
                "limit_s": np.array(estimate, float),
                "runtime_s": np.array(runtime, float),
                "cores": np.array(cores, np.int32),
            }
        )
        order = np.argsort(np.array(arrival, float), kind="stable")
        expected = [float(ids[i].split(".")[0]) for i in order]
        for name in POLICIES_OF[kind]:
            ends = replay(jobs, Options(policy(name), 100, verify=True)).jobs.column("end_s")
            assert ends.to_pylist() == expected, f"{file.name} under {name}"
