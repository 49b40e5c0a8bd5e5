"""Measurements for other programs: JSON, CSV, JUnit, and a file of references."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from xml.etree import ElementTree as Xml

from .fingerprint import to_json as fingerprint_to_json
from .results import Result, to_data
from .store import Session

COLUMNS = (
    "session", "started", "machine", "program", "key", "group", "kernel", "size", "threads",
    "ranks", "status", "value", "unit", "low", "high", "best", "median_s", "samples", "path",
    "statement",
)  # fmt: skip
BOUND = 0.1
REFERENCE_HEAD = (
    "# Expected figures. A bound is relative; leave one out where that side does not matter.\n"
)
# What starts a formula when a spreadsheet opens the file.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(session: Session, results: Sequence[Result]) -> str:
    """The whole session with its fingerprint."""
    document = {
        "session": session.id,
        "started": session.started,
        "finished": session.finished,
        "label": session.label,
        "machine": session.machine,
        "disturbances": session.disturbances,
        "fingerprint": json.loads(fingerprint_to_json(session.fingerprint)),
        "results": [to_data(result) for result in results],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(session: Session, results: Sequence[Result]) -> str:
    """A row a measurement."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for result in results:
        writer.writerow(_safe(value) for value in _row(session, result))
    return out.getvalue()


def _row(session: Session, result: Result) -> tuple[object, ...]:
    figure, summary = result.figure, result.summary
    quoted = (figure.value, figure.unit, figure.low, figure.high, figure.best) if figure else ()
    timed = (summary.median_s, summary.n) if summary else ("", 0)
    return (
        session.id, session.started, session.machine, result.program, result.key, result.group,
        result.kernel, result.size, result.threads, result.ranks, result.status,
        *(quoted or ("",) * 5), *timed, result.path, result.statement,
    )  # fmt: skip


def _safe(value: object) -> object:
    """A text that a spreadsheet would take for a formula is quoted."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_junit(session: Session, results: Sequence[Result]) -> str:
    """A test case a measurement; wrong and failed ones fail, as a CI server shows them."""
    bad = [result for result in results if result.status in ("wrong", "failed")]
    suite = Xml.Element(
        "testsuite",
        name=f"hpcsim bench {session.label}".strip(),
        tests=str(len(results)),
        failures=str(len(bad)),
        skipped=str(sum(result.status == "skipped" for result in results)),
        timestamp=session.started,
        hostname=session.fingerprint.host,
    )
    for result in results:
        _test_case(suite, result)
    Xml.indent(suite)
    text: str = Xml.tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_printable(text)}\n'


def _test_case(suite: Xml.Element, result: Result) -> None:
    seconds = sum(result.samples_s)
    case = Xml.SubElement(
        suite, "testcase", classname=result.group, name=result.key, time=f"{seconds:.6f}"
    )
    if result.status in ("wrong", "failed"):
        Xml.SubElement(case, "failure", message=result.statement)
    elif result.status == "skipped":
        Xml.SubElement(case, "skipped", message=result.statement)
    if result.figure is not None:
        output = Xml.SubElement(case, "system-out")
        output.text = f"{result.figure.value:.6g} {result.figure.unit}"


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or ord(c) >= 32)


def as_references(session: Session, results: Sequence[Result]) -> str:
    """A file of references that expects these figures again, within a tenth on the worse side."""
    lines = [REFERENCE_HEAD, f'["{session.machine}"]']
    for result in results:
        if result.figure is not None:
            side = "lower = -" if result.figure.higher_is_better else "upper = "
            unit = json.dumps(result.figure.unit, ensure_ascii=False)
            lines.append(
                f"{json.dumps(result.key, ensure_ascii=False)} = "
                f"{{ value = {result.figure.value:.6g}, unit = {unit}, {side}{BOUND} }}"
            )
    return "\n".join(lines) + "\n"


FORMATS: dict[str, Callable[[Session, Sequence[Result]], str]] = {
    "json": as_json,
    "csv": as_csv,
    "junit": as_junit,
    "reference": as_references,
}
