"""What a machine model says of a described site: peak, HPL, HPCG, rates, and times by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .estimate import Estimate, Part
from .rates import Rate

CORES = (1, 40, 1_000, 35_000)


class ClassAt(Part):
    """A job class at a site: its time over the anchored one, and what it sustains.

    `depends` are the parts of its time there, as shares of the whole.
    """

    name: str
    reference: str
    factor: Estimate
    core_gflops: float
    depends: Mapping[str, float]


class SiteProjection(Part):
    """The site as the calibration sees it; Tflop/s."""

    site: str
    title: str
    node_type: str
    nodes: int
    cores: int
    peak_tflops: float
    published_peak_tflops: float | None = None
    vector_clock_ghz: Estimate
    hpl_tflops: Estimate
    hpl_measured_tflops: Estimate | None = None
    hpcg_tflops: Estimate
    hpcg_measured_tflops: Estimate | None = None
    rates: tuple[Rate, ...]
    classes: tuple[ClassAt, ...]
    remarks: tuple[str, ...] = ()

    @property
    def peak_difference(self) -> float | None:
        """Peak of the site file over the published one, less one."""
        known = self.published_peak_tflops
        return self.peak_tflops / known - 1 if known else None

    def of(self, kernel: str) -> Sequence[Rate]:
        """The rates of one kernel."""
        return [rate for rate in self.rates if rate.kernel == kernel]
