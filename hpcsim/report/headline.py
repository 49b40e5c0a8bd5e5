"""The figures that come first, and one sentence that says what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import words


@dataclass(frozen=True)
class Tile:
    """A figure with its name and a note."""

    name: str
    value: str
    note: str


@dataclass(frozen=True)
class Headline:
    """A figure of summary.json: its key, its name, how it is written and what it means."""

    key: str
    name: str
    write: Callable[[float | None], str]
    note: str
    better: int = 0  # 1 if more is better, -1 if less is, 0 if neither


HEADLINES = (
    Headline("utilization", "utilization", words.share, "of all core-hours were used", 1),
    Headline("mean_wait_s", "mean wait", words.duration, "over all jobs that started", -1),
    Headline("median_wait_s", "median wait", words.duration, "half of the jobs wait no longer", -1),
    Headline("p95_wait_s", "95th percentile wait", words.duration, "1 job in 20 waits longer", -1),
    Headline(
        "mean_bounded_slowdown", "bounded slowdown", words.number,
        "mean; 1 is a job that never waits", -1,
    ),
    Headline(
        "loss_of_capacity", "loss of capacity", words.share, "idle while somebody waited", -1
    ),
    Headline("throughput_jobs_per_day", "throughput", words.count, "jobs a day", 1),
    Headline("jain_fairness", "fairness", words.number, "Jain's index; 1 is fair to all users", 1),
)  # fmt: skip

COMPARED = (
    *HEADLINES,
    Headline("p99_wait_s", "99th percentile wait", words.duration, "", -1),
    Headline("max_wait_s", "longest wait", words.duration, "", -1),
    Headline("mean_turnaround_s", "mean turnaround", words.duration, "", -1),
    Headline("median_bounded_slowdown", "median bounded slowdown", words.number, "", -1),
    Headline("p95_bounded_slowdown", "95th percentile bounded slowdown", words.number, "", -1),
    Headline("makespan_s", "makespan", words.duration, "", -1),
    Headline("mean_queued_jobs", "jobs waiting, mean", words.number, "", -1),
    Headline("max_queued_jobs", "jobs waiting, most", words.count, "", -1),
    Headline("backfilled_jobs", "jobs backfilled", words.count, ""),
    Headline("timeout_jobs", "jobs cut by their limit", words.count, ""),
    Headline("started_jobs", "jobs started", words.count, "", 1),
)


def figure(summary: Mapping[str, Any], key: str) -> float | None:
    """The number under `key`, None if there is none."""
    value = summary.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def tiles(summary: Mapping[str, Any]) -> list[Tile]:
    """The headline figures of a run."""
    return [
        Tile(headline.name, headline.write(figure(summary, headline.key)), headline.note)
        for headline in HEADLINES
    ]


def lead(summary: Mapping[str, Any]) -> str:
    """What the run means, in plain words."""
    jobs, started = figure(summary, "jobs") or 0.0, figure(summary, "started_jobs") or 0.0
    if not started:
        return "No job started."
    text = (
        f"Half of the jobs started {_within(figure(summary, 'median_wait_s'))}, 19 in 20 "
        f"{_within(figure(summary, 'p95_wait_s'))}; the longest wait was "
        f"{words.duration(figure(summary, 'max_wait_s'))}. "
    )
    if figure(summary, "utilization") is not None:
        text += (
            f"The machine was {words.share(figure(summary, 'utilization'))} in use; "
            f"{words.share(figure(summary, 'loss_of_capacity'))} of it stood idle while somebody "
            "waited."
        )
    cut = figure(summary, "timeout_jobs")
    if cut:
        text += f" {words.jobs(cut)} {'was' if cut == 1 else 'were'} cut by the time limit."
    if started < jobs:
        text += f" {words.jobs(jobs - started)} never started."
    return text


def _within(wait_s: float | None) -> str:
    return f"within {words.duration(wait_s)}" if wait_s else "at once"
