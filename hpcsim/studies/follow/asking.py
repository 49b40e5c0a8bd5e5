"""Tasks as a workload with everything that their descriptions ask, in the columns of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hpcsim.errors import InputError, Problem
from workloads.jobs import JobDescription
from workloads.wishes import TEXTS
from workloads.workload import Workload

from .tasks import Tasks

_ALL_ENDS = ("afterany", "afterok", "aftercorr", "afterburstbuffer")


def asks_more(tasks: Tasks) -> bool:
    """Whether any task asks for more than cores, memory and the end of others."""
    late = (tasks.runtime_s > tasks.limit_s).any()
    return any(_asks_more(job, bool(late)) for job in tasks.jobs)


def _asks_more(job: JobDescription, late: bool) -> bool:
    """A success is any end as long as no task is cut at its limit."""
    if any(value is not None for _, value in _wished(job)) or job.dependency_any:
        return True
    if job.array is not None and job.array.throttle:
        return True
    simple = ("afterany",) if late else _ALL_ENDS
    return any(d.kind not in simple or d.delay_s for d in job.dependencies)


def refuse_more(tasks: Tasks, where: str) -> None:
    """Raise InputError naming what the tasks ask where only cores, memory and order are known."""
    asked = {name for job in tasks.jobs for name, value in _wished(job) if value is not None}
    if asks_more(tasks):
        raise InputError(
            Problem(
                f"the job asks for what {where} does not know yet",
                value=", ".join(sorted(asked)) or "a throttle, or a dependency other than an end",
                rule="it knows cores, memory and tasks that wait for the end of others",
                hint="leave it out, or follow the job among a trace: --scenario TRACE --site NAME",
            )
        )


def workload_of(tasks: Tasks, at_s: float, source: str) -> Workload:
    """The tasks, submitted at `at_s`, with what they ask as in docs/requests.md.

    Raises InputError naming moments that are dates: simulated time knows only `now+SECONDS`.
    """
    of = tasks.job_of
    wishes: dict[str, list[Any]] = {}
    for number, job in enumerate(tasks.jobs):
        for name, value in _wished(job):
            if value is not None:
                wishes.setdefault(name, [None] * len(tasks.jobs))[number] = value
    columns: dict[str, Any] = {
        "job_id": np.arange(1, len(tasks) + 1),
        "submit_s": np.full(len(tasks), at_s),
        "runtime_s": tasks.runtime_s,
        "limit_s": tasks.limit_s,
        "cores": tasks.cores,
        "memory_per_core_mib": tasks.memory_mib / tasks.cores,
        "array": _arrays(tasks),
        "array_throttle": [_throttle(tasks.jobs[job]) for job in of.tolist()],
    }
    labels: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for name, values in wishes.items():
        if name in TEXTS:
            known = dict.fromkeys(str(value) for value in values if value is not None)
            labels[name] = tuple(known)
            codes = [-1 if value is None else labels[name].index(str(value)) for value in values]
            columns[name] = np.array(codes)[of]
        elif name in ("begin_s", "deadline_s"):
            moments = [_moment(value, at_s, name, source, problems) for value in values]
            columns[name] = np.array(moments)[of]
        else:
            columns[name] = np.array([value or 0 for value in values], float)[of]
    columns["dependency"], labels["dependency"] = _dependencies(tasks)
    if problems:
        raise InputError(problems)
    if "memory_per_node_mib" in columns:
        each = columns["memory_per_node_mib"]
        columns["memory_per_node_mib"] = np.where(each > 0, each, np.nan)
    return Workload.of(columns, name=source, labels=labels)


def _wished(job: JobDescription) -> list[tuple[str, Any]]:
    """What a description asks, by the name of the column; None where it does not."""
    gpus = [f"gpu:{text}" for text in (job.gpus_per_node or "").split(",") if text]
    gres = [text for text in (job.gres or "").split(",") if text]
    return [
        ("name", job.name if any(d.kind == "singleton" for d in job.dependencies) else None),
        ("nodes", job.nodes_min if (job.nodes_min or 0) > 1 else None),
        ("memory_per_node_mib", job.memory_per_node_mib if (job.nodes_min or 0) > 1 else None),
        ("gres", ",".join(gres + gpus + _spread(job)) or None),
        ("licences", job.licenses),
        ("features", job.constraint),
        ("exclusive", 1 if job.exclusive == "exclusive" else None),
        ("begin_s", job.begin if job.begin not in (None, "now") else None),
        ("deadline_s", job.deadline),
        ("held", 1 if job.hold else None),
        ("reservation", job.reservation),
    ]


def _spread(job: JobDescription) -> list[str]:
    """Accelerators of the whole job, or of each task, as those of each node."""
    found = []
    nodes = job.nodes_min or 1
    for text, times in ((job.gpus, 1), (job.gpus_per_task, job.tasks or 1)):
        for item in (text or "").split(","):
            kind, _, count = item.rpartition(":")
            if count.isdigit():
                found.append(f"gpu:{kind + ':' if kind else ''}{-(-int(count) * times // nodes)}")
    return found


def _moment(
    text: str | None, at_s: float, name: str, source: str, problems: list[Problem]
) -> float:
    if text is None:
        return float("nan")
    if text.startswith("now"):
        return at_s + float(text[3:] or 0)
    problems.append(
        Problem(
            f"{name.removesuffix('_s')} is a date, which simulated time does not know",
            source,
            value=text,
            hint="say it relative to the submission, as now+3600",
        )
    )
    return float("nan")


def _throttle(job: JobDescription) -> int:
    return int(job.array.throttle or 0) if job.array is not None else 0


def _arrays(tasks: Tasks) -> np.ndarray:
    """Arrays are numbered behind the tasks; -1 for a task of none."""
    is_array = np.array([job.array is not None for job in tasks.jobs])
    return np.where(is_array[tasks.job_of], len(tasks) + 1 + tasks.job_of, -1)


def _dependencies(tasks: Tasks) -> tuple[np.ndarray, tuple[str, ...]]:
    """A code a task, and the texts: numbers are those of tasks, and of arrays as a whole."""
    rows = {job.id: number for number, job in enumerate(tasks.jobs) if job.id is not None}
    first = np.searchsorted(tasks.job_of, np.arange(len(tasks.jobs)))
    texts: dict[str, int] = {}
    codes = [_code(_dependency(job, _number_in(tasks, rows, first)), texts) for job in tasks.jobs]
    return np.array(codes, np.int64)[tasks.job_of], tuple(texts)


def _code(text: str, texts: dict[str, int]) -> int:
    return texts.setdefault(text, len(texts)) if text else -1


def _number_in(
    tasks: Tasks, rows: dict[str, int], first: np.ndarray
) -> Callable[[str | None, str | None], int | None]:
    def number(job: str | None, element: str | None) -> int | None:
        at = rows.get(job) if job is not None else None
        if at is None:
            return None
        array = tasks.jobs[at].array
        if array is None:
            return int(first[at]) + 1
        if element is not None and element.isdigit():
            indices = list(array.indices())
            return int(first[at]) + 1 + indices.index(int(element)) if int(element) in indices \
                else None  # fmt: skip
        return len(tasks) + 1 + at

    return number


def _dependency(job: JobDescription, number: Callable[[str | None, str | None], int | None]) -> str:
    """As Slurm writes it; what waits for jobs of another file waits for nothing here."""
    parts = []
    for each in job.dependencies:
        if each.kind == "singleton":
            parts.append("singleton")
            continue
        found = number(each.job, each.element)
        if found is not None:
            delay = f"+{-(-each.delay_s // 60)}" if each.delay_s else ""
            parts.append(f"{each.kind}:{found}{delay}")
    return ("?" if job.dependency_any else ",").join(parts)
