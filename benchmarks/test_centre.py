"""How long a quarter of the whole centre takes, and what it holds in memory."""

import resource
import time

import pytest

from hpcsim.simulation.scenario import load, parse_override
from hpcsim.simulation.world import World

MOST_SIMULATION_S, MOST_GB = 15.0, 1.5


def run(days):
    world = World(load("nanjing-quarter", [parse_override(f"horizon_days={days}")]))
    world.run()
    return world


@pytest.mark.slow
def test_a_quarter_of_the_centre(benchmark):
    run(1)  # whatever has to be compiled or imported
    began = time.process_time()
    world = benchmark.pedantic(run, args=(90,), rounds=1)
    spent = time.process_time() - began
    memory_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    jobs = world.jobs().num_rows
    benchmark.extra_info |= {"jobs": jobs, "core_s": world.core_s, "python_s": world.python_s,
                             "cpu_s": spent, "memory_gb": memory_gb}  # fmt: skip
    assert jobs > 1_800_000
    assert spent < 2 * MOST_SIMULATION_S, "a shared machine gives half of its speed"
    assert memory_gb < MOST_GB
