"""What the platform leaves behind: tables, headline figures, and the laws of conservation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from hpcsim.units import DAY_S, HOUR_S, PB, TB, YEAR_S

from ..contract import Figures, FloatArray, IntArray, InvariantError
from .state import Place

if TYPE_CHECKING:
    from .platform import Sequencing

IN_STOCK_TOLERANCE = 1e-9  # of all bytes streamed
SAME_MOMENT_S = 1e-6  # the store's clock and the instrument's round differently


def final_places(platform: Sequencing) -> IntArray:
    """Each sample's place now."""
    samples, now = platform.samples, platform.env.now
    place = samples.place.astype(np.int64)
    in_line = np.isin(place, (Place.LAB, Place.WAITING))
    place[in_line & (samples.pooled_s <= now)] = Place.WAITING
    place[samples.failed_s <= now] = Place.FAILED_QC
    place[samples.analysed_s <= now] = Place.REPORTING
    place[delivered_s(platform) <= now] = Place.DELIVERED
    return place


def delivered_s(platform: Sequencing) -> FloatArray:
    """When each sample's report is signed; inf where that is not known yet."""
    hours = np.array([product.report_h for product in platform.settings.products.values()])
    return platform.samples.analysed_s + hours[platform.samples.product] * HOUR_S


def check(platform: Sequencing) -> None:
    """Raise InvariantError unless the structures hold every sample and byte exactly once."""
    samples, now = platform.samples, platform.env.now
    seen = np.zeros(len(samples), dtype=np.int64)
    seen[samples.fails_qc | np.isinf(samples.pooled_s)] += 1  # never leave the lab for a cell
    for line in platform.lines.values():
        seen[line.waiting(now)] += 1
        seen[line.to_come(now)] += 1
    for pool in platform.pools.values():
        for cell in pool.ready:
            seen[cell.samples] += 1
    for run in platform.runs:
        if np.isinf(run.end_s):
            seen[run.samples] += 1
        elif not run.failed:
            seen[run.analysed] += 1
            for cell in run.cells:
                if np.isinf(cell.demultiplexed_s):  # with those that will turn out short
                    seen[np.setdiff1d(cell.samples, run.analysed)] += 1
    wrong = np.flatnonzero(seen != 1)
    if len(wrong):
        raise InvariantError(f"sample {wrong[0]} is in {seen[wrong[0]]} places at {now} s")
    _check_bytes(platform)


def _check_bytes(platform: Sequencing) -> None:
    per_gb = platform.settings.raw_gb_per_gb * 1e9
    streamed = sum(run.raw_bytes for run in platform.runs)
    dropped = held = 0.0
    for run in platform.runs:
        for cell in run.cells:
            share = run.gb * per_gb * cell.gb / sum(c.gb for c in run.cells)
            gone = run.raw_dropped or np.isfinite(cell.demultiplexed_s)
            dropped, held = (dropped + share, held) if gone else (dropped, held + share)
    if abs(streamed - dropped - held) > IN_STOCK_TOLERANCE * max(streamed, 1.0):
        raise InvariantError(f"{streamed} bytes streamed, but {dropped} + {held} accounted for")


def tables(platform: Sequencing) -> dict[str, pa.Table]:
    """The history of samples, runs and stations."""
    return {
        "samples": _sample_table(platform),
        "sequencing_runs": _run_table(platform),
        "sequencing_days": _day_table(platform),
        "lab_stations": _station_table(platform),
    }


