"""What studies put on a terminal: figures with their intervals, and what the runs have cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hpcsim import words

from .show import note, print_table

if TYPE_CHECKING:
    from hpcsim.studies.study.study import Spent

HEADLINE = (
    "jobs", "utilization", "mean_wait_s", "median_wait_s", "p95_wait_s", "p99_wait_s",
    "mean_bounded_slowdown", "p95_wait_s[class=clinical]", "sequencing.samples_delivered_per_day",
    "records.nights_missed", "storage.kept_pb_per_year", "storage.fill", "research.income_yuan",
)  # fmt: skip


def print_figures(
    figures: Mapping[str, Mapping[str, Any]], asked: Sequence[str], title: str
) -> None:
    """The headline figures and those asked for: mean, interval of the mean, spread of the runs."""
    names = [name for name in dict.fromkeys((*asked, *HEADLINE)) if name in figures]
    head = ["", "mean", "95 % interval", "nine runs in ten"]
    rows = [
        [name, words.figure(name, of["mean"]), words.between(name, *of["interval"]),
         words.between(name, of.get("p05_of_runs"), of.get("p95_of_runs"))]
        for name, of in ((name, figures[name]) for name in names)
    ]  # fmt: skip
    runs = [str(figures[name]["runs"]) for name in names]
    if len(set(runs)) > 1:  # else the last line tells it
        head.append("runs")
        rows = [[*row, many] for row, many in zip(rows, runs, strict=True)]
    print_table(head, rows, title)
    left = len(figures) - len(names)
    if left:
        note(f"{left} more figures with --json")


def tell_spent(spent: Spent, out: Path | None) -> None:
    """How much the runs have cost, how many failed, and where they are."""
    if spent.failed:
        note(f"{spent.failed} of {spent.runs} runs failed; the ledger says why")
    each = spent.cpu_s / max(spent.runs, 1)
    note(
        f"{spent.runs} runs, {each:.1f} s of processor time each, "
        f"{spent.memory_mib:,.0f} MiB in the largest worker"
    )
    if out is not None:
        note(f"the study is in {out}")
