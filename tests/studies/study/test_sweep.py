"""Designs have the points that they promise, and the inputs that matter come first."""

from __future__ import annotations

import numpy as np
import pytest

from hpcsim.errors import InputError
from hpcsim.studies.subject.centre import Centre
from hpcsim.studies.sweep.axes import Axis, parse_axis, parsed_axes, spans
from hpcsim.studies.sweep.designs import grid, latin_hypercube
from hpcsim.studies.sweep.sensitivity import morris, morris_points, regression, sobol, sobol_points
from hpcsim.studies.sweep.sweep import Design, planned, sweep


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("cluster.nodes=800:1000:100", (800, 900, 1000)),
        ("cluster.nodes=800:1000:150", (800, 950)),
        ("load=0.7:0.9:0.1", (0.7, 0.7 + 0.1, 0.7 + 0.1 * 2)),
        ("policy=easy,fcfs", ("easy", "fcfs")),
        ("storage.enabled=true,false", (True, False)),
    ],
)
def test_axes_by_hand(text, values):
    axis = parse_axis(text)
    assert axis.values == values and not axis.is_span


def test_a_span_and_a_bare_path():
    assert parse_axis("load=0.5:0.9") == Axis("load", (0.5, 0.9), is_span=True)
    assert parse_axis("cluster.nodes") == Axis("cluster.nodes")


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("cores=9:4:1", "did you mean cores=4:9:1"),
        ("cores=4:9:0", "no such step"),
        ("cores=4:x", "not a range"),
        ("cores=4,4", "stands there twice"),
        ("=4", "nothing is varied"),
        ("coers=4,5", "did you mean cores"),
    ],
)
def test_axes_that_are_none(text, tells, queue):
    with pytest.raises(InputError, match=tells):
        parsed_axes([text], queue)


def test_a_grid_by_hand():
    axes = [Axis("a", (1, 2)), Axis("b", ("x", "y"))]
    assert grid(axes) == [
        {"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 2, "b": "x"}, {"a": 2, "b": "y"},
    ]  # fmt: skip


def test_a_latin_hypercube_has_one_point_in_each_slice():
    points = latin_hypercube([Axis("a", (0.0, 10.0), True), Axis("n", (1, 100), True)], 10, 3)
    assert sorted(int(p["a"]) for p in points) == list(range(10))
    assert all(isinstance(p["n"], int) and 1 <= p["n"] <= 100 for p in points)
    assert points == latin_hypercube(
        [Axis("a", (0.0, 10.0), True), Axis("n", (1, 100), True)], 10, 3
    )


AXES = [Axis(name, (0.0, 1.0), is_span=True) for name in ("much", "some", "none")]


def answer(points):
    """A model of which everything is known: 4 much + 2 some."""
    return np.array([4 * p["much"] + 2 * p["some"] for p in points])


def test_regression_on_a_straight_line():
    points = latin_hypercube(AXES, 50, 1)
    found = regression(AXES, points, answer(points))
    assert [each.path for each in found] == ["much", "some", "none"]
    assert found[0].more["r_squared"] == pytest.approx(1.0)
    # Uniform inputs of one variance: coefficients are about 4 and 2 over the root of 4^2 + 2^2.
    assert found[0].size == pytest.approx(4 / 20**0.5, rel=0.1)
    assert found[2].size == pytest.approx(0, abs=1e-9)


def test_morris_on_a_straight_line():
    unit, points = morris_points(AXES, 6, 1)
    found = morris(AXES, unit, answer(points), 1)
    assert [(each.path, round(each.size, 9)) for each in found] == [
        ("much", 4.0), ("some", 2.0), ("none", 0.0),
    ]  # fmt: skip


def test_sobol_on_a_straight_line():
    points = sobol_points(AXES, 256, 1)
    found = sobol(AXES, answer(points), 1)
    assert [each.path for each in found] == ["much", "some", "none"]
    assert found[0].size == pytest.approx(0.8, abs=0.03)  # 4^2 / (4^2 + 2^2)


def test_a_sweep_of_the_queue(here):
    plan = planned([Axis("cores", (4, 5)), Axis("workload.load", (0.6, 0.8))], Design(), 1)
    found = sweep(here, plan, 2, ("max_wait_s",))
    waits = {tuple(p.values()): f["mean_wait_s"].mean.mean
             for p, f in zip(plan.points, found.by_point, strict=True)}  # fmt: skip
    assert waits[4, 0.8] > waits[4, 0.6] > waits[5, 0.6]
    assert {each.path for each in found.influences["utilization"]} == {"cores", "workload.load"}


def test_the_centre_s_assumptions_can_be_varied():
    found = spans(Centre.of("nanjing-quarter"))
    paths = [axis.path for axis in found]
    assert "demand.research.utilization" in paths and len(paths) > 40
    only = Centre.of("nanjing-quarter").scenario.only(("biobank",))
    assert all("research" not in axis.path for axis in spans(Centre("b", only)))


def test_what_cannot_be_drawn_from():
    with pytest.raises(InputError, match="policy cannot be drawn from"):
        latin_hypercube([Axis("policy", ("easy", "fcfs"))], 4, 1)
    with pytest.raises(InputError, match="no values to try"):
        grid([Axis("load", (0.5, 0.9), is_span=True)])


def test_the_command(hpcsim):
    done = hpcsim("sweep", "poisson:jobs=300", "--vary", "cores=3,4", "--runs", "2",
                  "--executor", "here")  # fmt: skip
    assert done.status == 0 and "what moves mean_wait_s" not in done.out
    done = hpcsim(
        "sweep", "poisson:jobs=300", "--vary", "cores=9:3:1", "--lhs", "3", "--sobol", "2"
    )
    assert done.status == 2 and "a sweep has one design" in done.err
