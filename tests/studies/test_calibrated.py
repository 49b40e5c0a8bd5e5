"""What a changed measurement means for a scenario, and how unsure its figures are."""

from __future__ import annotations

import pytest

from hpcsim.calibration.assumptions import defaults
from hpcsim.calibration.document import Calibration, Provenance
from hpcsim.calibration.estimate import within
from hpcsim.calibration.machine import Kernel, MachineModel
from hpcsim.errors import InputError
from hpcsim.simulation.scenario import load, parse_override
from hpcsim.studies.centre import run_scenario
from hpcsim.studies.impact import impact
from hpcsim.studies.uncertainty import SOURCES, uncertainty

SMALL = load("nanjing-quarter", [parse_override("horizon_days=0.1")]).only(("research",))


def calibration(cost):
    """A machine of which one kernel was measured: the one that reanalysis is most of."""
    one = within(cost, 0.05)
    kernel = Kernel(name="pairhmm", item="cells", size="cache", rate=one, cycles=one, cost=one)
    return Calibration(
        provenance=Provenance(hpcsim="0", source="made up", checksum="0", machine="m"),
        machine=MachineModel(name="m", kernels=(kernel,)),
        assumptions=defaults(),
    )


def test_a_slower_kernel_costs_core_hours_nodes_and_yuan():
    found = impact(calibration(1.0), calibration(2.0), SMALL)
    before, after = found.mean("core_h")
    assert after > before
    assert found.more_core_h == pytest.approx(after - before)
    assert found.yuan == pytest.approx(0.06 * found.more_core_h)
    assert found.nodes == pytest.approx(found.more_core_h / (0.1 * 24 * 40))
    assert set(found.classes) == {"call", "reanalysis"}
    value, low, high = found.classes["reanalysis"]
    assert value == pytest.approx(1.35, abs=0.01)
    assert low < value < high


def test_an_upgrade_has_the_other_sign():
    assert impact(calibration(1.0), calibration(0.5), SMALL).more_core_h < 0


def test_run_times_and_requests_of_a_class_are_stretched_alike():
    plain = run_scenario(SMALL).jobs.to_pandas()
    slow = run_scenario(SMALL, calibration=calibration(2.0)).jobs.to_pandas()
    both = plain.merge(slow, on="job_id", suffixes=("", "_slow"))
    both = both[both["queue"] == both["queue_slow"]]
    ratio = (both["runtime_s_slow"] / both["runtime_s"]).groupby(both["queue"], observed=True)
    limits = (both["limit_s_slow"] / both["limit_s"]).groupby(both["queue"], observed=True)
    assert ratio.median()["reanalysis"] == pytest.approx(1.35, abs=0.01)
    assert ratio.median()["statistics"] == pytest.approx(1.0)
    assert limits.median()["reanalysis"] == pytest.approx(1.35, abs=0.01)


def test_half_the_memory_bandwidth_slows_the_simulated_jobs_that_move_memory():
    """The same demand at both: of research, classes with memory traffic and no others."""
    half = [parse_override(f"{name}") for name in (
        "horizon_days=0.1", "site.nodes.thin.memory_bandwidth_gbs=105"
    )]  # fmt: skip
    narrow = load("nanjing-quarter", half).only(("research",))
    before, after = (
        run_scenario(each, calibration=calibration(1.0)).jobs.to_pandas()
        for each in (SMALL, narrow)
    )
    both = before.merge(after, on="job_id", suffixes=("", "_after"))
    both = both[both["queue"] == both["queue_after"]]
    ratio = (both["runtime_s_after"] / both["runtime_s"]).groupby(both["queue"], observed=True)
    slowest, least = ratio.median(), ratio.min()
    assert least["reanalysis"] == slowest["reanalysis"] == pytest.approx(1.0)
    assert slowest["mpi"] == pytest.approx(1.30, abs=0.05)
    assert slowest["statistics"] == pytest.approx(1.11, abs=0.03)


def test_without_a_calibration_nothing_is_said_of_one():
    run = run_scenario(SMALL)
    assert "calibration" not in run.summary
    assert "calibration" not in run.provenance


def test_each_source_of_uncertainty_is_told_apart():
    found = uncertainty(calibration(1.0), SMALL, figure="utilization", runs=3)
    assert [source.name for source in found.sources] == list(SOURCES)
    assert sum(found.shares().values()) == pytest.approx(1.0)
    assert found.sources[0].deviation > 0
    again = uncertainty(calibration(1.0), SMALL, figure="utilization", runs=3)
    assert again.data() == found.data()


def test_a_figure_that_is_not_there_is_told():
    with pytest.raises(InputError, match="no such figure"):
        uncertainty(calibration(1.0), SMALL, figure="mean_wait", runs=3)
    with pytest.raises(InputError, match="too few"):
        uncertainty(calibration(1.0), SMALL, runs=2)


def test_each_run_of_a_study_has_a_machine_of_its_own():
    from hpcsim.studies.subject.centre import Centre

    plain = Centre("nanjing-quarter", SMALL)
    drawn = Centre("nanjing-quarter", SMALL, calibration=calibration(1.0))
    one, two = (subject.measure(1, ()).figures["utilization"] for subject in (plain, drawn))
    assert one != two
    assert drawn.measure(1, ()).figures["utilization"] == two
    assert "calibration" not in plain.described()
    assert drawn.described()["calibration"]["version"] == 1
