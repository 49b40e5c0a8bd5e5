"""IOR: the summary of its text or JSON output."""

from __future__ import annotations

import json
import re
from typing import Any

from ..results import Result
from .printed import NUMBER, Reader, Run, first, result, whole

HEAD = "MPI Coordinated Test of Parallel I/O"
ROW = re.compile(rf"^(write|read|remove)\s+({NUMBER})\s+({NUMBER})\s+({NUMBER})\s", re.MULTILINE)
UNCHECKED = "it checks no data unless asked to"


def _read_text(text: str) -> list[Result]:
    summary = text.partition("Summary of all tests:")[2]
    version = first(r"IOR-(\S+):", text)
    ranks = whole(first(r"^tasks\s*:\s*(\d+)", text))
    run = Run("ior", f"IOR {version}; {UNCHECKED}", ranks=ranks)
    return [
        result(run, name, float(mean), "MiB/s", low=float(least), high=float(most))
        for name, most, least, mean in ROW.findall(summary)
    ]


def _read_json(text: str) -> list[Result]:
    document = _document(text) or {}
    rows = document.get("summary", [])
    results = []
    for row in rows if isinstance(rows, list) else []:
        values = [row.get(name) for name in ("bwMeanMIB", "bwMinMIB", "bwMaxMIB")]
        if isinstance(row.get("operation"), str) and all(
            isinstance(v, int | float) for v in values
        ):
            mean, least, most = (float(v) for v in values)
            tasks = whole(str(row.get("numTasks", "")))
            run = Run("ior", f"IOR {document.get('Version', '')}; {UNCHECKED}", ranks=tasks)
            results.append(result(run, row["operation"], mean, "MiB/s", low=least, high=most))
    return results


def _document(text: str) -> dict[str, Any] | None:
    """The JSON document that IOR writes, or None for anything else."""
    if not text.lstrip().startswith("{") or '"bwMeanMIB"' not in text:
        return None
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _read(text: str) -> list[Result]:
    return _read_json(text) if text.lstrip().startswith("{") else _read_text(text)


READER = Reader("IOR", lambda text: HEAD in text or _document(text) is not None, _read)
