"""What squeue and sinfo print of a real cluster, as a state: JSON, or text with a header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from hpcsim.cluster.policy import Policy
from hpcsim.errors import InputError, Problem, nearest
from workloads.jobs.slurm.times import INFINITE, NO_VALUE, seconds
from workloads.jobs.source import read_source

from .log import Log
from .sinfo import MOST_CORES, cores_by_partition
from .state import State, seconds_of
from .told_numbers import number

MOST_JOBS = 1_000_000
MOST_S = 1e11
RUNNING = frozenset({"RUNNING", "R", "COMPLETING", "CG", "SUSPENDED", "S", "CONFIGURING", "CF"})
WAITING = frozenset({"PENDING", "PD"})
WANTED = 'squeue -o "%i|%P|%u|%T|%C|%l|%V|%S|%Q|%r"'


@dataclass(frozen=True)
class Row:
    """A job of the queue; times are Unix seconds, None where not told."""

    id: str
    partition: str
    user: str
    state: str
    cores: int
    limit_s: float
    submit_s: float | None
    start_s: float | None
    elapsed_s: float | None
    priority: float
    reason: str


def is_squeue(path: Path) -> bool:
    """Whether a file begins like what squeue prints."""
    with path.open("rb") as file:
        head = file.read(65536)
    if head.lstrip()[:1] == b"{":
        return b'"jobs"' in head
    first = head.partition(b"\n")[0].decode("utf-8", "replace").upper()
    return "JOBID" in first and ("STATE" in first or re.search(r"\bST\b", first) is not None)


def load(
    path: Path,
    when: str | None,
    policy: Policy,
    cores: int | None,
    sinfo: str | None,
    partition: str | None,
) -> State:
    """The state of one partition, the one with most jobs unless `partition` names it.

    Its size is `cores`, or what the file `sinfo` says, or what runs now. The moment is `when`, or
    when the file was written. Jobs that are held or wait for others are left out: they are not in
    the scheduler's queue yet. Raises InputError.
    """
    problems: list[Problem] = []
    rows = list(_rows(path, problems))
    if problems:
        raise InputError(problems)
    chosen, names = _partition(rows, partition, str(path))
    rows = [row for row in rows if chosen in row.partition.split(",")]
    now = path.stat().st_mtime if when is None else seconds_of(when, 0.0, str(path))
    running = [row for row in rows if row.state in RUNNING]
    waiting = [row for row in rows if row.state in WAITING and _is_queued(row)]
    if cores is None and sinfo is not None:
        cores = cores_by_partition(Path(sinfo)).get(chosen)
    used = sum(row.cores for row in running)
    if cores is not None and cores < used:
        raise InputError(
            Problem("more cores run than the partition has", str(path), value=f"{used:,} cores",
                    rule=f"{chosen} has {cores:,}", hint="is the partition right?")
        )  # fmt: skip
    return _state(running, waiting, now, policy, cores or used, str(path), chosen, names)


def _is_queued(row: Row) -> bool:
    return not re.match(r"dependency|jobheld|begintime|never", row.reason, re.IGNORECASE)


def _partition(rows: Sequence[Row], wanted: str | None, source: str) -> tuple[str, tuple[str, ...]]:
    counts: dict[str, int] = {}
    for row in rows:
        for name in row.partition.split(","):
            counts[name] = counts.get(name, 0) + 1
    names = tuple(sorted(counts))
    if not names:
        raise InputError(Problem("there is no job in the queue", source, hint=WANTED))
    if wanted is not None and wanted not in counts:
        raise InputError(
            Problem("no job is in such a partition", source, value=wanted,
                    rule=nearest(wanted, names))
        )  # fmt: skip
    return wanted or max(names, key=lambda name: counts[name]), names


def _state(
    running: list[Row], waiting: list[Row], now: float, policy: Policy, cores: int, source: str,
    partition: str, names: tuple[str, ...],
) -> State:  # fmt: skip
    waiting.sort(key=lambda row: (-row.priority, row.submit_s or now))
    # The scheduler's order is that of its priorities: so they come in that order.
    come = sorted(min(row.submit_s or now, now) for row in waiting)
    begun = []
    for row in running:
        start = row.start_s
        if start is None:
            start = now - (row.elapsed_s or 0.0)
        begun.append(min(start, now))
    submit = np.array(
        [min(row.submit_s or s, s) for row, s in zip(running, begun, strict=True)] + come
    )
    order = np.argsort(submit, kind="stable")
    rows = [(running + waiting)[i] for i in order]
    start_s = np.array(begun + [np.inf] * len(waiting), np.float64)[order]
    users = {name: code for code, name in enumerate(dict.fromkeys(row.user for row in rows))}
    limit = np.array([row.limit_s for row in rows], np.float64)
    count = len(rows)
    log = Log(
        submit_s=submit[order].astype(np.float64),
        start_s=start_s,
        end_s=np.full(count, np.inf),
        runtime_s=limit,
        limit_s=limit,
        cores=np.array([row.cores for row in rows], np.int64),
        user=np.array([users[row.user] for row in rows], np.int64),
        queue=np.zeros(count, np.int64),
        machine_cores=max(cores, max((row.cores for row in waiting), default=1)),
    )
    ids = [row.id for row in rows]
    return State(log, now, policy, ids, tuple(users), 0.0, source, partition, names)


def _rows(path: Path, problems: list[Problem]) -> Iterator[Row]:
    source = read_source(path)
    text = source.data.decode("utf-8", "replace")
    told = _of_json(text, str(path)) if text.lstrip()[:1] == "{" else _of_text(text)
    for place, (line, fields) in enumerate(told):
        if place >= MOST_JOBS:
            problems.append(Problem(f"more than {MOST_JOBS:,} jobs", str(path)))
            return
        try:
            yield _row(_fields_of(fields) if line is None else fields)
        except (ValueError, OverflowError) as error:
            problems.append(Problem(f"this is no job of a queue: {error}", str(path), line,
                                    hint=f"what is read best: {WANTED}"))  # fmt: skip
            if len(problems) > 20:
                return


def _of_json(text: str, name: str) -> Iterator[tuple[int | None, Mapping[str, Any]]]:
    import json

    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(Problem(f"not JSON: {error}", name)) from None
    jobs = found.get("jobs")
    if not isinstance(jobs, list):
        raise InputError(Problem("there is no list of jobs", name, hint="squeue --json"))
    for job in jobs:
        if not isinstance(job, dict):
            raise InputError(Problem("a job that is no object", name, value=str(job)[:80]))
        yield None, job


def _fields_of(job: Mapping[str, Any]) -> Mapping[str, Any]:
    """A job of `squeue --json`, with the names of squeue's columns."""
    state = job.get("job_state")
    return {
        "JOBID": job.get("job_id"),
        "PARTITION": job.get("partition"),
        "USER": job.get("user_name") or job.get("user_id"),
        "STATE": state[0] if isinstance(state, list) and state else state,
        "CPUS": number(job.get("cpus"), 0.0),
        "LIMIT_S": 60 * number(job.get("time_limit"), np.inf),
        "SUBMIT_TIME": number(job.get("submit_time"), 0.0),
        "START_TIME": number(job.get("start_time"), 0.0),
        "PRIORITY": number(job.get("priority"), 0.0),
        "REASON": job.get("state_reason"),
    }


