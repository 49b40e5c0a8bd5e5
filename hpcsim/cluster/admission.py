"""What a site's rules make of a submission: where its jobs may lie, and which are refused.

A job that could never start under the rules is refused before anything runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hpcsim.errors import InputError, Problem
from hpcsim.units import HOUR_S, MINUTE_S

from .machine import Machine, Shapes
from .rulebook import Rulebook
from .standings import Standing

Mask = NDArray[np.bool_]


class Admission:
    """The door of a machine under a rulebook; kinds are codes that the rulebook has given."""

    def __init__(self, rulebook: Rulebook, machine: Machine) -> None:
        self._rulebook, self._machine = rulebook, machine
        self._looked_at = -1

    def _look(self) -> None:
        """Settle what holds for each kind, once more if there are new ones."""
        rows = self._rulebook.standings.rows
        if self._looked_at == len(rows):
            return
        self._looked_at = len(rows)
        self._bits = np.array([self._bit(each) for each in rows], np.int64)
        self._whole = np.array([s.partition.sharing == "exclusive" for s in rows], bool)
        self._default = np.array([s.partition.default_time_s for s in rows])
        self._ceilings = [
            (asked, most, rule)
            for asked, most, rule in _ceilings(self._rulebook)
            if np.isfinite(most).any() and not (asked == "few" and (most == -1).all())
        ]
        told = [next(_forbidden(self._rulebook, kind), None) for kind in range(len(rows))]
        self._never = {
            why: np.array([each == why for each in told])
            for why in dict.fromkeys(told)
            if why is not None
        }

    def _bit(self, standing: Standing) -> int:
        """The partition as a bit of a node's mask; 0 for one of all nodes."""
        bit = np.int64(1) << self._rulebook.partitions.index(standing.partition)
        everywhere = not self._machine.by_node or bool((self._machine.mask & bit).all())
        return 0 if everywhere else int(bit)

    def bits(self, kinds: np.ndarray) -> NDArray[np.int64]:
        """int64[J]: the bit that each job's nodes must have for its partition, 0 for any node."""
        self._look()
        found: NDArray[np.int64] = self._bits[kinds]
        return found

    def bound(self, kinds: np.ndarray, shapes: Shapes) -> Shapes:
        """The shapes kept to the nodes of their partitions, whole nodes where a partition says."""
        self._look()
        if not self._bits.any() and not self._whole.any():
            return shapes
        mask, exclusive = shapes.mask | self._bits[kinds], shapes.exclusive | self._whole[kinds]
        return replace(shapes, mask=mask, exclusive=exclusive)

    def limits(self, kinds: np.ndarray, limit_s: np.ndarray) -> np.ndarray:
        """The limits in seconds; a job without one has its partition's default."""
        self._look()
        return np.where(np.isfinite(limit_s), limit_s, self._default[kinds])

    def refuse(self, kinds: np.ndarray, shapes: Shapes, limit_s: np.ndarray) -> None:
        """Raise InputError with every rule that some job breaks for ever."""
        refused, problems = self.refusals(kinds, shapes, limit_s)
        if refused.any():
            raise InputError(problems)

    def refusals(
        self, kinds: np.ndarray, shapes: Shapes, limit_s: np.ndarray
    ) -> tuple[Mask, list[Problem]]:
        """bool[J]: which jobs the rules forbid for ever; and why, a problem a rule."""
        self._look()
        cores = shapes.nodes.astype(np.int64) * shapes.cores
        refused = np.zeros(len(kinds), bool)
        problems = []
        asked = {
            "limit": limit_s / HOUR_S,
            "nodes": shapes.nodes,
            "few": -shapes.nodes.astype(np.int64),
            "cores": cores,
            "work": cores * limit_s / MINUTE_S,
        }
        for name, most, rule in self._ceilings:
            bad = asked[name] > most[kinds]
            if bad.any():
                refused |= bad
                standing = self._rulebook.standings.rows[kinds[int(np.argmax(bad))]]
                problems.append(_too_much(bad, standing, asked[name], rule))
        for why, kind_is_bad in self._never.items():
            bad = kind_is_bad[kinds]
            if bad.any():
                refused |= bad
                problems.append(_not_allowed(bad, why))
        return refused, problems