def _day_table(platform: Sequencing) -> pa.Table:
    """Samples that passed each milestone, day by day."""
    samples, now = platform.samples, platform.env.now
    days = math.ceil(now / DAY_S)

    def daily(times_s: FloatArray, weights: FloatArray | None = None) -> pa.Array:
        here = (times_s >= 0) & (times_s < now)
        day = (times_s[here] // DAY_S).astype(np.int64)
        return pa.array(np.bincount(day, None if weights is None else weights[here], days))

    return pa.table(
        {
            "date": pa.array([platform.calendar.date_of(day) for day in range(days)], pa.date32()),
            "ordered": daily(samples.ordered_s),
            "failed_qc": daily(samples.failed_s),
            "pooled": daily(samples.pooled_s),
            "sequenced": daily(samples.sequenced_s),
            "analysed": daily(samples.analysed_s),
            "delivered": daily(delivered_s(platform)),
            "analysed_raw_gb": daily(samples.analysed_s, samples.gb + samples.extra_gb),
        }
    )


def _sample_table(platform: Sequencing) -> pa.Table:
    samples = platform.samples
    names = list(platform.settings.products)
    columns = {
        "product": _coded(samples.product, names),
        "ordered_s": _times(samples.ordered_s, platform),
    }
    for row, station in enumerate(platform.settings.stations):
        columns[f"{station}_start_s"] = _times(samples.station_start_s[row], platform)
        columns[f"{station}_end_s"] = _times(samples.station_end_s[row], platform)
    columns |= {
        "sequenced_s": _times(samples.sequenced_s, platform),
        "demultiplexed_s": _times(samples.demultiplexed_s, platform),
        "analysed_s": _times(samples.analysed_s, platform),
        "delivered_s": _times(delivered_s(platform), platform),
        "raw_gb": pa.array(samples.gb + samples.extra_gb),
        "reruns": pa.array(samples.reruns),
        "topped_up": pa.array(samples.topped_up),
        "place": _coded(final_places(platform), [place.name.lower() for place in Place]),
    }
    return pa.table({"sample": pa.array(np.arange(len(samples))), **columns})


def _times(times_s: FloatArray, platform: Sequencing) -> pa.Array:
    return pa.array(times_s, mask=~(times_s <= platform.env.now))


def _coded(codes: np.ndarray, names: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names))


def _run_table(platform: Sequencing) -> pa.Table:
    runs = platform.runs
    ends = np.array([run.end_s for run in runs], dtype=float)
    stopped = np.array([run.stopped_s for run in runs], dtype=float)
    return pa.table(
        {
            "run": pa.array([run.number for run in runs], pa.int64()),
            "sequencer": pa.array([run.sequencer for run in runs], pa.string()),
            "instrument": pa.array([run.instrument for run in runs], pa.int64()),
            "flow_cell": pa.array([run.cells[0].kind for run in runs], pa.string()),
            "cells": pa.array([len(run.cells) for run in runs], pa.int64()),
            "samples": pa.array([len(run.samples) for run in runs], pa.int64()),
            "start_s": pa.array([run.start_s for run in runs], pa.float64()),
            "stopped_s": _times(stopped, platform),
            "end_s": _times(ends, platform),
            "raw_gb": pa.array([run.gb for run in runs], pa.float64()),
            "raw_bytes": pa.array([run.raw_bytes for run in runs], pa.float64()),
            "failed": pa.array([run.failed for run in runs], pa.bool_()),
        }
    )


def _station_table(platform: Sequencing) -> pa.Table:
    stations = platform.settings.stations
    samples, now = platform.samples, platform.env.now
    ended = samples.station_end_s <= now
    ready = np.vstack([samples.ordered_s, samples.station_end_s[:-1]])
    waits = [
        float((samples.station_start_s[row][here] - ready[row][here]).mean()) / HOUR_S
        if here.any()
        else None
        for row, here in enumerate(ended)
    ]
    return pa.table(
        {
            "station": pa.array(list(stations), pa.string()),
            "instruments": pa.array([s.instruments for s in stations.values()], pa.int64()),
            "samples": pa.array(ended.sum(axis=1), pa.int64()),
            "utilization": pa.array(station_use(platform), pa.float64()),
            "mean_wait_h": pa.array(waits, pa.float64()),
        }
    )


def station_use(platform: Sequencing) -> list[float]:
    """Busy share of each station's instruments over the horizon; 0 without instruments."""
    horizon = platform.calendar.horizon_s
    stations = platform.settings.stations.values()
    return [
        float(busy) / (station.instruments * horizon) if station.instruments else 0.0
        for busy, station in zip(platform.station_busy_s, stations, strict=True)
    ]


