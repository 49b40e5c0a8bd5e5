"""report.html of one run: reads the run folder, and nothing else."""

from __future__ import annotations

from pathlib import Path

from .. import words
from ..simulation.encode import as_toml
from ..simulation.folder import REPORT, RunFolder
from .energy_tables import energy_tables
from .figures import plots
from .headline import figure, lead, tiles
from .html import Picture, render, write_page
from .parts import groups, provenance, repairs, slowest_users, text
from .plot import board_style, data_uri
from .view import View, command_line, fact

_MOST_SCENARIO = 20_000


def write_report(folder: Path) -> Path:
    """Write the report of the run in `folder` beside it and return its path.

    The page is one file that needs nothing else: no network, no script, no font. The same run
    gives the same bytes. InputError if `folder` holds no run.
    """
    view = View.of(folder)
    run = view.run
    page = render(
        "report.html",
        kind="Simulation report",
        title=_title(view),
        under=_under(view),
        lead=lead(run.summary),
        tiles=tiles(run.summary),
        figures=pictures(view),
        users=slowest_users(view),
        costs=energy_tables(view),
        groups=groups(view),
        repairs=repairs(run),
        command=text(command_line(run)),
        provenance=provenance(run),
        scenario=_scenario(run),
    )
    return write_page(page, folder / REPORT)


def pictures(view: View) -> list[Picture]:
    """Every figure that has something to show of this run."""
    drawn = []
    with board_style():
        for plot in plots():
            figure_drawn = plot.draw(view)
            if figure_drawn is not None:
                drawn.append(Picture(plot.title, plot.text, data_uri(figure_drawn)))
    return drawn


def _title(view: View) -> str:
    workload = fact(view.run, "workload")
    return f"{Path(workload).name} under {view.label}" if isinstance(workload, str) else view.label


def _under(view: View) -> str:
    summary = view.run.summary
    said = [
        words.jobs(figure(summary, "jobs") or 0),
        f"{words.count(view.cores)} cores",
        f"{words.duration(figure(summary, 'makespan_s'))} simulated",
    ]
    for name in ("cycle", "estimates", "seed"):
        value = fact(view.run, name)
        if value is not None:
            said.append(f"{name} {value}")
    wall_s = figure(summary, "wall_s")
    if wall_s is not None:
        said.append(f"computed in {words.duration(wall_s)}")
    return " · ".join(said)


def _scenario(run: RunFolder) -> str:
    text = as_toml(run.scenario)
    return text if len(text) <= _MOST_SCENARIO else text[:_MOST_SCENARIO] + "…"
