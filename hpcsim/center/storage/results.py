"""What storage leaves behind: daily fill, datasets, who waited, journeys, failed disks."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import simpy

from hpcsim.units import DAY_S, GB, HOUR_S, PB, TB, YEAR_S

from ..contract import Figures, FloatArray, InvariantError
from .forecast import growth
from .traffic import WAN

if TYPE_CHECKING:
    from .store import Storage

COUNTS = ("carried", "ops_done", "saturated_s", "flow_s")


class Series:
    """What each tier held and carried, counted at the start, every midnight and the end."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.times_s: list[float] = []
        self.stored: list[list[int]] = []
        self.reserved: list[list[int]] = []
        self.waiting: list[list[int]] = []
        self.counts: list[list[list[float]]] = []

    def run(self) -> Generator[simpy.Event, Any, None]:
        """Count once a day."""
        while True:
            self.count()
            yield self.storage.env.timeout(DAY_S)

    def count(self) -> None:
        """Count now, once a moment."""
        storage, now = self.storage, self.storage.env.now
        if self.times_s and self.times_s[-1] == now:
            self._drop_last()
        tiers = list(storage.settings.tiers)
        self.times_s.append(now)
        self.stored.append([storage.ledger.stored[tier] for tier in tiers])
        self.reserved.append([storage.ledger.reserved[tier] for tier in tiers])
        self.waiting.append([storage.doors.waiting_bytes(tier) for tier in tiers])
        self.counts.append(
            [[storage.traffic.counted(tier, name) for name in COUNTS] for tier in [*tiers, WAN]]
        )

    def _drop_last(self) -> None:
        for kept in (self.times_s, self.stored, self.reserved, self.waiting, self.counts):
            kept.pop()

    def used(self, tier: str) -> FloatArray:
        """Bytes stored in a tier at each count."""
        number = list(self.storage.settings.tiers).index(tier)
        return np.array([row[number] for row in self.stored], dtype=np.float64)


def tables(storage: Storage) -> dict[str, pa.Table]:
    """Tables by name; times in seconds from the start."""
    storage.series.count()
    return {
        "storage_tiers": _tier_table(storage),
        "storage_datasets": _dataset_table(storage),
        "storage_waits": _wait_table(storage),
        "storage_journeys": _journey_table(storage),
        "storage_disks": _disk_table(storage),
    }


def _tier_table(storage: Storage) -> pa.Table:
    """A row a tier and count."""
    series, names = storage.series, list(storage.settings.tiers)
    counts = np.array(series.counts).reshape(len(series.times_s), len(names) + 1, len(COUNTS))
    local = counts[:, : len(names)]
    return pa.table(
        {
            "time_s": np.repeat(np.array(series.times_s), len(names)),
            "tier": pa.array(names * len(series.times_s)).dictionary_encode(),
            "stored_bytes": pa.array(np.array(series.stored).ravel()),
            "reserved_bytes": pa.array(np.array(series.reserved).ravel()),
            "waiting_bytes": pa.array(np.array(series.waiting).ravel()),
            "carried_bytes": local[:, :, 0].ravel(),
            "operations": local[:, :, 1].ravel(),
            "saturated_s": local[:, :, 2].ravel(),
        }
    )


def _dataset_table(storage: Storage) -> pa.Table:
    """A row a dataset and tier: whence its bytes came and where they are."""
    accounts = [storage.ledger.accounts[key] for key in sorted(storage.ledger.accounts)]
    columns: dict[str, Any] = {
        name: pa.array([getattr(a, name) for a in accounts], pa.string())
        for name in ("tier", "owner", "dataset")
    }
    for name in (
        "at_start", "written", "moved_in", "copied_in", "purged", "moved_out", "stored", "owed",
    ):  # fmt: skip
        columns[f"{name}_bytes"] = pa.array([getattr(a, name) for a in accounts], pa.int64())
    return pa.table(columns)


def _times(values: Sequence[float]) -> pa.Array:
    return pa.array([v if math.isfinite(v) else None for v in values], pa.float64())


def _wait_table(storage: Storage) -> pa.Table:
    """A row a writer that had to wait for room; no admission says that it waits still."""
    waited = storage.doors.waited
    return pa.table(
        {
            "tier": pa.array([e.tier for e in waited], pa.string()),
            "owner": pa.array([e.owner for e in waited], pa.string()),
            "dataset": pa.array([e.dataset for e in waited], pa.string()),
            "bytes": pa.array([e.n_bytes for e in waited], pa.int64()),
            "asked_s": _times([e.asked_s for e in waited]),
            "admitted_s": _times([e.admitted_s for e in waited]),
            "reason": pa.array([e.reason for e in waited], pa.string()),
        }
    )


