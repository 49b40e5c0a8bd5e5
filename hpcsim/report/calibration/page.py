"""calibration.html: one page of a calibration and of the site that it was carried to."""

from __future__ import annotations

from pathlib import Path

from hpcsim.calibration import Calibration
from hpcsim.calibration.fits import Fit
from hpcsim.calibration.projection import SiteProjection
from kernels.harness.words import quantity

from ..html import Picture, Table, render, write_page
from ..job.page import Page
from ..plot import board_style, data_uri
from . import figures as drawn
from . import words

WORDS = frozenset({0, 1})


def write_calibration_page(calibration: Calibration, path: Path) -> Path:
    """Write the page: one file that needs nothing else; InputError where that cannot be."""
    provenance = calibration.provenance
    site = calibration.site
    lead = words.why(site) if site else "The machine as measured; no site was named to carry it to."
    if provenance.disturbances:
        lead += " The machine was disturbed while it was measured: its intervals are wide."
    page = Page(
        kind="Calibration",
        title=calibration.machine.processor or f"machine {provenance.machine}",
        under=f"from {provenance.source} · {provenance.started or 'imported'}",
        lead=lead,
        figures=_pictures(site) if site else (),
        tables=[
            _headline(calibration),
            *(_site_tables(site) if site else ()),
            *_machine(calibration),
        ],
        notes_title="Refused, widened, extrapolated",
        notes=list(words.refusals(calibration)),
    )
    return write_page(render("calibration/page.html", **vars(page)), path)


def _pictures(site: SiteProjection) -> list[Picture]:
    with board_style():
        return [
            Picture(title, text, data_uri(draw(site)))
            for title, text, draw in (
                (drawn.CLASSES_TITLE, drawn.CLASSES_TEXT, drawn.classes),
                (drawn.FACTORS_TITLE, drawn.FACTORS_TEXT, drawn.factors),
                (drawn.SYSTEMS_TITLE, drawn.SYSTEMS_TEXT, drawn.systems),
            )
        ]


def _headline(calibration: Calibration) -> Table:
    rows = words.figures(calibration)
    return Table(("figure", "value, 90 % interval"), rows, "In short", WORDS)


def _site_tables(site: SiteProjection) -> list[Table]:
    """Rates by cores, and classes."""
    widths = sorted({rate.cores for rate in site.rates})
    rows = []
    for kernel in dict.fromkeys(rate.kernel for rate in site.rates):
        of_kernel = site.of(kernel)
        cells = [quantity(rate.rate.value, rate.rate.unit) for rate in of_kernel]
        last = of_kernel[-1].rate
        rows.append((kernel, *cells, f"±{last.spread:.0%}", of_kernel[-1].limit))
    head = (
        "kernel",
        *(f"{n:,} core{'s' if n > 1 else ''}" for n in widths),
        "90 %",
        "limited, at most cores, by",
    )
    text = frozenset({0, len(head) - 1})
    return [
        Table(head, rows, f"Kernels on {site.site}", text),
        Table(
            ("class", "anchored at", "run time over anchored", "Gflop/s a core", "waits for"),
            [
                (
                    each.name,
                    each.reference,
                    f"{each.factor.value:.2f} ({each.factor.low:.2f} .. {each.factor.high:.2f})",
                    f"{each.core_gflops:.1f}",
                    ", ".join(f"{k} {v:.0%}" for k, v in each.depends.items()),
                )
                for each in site.classes
            ],
            "Job classes",
            frozenset({0, 1, 4}),
        ),
    ]


def _machine(calibration: Calibration) -> list[Table]:
    machine = calibration.machine
    tables = []
    if machine.kernels:
        rows = [
            (k.name, k.size, words.said(k.rate), f"{k.cost.value:.2f} ({k.cost.low:.2f} .. "
             f"{k.cost.high:.2f})", k.path)
            for k in machine.kernels
        ]  # fmt: skip
        head = ("kernel", "size", "rate of one core", "cycles over the reference's", "code")
        tables.append(Table(head, rows, "Kernels as measured", frozenset({0, 1, 4})))
    fits = [
        (fit.what, fit.model, fit.status, f"{fit.rms:.1%}" if fit.usable else "-", _parameters(fit))
        for fit in machine.fits
    ]
    if fits:
        head = ("curve", "law", "verdict", "misses by", "parameters")
        tables.append(Table(head, fits, "Curves", frozenset({0, 1, 2, 4})))
    return tables


def _parameters(fit: Fit) -> str:
    return "; ".join(f"{name} {words.said(each)}" for name, each in fit.parameters.items())