_ALSO = {
    "ST": "STATE",
    "TIMELIMIT": "TIME_LIMIT",
    "NAME": "NAME",
    "NUM_CPUS": "CPUS",
    "MIN_CPUS": "CPUS",
    "NODELIST(REASON)": "REASON",
}


def _of_text(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    lines = text.splitlines() or [""]
    apart = "|" if "|" in lines[0] else None
    head = [_ALSO.get(word.strip().upper(), word.strip().upper()) for word in lines[0].split(apart)]
    for place, line in enumerate(lines[1:], start=2):
        if line.strip():
            most = -1 if apart else len(head) - 1
            words = [word.strip() for word in line.split(apart, most)]
            yield place, dict(zip(head, words, strict=False))


def _row(fields: Mapping[str, Any]) -> Row:
    missing = [name for name in ("JOBID", "STATE", "CPUS") if fields.get(name) in (None, "")]
    if missing:
        raise ValueError("it does not say " + ", ".join(missing))
    cores = number(fields["CPUS"], 0.0)
    if not 1 <= cores <= MOST_CORES:
        raise ValueError(f"{fields['CPUS']} cores")
    limit = fields.get("LIMIT_S")
    limit_s = _limit(str(fields.get("TIME_LIMIT", ""))) if limit is None else number(limit, np.inf)
    if not limit_s > 0:
        raise ValueError("a time limit of nothing")
    return Row(
        id=_clean(fields["JOBID"]),
        partition=_clean(fields.get("PARTITION") or "all").rstrip("*"),
        user=_clean(fields.get("USER") or ""),
        state=_clean(fields["STATE"]).upper(),
        cores=int(cores),
        limit_s=limit_s,
        submit_s=_moment(fields.get("SUBMIT_TIME")),
        start_s=_moment(fields.get("START_TIME")),
        elapsed_s=_elapsed(fields.get("TIME")),
        priority=number(fields.get("PRIORITY") or None, 0.0),
        reason=_clean(fields.get("REASON") or "").strip("()"),
    )


def _clean(value: Any) -> str:
    return "".join(c if c.isprintable() else "?" for c in str(value)[:200])


def _limit(text: str) -> float:
    if text.upper() in ("", "UNLIMITED", "N/A", "NOT_SET", "INVALID"):
        return np.inf
    found = seconds(text)
    if found == NO_VALUE:
        raise ValueError(f"the time limit {text!r}")
    return np.inf if found == INFINITE else float(found)


def _elapsed(text: Any) -> float | None:
    """`1-02:03:04` or `3:04`: squeue's TIME has minutes and seconds where there are two."""
    found = re.fullmatch(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)", str(text or ""))
    if not found:
        return None
    days, hours, minutes, rest = (float(part or 0) for part in found.groups())
    elapsed_s = days * 86400 + hours * 3600 + minutes * 60 + rest
    if elapsed_s > MOST_S:
        raise ValueError(f"it has run for {str(text)[:40]}")
    return elapsed_s


def _moment(value: Any) -> float | None:
    if value in (None, "", "N/A", "Unknown") or value == 0:
        return None
    if isinstance(value, (int, float)) or re.fullmatch(r"[0-9.]+", str(value)):
        found = float(value)
    else:
        when = datetime.fromisoformat(str(value))
        found = when.replace(tzinfo=when.tzinfo or UTC).timestamp()
    if not 0 < found < MOST_S:
        raise ValueError(f"the moment {value}")
    return found