def _journey_table(storage: Storage) -> pa.Table:
    """A row a move or copy from tier to tier."""
    made = storage.life.journeys
    return pa.table(
        {
            "owner": pa.array([j.step.owner for j in made], pa.string()),
            "dataset": pa.array([j.step.dataset for j in made], pa.string()),
            "from": pa.array([j.step.tier for j in made], pa.string()),
            "to": pa.array([j.step.to for j in made], pa.string()),
            "action": pa.array([j.step.action for j in made], pa.string()),
            "early": pa.array([j.early for j in made], pa.bool_()),
            "bytes": pa.array([j.n_bytes for j in made], pa.int64()),
            "decided_s": _times([j.decided_s for j in made]),
            "began_s": _times([j.began_s for j in made]),
            "ended_s": _times([j.ended_s for j in made]),
        }
    )


def _disk_table(storage: Storage) -> pa.Table:
    """A row a disk that failed."""
    rebuilds = storage.disks.rebuilds
    return pa.table(
        {
            "tier": pa.array([r.tier for r in rebuilds], pa.string()),
            "failed_s": _times([r.failed_s for r in rebuilds]),
            "rebuilt_s": _times([r.rebuilt_s for r in rebuilds]),
        }
    )


def figures(storage: Storage) -> Figures:
    """Headline figures, a tier's with its name in front."""
    storage.series.count()
    found: Figures = {}
    for tier in storage.settings.tiers:
        found |= {f"{tier}_{name}": value for name, value in _tier_figures(storage, tier).items()}
    found |= _owner_figures(storage)
    now, waited = storage.env.now, storage.doors.waited
    if now > 0:
        wan = storage.traffic.counted(WAN, "carried")
        found["wan_use"] = wan / (storage.traffic.bandwidth[WAN] * now)
    found["writers_waited"] = len(waited)
    found["writers_waiting"] = sum(not math.isfinite(entry.admitted_s) for entry in waited)
    if waited:
        longest = max(min(entry.admitted_s, now) - entry.asked_s for entry in waited)
        found["longest_wait_for_room_h"] = longest / HOUR_S
    found["disk_failures"] = len(storage.disks.rebuilds)
    found["most_disks_rebuilt_at_once"] = max(storage.disks.most_rebuilding.values(), default=0)
    found["early_moves"] = sum(journey.early for journey in storage.life.journeys)
    return found


def _tier_figures(storage: Storage, tier: str) -> Figures:
    now, capacity = storage.env.now, storage.ledger.capacity[tier]
    stored = storage.ledger.stored[tier]
    found: Figures = {"used_pb": stored / PB, "fill": stored / capacity}
    if now > 0:
        carried = storage.traffic.counted(tier, "carried")
        found["bandwidth_use"] = carried / (storage.traffic.bandwidth[tier] * now)
        found["mean_gbs"] = carried / now / GB
        found["saturated_h"] = storage.traffic.counted(tier, "saturated_s") / HOUR_S
    found["read_tb"] = storage.read_bytes[tier] / TB
    found["waiting_tb"] = storage.doors.waiting_bytes(tier) / TB
    shown = growth(np.array(storage.series.times_s), storage.series.used(tier))
    if shown is not None:
        found["growth_pb_per_year"] = shown.per_day * YEAR_S / DAY_S / PB
        rates = {"full_on": shown.per_day}
        if math.isfinite(shown.low):
            rates |= {"full_on_earliest": shown.high, "full_on_latest": shown.low}
        for name, per_day in rates.items():
            found[name] = storage.calendar.date_used_up(now, capacity - stored, per_day)
    return found


def _owner_figures(storage: Storage) -> Figures:
    """What each owner holds in the centre itself, and what comes to stay in a year."""
    found: Figures = {}
    here = [a for a in storage.ledger.accounts.values() if not _remote(storage, a.tier)]
    for owner in sorted({account.owner for account in here}):
        mine = sum(account.stored for account in here if account.owner == owner)
        found[f"owner_{owner}_pb"] = mine / PB
    if storage.env.now > 0:
        grown = sum(account.stored - account.at_start for account in here)
        found["kept_pb_per_year"] = grown / PB * YEAR_S / storage.env.now
    capacity = sum(
        n_bytes for tier, n_bytes in storage.ledger.capacity.items() if not _remote(storage, tier)
    )
    found["fill"] = sum(account.stored for account in here) / capacity if capacity else 0.0
    return found


def _remote(storage: Storage, tier: str) -> bool:
    return storage.settings.tiers[tier].remote


def check(storage: Storage) -> None:
    """Raise InvariantError unless every byte is in exactly one place."""
    storage.ledger.check()
    moved: dict[tuple[str, str], int] = {}
    for account in storage.ledger.accounts.values():
        name = (account.owner, account.dataset)
        moved[name] = moved.get(name, 0) + account.moved_in - account.moved_out
    for (owner, dataset), difference in moved.items():
        if difference:
            raise InvariantError(f"{owner}/{dataset}: {difference} bytes were lost on a move")
    for tier, reserved in storage.ledger.reserved.items():
        coming = storage.traffic.coming(tier)
        if coming != reserved:
            raise InvariantError(f"{tier} has room for {reserved} bytes, {coming} are under way")
    for flow in storage.traffic.open_flows().tolist():
        if storage.traffic.flows.remaining(flow, storage.env.now) < 0:
            raise InvariantError(f"flow {flow} belongs to a transfer but does not flow")
