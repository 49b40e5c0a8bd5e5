"""Small worlds for the tests of the core."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from hpcsim.simulation.replay import Options, replay
from workloads.workload import Workload

CORES = 8


def workload(rows, **columns) -> Workload:
    """A workload from (submit, runtime, limit, cores) rows."""
    submit, runtime, limit, cores = (np.array(c, float) for c in zip(*rows, strict=True))
    return Workload.of(
        {
            "submit_s": submit,
            "runtime_s": runtime,
            "limit_s": limit,
            "cores": cores.astype(np.int32),
            **columns,
        }
    )


def starts(rows, policy, cores=CORES, **options) -> list[float]:
    """The start times of a world given as rows, in the order of the rows."""
    outcome = replay(workload(rows), Options(policy, cores, verify=True, **options))
    return outcome.jobs.column("start_s").to_pylist()


# Few distinct times and sizes make ties, which is where schedulers differ in silence.
ROW = st.tuples(st.integers(0, 12), st.integers(0, 6), st.integers(0, 6), st.integers(1, CORES))
USERS = st.integers(0, 1)
WORLD = st.lists(st.tuples(ROW, USERS), min_size=1, max_size=16).map(
    lambda jobs: sorted(jobs, key=lambda job: job[0][0])
)
