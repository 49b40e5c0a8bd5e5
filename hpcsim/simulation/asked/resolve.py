"""From a workload's wishes to the rules of a machine and the terms of its jobs, in one place.

All mistakes are told at once, before anything runs: names that the machine does not have, jobs
that no node could hold, jobs that wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hpcsim.cluster.machine import Machine, Shapes, as_one_node
from hpcsim.cluster.names import Recurring
from hpcsim.cluster.reasons import JOB_ARRAY_TASK_LIMIT, LICENSES
from hpcsim.cluster.rules import Claims, Moulds, Rules, Terms, Ties, Window
from hpcsim.errors import InputError
from hpcsim.units import DAY_S
from workloads.workload import Workload

from .asked import Asked
from .kept import windows_of
from .mistakes import Mistakes
from .nodes import shapes_asked, tell_impossible
from .texts import licences, moulds, rows_by_text
from .waits import ties_asked


@dataclass
class _Counters:
    """Countable things of the whole machine, and who claims how many."""

    sizes: list[int] = field(default_factory=list)
    reasons: list[int] = field(default_factory=list)
    claims: list[tuple[NDArray[np.int64], int, int]] = field(default_factory=list)

    def add(self, size: int, reason: int) -> int:
        self.sizes.append(size)
        self.reasons.append(reason)
        return len(self.sizes) - 1

    def as_claims(self) -> Claims | None:
        if not self.claims:
            return None
        return Claims(
            np.concatenate([rows for rows, _, _ in self.claims]),
            np.concatenate([np.full(len(rows), counter) for rows, counter, _ in self.claims]),
            np.concatenate([np.full(len(rows), amount) for rows, _, amount in self.claims]),
        )


def resolve(
    workload: Workload, machine: Machine, usual: Shapes, *, maintenance: bool = False
) -> Asked:
    """The same as `asked_of`, for jobs that do ask for something, or nodes that are kept."""
    machine = as_one_node(machine)
    mistakes = Mistakes(workload.job_id, workload.name)
    machine, shapes = shapes_asked(workload, machine, usual, mistakes)
    counters = _Counters()
    _licences(workload, machine, counters, mistakes)
    _throttles(workload, counters, mistakes)
    choices = _moulds(workload, machine, shapes, mistakes)
    reservation = _reservations(workload, machine, mistakes)
    ties = ties_asked(workload, mistakes)
    if not mistakes.problems:
        tell_impossible(machine, shapes, _with_wishes(workload), mistakes)
    if mistakes.problems:
        raise InputError(mistakes.problems)
    rules = Rules(
        windows=_windows(workload, machine, maintenance),
        counters=counters.sizes,
        counter_reasons=counters.reasons,
    )
    terms = _terms(workload, reservation, counters.as_claims(), choices, ties)
    return Asked(machine, shapes, rules, terms)


def _terms(
    workload: Workload,
    reservation: NDArray[np.int64] | None,
    claims: Claims | None,
    choices: Moulds | None,
    ties: Ties | None,
) -> Terms:
    wishes = workload.wishes
    held = wishes.get("held")
    return Terms(
        begin_s=wishes.get("begin_s"),
        deadline_s=wishes.get("deadline_s"),
        held=None if held is None else held > 0,
        reservation=reservation,
        claims=claims,
        moulds=choices,
        ties=ties,
    )


def _with_wishes(workload: Workload) -> NDArray[np.bool_]:
    """Who asks for anything of its nodes: the others have been looked at already."""
    found = np.zeros(len(workload), bool)
    for name in ("nodes", "memory_per_node_mib", "exclusive", "gres", "features", "shapes"):
        values = workload.wishes.get(name)
        if values is not None:
            found |= (values > 0) if name in ("nodes", "exclusive") else (values >= 0)
    return found


def _licences(
    workload: Workload, machine: Machine, counters: _Counters, mistakes: Mistakes
) -> None:
    known = machine.names.licences
    numbers = {name: counters.add(count, LICENSES) for name, count in known.items()}
    for text, rows in rows_by_text(workload, "licences"):
        wanted = licences(text)
        if wanted is None:
            mistakes.add(rows, "not licences", value=text, hint="as in matlab:1,ansys:4")
            continue
        for name, count in wanted.items():
            if name not in known:
                mistakes.unknown(rows, "licence", name, list(known))
            elif count > known[name]:
                mistakes.add(rows, "wants more of a licence than there are",
                             value=f"{name}:{count}", rule=f"there are {known[name]}")  # fmt: skip
            elif count:
                counters.claims.append((rows, numbers[name], count))


def _throttles(workload: Workload, counters: _Counters, mistakes: Mistakes) -> None:
    """A counter an array, of as many as may run at once; the least if elements disagree."""
    throttle = workload.wishes.get("array_throttle")
    array = workload.wishes.get("array")
    if throttle is None:
        return
    if array is None:
        mistakes.add(np.flatnonzero(throttle > 0), "a throttle of no array",
                     hint="say in the column array to which array the job belongs")  # fmt: skip
        return
    bound = np.flatnonzero((throttle > 0) & (array >= 0))
    numbers, inverse = np.unique(array[bound], return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    edges = np.searchsorted(inverse[order], np.arange(len(numbers) + 1))
    for i in range(len(numbers)):
        rows = bound[order[edges[i] : edges[i + 1]]]
        size = int(throttle[rows].min())
        counters.claims.append((rows, counters.add(size, JOB_ARRAY_TASK_LIMIT), 1))


def _moulds(
    workload: Workload, machine: Machine, shapes: Shapes, mistakes: Mistakes
) -> Moulds | None:
    """The alternatives of moldable jobs; memory of each node follows its cores."""
    found: list[tuple[int, ...]] = []
    times: list[tuple[float, float]] = []
    for text, rows in rows_by_text(workload, "shapes"):
        listed = moulds(text)
        if listed is None:
            mistakes.add(rows, "not a list of shapes", value=text,
                         hint="as in 2x20:3600/7200,4x20:2000/4000")  # fmt: skip
            continue
        possible = [
            mould for mould in listed
            if (machine.cores >= mould.cores).sum() >= mould.nodes
        ]  # fmt: skip
        if not possible:
            mistakes.add(rows, "none of its shapes fits the machine", value=text)
            continue
        for row in rows.tolist():
            each = float(shapes.memory_mib[row]) / max(int(shapes.cores[row]), 1)
            gres = int(shapes.gres[row])
            found += [(row, m.nodes, m.cores, int(np.ceil(each * m.cores)), gres) for m in possible]
            times += [(m.runtime_s, m.limit_s) for m in possible]
        # What is looked at beside the scheduler's choice is the first shape that the machine has.
        shapes.nodes[rows], shapes.cores[rows] = possible[0].nodes, possible[0].cores
    if not found:
        return None
    wanted = np.array(found, np.int64).T
    run, limit = np.array(times, np.float64).T
    return Moulds(wanted[0], wanted[1], wanted[2], wanted[3], wanted[4], run, limit)


def _reservations(
    workload: Workload, machine: Machine, mistakes: Mistakes
) -> NDArray[np.int64] | None:
    """The number of each job's reservation, from 1; 0 for none."""
    if "reservation" not in workload.wishes:
        return None
    known = {each.name: number for number, each in enumerate(machine.names.reservations, 1)}
    found = np.zeros(len(workload), np.int64)
    for name, rows in rows_by_text(workload, "reservation"):
        if name not in known:
            mistakes.unknown(rows, "reservation", name, list(known))
            continue
        each = machine.names.reservations[known[name] - 1]
        strangers = rows[~_may_use(workload, rows, each)]
        if len(strangers):
            who = ", ".join((*each.users, *each.accounts))
            mistakes.add(strangers, "may not use the reservation", value=name,
                         rule=f"it is kept for {who}")  # fmt: skip
        found[rows] = known[name]
    return found


def _may_use(
    workload: Workload, rows: NDArray[np.int64], reservation: Recurring
) -> NDArray[np.bool_]:
    allowed = np.full(len(rows), not reservation.users and not reservation.accounts)
    for column, names in (("user", reservation.users), ("account", reservation.accounts)):
        codes = getattr(workload, column)[rows]
        said = [code for code in np.unique(codes) if workload.label(column, code) in names]
        allowed |= np.isin(codes, said)
    return allowed


def _windows(workload: Workload, machine: Machine, maintenance: bool) -> list[Window]:
    """All windows until long after the last job is likely to have ended."""
    names = machine.names
    kept = [*enumerate(names.reservations, 1)]
    kept += [(0, each) for each in names.maintenance] if maintenance else []
    return windows_of(kept, _horizon_s(workload, machine))


def _horizon_s(workload: Workload, machine: Machine) -> float:
    """Ten times what the work takes on all cores, behind the last submission, and a year."""
    last = float(workload.submit_s[-1])
    finite = workload.limit_s[np.isfinite(workload.limit_s)]
    longest = float(finite.max(initial=0.0))
    return last + 10 * workload.work() / machine.total_cores + longest + 365 * DAY_S
