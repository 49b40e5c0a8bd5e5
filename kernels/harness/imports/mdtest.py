"""mdtest: the table of rates."""

from __future__ import annotations

import re

from ..results import Result
from .printed import NUMBER, Reader, Run, first, result, whole

HEAD = "mdtest-"
ROW = re.compile(
    rf"^\s+((?:File|Directory|Tree) \w+)\s+:?\s*({NUMBER})\s+({NUMBER})\s+({NUMBER})", re.MULTILINE
)


def _read(text: str) -> list[Result]:
    version = first(r"mdtest-(\S+)", text)
    run = Run("mdtest", f"mdtest {version}", ranks=whole(first(r"launched with (\d+) total", text)))
    return [
        result(run, name, float(mean), "operations/s", low=float(least), high=float(most))
        for name, most, least, mean in ROW.findall(text)
        if float(mean) > 0
    ]


READER = Reader("mdtest", lambda text: HEAD in text and "SUMMARY rate" in text, _read)
