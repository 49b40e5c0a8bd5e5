"""What the records leave behind: series, nights, figures, the law of conservation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from hpcsim.units import DAY_S, GB, MINUTE_S, TB, YEAR_S

from ..contract import Figures, FloatArray, InvariantError
from .messages import MINUTES

if TYPE_CHECKING:
    from .store import Night, Records

ROUNDING = 1e-9
HOUR_MINUTES = 60


def check(records: Records) -> None:
    """Raise InvariantError unless messages that were to come, came, wait and are in add up."""
    sent = records.messages
    created = int(sent.sources.sum())
    came = int(sent.on_time.sum() + sent.late.sum())
    if created != came + sent.never:
        raise InvariantError(f"{created} messages were to come, {came} came, {sent.never} are out")
    dealt = float(records.arrived[: records.minute].sum())
    held = records.ingested + records.backlog
    if abs(dealt - held) > ROUNDING * max(dealt, 1.0):
        raise InvariantError(f"{dealt} messages came, but {held} are ingested or wait")
    n_bytes = records.ingested * records.settings.message_kb * 1000
    n_bytes *= records.settings.stored_per_raw
    if abs(n_bytes - records.stored_bytes) > ROUNDING * max(n_bytes, 1.0):
        raise InvariantError(f"{n_bytes} bytes ingested, {records.stored_bytes} bytes stored")


def tables(records: Records) -> dict[str, pa.Table]:
    """Histories by period, night, source and research job."""
    now = records.env.now

    def ends(values: list[float]) -> pa.Array:
        found = np.array(values, dtype=np.float64)
        return pa.array(found, mask=~(found <= now))

    nights, mining = records.nights, records.mining
    return {
        "record_ingest": _ingest_table(records),
        "record_nights": pa.table(
            {
                "date": pa.array([records.calendar.date_of(n.day) for n in nights], pa.date32()),
                "kind": pa.array([night.kind for night in nights], pa.string()),
                "tasks": pa.array([night.tasks for night in nights], pa.int64()),
                "submitted_s": pa.array([n.submitted_s for n in nights], pa.float64()),
                "due_s": pa.array([night.due_s for night in nights], pa.float64()),
                "ended_s": ends([night.ended_s for night in nights]),
                "missed": pa.array([missed(n, now) for n in nights], pa.bool_()),
            }
        ),
        "record_sources": _source_table(records),
        "record_mining": pa.table(
            {
                "submitted_s": pa.array([job.submitted_s for job in mining], pa.float64()),
                "cores": pa.array([job.cores for job in mining], pa.int64()),
                "runtime_s": pa.array([job.runtime_s for job in mining], pa.float64()),
                "ended_s": ends([job.ended_s for job in mining]),
            }
        ),
    }


def missed(night: Night, now_s: float) -> bool | None:
    """Whether a night's work came too late; None where that is still open."""
    if night.ended_s <= now_s or now_s > night.due_s:
        return min(night.ended_s, now_s) > night.due_s
    return None


def _ingest_table(records: Records) -> pa.Table:
    minutes, period = records.minute, records.settings.period_min
    first = np.arange(0, minutes, period)
    if len(first) == 0:
        first = np.zeros(0, dtype=np.int64)
    last = np.minimum(first + period, minutes)

    def sums(values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values[:minutes], first) if len(first) else values[:0]

    sent, capacity = records.messages, records.settings.capacity_per_s
    lengths = last - first
    return pa.table(
        {
            "time_s": pa.array(last * MINUTE_S),
            "messages_on_time": pa.array(sums(sent.on_time)),
            "messages_late": pa.array(sums(sent.late)),
            "messages_again": pa.array(sums(sent.again)),
            "backlog_messages": pa.array(records.left[last - 1]),
            "backlog_mean_messages": pa.array(sums(records.waited) / lengths),
            "delay_mean_s": pa.array(sums(records.waited) / lengths / capacity),
            "held_by_store": pa.array(~records.served[first] if len(first) else first > 0),
        }
    )


def _source_table(records: Records) -> pa.Table:
    names = [f"institution-{number}" for number in range(records.settings.institutions)]
    names = ["trace"] if records.settings.trace else [*names, *records.settings.partners]
    return pa.table(
        {
            "source": pa.array(names, pa.string()),
            "share": pa.array(records.messages.share),
            "messages": pa.array(records.messages.sources.sum(axis=0)),
        }
    )


def busiest_hours(records: Records) -> FloatArray:
    """Messages a second in the busiest clock hour of each whole working day."""
    days = records.minute // MINUTES
    hours = records.arrived[: days * MINUTES].reshape(days, 24, HOUR_MINUTES).sum(axis=2)
    working = records.calendar.is_working(np.arange(days))
    return hours[working].max(axis=1, initial=0.0) / (HOUR_MINUTES * MINUTE_S)


def figures(records: Records) -> Figures:
    """Headline figures."""
    sent, settings, now = records.messages, records.settings, records.env.now
    seconds = max(records.minute * MINUTE_S, 1.0)
    received = float(records.arrived[: records.minute].sum())
    gb = received * settings.message_kb * 1000 / GB
    start_tb = settings.residents * settings.stored_mb_per_resident * 1e6 / TB
    known = [missed(night, now) for night in records.nights]
    found: Figures = {
        "messages": int(received),
        "messages_late": int(sent.late.sum()),
        "messages_again": int(sent.again.sum()),
        "messages_per_s": received / seconds,
        "received_gb_per_day": gb / (seconds / DAY_S),
        "backlog_messages": records.backlog,
        "backlog_mean_messages": records.backlog_area * MINUTE_S / seconds,
        "backlog_max_messages": float(records.left.max(initial=0.0)),
        "delay_max_s": float(records.waited.max(initial=0.0)) / settings.capacity_per_s,
        "minutes_held_by_store": int((~records.served[: records.minute]).sum()),
        "ingest_utilization": received / (settings.capacity_per_s * seconds),
        "store_tb": start_tb + records.stored_bytes / TB,
        "store_growth_tb_per_year": records.stored_bytes / TB * YEAR_S / seconds,
        "nights": len(records.nights),
        "nights_missed": sum(late is True for late in known),
        "mining_jobs": len(records.mining),
        "record_tasks": records.tasks,
        "record_core_h": records.core_h,
        "record_core_h_per_day": records.core_h / max(now / DAY_S, 1e-12),
    }
    if records.arrived.any():
        weights = records.arrived[: records.minute]
        delays = records.waited[: records.minute] / settings.capacity_per_s
        found["delay_mean_s"] = float(weights @ delays / max(weights.sum(), 1.0))
    hours = busiest_hours(records)
    if len(hours):
        found["messages_per_s_busiest_hour"] = float(hours.mean())
    took = [n.ended_s - n.submitted_s for n in records.nights if n.ended_s <= now]
    if took:
        found["night_mean_h"] = float(np.mean(took)) / 3600.0
        found["night_longest_h"] = max(took) / 3600.0
    for name, count in records.batches.items():
        found[f"{name}_batches"] = count
    return {name: value for name, value in found.items() if not _undefined(value)}


def _undefined(value: float | int | str) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
