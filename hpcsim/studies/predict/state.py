"""A cluster at a moment: a simulated run, a trace or a real cluster's queue."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from hpcsim.cluster.policy import Policy
from hpcsim.cluster.policy import policy as find_policy
from hpcsim.errors import InputError, Problem
from hpcsim.units import HOUR_S

from .log import Floats, Ints, Log


@dataclass(frozen=True, eq=False)
class State:
    """What is known at a moment: `log` up to `now_s`, under which policy.

    `ids`: the name of each row of the log; `epoch_s`: Unix time of second 0, None where nobody
    says; `partition` and `partitions`: where it looked, and where it could have looked.
    """

    log: Log
    now_s: float
    policy: Policy
    ids: Sequence[str]
    users: Sequence[str] = ()
    epoch_s: float | None = None
    source: str = ""
    partition: str | None = None
    partitions: tuple[str, ...] = ()

    @property
    def running(self) -> Ints:
        """Rows of the jobs that run."""
        return self.log.running_at(self.now_s)

    @property
    def waiting(self) -> Ints:
        """Rows of the jobs that wait."""
        return self.log.waiting_at(self.now_s)

    def row_of(self, name: str) -> int:
        """The row of the last job of that id; InputError where none had come by the moment."""
        seen = int(np.searchsorted(self.log.submit_s, self.now_s, side="right"))
        for row in range(seen - 1, -1, -1):
            if self.ids[row] == name:
                return row
        queue = ", ".join(str(self.ids[row]) for row in self.waiting[:8])
        raise InputError(
            Problem(
                "no such job had come by that moment",
                self.source,
                value=name,
                hint=f"these wait: {queue}" if queue else "nobody waits at that moment",
            )
        )

    def user_code(self, name: str | None) -> int:
        """The code of a user, -1 for one who was never seen."""
        return list(self.users).index(name) if name is not None and name in self.users else -1

    def with_jobs(
        self, cores: Sequence[int], limit_s: Sequence[float], user: int = -1
    ) -> tuple[Log, Ints]:
        """The log with jobs that are submitted now, and their rows."""
        log, now = self.log, self.now_s
        at = int(np.searchsorted(log.submit_s, now, side="right"))
        many = len(cores)
        rows = np.arange(at, at + many)
        late = np.full(many, np.inf)

        def put(column: np.ndarray, values: Any) -> np.ndarray:
            return np.insert(column, [at] * many, values)

        return (
            replace(
                log,
                submit_s=put(log.submit_s, np.full(many, now)),
                start_s=put(log.start_s, late),
                end_s=put(log.end_s, late),
                runtime_s=put(log.runtime_s, limit_s),
                limit_s=put(log.limit_s, limit_s),
                cores=put(log.cores, cores),
                user=put(log.user, np.full(many, user)),
                queue=put(log.queue, np.full(many, -1)),
            ),
            rows,
        )

    def moment(self, after_s: float) -> str:
        """`after_s` seconds from now as a date, or as how far off that is where none is known."""
        if not np.isfinite(after_s):
            return "not foreseeable"
        if self.epoch_s is None:
            hours = after_s / HOUR_S
            return f"in {hours:,.1f} h" if hours >= 1 else f"in {hours * 60:,.0f} min"
        when = datetime.fromtimestamp(self.epoch_s + self.now_s + after_s, UTC)
        return when.strftime("%a %d %b %Y %H:%M")


def load_state(
    text: str,
    *,
    policy: str | None = None,
    cores: int | None = None,
    recorded: bool = False,
    sinfo: str | None = None,
    partition: str | None = None,
    history: str | None = None,
) -> State:
    """The state that `text` names: RUN@TIME, TRACE@TIME, or a file of squeue's output.

    TIME is a date or seconds from the start. `policy`: what the scheduler does (that of a run
    folder, easy elsewhere); `recorded`: a trace's own waits instead of a replay; `history`: ended
    jobs beside squeue's. Raises InputError.
    """
    name, when = split(text)
    path = Path(name)
    if path.is_dir():
        return _of_run(path, when, policy)
    if path.is_file():
        from . import squeue

        if squeue.is_squeue(path):
            chosen = find_policy(policy or "easy")
            found = squeue.load(path, when, chosen, cores, sinfo, partition)
            if history is None:
                return found
            from .history import with_history

            return with_history(found, history)
    return _of_trace(name, when, policy, cores, recorded)


def split(text: str) -> tuple[str, str | None]:
    """`NAME@TIME` in two; the time is None where there is none."""
    name, at, when = text.rpartition("@")
    if not at or not name or Path(text).exists():
        return text, None
    return name, when


def seconds_of(when: str | None, epoch_s: float | None, source: str) -> float:
    """A moment in seconds from the start; InputError where it is none."""
    if when is None:
        raise InputError(
            Problem("which moment?", source, hint=f"{source}@86400 or {source}@2027-02-01T09:00")
        )
    try:
        return float(when)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        rule = "seconds from the start, or a date such as 2027-02-01T09:00"
        raise InputError(Problem("no such moment", source, value=when, rule=rule)) from None
    if epoch_s is None:
        raise InputError(
            Problem("nobody says on which day this begins", source, value=when,
                    hint="give the moment in seconds from the start")
        )  # fmt: skip
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - epoch_s


def _of_trace(
    name: str, when: str | None, policy: str | None, cores: int | None, recorded: bool
) -> State:
    from hpcsim.studies.demand import find_demand

    from . import world

    chosen = find_policy(policy or "easy")
    demand = find_demand(name, cores=cores, oversized="drop")
    workload = demand.workload
    now = seconds_of(when, workload.start_epoch_s or None, name)
    log = world.recorded(demand, name) if recorded else world.replayed(demand, chosen)
    if recorded:
        workload = workload.select(~np.isnan(workload.recorded_wait_s))
    _check_moment(log, now, name)
    users = workload.labels.get("user") or tuple(str(i) for i in range(_most(workload.user) + 1))
    ids = [str(number) for number in workload.job_id.tolist()]
    return State(log, now, chosen, ids, users, workload.start_epoch_s or None, name)


def _of_run(folder: Path, when: str | None, policy: str | None) -> State:
    from hpcsim.metrics.records import numbers
    from hpcsim.simulation.folder import SCENARIO, read

    run = read(folder)
    scenario = tomllib.loads((folder / SCENARIO).read_text(encoding="utf-8"))
    start = scenario.get("start")
    epoch = None
    if isinstance(start, date):
        epoch = datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp()
    now = seconds_of(when, epoch, str(folder))
    jobs = run.jobs.sort_by("submit_s")
    users, user = np.unique(
        np.array(jobs.column("user").cast("string").fill_null("").to_pylist(), object).astype(str),
        return_inverse=True,
    )
    limit = _or(numbers(jobs, "limit_s"), np.inf)
    log = Log(
        submit_s=numbers(jobs, "submit_s"),
        start_s=_or(numbers(jobs, "start_s"), np.inf),
        end_s=_or(numbers(jobs, "end_s"), np.inf),
        runtime_s=np.minimum(numbers(jobs, "runtime_s"), limit),
        limit_s=limit,
        cores=numbers(jobs, "cores").astype(np.int64),
        user=user.astype(np.int64),
        queue=np.full(jobs.num_rows, -1, np.int64),
        machine_cores=_cores_of(scenario, folder),
    )
    _check_moment(log, now, str(folder))
    ids = [str(number) for number in jobs.column("job_id").to_pylist()]
    chosen = find_policy(policy or _policy_of(scenario))
    return State(log, now, chosen, ids, tuple(users.tolist()), epoch, str(folder))


def _policy_of(scenario: dict[str, Any]) -> str:
    found = scenario.get("policy")
    if isinstance(found, dict):
        found = found.get("name")
    return found if isinstance(found, str) else "easy"


def _cores_of(scenario: dict[str, Any], folder: Path) -> int:
    cluster = scenario.get("cluster")
    cores = cluster.get("cores") if isinstance(cluster, dict) else None
    if isinstance(cores, int) and cores > 0:
        return cores
    if "site" in scenario:
        from hpcsim.simulation.scenario import Scenario
        from hpcsim.simulation.scenario.shelf import site_of

        return site_of(Scenario.model_validate(scenario)).cores
    raise InputError(Problem("the run does not say how large its machine is", str(folder)))


def _check_moment(log: Log, now_s: float, source: str) -> None:
    if not np.isfinite(now_s) or not len(log) or now_s < log.submit_s[0]:
        first = float(log.submit_s[0]) if len(log) else 0.0
        raise InputError(
            Problem("nothing had happened by that moment", source, value=f"{now_s:g} s",
                    rule=f"the first job comes at {first:g} s")
        )  # fmt: skip


def _or(values: Floats, other: float) -> Floats:
    return np.where(np.isnan(values), other, values)


def _most(codes: np.ndarray) -> int:
    return int(codes.max(initial=-1))
