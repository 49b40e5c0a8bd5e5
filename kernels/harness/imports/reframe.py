"""ReFrame: the performance variables of its run report (JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..results import Result
from .printed import Reader, Run, result, whole


def _document(text: str) -> dict[str, Any] | None:
    """The run report, or None for anything else."""
    if not text.lstrip().startswith("{") or '"session_info"' not in text:
        return None
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _read(text: str) -> list[Result]:
    return [found for case in _cases(_document(text) or {}) for found in _of_case(case)]


def _cases(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    runs = document.get("runs")
    for run in runs if isinstance(runs, list) else []:
        cases = run.get("testcases") if isinstance(run, dict) else None
        yield from (case for case in cases or () if isinstance(case, dict))


def _of_case(case: Mapping[str, Any]) -> Iterator[Result]:
    """One figure a performance variable: value, reference, lower, upper, unit, verdict."""
    name = str(case.get("display_name") or case.get("name") or "test")
    passed = case.get("result") in ("pass", "success")
    said = "its checks passed" if passed else f"its verdict: {case.get('result')}"
    ranks = whole(str(case.get("num_tasks") or ""))
    run = Run("reframe", f"ReFrame test {name}: {said}", passed, ranks)
    values = case.get("perfvalues")
    for key, told in values.items() if isinstance(values, dict) else ():
        if isinstance(told, list) and len(told) >= 5 and isinstance(told[0], int | float):
            variable = str(key).rpartition(":")[2]
            yield result(run, f"{name}/{variable}", float(told[0]), str(told[4]))


READER = Reader("ReFrame", lambda text: _document(text) is not None, _read)
