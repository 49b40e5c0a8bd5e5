"""A calibration as rows of text, for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Iterator

from hpcsim.calibration import Calibration, Estimate
from hpcsim.calibration.projection import SiteProjection
from kernels.harness.words import quantity

_SCALE = {
    "Gflop/s": (1e9, "flop/s"),
    "Tflop/s": (1e12, "flop/s"),
    "GB/s": (1e9, "B/s"),
    "ns": (1e-9, "s"),
}
SHARES = ("1", "")


def said(found: Estimate | None) -> str:
    """`1.60 Tflop/s (1.42 .. 1.81)`: a value and its 90 % interval."""
    if found is None:
        return "not measured"
    if found.unit in SHARES:
        return f"{found.value:.1%} ({found.low:.1%} .. {found.high:.1%})"
    if found.unit == "GHz":
        return f"{found.value:.2f} GHz ({found.low:.2f} .. {found.high:.2f})"
    scale, unit = _SCALE.get(found.unit, (1.0, found.unit))
    value, low, high = (quantity(x * scale, unit) for x in (found.value, found.low, found.high))
    return f"{value} ({low} .. {high})"


def figures(calibration: Calibration) -> list[tuple[str, str]]:
    """The headline: ceilings of the machine, then peak, HPL and HPCG of the site."""
    machine = calibration.machine
    rows = [
        ("clock under load", said(machine.clock_ghz)),
        ("most of one core", said(machine.core_gflops)),
        *((f"{level}, one core", said(e)) for level, e in machine.core_bandwidth_gbs.items()),
        ("memory, all cores", said(machine.node_bandwidth_gbs)),
        ("matrix product, of the peak", said(machine.blas_efficiency)),
    ]
    rows = [(name, text) for name, text in rows if text != "not measured"]
    measured = ", ".join(kernel.name for kernel in machine.kernels) or "none"
    rows.append(("kernels measured", measured))
    return rows + (site_figures(calibration.site) if calibration.site else [])


def site_figures(site: SiteProjection) -> list[tuple[str, str]]:
    """Peak, HPL and HPCG."""
    rows = [
        (f"{site.site}: peak", f"{site.peak_tflops:,.0f} Tflop/s{_beside(site)}"),
        ("clock of wide vectors", said(site.vector_clock_ghz)),
        ("HPL Rmax, vendor's library", said(site.hpl_tflops)),
    ]
    if site.hpl_measured_tflops is not None:
        rows.append(("HPL Rmax, library as measured", said(site.hpl_measured_tflops)))
    rows.append(("HPCG, vendor's code", said(site.hpcg_tflops)))
    if site.hpcg_measured_tflops is not None:
        rows.append(("HPCG, code as measured", said(site.hpcg_measured_tflops)))
    ratio = site.hpcg_tflops.value / site.hpl_tflops.value
    rows.append(("HPCG of HPL", f"{ratio:.1%}"))
    return rows


def _beside(site: SiteProjection) -> str:
    if site.published_peak_tflops is None:
        return ""
    return f", published {site.published_peak_tflops:,.0f} ({site.peak_difference:+.1%})"


def refusals(calibration: Calibration) -> Iterator[str]:
    """What the data do not carry, a line each; remarks first."""
    yield from calibration.machine.remarks
    for fit in calibration.machine.fits:
        if fit.status != "ok":
            yield f"{fit.what}: {fit.status}: {fit.reason}"
    if calibration.site is not None:
        yield from calibration.site.remarks


def why(site: SiteProjection) -> str:
    """Why HPL stays below the peak, in a sentence."""
    share = site.hpl_tflops.value / site.peak_tflops
    return (
        f"Of the {site.peak_tflops:,.0f} Tflop/s that cores, nominal clock and flops a cycle make, "
        f"HPL is projected to reach {share:.0%}: with wide vectors on all cores a "
        f"{site.node_type} node holds {site.vector_clock_ghz.value:.2f} GHz "
        f"({site.vector_clock_ghz.note}), a vendor's library keeps 92 % of what is then possible, "
        f"and {site.hpl_tflops.note} of that."
    )
