"""What studies put on a terminal: figures with their intervals, and what the runs have cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .show import note, print_table, spoken

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
    rows = []
    for name in names:
        of = figures[name]
        low, high = of["interval"]
        rows.append(
            (
                name,
                said(name, of["mean"]),
                between(name, low, high),
                between(name, of.get("p05_of_runs"), of.get("p95_of_runs")),
                str(of["runs"]),
            )
        )
    head = ("", "mean", "95 % interval", "nine runs in ten", "runs")
    print_table(head, rows, title)
    left = len(figures) - len(names)
    if left:
        note(f"{left} more figures with --json")


def said(name: str, value: float | None) -> str:
    """A figure by the unit that its name, before any [column=value], ends in."""
    if value is None or value != value:
        return "-"
    return spoken(name.partition("[")[0].rpartition(".")[2], float(value))


def between(name: str, low: float | None, high: float | None) -> str:
    """Two figures as an interval."""
    if low is None or high is None or low != low or high != high:
        return "-"
    return f"{said(name, low)} to {said(name, high)}"


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
