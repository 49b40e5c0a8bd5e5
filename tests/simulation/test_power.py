"""Power while a workload runs: four nodes of four cores, 100 W at rest and 200 W at work each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.cluster.policy import policy
from hpcsim.errors import InputError
from hpcsim.metrics.run_power import RunPower
from hpcsim.simulation.electricity import PowerRules
from hpcsim.simulation.mishaps import Mishaps
from hpcsim.simulation.replay import Options, replay
from hpcsim.simulation.site_machine import machine_of
from hpcsim.site import load
from workloads.workload import Workload

SITE = """
power.pue = 1.5
carbon.kg_per_kwh = 0.5
[nodes.node]
count = 4
cores_per_socket = 4
memory_gib = 16
idle_w = 100
loaded_w = { default = 200, hot = 300 }
off_w = 10
boot_s = 60
boot_w = 150
[tariff.bands.night]
yuan_per_kwh = 0.25
hours = [[0, 8]]
[tariff.bands.day]
yuan_per_kwh = 1.0
[failures.sources.node]
mtbf_h = 0.2
mean_repair_h = 0.02
[prices]
yuan_per_core_h = 2.0
"""
TIERS = """
[partitions.main]
default = true
[partitions.left_over]
priority_tier = 0
preempt = "{mode}"
"""
KWH = 3.6e6


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    path = tmp_path_factory.mktemp("site") / "four.toml"
    path.write_text(SITE)
    return load(str(path))


def run(site, jobs, *, name="easy", mishaps=None, queue=None, partition=None, gres=None, **limits):
    """The outcome and the power of (submit, runtime, cores) jobs."""
    submit, runtime, cores = (np.array(column, float) for column in zip(*jobs, strict=True))
    columns = {"submit_s": submit, "runtime_s": runtime, "limit_s": runtime, "cores": cores}
    labels = {}
    if queue is not None:
        columns["queue"], labels = np.array(queue), {"queue": ("default", "hot")}
    if partition is not None:
        columns["partition"] = np.array(partition)
        labels["partition"] = tuple(each.name for each in site.partitions)
    if gres is not None:
        known = [text for text in dict.fromkeys(gres) if text]
        columns["gres"] = np.array([known.index(text) if text else -1 for text in gres])
        labels["gres"] = tuple(known)
    asked = Workload.of(columns, machine_cores=site.cores, labels=labels)
    machine = machine_of(site)
    rules = PowerRules(site, **limits)
    options = Options(policy(name), site.cores, machine=machine, mishaps=mishaps, power=rules)
    outcome = replay(asked, options)
    return outcome, RunPower(outcome.jobs, site, outcome.drawn)


def starts(outcome):
    return outcome.jobs.column("start_s").to_pylist()


def test_an_empty_machine_draws_its_watts_at_rest_times_pue(site):
    _, power = run(site, [(0, 0, 1), (3600, 0, 1)])
    figures = power.figures(power.job_columns())
    assert figures["total_kwh"] * 1000 == 400 * 1.5
    assert figures["idle_kwh"] == figures["total_kwh"]
    assert figures["energy_yuan"] == pytest.approx(0.6 * 1.0)  # 08:00 local, where second 0 lies


def test_a_job_draws_its_share_of_rest_and_work_and_earns_its_price(site):
    _, power = run(site, [(0, 3600, 2), (0, 3600, 4)], queue=[0, 1])
    columns = power.job_columns()
    assert columns["energy_kwh"].tolist() == pytest.approx([0.1 * 1.5, 0.3 * 1.5])
    assert columns["carbon_kg"].tolist() == pytest.approx([0.075, 0.225])
    assert columns["income_yuan"].tolist() == [4, 8]
    by_class = power.figures(columns)["by_class"]
    assert by_class["default"]["core_h"] == 2
    assert by_class["hot"]["energy_kwh"] == pytest.approx(0.45)


@pytest.mark.parametrize("name", ["fcfs", "easy"])
def test_the_cap_lets_no_more_start_than_it_has_watts_for(site, name):
    # 400 W at rest and 25 W a core: 600 W are 8 cores.
    outcome, power = run(site, [(0, 10, 4)] * 3, name=name, cap_kw=0.6)
    assert starts(outcome) == [0, 0, 10]
    assert power.steps.max_kw == 0.6


def test_who_passes_leaves_the_head_its_watts(site):
    # 650 W are 10 cores. The head wants 8 at 10; two may run beside it for ever, no more.
    jobs = [(0, 10, 8), (1, 10, 8), (2, 99, 2), (3, 99, 1), (4, 5, 1)]
    outcome, _ = run(site, jobs, cap_kw=0.65)
    assert starts(outcome) == [0, 10, 2, 20, 20]
    outcome, _ = run(site, [(0, 10, 8), (1, 10, 8), (2, 99, 1), (3, 99, 2), (4, 5, 1)], cap_kw=0.65)
    assert starts(outcome) == [0, 10, 2, 20, 4]


def test_a_job_that_the_cap_can_never_hold_is_told_before_anything_runs(site):
    with pytest.raises(InputError, match="power cap"):
        run(site, [(0, 10, 16)], cap_kw=0.6)


def test_idle_nodes_sleep_and_wake_when_they_are_asked(site):
    outcome, power = run(site, [(0, 10, 4), (200, 10, 16)], off_after_s=100)
    assert starts(outcome) == [0, 260]
    assert outcome.jobs.column("end_s").to_pylist() == [10, 270]
    figures = power.figures(power.job_columns())
    kwh = 1.5 / KWH
    # Three nodes are off from 100 to 200, one from 110; all four start until 260.
    assert figures["off_kwh"] == pytest.approx((3 * 100 + 90) * 10 * kwh)
    assert figures["boot_kwh"] == pytest.approx(4 * 60 * 150 * kwh)
    assert figures["jobs_kwh"] == pytest.approx((200 * 10 + 800 * 10) * kwh)
    assert figures["idle_kwh"] == pytest.approx((3 * 100 + 100) * 100 * kwh)
    assert figures["times_switched_off"] == 4


def test_a_nodes_start_counts_before_the_cap(site):
    # Four nodes that start draw 4 x 150 W; four cores at work 400 + 100.
    outcome, _ = run(site, [(0, 10, 1), (200, 10, 4)], off_after_s=100, cap_kw=0.5)
    assert starts(outcome)[1] == 260
    with pytest.raises(InputError, match="power cap"):
        run(site, [(0, 10, 1), (200, 10, 4)], off_after_s=100, cap_kw=0.44)


@pytest.mark.parametrize(
    ("mode", "waits", "ends", "worked_s"), [("requeue", 50, 160, 160), ("cancel", 0, 10, 60)]
)
def test_a_preempted_run_has_drawn_its_watts(tmp_path, mode, waits, ends, worked_s):
    path = tmp_path / "tiers.toml"
    path.write_text(SITE + TIERS.format(mode=mode))
    # 16 cores from 0 on, taken away from 10 to 60 by a job of the higher tier.
    outcome, power = run(load(str(path)), [(0, 100, 16), (10, 50, 16)], partition=[1, 0])
    jobs = outcome.jobs.to_pydict()
    assert jobs["end_s"] == [ends, 60]
    assert jobs["wait_s"] == [waits, 0]
    assert jobs["stopped_runs"] == [1, 0]
    figures = power.figures(power.job_columns())
    assert figures["jobs_kwh"] == pytest.approx(worked_s * 800 * 1.5 / KWH)
    assert outcome.drawn.peak_w == pytest.approx(power.steps.max_kw * 1000)


CARDS = """
[nodes.node.accelerators.fast]
count = 2
idle_w = 50
loaded_w = 300
"""


@pytest.fixture
def site_with_cards(tmp_path):
    path = tmp_path / "cards.toml"
    path.write_text(SITE.replace("[tariff", CARDS + "[tariff", 1))
    return load(str(path))


def test_accelerators_draw_what_they_draw(site_with_cards):
    jobs = [(0, 3600, 2), (0, 3600, 4), (0, 1800, 1)]
    # Two fast ones for the first, one for the second, none for the third; 800 W are at rest.
    outcome, power = run(site_with_cards, jobs, gres=["gpu:2", "gpu:fast:1", ""])
    columns = power.job_columns()
    wh = [2 * (25 + 25) + 2 * 300, 4 * 50 + 300, 25]
    assert columns["energy_kwh"].tolist() == pytest.approx([each * 1.5e-3 for each in wh])
    assert outcome.drawn.peak_w == 800 + 7 * 25 + 3 * 250
    figures = power.figures(columns)
    nodes = sum(figures[f"{part}_kwh"] for part in ("jobs", "idle", "down", "off", "boot"))
    assert nodes == pytest.approx(power.steps.kwh * 1.5, rel=1e-9)


def test_a_cap_holds_back_who_wants_accelerators(site_with_cards):
    jobs = [(0, 10, 1), (0, 10, 1), (0, 10, 1)]
    # 800 W at rest: 1.3 kW are one job with an accelerator (275 W), and one without (25 W).
    outcome, _ = run(site_with_cards, jobs, gres=["gpu:1", "gpu:1", ""], cap_kw=1.3)
    assert starts(outcome) == [0, 10, 0]
    with pytest.raises(InputError, match="power cap"):
        run(site_with_cards, jobs, gres=["gpu:2", "gpu:2", ""], cap_kw=1.3)


JOB = st.tuples(st.integers(0, 300), st.integers(1, 200), st.integers(1, 8))


@given(jobs=st.lists(JOB, min_size=2, max_size=12), off=st.sampled_from([None, 20.0]),
       breaks=st.booleans(), cap=st.sampled_from([None, 0.66, 0.75]))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_energy_closes_and_the_cap_holds_at_every_event(site, jobs, off, breaks, cap):
    mishaps = Mishaps(site, failures=True, requeues=9) if breaks else None
    outcome, power = run(site, sorted(jobs), mishaps=mishaps, off_after_s=off, cap_kw=cap)
    figures = power.figures(power.job_columns())
    nodes = sum(figures[f"{part}_kwh"] for part in ("jobs", "idle", "down", "off", "boot"))
    assert nodes == pytest.approx(power.steps.kwh * 1.5, rel=1e-9)
    by_class = sum(each["energy_kwh"] for each in figures["by_class"].values())
    assert by_class == pytest.approx(figures["jobs_kwh"], rel=1e-9)
    by_month = sum(month["total_kwh"] for month in figures["by_month"].values())
    assert by_month == pytest.approx(figures["total_kwh"], rel=1e-9)
    if cap is not None:
        assert power.steps.max_kw <= cap + 1e-12
        assert outcome.drawn.peak_w <= cap * 1000 + 1e-9
    if off is None and not breaks:
        assert outcome.drawn.peak_w == pytest.approx(power.steps.max_kw * 1000)
