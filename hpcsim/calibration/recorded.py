"""Recorded figures that the checks read: lists of systems, and tasks run on several nodes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .ladder import looks_computed
from .systems import System, project, published
from .tasks import carried_ratio, naive_ratio, recorded

FloatArray = NDArray[np.float64]
LIST = 201811
# A row whose peak is not that of its processor has other nodes beside, or accelerators.
SAME_PEAK = 0.02
SHORTEST_MS = 5000.0  # below, starting a container is most of a task


def list_errors(folder: Path) -> tuple[FloatArray, int]:
    """Relative errors of projected Rmax over all rows of known processors, and rows left out."""
    import pandas as pd

    names = ["system", "list", "rank", "cores", "power", "rmax", "processor"]
    rows = pd.read_csv(folder / "bench" / "top500_all-attr.csv.gz", header=None, names=names)
    peaks = pd.read_csv(
        folder / "bench" / "top500_annual-rmax-rpeak.csv.gz",
        header=None,
        names=["list", "rank", "system", "listed", "rpeak"],
    )
    rows = rows[rows["list"] == LIST].merge(peaks, on=["list", "rank", "system"])
    rows["sku"] = rows["processor"].str.extract(r"(?:Gold|Platinum) (\d{4})", expand=False)
    rows = rows[rows["sku"].notna()]
    computed = looks_computed(
        rows["sku"].tolist(), rows["cores"].astype(int).tolist(), rows["rmax"].tolist()
    )
    known = published().processors
    errors = []
    for row in rows[~computed].itertuples():
        if row.sku not in known:
            continue
        peak = row.cores * known[row.sku].ghz * 32 / 1000
        if abs(row.rpeak / peak - 1) > SAME_PEAK:
            continue
        system = System(
            name=str(row.system), processor=row.sku, network="IB", cores=int(row.cores),
            rmax=row.rmax, rpeak=row.rpeak,
        )  # fmt: skip
        errors.append(project(system).error)
    return np.array(errors), int(computed.sum())


def task_errors(folder: Path) -> tuple[FloatArray, FloatArray]:
    """Absolute relative errors over all tasks and ordered pairs of nodes: the model's, and naive.

    A task counts if it ran on all four kinds of node; its time is the median of its runs.
    """
    import pandas as pd

    files = sorted((folder / "nftrace" / "lotaru").glob("*.csv.gz"))
    runs = pd.concat([pd.read_csv(file) for file in files])
    runs["task"] = runs["Task"].str.lower().str.rsplit(":", n=1).str[-1]
    key = ["Workflow", "task", "Label", "NumberSequences"]
    times = runs.pivot_table(index=key, columns="Machine", values="Realtime", aggfunc="median")
    times = times.dropna()
    times = times[times.min(axis=1) > SHORTEST_MS]
    tasks = times.index.get_level_values("task")
    ours, naive = [], []
    nodes = [node for node in recorded().nodes if node in times.columns]
    for here in nodes:
        for there in nodes:
            if here != there:
                measured = times[there].to_numpy() / times[here].to_numpy()
                ratios = np.array([carried_ratio(task, here, there) for task in tasks])
                ours.append(np.abs(ratios / measured - 1))
                naive.append(np.abs(naive_ratio(here, there) / measured - 1))
    return np.concatenate(ours), np.concatenate(naive)
