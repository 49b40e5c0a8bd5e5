"""Job classes: what a changed machine changes, in which direction and by how much."""

from __future__ import annotations

import numpy as np
import pytest

from hpcsim.calibration import RunTimes, calibrate
from hpcsim.calibration.classes import JobClass, shipped
from hpcsim.calibration.kinds import kinds
from hpcsim.simulation.scenario.overrides import parse_override
from hpcsim.simulation.scenario.shelf import load as load_scenario
from hpcsim.simulation.scenario.shelf import site_of
from hpcsim.site import load

TASKS = {kind.name: kind.matches[0].replace("*", "x") for kind in shipped().classes.values()}
FOUR = np.full(1, 160, np.int32)


def changed(*settings):
    """The shipped site with some of its values set."""
    return site_of(load_scenario("nanjing-quarter", [parse_override(text) for text in settings]))


def times(calibration, site):
    """Each class's factor on 160 cores: four nodes where it sends messages."""
    run = RunTimes(calibration, site)
    found = {}
    for name, task in TASKS.items():
        owner, _, step = task.partition("/")
        found[name] = float(run.tasks(owner, (step,), np.zeros(1, np.int32), FOUR)[0])
    return found


def moved(calibration, *settings):
    """Run times at a changed site over those at the shipped one."""
    before, after = times(calibration, load("nanjing")), times(calibration, changed(*settings))
    return {name: after[name] / before[name] for name in before}


def shares(calibration, part):
    """The part of each class's time, from the projection's own account of it."""
    return {each.name: each.depends.get(part, 0.0) for each in calibration.site.classes}


def test_half_the_memory_bandwidth_slows_exactly_who_moves_memory(calibration):
    ratios = moved(calibration, "site.nodes.thin.memory_bandwidth_gbs=105")
    memory = shares(calibration, "memory bandwidth")
    for name, ratio in ratios.items():
        assert ratio == pytest.approx(1 + memory[name], rel=1e-9), name
    wants = {name for name, kind in shipped().classes.items() if kind.wants_bandwidth}
    assert {name for name, ratio in ratios.items() if ratio > 1 + 1e-12} == wants
    assert {"mpi", "records", "sort"} <= wants
    assert not {"call", "align"} & wants


def test_twice_the_network_latency_slows_exactly_who_sends_messages(calibration):
    levels = ("site.network.levels.leaf.latency_us=0.4", "site.network.levels.spine.latency_us=0.4")
    ratios = moved(calibration, "site.network.latency_us=2.2", *levels)
    assert {name for name, ratio in ratios.items() if ratio != 1.0} == {"mpi"}
    assert ratios["mpi"] == pytest.approx(1 + shares(calibration, "network latency")["mpi"])
    assert 1.04 < ratios["mpi"] < 1.08


def test_half_the_clock_doubles_what_is_in_the_core_of_scalar_programs(calibration):
    ratios = moved(calibration, "site.nodes.thin.clock_ghz=1.05")
    quality = shares(calibration, "core")["read-quality"]
    assert ratios["read-quality"] == pytest.approx(1 + quality)
    assert 1.0 < ratios["align"] < ratios["read-quality"]


def test_narrow_registers_slow_vector_programs_only(calibration):
    ratios = moved(calibration, "site.nodes.thin.flop_per_cycle=16")
    assert ratios["call"] > 1.2
    assert ratios["read-quality"] == 1.0


def test_twice_the_storage_halves_the_time_in_files(calibration):
    tiers = [
        f"site.storage.tiers.{t}.read_gbs={x}"
        for t, x in (("hot", 300), ("warm", 240), ("cold", 60))
    ]
    ratios = moved(calibration, *tiers, "site.storage.tiers.archive.read_gbs=10")
    files = shares(calibration, "files")
    for name, ratio in ratios.items():
        assert ratio == pytest.approx(1 - files[name] / 2, rel=1e-9), name


def test_a_busy_file_system_serves_a_job_later(calibration):
    model = RunTimes(calibration, load("nanjing")).model(TASKS["recalibrate"])
    idle, half = (model.factors(np.ones(1), load)[0] for load in (0.0, 0.5))
    assert half / idle == pytest.approx(1 + shares(calibration, "files")["recalibrate"])


def test_a_slower_program_slows_its_classes_only(calibration, slower):
    before, after = times(calibration, load("nanjing")), times(slower, load("nanjing"))
    ratios = {name: after[name] / before[name] for name in before}
    assert ratios["call"] > 1.4
    assert ratios["read-quality"] == ratios["records"] == 1.0


def test_times_assumed_for_the_centre_stay_where_nothing_else_was_measured(bench):
    nothing = calibrate(bench)
    machine = nothing.machine.model_copy(update={"kernels": ()})
    ratios = times(nothing.model_copy(update={"machine": machine}), load("nanjing"))
    for name, kind in shipped().classes.items():
        if kind.reference == "nanjing":
            assert ratios[name] == pytest.approx(1.0), name
        else:
            assert 1.0 < ratios[name] < 1.35, name


def test_messages_cost_nothing_on_one_node_and_more_on_many(calibration):
    slow = RunTimes(calibration, changed("site.network.latency_us=11.0")).model("research/mpi")
    one, two, many = slow.factors(np.array([1.0, 2.0, 64.0]))
    assert one < two < many


def test_flops_a_core_stay_below_its_peak(calibration):
    run = RunTimes(calibration, load("nanjing"))
    for task in TASKS.values():
        owner, _, step = task.partition("/")
        assert 0 <= run.core_gflops(owner, step) < 2.1 * 32


def test_every_task_of_the_centre_has_a_class_of_its_own_kind():
    from hpcsim.center.sequencing.pipelines import shipped as pipelines

    steps = [
        (f"sequencing/{p}/{s.name}", s) for p, found in pipelines().items() for s in found.steps
    ]
    named = {name: shipped().find(name).name for name, _ in steps}
    assert named["sequencing/wgs/align"] == "align"
    assert named["sequencing/wgs/haplotype-caller"] == "call"
    assert set(named.values()) <= set(shipped().classes)
    assert shipped().find("research/mpi").name == "mpi"
    assert shipped().find("records/statistics").name == "records"


def test_waits_of_published_steps_are_their_idle_processors():
    """The share in files of one- and two-core steps is what their processors did not do."""
    from hpcsim.center.sequencing.pipelines import shipped as pipelines

    wgs = {step.name: step for step in pipelines()["wgs"].steps}
    for step, kind in (
        ("align", "align"),
        ("haplotype-caller", "call"),
        ("bqsr-recal", "recalibrate"),
    ):
        idle = 1 - wgs[step].cpu_h / wgs[step].core_h
        assert shipped().classes[kind].io == pytest.approx(idle, abs=0.01)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"io": 0.5}, "add up"),
        ({"kernels": {"nonsense": 1.0}}, "not there"),
        ({"kernels": {"lu": 0.9}, "latency": 0.1}, "one node"),
    ],
)
def test_a_class_that_cannot_be_is_refused(change, said):
    data = {"name": "x", "matches": ("*",), "reference": "nanjing", "spread": 0.1}
    with pytest.raises(ValueError, match=said):
        JobClass(**(data | {"kernels": {"lu": 1.0}} | change))


def test_kernels_of_classes_are_kernels_of_the_suite():
    from kernels import registry

    assert set(kinds()) <= set(registry.names())
