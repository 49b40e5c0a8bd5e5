"""The storage section of the centre's report: room, bandwidth, and what it costs jobs."""

from __future__ import annotations

from collections.abc import Mapping

from ..simulation.folder import RunFolder
from . import center_figures as drawn
from .center_section import Section, figures_of, shown, tables_of, written
from .html import Table


def storage(run: RunFolder) -> Section:
    """What lies where, who waited for room, and whom bandwidth made late."""
    found = figures_of(run, "storage")
    names = {
        "fill": "in use, all tiers of the centre",
        "kept_pb_per_year": "what comes to stay",
        "writers_waited": "writers that waited for room (StorageFull)",
        "writers_waiting": "of them waiting still",
        "jobs_slowed": "jobs that storage made late",
        "slowed_core_h": "cores held longer for it",
        "jobs_cut_because_slowed": "jobs cut by their limit for it",
        "wan_use": "line to Changzhou in use",
        "disk_failures": "disks failed",
        "early_moves": "moves before their time",
    }
    names |= {k: f"held by {k[6:-3]}" for k in found if k.startswith("owner_")}
    return Section(
        "Storage",
        "55 PB in tiers, and the copy in Changzhou.",
        shown(found, names),
        drawn.fill(run.centre),
        [
            _tiers(run, ROOM, "Room by tier"),
            _tiers(run, SPEED, "Bandwidth by tier"),
            *tables_of(run, "storage_datasets", DATASETS, "Datasets", 3),
        ],
    )


DATASETS = {
    "tier": "tier",
    "owner": "owner",
    "dataset": "dataset",
    "written_bytes": "written",
    "purged_bytes": "purged",
    "stored_bytes": "at the end",
}
ROOM = {
    "used_pb": "in use",
    "fill": "full",
    "growth_pb_per_year": "growth",
    "full_on": "full on",
    "full_on_earliest": "at the earliest",
    "full_on_latest": "at the latest",
}
SPEED = {
    "mean_gbs": "carried, mean",
    "bandwidth_use": "of its bandwidth",
    "saturated_h": "hours with too little for all",
}


def _tiers(run: RunFolder, columns: Mapping[str, str], title: str) -> Table:
    found = figures_of(run, "storage")
    tiers = [key.removesuffix("_used_pb") for key in found if key.endswith("_used_pb")]
    rows = [
        (tier, *(written(key, found.get(f"{tier}_{key}")) for key in columns)) for tier in tiers
    ]
    return Table(("tier", *columns.values()), rows, title)
