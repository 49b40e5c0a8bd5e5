"""HPC Challenge: the summary section of hpccoutf.txt."""

from __future__ import annotations

import re

from ..results import Result
from .printed import NUMBER, Reader, Run, result, whole

SUMMARY = "Begin of Summary section."
# The figures by the end of their name; everything else in the section is a parameter.
SUFFIXES = (
    ("_Tflops", "Tflop/s"),
    ("_Gflops", "Gflop/s"),
    ("_GBs", "GB/s"),
    ("_GBytes", "GB/s"),
    ("_GUPs", "GUP/s"),
    ("_usec", "us"),
)
STREAM = re.compile(r"(Star|Single)STREAM_(Copy|Scale|Add|Triad)$")


def _read(text: str) -> list[Result]:
    section = text.partition(SUMMARY)[2]
    values = dict(re.findall(rf"^(\w+)=({NUMBER})\s*$", section, re.MULTILINE))
    ok = values.get("Success") == "1" and "FAILED" not in text
    version = ".".join(values.get(f"Version{part}", "?") for part in ("Major", "Minor", "Micro"))
    said = "its tests passed" if ok else "a test of its own failed"
    run = Run("hpcc", f"HPCC {version}: {said}", ok, whole(values.get("CommWorldProcs", "")))
    return [
        result(run, name, float(value), unit)
        for name, value in values.items()
        if (unit := _unit(name)) is not None and float(value) > 0
    ]


def _unit(name: str) -> str | None:
    if STREAM.match(name):
        return "GB/s"
    return next((unit for suffix, unit in SUFFIXES if name.endswith(suffix)), None)


READER = Reader("HPCC", lambda text: SUMMARY in text, _read)
