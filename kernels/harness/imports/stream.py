"""STREAM: the table of four best rates."""

from __future__ import annotations

import re

from ..results import Result
from .printed import NUMBER, Reader, Run, first, result

HEAD = "STREAM version"
ROW = re.compile(
    rf"^(Copy|Scale|Add|Triad):\s+({NUMBER})\s+({NUMBER})\s+({NUMBER})\s+({NUMBER})", re.MULTILINE
)


def _read(text: str) -> list[Result]:
    ok = "Solution Validates" in text
    said = "its solution validates" if ok else "its solution does not validate"
    size = first(r"Array size = (\d+)", text, "0")
    version = first(r"Revision: (\S+)", text)
    run = Run("stream", f"STREAM {version}: {said}", ok, 0, {"n": float(size)})
    results = []
    for name, rate, _, least, most in ROW.findall(text):
        slowest = float(rate) * float(least) / float(most) if float(most) else float(rate)
        results.append(result(run, name, float(rate), "MB/s", low=slowest))
    return results


READER = Reader("STREAM", lambda text: HEAD in text, _read)
