"""The centre's report: what a calibrated machine sustained beside its peak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .. import words
from ..simulation.folder import RunFolder
from .center_section import Section
from .html import Table


def calibrated(run: RunFolder) -> Iterator[Section]:
    """One section of a run with a calibration, none of another."""
    found = run.summary.get("calibration")
    if not isinstance(found, Mapping):
        return
    classes = found.get("sustained_tflops_by_class", {})
    factors = found.get("run_time_factor_by_class", {})
    rows = [
        (name, words.number(float(tflops)), words.number(float(factors.get(name, 1.0))))
        for name, tflops in sorted(classes.items(), key=lambda pair: -float(pair[1]))
    ]
    yield Section(
        "Floating-point work",
        "Run times are those of the calibration named below. Sustained is the floating-point work "
        "of all jobs over the length of the run, double precision; most of a genomics centre's "
        "work has little of it.",
        [
            ("peak", f"{words.number(float(found['peak_tflops']))} Tflop/s"),
            ("sustained", f"{words.number(float(found['sustained_tflops']))} Tflop/s"),
            ("of the peak", words.share(float(found["sustained_share_of_peak"]))),
        ],
        [],
        [Table(("class", "Tflop/s", "run time over anchored"), rows, "By class", frozenset({0}))],
    )
