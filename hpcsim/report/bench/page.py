"""The page of a session, from the store alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from kernels.harness.fingerprint import words as fingerprint_words
from kernels.harness.results import Result
from kernels.harness.store import Store
from kernels.harness.trend import trend
from kernels.harness.words import quantity

from ..html import Picture, render, write_page
from ..plot import board_style, data_uri
from . import history, ladder, limits, messages, roofline, scaling, tables
from .view import MEMORY, BenchView

FIGURES: Sequence[ModuleType] = (roofline, limits, ladder, scaling, messages, history)
KNOWN_BY = (
    ("pointer_chase", "Memory latency"),
    ("mpi_latency", "Message latency"),
    ("mpi_bandwidth", "Message bandwidth"),
    ("file_read", "File reading"),
)
Tile = tuple[str, str, str]


def write_bench_report(store: Store, session: int, path: Path) -> Path:
    """Write the page of session number `session` to `path`: one file that needs nothing else.

    Raises HarnessError for a session that is not in the store, InputError where `path` cannot
    be written.
    """
    found = store.session(session)
    results = store.results(found.id)
    trends = [trend(store, r.key, found.machine) for r in results if r.figure is not None]
    view = BenchView(found, results, trends)
    page = render(
        "bench/page.html",
        kind="Benchmark report",
        title=found.fingerprint.processor.model,
        under=_under(view),
        lead=_lead(view),
        tiles=_tiles(view),
        disturbances=found.disturbances,
        figures=_pictures(view),
        limits=tables.limits(view),
        tables=tables.figures(view),
        missing=tables.missing(view),
        fingerprint=fingerprint_words(found.fingerprint),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_page(page, path)


def _pictures(view: BenchView) -> list[Picture]:
    drawn = []
    with board_style():
        for figure in FIGURES:
            picture = figure.draw(view)
            if picture is not None:
                drawn.append(Picture(figure.TITLE, figure.TEXT, data_uri(picture)))
    return drawn


def _under(view: BenchView) -> str:
    found = view.session.fingerprint
    said = [
        f"{found.processor.cores} cores, {found.usable_cores} usable",
        tables.caches(view),
        f"{found.memory_gib:g} GiB",
        f"session {view.session.id}, {view.session.started}",
    ]
    if view.session.label:
        said.append(view.session.label)
    return " · ".join(part for part in said if part)


def _lead(view: BenchView) -> str:
    measured = sum(r.figure is not None for r in view.results)
    text = f"{measured} of {len(view.results)} measurements have a verified figure."
    if view.session.finished is None:
        text += " The session was cut short; this is what was kept."
    if view.session.disturbances:
        text += " The machine was disturbed while they were taken."
    steps = sum(bool(trend.regressions) for trend in view.trends)
    if steps:
        text += f" {steps} became slower within the last sessions."
    return text


def _tiles(view: BenchView) -> list[Tile]:
    """The four figures that a machine is known by, as far as they were measured."""
    tiles: list[Tile] = []
    peak = view.peak(view.widest)
    if peak:
        tiles.append(("Most flop/s", quantity(peak.value, "flop/s"), f"{peak.threads} threads"))
    band = view.bandwidths.get((MEMORY, view.widest)) or view.bandwidths.get((MEMORY, 1))
    if band:
        tiles.append(("Memory bandwidth", quantity(band.value, "B/s"), f"{band.threads} threads"))
    for kernel, name in KNOWN_BY:
        tiles.extend(_tile(name, [r for r in view.verified if r.kernel == kernel]))
    return tiles[:4]


def _tile(name: str, results: Sequence[Result]) -> list[Tile]:
    """The largest working set for a latency of memory; the best of messages and files."""
    known = [r for r in results if r.figure is not None]
    if not known:
        return []
    if known[0].kernel == "pointer_chase":
        shown = max(known, key=lambda r: r.held_bytes)
    else:
        shown = min(known, key=lambda r: _order(r))
    assert shown.figure is not None
    return [(name, quantity(shown.figure.value, shown.figure.unit), shown.key)]


def _order(result: Result) -> float:
    assert result.figure is not None
    return -result.figure.value if result.figure.higher_is_better else result.figure.value
