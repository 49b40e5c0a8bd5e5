"""Execution traces of Nextflow: a row a task, tab or comma separated; no edges are recorded."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime

from ..findings import Findings
from ..model import JobDescription, Recorded, Workflow
from ..quantities import amount_bytes, duration_s, mebibytes_up
from ..slurm.submission import Context
from ..source import Source

NAME = "nextflow"
SUFFIXES = ("trace.txt", "trace.csv", "trace.tsv")
_MARKS = ({"task_id", "status"}, {"task_id", "hash"}, {"task", "realtime", "workflow"})
_MACHINE_READABLE = re.compile(r"[0-9]+(\.[0-9]+)?")


def looks_like(head: str) -> bool:
    """Whether the first line names columns of a trace."""
    names = set(_columns(head.lstrip("\ufeff").split("\n", 1)[0]))
    return any(mark <= names for mark in _MARKS)


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """Every row as a job with what was recorded."""
    text = source.data.decode("utf-8-sig", "replace")
    header, _, rest = text.partition("\n")
    names = _columns(header)
    if not any(mark <= set(names) for mark in _MARKS):
        findings.error("the first line does not name the columns of a trace", line=1)
        return Workflow()
    jobs = []
    for line, cells in _rows(rest, "\t" if "\t" in header else ",", findings):
        if len(cells) != len(names):
            message = f"{len(cells)} columns where the header has {len(names)}"
            findings.error(message, line=line)
            continue
        jobs.append(_job(_Row(_values(names, cells), line, findings)))
    if not jobs and not findings.errors:
        findings.error("the trace has no rows", line=1)
    return Workflow(jobs=tuple(jobs))


def _columns(header: str) -> list[str]:
    return [name.strip().strip('"').lower() for name in re.split(r"[\t,]", header.strip("\r\n"))]


def _rows(text: str, separator: str, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    lines = io.StringIO(text, newline="")
    if separator == "\t":
        reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(lines, delimiter=",")
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            findings.error(f"not a row: {error}", line=reader.line_num + 1)
            return
        if cells:
            yield reader.line_num + 1, cells


def _values(names: list[str], cells: list[str]) -> dict[str, str]:
    """Cells by name. Of two columns of one name, one is for people: the bare number is better."""
    found: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=True):
        value = cell.strip()
        if value in ("", "-"):
            continue
        if name not in found or _MACHINE_READABLE.fullmatch(value):
            found[name] = value
    return found


class _Row:
    """The cells of one row; what cannot be read is a finding of its column."""

    def __init__(self, values: dict[str, str], line: int, findings: Findings) -> None:
        self.values = values
        self.line = line
        self.findings = findings

    def text(self, *names: str) -> str | None:
        return next((self.values[name] for name in names if name in self.values), None)

    def _bad(self, name: str, value: str, what: str) -> None:
        self.findings.error(f"{name}: not {what}", line=self.line, option=name, value=value[:200])

    def bytes(self, name: str) -> int | None:
        value = self.text(name)
        found = None if value is None else amount_bytes(value)
        if value is not None and found is None:
            self._bad(name, value, "an amount of bytes")
        return found

    def seconds(self, name: str) -> float | None:
        value = self.text(name)
        found = None if value is None else duration_s(value, 0.001)
        if value is not None and found is None:
            self._bad(name, value, "a duration")
        return found

    def number(self, name: str) -> float | None:
        value = self.text(name)
        if value is None:
            return None
        match = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*%?", value)
        if match is None:
            self._bad(name, value, "a number")
            return None
        return float(match[1])

    def moment(self, name: str) -> float | None:
        value = self.text(name)
        if value is None:
            return None
        try:
            if _MACHINE_READABLE.fullmatch(value):
                return float(value) / 1000 if len(value) < 16 else None
            return datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError, OSError):
            self._bad(name, value, "a date and time")
            return None


def _job(row: _Row) -> JobDescription:
    cpus, memory, limit = row.number("cpus"), row.bytes("memory"), row.seconds("time")
    disk, attempt, code = row.bytes("disk"), row.number("attempt"), row.text("exit")
    runtime, status = row.seconds("realtime"), row.text("status")
    return JobDescription(
        id=row.text("task_id"),
        name=row.text("name", "task", "process"),
        cpus_per_task=int(cpus) if cpus else None,
        memory_per_node_mib=None if memory is None else mebibytes_up(memory),
        disk_per_node_mib=None if disk is None else mebibytes_up(disk),
        time_limit_s=None if limit is None else round(limit),
        partition=row.text("queue"),
        container=row.text("container"),
        workdir=row.text("workdir"),
        script=row.text("script"),
        recorded=Recorded(
            status=status,
            exit_code=int(code) if code and re.fullmatch(r"-?[0-9]{1,9}", code) else None,
            submit_s=row.moment("submit"),
            start_s=row.moment("start"),
            runtime_s=runtime,
            cpus=cpus,
            cpu_percent=row.number("%cpu"),
            memory_bytes=row.bytes("peak_rss") if row.text("peak_rss") else row.bytes("rss"),
            read_bytes=row.bytes("rchar"),
            written_bytes=row.bytes("wchar"),
            machine=row.text("hostname", "machine"),
            attempt=int(attempt) if attempt else None,
        ),
    )
