"""Conservative backfilling: tiny worlds, hand-made cases and published schedules."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from hpcsim.cluster.conservative import schedule


def test_a_small_job_passes_where_it_delays_nobody():
    # 4 cores. The first job takes 3 for 10 s, the second needs all; the third fits beside the
    # first and ends in time, the fourth would not end in time and starts after the second.
    start = schedule(
        submit=[0, 0, 0, 0],
        runtime=[10, 5, 10, 11],
        estimate=[10, 5, 10, 11],
        size=[3, 4, 1, 1],
        cores=4,
    )
    assert start.tolist() == [0, 10, 0, 15]


def test_an_early_end_moves_the_queue_up_once_in_order():
    start = schedule(
        submit=[0, 1, 2, 3],
        runtime=[4, 10, 10, 2],
        estimate=[20, 10, 10, 5],
        size=[4, 2, 3, 1],
        cores=4,
    )
    assert start.tolist() == [0, 4, 14, 4]


def test_jobs_of_no_length_start_and_end():
    start = schedule(
        submit=[0, 0, 1, 1], runtime=[3, 0, 0, 0], estimate=[5, 0, 0, 4], size=[2, 1, 2, 1], cores=2
    )
    assert start.tolist() == [0, 3, 3, 3]


def hand_made(path):
    rows = [line.split() for line in path.read_text().splitlines()]
    rows = [row for row in rows if row and not row[0].startswith("#")]
    submit, finish, estimate, size, run = np.array([row[:5] for row in rows], float).T
    return submit, np.floor(finish), estimate, size.astype(int), run


@pytest.mark.parametrize("number", range(15))
def test_hand_made_cases(data, number):
    case = data / "expected" / "pyss_tests" / f"basic_input.{number}"
    submit, finish, estimate, size, run = hand_made(case)
    order = np.argsort(submit, kind="stable")
    start = schedule(submit[order], run[order], estimate[order], size[order], 100)
    assert (start + run[order]).tolist() == finish[order].tolist()


def trace(path):
    with gzip.open(path, "rt") as lines:
        rows = np.array([line.split() for line in lines if not line.startswith(";")], float)
    rows = rows[np.lexsort((rows[:, 0], rows[:, 1]))]
    submit, run, request = rows[:, 1], rows[:, 3], rows[:, 8]
    size = np.where(rows[:, 7] > 0, rows[:, 7], rows[:, 4]).astype(int)
    return submit, np.minimum(run, request), request, size


@pytest.mark.parametrize(
    ("log", "cores", "mean", "longest"),
    [("KTH-SP2", 100, "7310.551", 249058), ("SDSC-SP2", 128, "21889.302", 692773)],
)
def test_published_waits(data, log, cores, mean, longest):
    submit, run, request, size = trace(data / "swf_derived" / f"{log}.pyssinput.swf.gz")
    wait = schedule(submit, run, request, size, cores) - submit
    assert (f"{wait.mean():.3f}", wait.max()) == (mean, longest)
