"""HPCG: the report file that it writes at its end."""

from __future__ import annotations

import re

from ..results import Result
from .printed import NUMBER, Reader, Run, first, result, whole

FIGURES = (
    ("GFLOP/s Summary", "GFLOP/s"),
    ("GB/s Summary", "GB/s"),
)
RATING = rf"result is VALID with a GFLOP/s rating of=({NUMBER})"


def _read(text: str) -> list[Result]:
    rating = first(RATING, text)
    version = first(r"^version=(\S+)", text)
    said = "its result is VALID" if rating else "its result is not VALID"
    ranks = whole(first(r"Distributed Processes=(\d+)", text))
    shape = {
        f"n{axis}": float(first(rf"Global n{axis}=(\d+)", text, "0")) for axis in ("x", "y", "z")
    }
    run = Run("hpcg", f"HPCG {version}: {said}", bool(rating), ranks, shape)
    results = [result(run, "rating", float(rating), "GFLOP/s")] if rating else []
    for section, unit in FIGURES:
        pattern = rf"^{re.escape(section)}::(.+?)=({NUMBER})\s*$"
        for name, value in re.findall(pattern, text, re.MULTILINE):
            results.append(result(run, f"{name} {unit.split('/')[0]}", float(value), unit))
    return results


READER = Reader("HPCG", lambda text: text.lstrip().startswith("HPCG-Benchmark"), _read)
