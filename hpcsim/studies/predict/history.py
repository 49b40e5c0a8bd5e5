"""Ended jobs that a queue's listing does not have, put before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import workloads
from hpcsim.errors import InputError, Problem
from workloads.workload import Workload

from .log import Log, log_of
from .state import State


def with_history(state: State, path: str) -> State:
    """The state with the jobs of a trace or `sacct -P` dump that had ended by its moment.

    Users are joined by name. Raises InputError where the history does not say on which day it
    begins, or has no job before the moment.
    """
    workload, _ = workloads.read(path)
    if workload.start_epoch_s is None or state.epoch_s is None:
        hint = "sacct -P with Submit, Start and End has it"
        raise InputError(Problem("the history does not say when it begins", path, hint=hint))
    offset = workload.start_epoch_s - state.epoch_s
    waits = np.nan_to_num(np.maximum(workload.recorded_wait_s.astype(np.float64), 0.0))
    past = log_of(workload, workload.submit_s + waits, state.log.machine_cores)
    keep = past.end_s + offset <= state.now_s
    if not keep.any():
        raise InputError(Problem("no job of the history had ended by the moment", path))
    names, codes = _users(workload, state)
    return _joined(state, past, keep, offset, names, codes, workload)


def _users(workload: Workload, state: State) -> tuple[list[str], np.ndarray]:
    names = list(state.users)
    known = {name: code for code, name in enumerate(names)}
    codes = np.full(int(workload.user.max(initial=-1)) + 2, -1, np.int64)
    for code in np.unique(workload.user[workload.user >= 0]).tolist():
        name = workload.label("user", code)
        if name not in known:
            known[name] = len(names)
            names.append(name)
        codes[code] = known[name]
    return names, codes[workload.user]


def _joined(
    state: State, past: Log, keep: np.ndarray, offset: float, names: list[str], codes: np.ndarray,
    workload: Workload,
) -> State:  # fmt: skip
    own = state.log
    past = replace(past, user=codes, queue=np.zeros(len(past), np.int64))
    moved = ("submit_s", "start_s", "end_s")
    columns = {}
    submit = np.concatenate((past.submit_s[keep] + offset, own.submit_s))
    order = np.argsort(submit, kind="stable")
    for name in (*moved, "runtime_s", "limit_s", "cores", "user", "queue"):
        before = getattr(past, name)[keep] + (offset if name in moved else 0)
        columns[name] = np.concatenate((before, getattr(own, name)))[order]
    ids = [str(number) for number in workload.job_id[keep].tolist()] + list(state.ids)
    log = Log(machine_cores=own.machine_cores, **columns)
    return replace(state, log=log, ids=[ids[i] for i in order.tolist()], users=tuple(names))
