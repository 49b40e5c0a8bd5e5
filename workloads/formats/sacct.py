"""Dumps of Slurm's accounting: `sacct -P` with any columns, or Open XDMoD's without a header."""

from __future__ import annotations

import math
import re

import numpy as np

from ..errors import InputError
from ..parsing.codes import Codes
from ..parsing.jobs import finish
from ..parsing.ledger import Ledger
from ..parsing.source import Source
from ..repairs import Repairs
from ..workload import Workload
from ._sacct_rows import Row, columns_of, duration_s, memory_per_core_mib, rows, seconds_of_epoch

NAMES = (".sacct",)
NAMED = {
    "user": ("User", "UID"),
    "group": ("Group", "GID"),
    "account": ("Account",),
    "queue": ("QOS",),
    "partition": ("Partition",),
    "executable": ("JobName",),
}
_STATUS = {"COMPLETED": 1, "CANCELLED": 5}
_NOT_OVER = ("PENDING", "RUNNING", "SUSPENDED", "REQUEUED", "RESIZING", "CONFIGURING")
MOST_CORES = 2**31 - 1


def sniff(source: Source) -> int:
    """A first line with sacct's columns, or with a job as Open XDMoD asks for it."""
    first = source.head.partition(b"\n")[0].decode("utf-8", "replace")
    return 90 if columns_of(first) is not None else 0


def read(source: Source) -> tuple[Workload, Repairs]:
    """The jobs of a dump that ran; steps are passed over, times are taken as UTC.

    Raises InputError with every mistake that cannot be repaired.
    """
    ledger = Ledger(str(source.path))
    jobs = _Jobs(ledger)
    for row in rows(source, ledger):
        jobs.add(row)
    if ledger.problems:
        raise InputError(ledger.problems)
    return jobs.workload(source), ledger.repairs()


class _Jobs:
    """Columns in the making, a row a job that ran."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.lines: list[int] = []
        self.numbers: list[tuple[float, ...]] = []
        self.names: dict[str, list[str]] = {name: [] for name in NAMED}

    def add(self, row: Row) -> None:
        """Keep the row if it is a job that ran, and say why if it is not."""
        number = row.get("JobIDRaw", "JobID")
        if "." in row.get("JobID"):
            self.ledger.repair("noted", "step of a job: not a job of its own", [row.line])
            return
        state = row.get("State").split(" ")[0]
        if state in _NOT_OVER:
            self.ledger.repair("dropped", "job that is not over yet", [row.line])
            return
        submit, started = seconds_of_epoch(row.get("Submit")), seconds_of_epoch(row.get("Start"))
        runtime, cores = _runtime(row), _cores(row)
        ident = re.match(r"\d{1,18}", number)
        if ident is None or submit is None:
            self.ledger.repair("dropped", "job without a number or a submission", [row.line])
        elif started is None or (runtime == 0 and state == "CANCELLED"):
            self.ledger.repair("dropped", "job cancelled before it started", [row.line])
        elif runtime is None or not 1 <= cores <= MOST_CORES:
            self.ledger.repair("dropped", "job of unknown run time or cores", [row.line])
        else:
            limit = self._limit(row, runtime)
            memory = memory_per_core_mib(row.get("ReqMem"), cores, _number(row.get("NNodes")))
            status = _STATUS.get(state, 0)
            wait = max(started - submit, 0.0)
            values = (float(ident[0]), submit, runtime, limit, cores, memory, wait, status)
            self.lines.append(row.line)
            self.numbers.append(values)
            for name, columns in NAMED.items():
                self.names[name].append(row.get(*columns)[:200])

    def _limit(self, row: Row, runtime: float) -> float:
        raw = _number(row.get("TimelimitRaw"))
        limit = raw * 60 if raw > 0 else duration_s(row.get("Timelimit"))
        if limit is None:
            self.ledger.repair("assumed", "no time limit: the limit is the run time", [row.line])
            return runtime
        if runtime > limit:
            what = "run time above the limit: the job is cut at its limit when simulated"
            self.ledger.repair("noted", what, [row.line])
        return limit

    def workload(self, source: Source) -> Workload:
        """What was kept, with second 0 at the first submission."""
        table = np.array(self.numbers, dtype=np.float64).reshape(len(self.numbers), 8)
        start = float(table[:, 1].min()) if len(table) else 0.0
        columns: dict[str, np.ndarray] = {
            "job_id": table[:, 0].astype(np.int64),
            "submit_s": table[:, 1] - start,
            "runtime_s": table[:, 2],
            "limit_s": table[:, 3],
            "cores": table[:, 4].astype(np.int32),
            "memory_per_core_mib": table[:, 5].astype(np.float32),
            "recorded_wait_s": table[:, 6].astype(np.float32),
            "recorded_status": table[:, 7].astype(np.int8),
        }
        labels: dict[str, tuple[str, ...]] = {}
        for name, words in self.names.items():
            codes = Codes()
            codes.add(np.full(len(words), -1.0), dict(enumerate(words)))
            columns[name], labels[name] = codes.finish()
        return finish(
            columns,
            np.array(self.lines, dtype=np.int64),
            self.ledger,
            name=source.title,
            start_epoch_s=start,
            labels={name: names for name, names in labels.items() if names},
        )


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,15}", text) else math.nan


def _cores(row: Row) -> float:
    """What the job held; NaN compares as nothing."""
    held = _number(row.get("NCPUS", "AllocCPUS"))
    return held if held >= 1 else _number(row.get("ReqCPUS"))


def _runtime(row: Row) -> float | None:
    raw = _number(row.get("ElapsedRaw"))
    if not math.isnan(raw):
        return raw
    elapsed = duration_s(row.get("Elapsed"))
    return None if elapsed is None or math.isinf(elapsed) else elapsed
