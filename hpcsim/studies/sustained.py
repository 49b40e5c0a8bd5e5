"""What a calibrated machine sustained in a run, beside its peak, by class of job."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from hpcsim.calibration import RunTimes
from hpcsim.metrics.flops import sustained_tflops
from hpcsim.simulation.timed import RESEARCH


def sustained(run_times: RunTimes, jobs: pa.Table, horizon_s: float) -> dict[str, Any]:
    """Tflop/s by class, their sum, the peak, and each class's run time over the anchored one.

    A research job stands in the queue named as its class; all other queues are owners of tasks.
    """

    def core_gflops(queue: str, executable: str) -> float:
        return run_times.core_gflops(RESEARCH if queue == executable else queue, executable)

    classes: dict[str, float] = {}
    stretched: dict[str, float] = {}
    for task, tflops in sustained_tflops(jobs, horizon_s, core_gflops).items():
        queue, _, executable = task.partition("/")
        owner = RESEARCH if queue == executable else queue
        model = run_times.model(f"{owner}/{executable}")
        classes[model.kind.name] = classes.get(model.kind.name, 0.0) + tflops
        stretched[model.kind.name] = float(model.factors(np.ones(1))[0])
    total = sum(classes.values())
    peak = run_times.site.peak_tflops
    return {
        "peak_tflops": peak,
        "sustained_tflops": total,
        "sustained_share_of_peak": total / peak if peak else 0.0,
        "sustained_tflops_by_class": dict(sorted(classes.items())),
        "run_time_factor_by_class": dict(sorted(stretched.items())),
    }
