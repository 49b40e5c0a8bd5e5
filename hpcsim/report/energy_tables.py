"""Tables of a run's failures and of its energy: read from the summary, nothing computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import words
from .html import Table
from .view import View

_MOST_ROWS = 20
_FAILURES = (
    ("outages", "outages (a rack or the site counts once)"),
    ("node_outages", "outages of nodes"),
    ("runs_stopped_by_nodes", "runs that a node took down with it"),
    ("runs_out_of_memory", "runs that ended for want of memory, and came again with more"),
    ("requeues", "jobs queued again"),
    ("node_fail_jobs", "jobs given up after too many failures"),
    ("failed_jobs", "jobs that failed by themselves"),
    ("out_of_memory_jobs", "jobs that no node had enough memory for"),
    ("lost_core_h", "core-hours lost"),
    ("checkpoint_core_h", "core-hours spent on writing checkpoints"),
)
_PARTS = (
    ("jobs_kwh", "jobs"),
    ("idle_kwh", "idle nodes"),
    ("off_kwh", "nodes switched off"),
    ("boot_kwh", "nodes that start"),
    ("down_kwh", "nodes out of service"),
    ("infrastructure_kwh", "storage and network"),
    ("total_kwh", "altogether"),
)
_COSTS = ("energy_kwh", "energy_yuan", "carbon_kg", "income_yuan")


def energy_tables(view: View) -> list[Table]:
    """What broke, where the energy went, and whose it was; none where that was not counted."""
    return [*_failures(_part(view, "failures")), *_energy(_part(view, "power"))]


def _part(view: View, name: str) -> Mapping[str, Any]:
    found = view.run.summary.get(name)
    return found if isinstance(found, Mapping) else {}


def _failures(found: Mapping[str, Any]) -> list[Table]:
    if not found:
        return []
    rows = [(label, words.count(found.get(key))) for key, label in _FAILURES]
    rows.insert(2, ("share of time in which a node was up", _percent(found)))
    return [Table(("failures", ""), rows, "Failures", frozenset({0}))]


def _percent(found: Mapping[str, Any]) -> str:
    share = found.get("node_availability")
    return f"{100 * share:.3f} %" if isinstance(share, int | float) else words.NOTHING


def _energy(found: Mapping[str, Any]) -> list[Table]:
    if not found:
        return []
    parts = [(label, words.count(found.get(key))) for key, label in _PARTS]
    tables = [Table(("at the meter", "kWh"), parts, "Where the energy went", frozenset({0}))]
    months = found.get("by_month")
    if isinstance(months, Mapping):
        head = ("month", "kWh", "yuan for energy", "kg CO2", "mean kW")
        names = ("total_kwh", "energy_yuan", "carbon_kg", "mean_kw")
        tables.append(_grouped(months, head, names, "Energy by month"))
    head = ("core-hours", "kWh", "yuan for energy", "kg CO2", "yuan of income")
    for key, title in (("class", "class of work"), ("user", "user")):
        groups = found.get(f"by_{key}")
        if isinstance(groups, Mapping) and groups:
            table = _grouped(groups, (key, *head), ("core_h", *_COSTS), f"Energy by {title}")
            tables.append(table)
    return tables


def _grouped(
    groups: Mapping[str, Any], head: tuple[str, ...], names: tuple[str, ...], title: str
) -> Table:
    rows = [
        (str(group)[:60], *(words.count(figures.get(name)) for name in names))
        for group, figures in list(groups.items())[:_MOST_ROWS]
        if isinstance(figures, Mapping) and figures.get(names[0])
    ]
    return Table(head, rows, title, frozenset({0}))
