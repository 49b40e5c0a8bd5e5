"""report.html of a run of the whole centre: its headline on one screen, a section a subsystem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .. import words
from ..simulation.folder import REPORT, RunFolder
from .center_calibration import calibrated
from .center_parts import sections
from .center_section import Section, figures_of, written
from .headline import Tile, figure, lead
from .html import Table, render, write_page
from .page import pictures
from .parts import groups, provenance
from .view import View, command_line

# (subsystem, figure, name, note) of the headline tiles; what is not there is left out.
TILES = (
    ("sequencing", "samples_delivered_per_day", "samples", "delivered"),
    ("sequencing", "kept_pb_per_year", "kept by sequencing", "reads, alignments, variants"),
    ("storage", "fill", "storage in use", "of all tiers of the centre"),
    ("storage", "warm_full_on", "parallel disk full", "at this run's growth"),
    ("records", "received_gb_per_day", "records", "received from institutions"),
    ("records", "nights_missed", "nights missed", "statistics not done by 06:00"),
    ("biobank", "tubes_stored", "tubes", "at -80 °C"),
    ("biobank", "income_yuan_per_year", "biobank brings", "a year, at published prices"),
    ("imports", "class_D_approval_mean_h", "class D approval", "20-30 working days before"),
    ("research", "partner_income_yuan", "partners pay", "for core-hours of this run"),
)
SPEED = (
    ("core_wall_s", "time in the core"),
    ("python_wall_s", "time in Python's events"),
    ("wall_s", "time in all"),
)
_MOST_ROWS = 80


def write_center_report(folder: Path) -> Path:
    """Write the report of the centre's run in `folder` beside it and return its path.

    As `write_report`: one file that needs nothing else. InputError if `folder` holds no run.
    """
    view = View.of(folder)
    run = view.run
    page = render(
        "center.html",
        kind="The centre",
        title=str(run.scenario.get("title", "A run of the centre"))[:200],
        under=_under(run),
        lead=lead(run.summary),
        tiles=[*_tiles(run)],
        sections=[_cluster(view), *sections(run), *calibrated(run)],
        trust=_trust(run),
        assumptions=_settings(run),
        command=command_line(run),
        provenance=[*provenance(run), *_speed(run)],
    )
    return write_page(page, folder / REPORT)


def _under(run: RunFolder) -> str:
    said = [
        f"from {run.scenario.get('start', '?')}",
        f"{run.scenario.get('horizon_days', 0):g} days",
        words.jobs(figure(run.summary, "jobs") or 0),
        f"policy {run.scenario.get('policy', '?')}",
        f"seed {run.scenario.get('seed', '?')}",
        f"computed in {words.duration(figure(run.summary, 'wall_s'))}",
    ]
    return " · ".join(said)


def _tiles(run: RunFolder) -> Iterator[Tile]:
    yield Tile("utilization", words.share(figure(run.summary, "utilization")), "of all core-hours")
    yield Tile("mean wait", words.duration(figure(run.summary, "mean_wait_s")), "over all jobs")
    for subsystem, key, name, note in TILES:
        found = figures_of(run, subsystem)
        if key in found:
            value, period = _without_period(written(key, found[key]))
            yield Tile(name, value, f"{period}{note}")


def _without_period(value: str) -> tuple[str, str]:
    """A rate as its amount, which fits one line, and its period, which goes below it."""
    for period in ("a day", "a year"):
        if value.endswith(f" {period}"):
            return value.removesuffix(f" {period}"), f"{period}, "
    return value, ""


def _cluster(view: View) -> Section:
    """The cluster's own figures, as on the report of a trace."""
    return Section(
        "The machine",
        f"{words.count(view.cores)} cores for production and research alike.",
        pictures=pictures(view),
        tables=[table for table in groups(view) if table.head[0] in ("cores", "queue")],
    )


def _speed(run: RunFolder) -> list[tuple[str, str]]:
    return [(name, words.duration(figure(run.summary, key))) for key, name in SPEED]


def _trust(run: RunFolder) -> str:
    counts = run.provenance.get("settings_by_source")
    known = counts if isinstance(counts, Mapping) else {}
    kinds = {"S": "stand in a public source", "D": "are derived from such",
             "R": "are remembered", "A": "are assumptions"}  # fmt: skip
    parts = [f"{known[mark]} {kind}" for mark, kind in kinds.items() if known.get(mark)]
    return (
        "Of the settings, " + ", ".join(parts) + ". Beside this page, scenario.toml holds every "
        "value; docs/scenario.md says where each comes from. The largest are these:"
    )


def _settings(run: RunFolder) -> Table:
    """The scalar settings of the demand's first level, as they were."""
    rows = list(_scalars(run.scenario.get("demand", {}), "demand", 3))[:_MOST_ROWS]
    return Table(("setting", "value"), rows, words=frozenset({0}))


def _scalars(table: Any, above: str, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(table, Mapping) or depth == 0:
        return
    for key, value in table.items():
        here = f"{above}.{key}"
        if isinstance(value, Mapping):
            yield from _scalars(value, here, depth - 1)
        elif isinstance(value, int | float) and not isinstance(value, bool) and depth == 2:
            yield here, f"{value:g}"
