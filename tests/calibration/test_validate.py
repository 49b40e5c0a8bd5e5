"""The table of all checks, and the models behind its rows."""

from __future__ import annotations

import numpy as np
import pytest

from hpcsim.calibration import scatter
from hpcsim.calibration.holdout import held_out, share_inside
from hpcsim.calibration.recorded import task_errors
from hpcsim.calibration.tasks import carried_ratio, naive_ratio, recorded
from hpcsim.calibration.validate import CALLING, CALLING_S, CALLING_TASKS, checks

from .made_up import measured


def test_every_check_holds_or_says_what_it_lacks(tmp_path):
    found = checks(data=tmp_path)
    assert {each.verdict for each in found} == {"holds", "skipped"}
    assert sum(each.verdict == "skipped" for each in found) == 3
    assert all(each.note for each in found if each.verdict == "skipped")


def test_recorded_tasks_are_carried_better_than_by_their_clocks(data):
    ours, naive = task_errors(data)
    assert np.median(ours) < 0.20 < np.median(naive)


def test_a_task_goes_there_and_back():
    for task in ("bwa", "fastqc", "samtools_filter"):
        assert carried_ratio(task, "n1", "n1") == pytest.approx(1.0)
        assert carried_ratio(task, "asok01", "c2") < 1 < carried_ratio(task, "c2", "asok01")
    assert naive_ratio("local", "c2") == pytest.approx(3.3 / 3.1)
    assert recorded().class_of("NFCORE_BACASS:BACASS:FASTQC").name == "read-quality"


def test_waves_by_hand():
    step = scatter.Step(tasks=100, mean_s=60.0, cores=2)
    ran = scatter.run(step, 80, scatter.Limits())
    assert ran.wall_s == pytest.approx(2.5 * 60 + 30)
    one = scatter.run(step, 400, scatter.Limits())
    assert (one.wall_s, one.efficiency) == (60.0, pytest.approx(0.5))


def test_a_file_system_that_serves_so_many_tasks_bounds_the_wall():
    step = scatter.Step(tasks=1000, mean_s=10.0)
    free, bound = scatter.Limits(), scatter.Limits(tasks_per_s=20.0, spin=0.5)
    assert scatter.run(step, 100, bound) == scatter.run(step, 100, free)
    ran = scatter.run(step, 400, bound)
    assert ran.wall_s == 50.0
    alone = scatter.run(step, 400, free).wall_s
    assert ran.efficiency == pytest.approx((10_000 + 0.5 * (50 - alone) * 400) / (400 * 50))


def test_calling_is_reproduced_and_each_point_predicted_by_the_others():
    step, limits = scatter.fit(CALLING_TASKS, CALLING_S, CALLING)
    for cores, wall, efficiency in CALLING:
        ran = scatter.run(step, cores, limits)
        assert ran.efficiency == pytest.approx(efficiency, abs=0.01)
        assert ran.wall_s == pytest.approx(wall, rel=0.02)
        others = [each for each in CALLING if each[0] != cores]
        without, fitted = scatter.fit(CALLING_TASKS, CALLING_S, others)
        left = scatter.run(without, cores, fitted)
        assert left.efficiency == pytest.approx(efficiency, abs=0.03)


def sweep(kernel, seconds, held=16 << 10):
    """Five sizes, each twice the work of the one before."""
    return tuple(
        measured(kernel, seconds(work), flops=work, held=held, parameters={"n": work})
        for work in (10**6 * 2**k for k in range(5))
    )


def test_left_out_sizes_lie_within_their_intervals(bench):
    results = sweep("dgemm", lambda work: 1e-5 + work / 5e10)
    found = held_out(type(bench)(results, bench.fingerprint, (), "sweep", ""))
    assert len(found) == 2
    assert share_inside(found) == 1.0
    assert all(abs(each.error) < 0.02 for each in found)


def test_a_size_that_behaves_otherwise_lies_outside(bench):
    results = sweep("nbody", lambda work: 1e-5 + work / 5e10 * (3 if work > 10**7 else 1))
    found = held_out(type(bench)(results, bench.fingerprint, (), "sweep", ""))
    assert share_inside(found) == 0.5
