"""What is drawn of a calibration."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hpcsim.calibration import Estimate
from hpcsim.calibration.projection import SiteProjection
from hpcsim.calibration.systems import projections

from ..plot import BLUE, INK, MUTED, OCHRE, SHADES

SYSTEMS_TITLE = "HPL of published systems, projected from their nodes alone"
SYSTEMS_TEXT = (
    "Points are what each system of the TOP500 ran, bars the 90 % interval of the projection from "
    "its processor, number of cores and network; nothing was fitted to these systems. The site "
    "stands at the bottom, without a point as it has no published run."
)
CLASSES_TITLE = "What each class of job waits for"
CLASSES_TEXT = (
    "Each bar is a class of job: the parts of its time on the site's nodes. Half of the memory "
    "bandwidth doubles the part of that name and leaves the others as they are."
)
FACTORS_TITLE = "Run times over those that the scenario assumes"
FACTORS_TEXT = (
    "A class at 1 takes as long as published or assumed; right is longer. The line is the 90 % "
    "interval of machines drawn from this calibration's intervals."
)
PARTS = (
    "core",
    "memory bandwidth",
    "memory latency",
    "files",
    "network latency",
    "network bandwidth",
)


def systems(site: SiteProjection) -> Figure:
    """Projected beside listed efficiencies, and the site's."""
    found = sorted(projections(), key=lambda each: each.system.rmax / each.system.rpeak)
    figure = Figure(figsize=(7.4, 0.19 * len(found) + 1.2))
    axes = figure.subplots()
    for row, each in enumerate(found, start=1):
        peak = each.system.rpeak
        _interval(axes, row, each.rmax.scaled(1 / peak), MUTED)
        axes.plot(each.system.rmax / peak, row, "o", color=BLUE, markersize=4)
    _interval(axes, 0, site.hpl_tflops.scaled(1 / site.peak_tflops), OCHRE)
    labels = [site.site, *(f"{e.system.name}, {e.system.processor}" for e in found)]
    axes.set_yticks(range(len(labels)), labels, fontsize=6.5)
    axes.set_xlabel("Rmax over Rpeak")
    axes.grid(axis="y", visible=False)
    return figure


def classes(site: SiteProjection) -> Figure:
    """Stacked shares of each class's time."""
    figure = Figure(figsize=(7.4, 0.3 * len(site.classes) + 1.3))
    axes = figure.subplots()
    names = [each.name for each in site.classes][::-1]
    left = [0.0] * len(names)
    for number, part in enumerate(PARTS):
        widths = [each.depends.get(part, 0.0) for each in site.classes][::-1]
        color = SHADES(1 - number / len(PARTS)) if number < 4 else (OCHRE, MUTED)[number - 4]
        axes.barh(names, widths, left=left, color=color, label=part, height=0.7)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of the run time")
    axes.legend(ncols=3, fontsize=6.5, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    axes.grid(axis="y", visible=False)
    return figure


def factors(site: SiteProjection) -> Figure:
    """Each class's factor with its interval."""
    figure = Figure(figsize=(7.4, 0.27 * len(site.classes) + 1.0))
    axes = figure.subplots()
    for row, each in enumerate(reversed(site.classes)):
        _interval(axes, row, each.factor, MUTED)
        axes.plot(each.factor.value, row, "o", color=BLUE, markersize=4)
    names = [f"{e.name} ({e.reference})" for e in reversed(site.classes)]
    axes.set_yticks(range(len(names)), names)
    axes.axvline(1.0, color=INK, linewidth=0.8)
    axes.set_xlabel("run time over the anchored one")
    axes.grid(axis="y", visible=False)
    return figure


def _interval(axes: Axes, row: int, found: Estimate, color: str) -> None:
    axes.plot([found.low, found.high], [row, row], color=color, linewidth=2.2, linestyle="-")
