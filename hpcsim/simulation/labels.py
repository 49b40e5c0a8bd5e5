"""Who sent each job and what it is: names beside the cluster's rows, kept as codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from hpcsim.center.graph import PipelineGraph
from hpcsim.center.research import ResearchJobs
from hpcsim.center.research.jobs import Fate
from workloads import arrow

from .codes import Codes

PRODUCTION = "production"


class Labels:
    """Columns of codes, one stretch a submission, in the order of the cluster's rows."""

    def __init__(self, job_classes: Sequence[str], accounts: Sequence[str], users: int) -> None:
        self._names = {name: Codes() for name in ("user", "account", "queue", "executable")}
        width = len(str(max(users - 1, 0)))
        self._researchers = self._names["user"].of([f"u{u:0{width}d}" for u in range(users)])
        self._accounts = self._names["account"].of(accounts)
        self._classes = self._names["queue"].of(job_classes)
        self._stretches: list[dict[str, np.ndarray]] = []
        self._runs = self._names["executable"].of(job_classes)

    @property
    def users(self) -> int:
        """How many users there are so far."""
        return len(self._names["user"])

    @property
    def user_names(self) -> list[str]:
        """The users by code."""
        return self._names["user"].names

    def add_graph(self, graph: PipelineGraph) -> int:
        """The next rows are a graph's tasks; the code of its user."""
        count = len(graph)
        names = self._names
        user = int(names["user"].of([graph.owner])[0])
        executable = names["executable"].of(graph.names)
        self._stretches.append(
            {
                "user": np.full(count, user, np.int32),
                "account": np.full(count, names["account"].of([PRODUCTION])[0], np.int32),
                "queue": np.full(count, names["queue"].of([graph.owner])[0], np.int32),
                "executable": executable[graph.name_code],
                "fate": np.zeros(count, np.int8),
            }
        )
        return user

    def add_research(self, jobs: ResearchJobs) -> np.ndarray:
        """The next rows are research's jobs; the code of each one's user."""
        user = self._user_codes(int(jobs.user.max(initial=-1)) + 1)[jobs.user]
        self._stretches.append(
            {
                "user": user,
                "account": self._accounts[jobs.account],
                "queue": self._classes[jobs.job_class],
                "executable": self._runs[jobs.job_class],
                "fate": jobs.fate.astype(np.int8),
            }
        )
        return user

    def _user_codes(self, users: int) -> np.ndarray:
        """A trace may have more users than the settings speak of."""
        known = len(self._researchers)
        if users > known:
            more = self._names["user"].of([f"u{user}" for user in range(known, users)])
            self._researchers = np.concatenate([self._researchers, more])
        return self._researchers

    def fates(self) -> np.ndarray:
        """The `Fate` of each row."""
        return self._column("fate", np.int8)

    def column(self, name: str, rows: np.ndarray) -> pa.Array:
        """The names of some rows as a dictionary column."""
        codes = self._column(name, np.int32)[rows]
        return pa.DictionaryArray.from_arrays(
            arrow.column(codes), arrow.texts(self._names[name].names)
        )

    def _column(self, name: str, kind: type) -> np.ndarray:
        stretches = [stretch[name] for stretch in self._stretches]
        return np.concatenate([np.empty(0, kind), *stretches])


FATE_STATES = {
    Fate.FAILED: "FAILED",
    Fate.OUT_OF_MEMORY: "OUT_OF_MEMORY",
    Fate.CANCELLED: "CANCELLED",
}