def sequencer_use(platform: Sequencing, sequencer: str) -> float:
    """Share of the time in which sequencers of a type run or hold data; 0 without any."""
    now = platform.env.now
    count = platform.settings.sequencers[sequencer].count
    busy = sum(
        min(run.end_s, now) - run.start_s for run in platform.runs if run.sequencer == sequencer
    )
    return busy / (count * now) if count and now else 0.0


def figures(platform: Sequencing) -> Figures:
    """Headline figures; what cannot be said (the turnaround of none) is left out."""
    samples, now = platform.samples, platform.env.now
    settings, place = platform.settings, final_places(platform)
    ended = [run for run in platform.runs if run.end_s <= now]
    delivered = int((place == Place.DELIVERED).sum())
    days = max(now / DAY_S, 1e-12)
    kept = kept_bytes(platform)
    found: Figures = {
        "samples_ordered": int(((samples.ordered_s >= 0) & (samples.ordered_s < now)).sum()),
        "samples_in_house_at_start": int((samples.ordered_s < 0).sum()),
        "samples_delivered": delivered,
        "samples_delivered_per_day": delivered / days,
        "samples_failed_qc": int((place == Place.FAILED_QC).sum()),
        "samples_waiting_for_flow_cell": int((place == Place.WAITING).sum()),
        "samples_waiting_for_sequencer": int((place == Place.ON_CELL).sum()),
        "samples_in_analysis": int((place == Place.ANALYSIS).sum()),
        "samples_topped_up": int(samples.topped_up.sum()),
        "samples_rerun": int((samples.reruns > 0).sum()),
        "runs": len(platform.runs),
        "runs_failed": sum(run.failed for run in ended),
        "runs_held_up_by_storage": sum(
            bool(run.end_s > run.stopped_s + SAME_MOMENT_S) for run in ended
        ),
        "raw_tb": sum(run.raw_bytes for run in ended) / TB,
        "kept_pb": kept / PB,
        "kept_pb_per_year": kept / PB * YEAR_S / DAY_S / days,
        "pipeline_tasks": int(platform.tasks),
        "pipeline_core_h": platform.core_h,
        "pipeline_core_h_per_day": platform.core_h / days,
        "national_share": delivered * YEAR_S / DAY_S / days / settings.national_samples_per_year,
        "national_share_claimed": settings.claimed_national_share,
    }
    for name in settings.sequencers:
        found[f"sequencer_{name}_utilization"] = sequencer_use(platform, name)
    for name, share in zip(settings.stations, station_use(platform), strict=True):
        found[f"station_{name}_utilization"] = share
    return found | _turnarounds(platform)


def kept_bytes(platform: Sequencing) -> float:
    """Bytes that stay: reads of all demultiplexed cells, results of all analysed samples."""
    samples, now, settings = platform.samples, platform.env.now, platform.settings
    cells = [cell for run in platform.runs for cell in run.cells]
    reads = sum(cell.gb for cell in cells if cell.demultiplexed_s <= now)
    analysed = samples.analysed_s <= now
    results = float((samples.gb + samples.extra_gb)[analysed].sum())
    per_gb = settings.cram_gb_per_gb + settings.vcf_gb_per_gb
    return (reads * settings.fastq_gb_per_gb + results * per_gb) * 1e9


def _turnarounds(platform: Sequencing) -> Figures:
    found: Figures = {}
    done = delivered_s(platform)
    took = (done - platform.samples.ordered_s) / DAY_S
    for code, (name, product) in enumerate(platform.settings.products.items()):
        mine = took[(platform.samples.product == code) & (done <= platform.env.now)]
        found[f"{name}_delivered"] = len(mine)
        if len(mine):
            found[f"{name}_turnaround_mean_days"] = float(mine.mean())
            found[f"{name}_turnaround_p95_days"] = float(np.quantile(mine, 0.95))
            found[f"{name}_within_promise"] = float((mine <= product.promise_days).mean())
        found[f"{name}_promise_days"] = product.promise_days
    return found
