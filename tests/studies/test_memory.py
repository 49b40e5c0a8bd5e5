"""A worker makes hundreds of runs, one after the other: it must not hold the worlds of several."""

from __future__ import annotations

import gc

import pytest

from hpcsim.simulation.scenario import load, parse_override
from hpcsim.simulation.world import World
from hpcsim.studies.centre import run_scenario
from hpcsim.studies.subject.centre import Centre

SMALL = load("nanjing-quarter", [parse_override("horizon_days=0.1")])


def worlds():
    return sum(isinstance(thing, World) for thing in gc.get_objects())


@pytest.mark.parametrize(
    "once", [lambda: Centre("small", SMALL).measure(1, ()), lambda: run_scenario(SMALL)]
)
def test_no_world_outlives_its_run(once):
    gc.collect()
    before = worlds()
    gc.disable()  # or it might happen to be collected
    try:
        once()
        assert worlds() == before
    finally:
        gc.enable()
