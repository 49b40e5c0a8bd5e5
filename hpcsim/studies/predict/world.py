"""The history that predictions are tested on: as it was recorded, or as a policy would have it."""

from __future__ import annotations

import numpy as np

from hpcsim.cluster.policy import Policy
from hpcsim.errors import InputError, Problem
from hpcsim.simulation.replay import Options, replay
from hpcsim.studies.demand import Demand

from .log import Log, log_of


def replayed(demand: Demand, policy: Policy) -> Log:
    """The jobs of `demand` with the starts that `policy` gives them."""
    outcome = replay(demand.workload, Options(policy, demand.cores))
    starts = np.array(outcome.jobs.column("start_s").to_numpy(zero_copy_only=False), np.float64)
    return log_of(demand.workload, np.where(np.isnan(starts), np.inf, starts), demand.cores)


def recorded(demand: Demand, name: str) -> Log:
    """The jobs of `demand` with the starts that were recorded; InputError where there are none.

    Jobs without a recorded wait are left out.
    """
    known = ~np.isnan(demand.workload.recorded_wait_s)
    if not known.any():
        raise InputError(
            Problem(
                "the trace does not say how long jobs waited",
                name,
                hint="leave --recorded out: then the starts come from a replay under --policy",
            )
        )
    workload = demand.workload.select(known)
    waits = np.maximum(workload.recorded_wait_s.astype(np.float64), 0.0)
    return log_of(workload, workload.submit_s + waits, demand.cores)
