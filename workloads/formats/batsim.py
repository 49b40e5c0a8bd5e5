"""Batsim's workload JSON: jobs, and profiles that say what a job does.

Format: https://batsim.readthedocs.io/en/latest/input-workload.html
A delay profile is a run time; a sequence is the sum of its parts. What computes or communicates
has a run time only together with a platform: then the recorded expectation counts, else the
walltime. "Lines" in repairs are places in the list of jobs.
"""

from __future__ import annotations

import json
from typing import IO, Any

import numpy as np

from ..columns import COLUMNS
from ..errors import InputError
from ..parsing.jobs import finish
from ..parsing.ledger import Ledger
from ..parsing.source import Source
from ..repairs import Repairs
from ..workload import Workload
from ._batsim_profiles import Profiles, number

NAMES = (".json",)
MAX_JSON_BYTES = 512 << 20
MOST_CORES = 2**31 - 1
KEPT = ("job_id", "submit_s", "runtime_s", "limit_s", "cores")


def sniff(source: Source) -> int:
    """An object that mentions jobs and profiles, or the name."""
    head = source.head.lstrip()
    if head.startswith(b"{") and b'"jobs"' in head:
        return 80
    return 60 if source.name.endswith(NAMES) else 0


def read(source: Source) -> tuple[Workload, Repairs]:
    """Read a workload; raises InputError with every mistake in it."""
    ledger = Ledger(str(source.path))
    document = _document(source)
    jobs, raw_profiles = document.get("jobs"), document.get("profiles", {})
    if not isinstance(jobs, list) or not isinstance(raw_profiles, dict):
        rule = "an object with a list of jobs and an object of profiles"
        raise InputError(source.problem("this is no Batsim workload", rule=rule))
    profiles = Profiles(raw_profiles, ledger)
    columns, places = _columns(jobs, profiles, ledger)
    columns["job_id"], labels = _numbers_of(jobs, places, ledger)
    machine = number(document.get("nb_res"))
    workload = finish(
        columns,
        places,
        ledger,
        name=source.title,
        machine_cores=int(machine) if machine and machine >= 1 else None,
        labels=labels,
    )
    return workload, ledger.repairs()


def _document(source: Source) -> dict[str, Any]:
    limited = Source(source.path, min(source.max_bytes, MAX_JSON_BYTES))
    try:
        found = json.loads(limited.read_all(), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        hint = "is the file whole?"
        problem = source.problem(f"not JSON: {error.msg}", error.lineno, hint=hint)
        raise InputError(problem) from None
    except UnicodeDecodeError:
        raise InputError(source.problem("not a text file", rule="JSON is UTF-8")) from None
    except (RecursionError, ValueError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InputError(source.problem(f"not usable JSON: {reason}")) from None
    return found if isinstance(found, dict) else {}


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


def _columns(
    jobs: list[Any], profiles: Profiles, ledger: Ledger
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    rows: list[tuple[float, float, float, float]] = []
    places: list[int] = []
    for place, job in enumerate(jobs, start=1):
        row = _row(place, job, profiles, ledger)
        if row is not None:
            rows.append(row)
            places.append(place)
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 4).T
    names = ("submit_s", "cores", "runtime_s", "limit_s")
    return dict(zip(names, table, strict=True)), np.array(places, dtype=np.int64)


def _row(
    place: int, job: Any, profiles: Profiles, ledger: Ledger
) -> tuple[float, float, float, float] | None:
    """Submit, cores, runtime and limit of one job; None where there is no such job."""
    if not isinstance(job, dict):
        profiles.problem(f"job {place} is no object", repr(job))
        return None
    who = f"job {job.get('id', place)!r} (number {place} of the list)"
    submit, cores = number(job.get("subtime")), number(job.get("res"))
    if submit is None or submit < 0:
        rule = "seconds, not negative"
        profiles.problem(f"{who} has no usable subtime", repr(job.get("subtime")), rule)
    if cores is None or not 1 <= cores <= MOST_CORES or cores != int(cores):
        profiles.problem(f"{who} has no usable res", repr(job.get("res")), "a number of resources")
    runtime = profiles.runtime(job.get("profile"), who)
    limit = _limit(job, who, profiles)
    if runtime is None and not np.isfinite(limit):
        ledger.repair("dropped", "job of unknown run time", (place,))
        return None
    if runtime is None:
        what = "run time needs a platform and is not recorded: the walltime"
        ledger.repair("assumed", what, (place,))
        runtime = limit
    elif runtime > limit:
        what = "run time above the walltime: the job is cut at its limit when simulated"
        ledger.repair("noted", what, (place,))
    return submit or 0.0, cores or 1.0, runtime, limit


def _limit(job: dict[str, Any], who: str, profiles: Profiles) -> float:
    """The walltime; none, or -1, is no limit."""
    given = job.get("walltime", -1)
    limit = number(given)
    if limit is None or (limit < 0 and limit != -1):
        rule = "seconds, or -1 for no limit"
        profiles.problem(f"{who} has no usable walltime", repr(given), rule)
        return np.inf
    return np.inf if limit == -1 else limit


def _numbers_of(
    jobs: list[Any], places: np.ndarray, ledger: Ledger
) -> tuple[np.ndarray, dict[str, tuple[str, ...]]]:
    """Whole-number ids as they are; otherwise places in the list, with the ids as labels."""
    ids = [str(job.get("id", "")) if isinstance(job, dict) else "" for job in jobs]
    if all(i.isascii() and i.isdecimal() and len(i) < 19 for i in ids):
        return np.array([int(ids[p - 1]) for p in places], dtype=np.int64), {}
    ledger.repair("repaired", "job ids that are no numbers: numbered by place", places)
    return places, {"job_id": ("", *(i[:200] for i in ids))}


def write(workload: Workload, file: IO[bytes]) -> tuple[str, ...]:
    """Write jobs with one delay profile for each run time."""
    unique = len(np.unique(workload.job_id)) == len(workload)
    ids = workload.job_id if unique else np.arange(1, len(workload) + 1)
    cores = workload.machine_cores or int(workload.cores.max(initial=1))
    file.write(f'{{"nb_res": {cores},\n"jobs": [\n'.encode())
    rows = zip(
        *(c.tolist() for c in (ids, workload.submit_s, workload.cores, workload.limit_s)),
        workload.runtime_s.tolist(),
        strict=True,
    )
    for place, row in enumerate(rows):
        file.write((",\n" if place else "").encode() + _job_json(*row).encode())
    profiles = {
        f"delay_{_short(runtime)}": {"type": "DelayProfile", "delay": _short(runtime)}
        for runtime in np.unique(workload.runtime_s).tolist()
    }
    file.write(b'\n],\n"profiles": ' + json.dumps(profiles, indent=0).encode() + b"}\n")
    return _lost(workload) if unique else ("job_id", *_lost(workload))


def _job_json(job_id: int, submit: float, cores: int, limit: float, runtime: float) -> str:
    job: dict[str, Any] = {"id": job_id, "subtime": _short(submit), "res": cores}
    job["profile"] = f"delay_{_short(runtime)}"
    if np.isfinite(limit):
        job["walltime"] = _short(limit)
    return json.dumps(job)


def _short(seconds: float) -> float | int:
    """Whole seconds without a decimal point."""
    return int(seconds) if seconds == int(seconds) else seconds


def _lost(workload: Workload) -> tuple[str, ...]:
    """Columns that hold something and have no place in the format."""
    columns = workload.columns()
    others = [c for c in COLUMNS if c.name not in KEPT]
    return tuple(c.name for c in others if not c.all_unknown(columns[c.name]))
