"""How often to write a checkpoint, and how long a job then takes on a machine that breaks.

J. W. Young, "A first order approximation to the optimum checkpoint interval", CACM 17(9), 1974;
J. T. Daly, "A higher order estimate of the optimum checkpoint interval for restart dumps", Future
Generation Computer Systems 22(3), 2006.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hpcsim.site import Site
from hpcsim.units import HOUR_S

Floats = NDArray[np.float64]


def young_s(write_s: ArrayLike, mtbf_s: ArrayLike) -> Floats:
    """Seconds of work between two checkpoints by Young: sqrt(2 x write x MTBF)."""
    return np.sqrt(2.0 * np.asarray(write_s, float) * np.asarray(mtbf_s, float))


def daly_s(write_s: ArrayLike, mtbf_s: ArrayLike) -> Floats:
    """Seconds of work between two checkpoints by Daly's higher order estimate.

    The MTBF itself where a checkpoint takes at least twice as long.
    """
    write, mtbf = np.asarray(write_s, float), np.asarray(mtbf_s, float)
    with np.errstate(invalid="ignore"):
        ratio = np.where(np.isfinite(mtbf), write / (2.0 * mtbf), 0.0)
        higher = 1.0 + np.sqrt(ratio) / 3.0 + ratio / 9.0
        found = np.sqrt(2.0 * write * mtbf) * higher - write
    return np.where(write < 2.0 * mtbf, np.maximum(found, 1.0), mtbf)


def expected_s(
    work_s: float, interval_s: float, write_s: float, restart_s: float, mtbf_s: float
) -> float:
    """The expected time of a job with exponential failures: Daly's complete model (his eq. 20)."""
    segment = np.expm1((interval_s + write_s) / mtbf_s)
    return float(mtbf_s * np.exp(restart_s / mtbf_s) * segment * work_s / interval_s)


def job_mtbf_s(site: Site, nodes: NDArray[np.int32]) -> Floats:
    """The mean time between failures that stop a job of so many nodes, by the site's sources.

    A job lies on as few racks and switches as hold its nodes. Infinite where nothing breaks.
    """
    total = site.node_count
    in_rack = sum(kind.count * kind.nodes_per_rack for kind in site.nodes) / total
    levels = site.network.levels
    per_unit = {
        "node": 1.0,
        "rack": in_rack,
        "switch": float(levels[0].nodes) if levels else in_rack,
        "site": float(total),
    }
    rate = np.zeros(len(nodes))
    for source in site.failures.sources:
        counts = [
            k.count for k in site.nodes if not source.node_types or k.name in source.node_types
        ]
        touched = np.ceil(nodes / per_unit[source.scope])
        rate += touched * (sum(counts) / total) / (source.mtbf_h * HOUR_S)
    with np.errstate(divide="ignore"):
        return np.where(rate > 0, 1.0 / rate, np.inf)