def _ceilings(rulebook: Rulebook) -> Iterator[tuple[str, np.ndarray, str]]:
    """What is asked, the most of it float64[K] by kind, and the rule in words."""
    rows = rulebook.standings.rows

    def column(most: Callable[[Standing], float | None]) -> np.ndarray:
        found = [most(standing) for standing in rows]
        return np.array([np.inf if each is None else float(each) for each in found])

    yield "limit", column(lambda s: s.partition.max_time_h), "hours in a partition (max_time_h)"
    yield "nodes", column(lambda s: s.partition.max_nodes), "nodes in a partition (max_nodes)"
    yield "few", column(lambda s: -s.partition.min_nodes), "nodes at least (min_nodes)"
    yield "cores", column(lambda s: s.qos.per_job.cores), "cores of a job (QOS per_job.cores)"
    yield "nodes", column(lambda s: s.qos.per_job.nodes), "nodes of a job (QOS per_job.nodes)"
    yield "limit", column(lambda s: s.qos.per_job.time_h), "hours of a job (QOS per_job.time_h)"
    work = column(lambda s: s.qos.per_job.core_minutes)
    yield "work", work, "core-minutes of a job (QOS per_job.core_minutes)"
    caps = [rulebook.caps_of(kind) for kind in range(len(rows))]
    for asked, field in (("cores", "cores"), ("nodes", "nodes"), ("work", "running_core_minutes")):
        least = [[v for c in each if (v := getattr(c, field)) is not None] for each in caps]
        most = np.array([min(values, default=np.inf) for values in least])
        yield asked, most, f"{field.replace('_', ' ')} under a cap of the site"


def _jobs(bad: Mask) -> str:
    count = int(bad.sum())
    return f"{count:,} job{'' if count == 1 else 's'}"


def _too_much(bad: Mask, standing: Standing, asked: np.ndarray, rule: str) -> Problem:
    first = int(np.argmax(bad))
    return Problem(
        f"{_jobs(bad)} can never start, job number {first + 1} first: "
        f"partition {standing.partition.name}, QOS {standing.qos.name}, user {standing.user}",
        value=f"{abs(float(asked[first])):,.6g}",
        rule=rule,
        hint="ask for less, name another partition or QOS, or change the rule in the site file",
    )


def _not_allowed(bad: Mask, why: str) -> Problem:
    return Problem(
        f"{_jobs(bad)} may not run, job number {int(np.argmax(bad)) + 1} first",
        rule=why,
        hint="name another partition, QOS or account, or allow it in the site file",
    )


def _forbidden(rulebook: Rulebook, kind: int) -> Iterator[str]:
    """Why jobs of a kind may not be: lists of who is allowed, and caps of zero."""
    standing = rulebook.standings.rows[kind]
    partition = standing.partition
    for name, allowed, value in (
        ("user", partition.allow_users, standing.user),
        ("group", partition.allow_groups, standing.group),
        ("account", partition.allow_accounts, standing.account),
        ("QOS", partition.allow_qos, standing.qos.name),
    ):
        if allowed and value not in allowed:
            yield (
                f"partition {partition.name} is for {name} {', '.join(allowed)}, not "
                f"{value or 'for none'}"
            )
    may = rulebook.standings.qos_of(standing.account)
    if may and standing.qos.name not in may:
        yield f"account {standing.account} may use QOS {', '.join(may)}, not {standing.qos.name}"
    for caps in rulebook.caps_of(kind):
        for field in ("running_jobs", "submitted_jobs", "core_minutes"):
            if getattr(caps, field) == 0:
                yield f"a cap of QOS, account or partition lets nothing run: {field} = 0"
