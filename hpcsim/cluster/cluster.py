"""A cluster under a policy: jobs go in, time advances, jobs come out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import placement as placements
from .checks import check, period_of
from .entry import Enter, entry
from .estimates import CLAIRVOYANT, USER_AVERAGE
from .flow.flows import Flows
from .graphs import add_graph
from .lifelines import Lives, room_for_lives, room_for_stops, with_lives
from .machine import Machine, Shapes, as_one_node, shapes_of
from .policy import CONSERVATIVE, Policy, part
from .refusals import refuse_too_hungry, refuse_too_large
from .rows import TIMES, add_edges, add_rows, enlarge, make_state
from .rules import Rules, Terms
from .rules_in_state import room_for_terms, with_rules
from .state import AFTER_ENDS, FOLLOWS, NO_ROOM, STREAM
from .supply import Supply, with_supply
from .terms_in_state import add_terms, let_go
from .told import Told
from .who import Who

if TYPE_CHECKING:
    from .rulebook import Rulebook


class Cluster(Told):
    """The compiled state machine behind one verb, `advance`.

    `cycle` is "event" (a pass after each event), "instant" (one a moment) or a period in seconds;
    `estimates` says what the scheduler believes of run times: "limit", "clairvoyant" or
    "user-average"; `rulebook` whose jobs stand where, and what that is worth; `flows` the storage
    that jobs share. Raises InputError where they do not go together.
    """

    def __init__(
        self,
        machine: int | Machine,
        policy: Policy,
        *,
        cycle: str | float = "event",
        estimates: str = "limit",
        placement: str = "first_fit",
        capacity: int = 1024,
        users: int = 1,
        rulebook: Rulebook | None = None,
        rules: Rules | None = None,
        flows: Flows | None = None,
    ) -> None:
        self.machine = Machine(machine) if isinstance(machine, int) else machine
        self.rulebook = rulebook or (_no_sites_rules() if policy.computed else None)
        if rules is None and self.rulebook is not None and self.rulebook.binds:
            rules = Rules()
        if rules is not None:
            self.machine = as_one_node(self.machine)
        self.cores = self.machine.total_cores
        check(
            self.machine,
            policy,
            cycle,
            estimates,
            placement,
            sharing=flows is not None,
            rulebook=self.rulebook,
        )
        self.ruled = rules is not None
        self.policy = policy
        self.estimates = estimates
        self.core_wall_s = 0.0
        self._retries = 0  # at most, of jobs that run out of memory
        self._key = policy.compiled_key()
        self._flows = flows
        self._enter: Enter | None = None
        self._state = make_state(self.machine, capacity, users, by_estimate=policy.by_estimate)
        world = self._state.world
        world["cycle"] = period_of(cycle)
        world["clairvoyant"] = estimates == CLAIRVOYANT
        world["predicted"] = estimates == USER_AVERAGE
        world["dynamic"] = policy.dynamic
        world["prioritised"] = policy.computed
        if self.rulebook is not None:
            self._state = self.rulebook.begin(self._state)
            from .admission import Admission  # a pool of cores has no door

            self._door = Admission(self.rulebook, self.machine)
        if rules is not None:
            self._state = with_rules(self._state, rules)
        self._plan: Any = None
        self._open(placement, capacity, flows)

    def _open(self, placement: str, capacity: int, flows: Flows | None) -> None:
        """Find the way into the compiled loop: by passes, with shared storage, or by a plan."""
        if self.policy.backfill == CONSERVATIVE:
            # Imported here, not in `advance`: the first import compiles, which is no run time.
            from .conservative import make_plan
            from .planned import advance_planned

            self._advance_planned = advance_planned
            self._plan = make_plan(self.cores, capacity)
        else:
            by_node = self.machine.by_node
            place = part(placements, placement if by_node else "nowhere").place
            schedule = self.policy.compiled_pass(by_node=by_node, ruled=self.ruled)
            if flows is None:
                self._enter = entry(self._key, schedule, place)
            else:
                from .sharing import entry_sharing  # compiled only where it is needed

                flows.reserve(flows=2 * self.cores, jobs=capacity)
                self._enter = entry_sharing(flows, self._key, schedule, place)

    def submit(
        self,
        submit_s: np.ndarray,
        runtime_s: np.ndarray,
        limit_s: np.ndarray,
        cores: np.ndarray,
        user: np.ndarray | int = 0,
        shapes: Shapes | None = None,
        who: Who | None = None,
        terms: Terms | None = None,
    ) -> range:
        """Hand in jobs; their rows.

        Columns of equal length, in submit order, none earlier than what was handed in before or
        than what has happened. `shapes` says how `cores` spread over nodes; `terms` needs a cluster
        with rules. Raises InputError for a job that the machine could never start.
        """
        if shapes is None:
            shapes = shapes_of(cores, None, self.machine)
        users = np.broadcast_to(np.asarray(user), np.shape(submit_s))
        kinds = np.zeros(0, np.int32)
        if self.rulebook is not None:
            who = Who.of(len(users), user=users) if who is None else who
            kinds = self.rulebook.kinds_of(who)
            shapes = self._door.bound(kinds, shapes)
            limit_s = self._door.limits(kinds, limit_s)
            self._door.refuse(kinds, shapes, limit_s)
        refuse_too_large(shapes, cores, self.machine)
        self._make_room(len(submit_s), int(users.max(initial=0)) + 1)
        estimate = np.minimum(runtime_s, limit_s) if self.estimates == CLAIRVOYANT else limit_s
        columns = (submit_s, runtime_s, limit_s, estimate, users)
        rows = add_rows(self._state, dict(zip(TIMES, columns, strict=True)), shapes)
        if self.rulebook is not None and who is not None:
            self._state = self.rulebook.put_into(self._state, rows, kinds, who.nice)
        if terms is not None:
            clairvoyant = self.estimates == CLAIRVOYANT
            self._state = add_terms(self._state, rows, terms, clairvoyant=clairvoyant)
        return rows

    def let_go(self, row: int, now_s: float) -> None:
        """Release a job that its user has held back."""
        let_go(self._state, row, now_s)

    def submit_graph(
        self,
        at_s: float,
        runtime_s: np.ndarray,
        limit_s: np.ndarray,
        cores: np.ndarray,
        indptr: np.ndarray,
        children: np.ndarray,
        user: np.ndarray | int = 0,
        shapes: Shapes | None = None,
        who: Who | None = None,
    ) -> range:
        """Hand in tasks that wait for each other, at a moment not before what has happened.

        The tasks that wait for task i are `children[indptr[i]:indptr[i + 1]]` (rows from 0). Jobs
        with a later submit time may have been handed in before. Returns the tasks' rows.
        """
        rows = self.submit(np.full(len(cores), at_s), runtime_s, limit_s, cores, user, shapes, who)
        self._state = add_graph(self._state, rows, indptr, children)
        return rows

    def share(self, rows: range, flow_class: np.ndarray) -> None:
        """Let jobs just handed in share storage; `flow_class` int[J] are classes of the flows.

        NO_CLASS is a job that shares nothing. The run time of another is what it needs undisturbed.
        """
        self._state.jobs["flow"][rows.start : rows.stop] = flow_class + 1

    def follow(
        self,
        parents: Sequence[int] | np.ndarray,
        children: Sequence[int] | np.ndarray,
        delays_s: Sequence[float] | np.ndarray,
        *,
        whatever_submit: bool = False,
    ) -> None:
        """Let each child arrive only when its parent has ended and the delay is over.

        With `whatever_submit` its own submit time says nothing (a user who looks at a result,
        thinks, and submits the next job); otherwise it arrives at its submit time or later.
        """
        self._state = add_edges(
            self._state,
            np.asarray(parents, np.int64),
            np.asarray(children, np.int64),
            np.asarray(delays_s, np.float64),
            FOLLOWS if whatever_submit else AFTER_ENDS,
        )
        if not whatever_submit:
            rows = np.unique(np.asarray(children, np.int64))
            self._state.jobs["arrival"][rows] = self._state.jobs["submit"][rows]

    def watch(self, row: int) -> None:
        """Let `advance` return at the end of this job."""
        self._state.jobs["watched"][row] = 1

    def node_down(self, node: int, now_s: float, requeues: int = 3) -> None:
        """A node goes down, once more if it is already; its jobs come again, `requeues` times."""
        from .outages import node_down

        self._state = room_for_stops(self._state, int(self.machine.cores[node]) + self._retries)
        self._state.world["now"] = now_s
        node_down(self._state, node, requeues)

    def node_up(self, node: int, now_s: float) -> None:
        """One reason less for a node to be down."""
        from .outages import node_up

        self._state.world["now"] = now_s
        node_up(self._state, node, 0)

    def power(self, supply: Supply, work: np.ndarray, span_s: float) -> None:
        """Count watts from now on, and keep to the cap; `work` is the class of each job so far.

        Raises InputError for a job whose watts the cap could never allow.
        """
        refuse_too_hungry(supply, self.jobs, work)
        self._state = with_supply(self._state, supply, work, span_s)

    def live(self, rows: range, lives: Lives) -> None:
        """Say of jobs just handed in what checkpoints they write and how they end by themselves."""
        self._state = with_lives(self._state, rows, lives)
        self._retries += lives.retries(self._state.jobs["node_memory"][rows.start : rows.stop])
        self._state = room_for_stops(self._state, self._retries)

    def advance(self, until_s: float = np.inf) -> tuple[float, int | None]:
        """Process everything before `until_s`; the time reached, and the watched job that ended.

        It stops early at the end of a watched job, whose row comes second; otherwise that is None.
        It also stops where a stream of the flows ends (`stream_ends`), until that is taken.
        """
        began = time.perf_counter()
        reached, stopped_by = self._go(until_s)
        while stopped_by == NO_ROOM:
            more = self._retries + max(4 * self.cores, len(self._state.stops))
            self._state = room_for_stops(self._state, more)
            reached, stopped_by = self._go(until_s)
        self.core_wall_s += time.perf_counter() - began
        return reached, None if stopped_by < 0 else stopped_by

    def _go(self, until_s: float) -> tuple[float, int]:
        """One call of the compiled loop: the time reached, and what stopped it."""
        if self._enter is not None:
            reached = self._enter(self._state, until_s)
        else:
            reached = self._advance_planned(self._state, self._plan, self._key, until_s)
        return reached, int(self._state.world["watch"][0])

    @property
    def stream_ends(self) -> bool:
        """Whether the last `advance` stopped at the end of a stream that somebody must take."""
        return int(self._state.world["watch"][0]) == STREAM

    def _make_room(self, jobs: int, users: int) -> None:
        needed = len(self.jobs) + jobs
        room, known = len(self._state.jobs), len(self._state.users)
        if needed > room or users > known:
            capacity = max(needed, 2 * room) if needed > room else room
            self._state = enlarge(self._state, capacity, max(users, known))
            self._state = room_for_lives(self._state)
            if self._flows is not None:
                self._flows.reserve(jobs=capacity)
            if self.ruled:
                self._state = room_for_terms(self._state, len(self._state.jobs))
        if self._plan is not None and needed > room:
            from .conservative import grow

            self._plan = grow(self._plan, len(self._state.jobs))


def _no_sites_rules() -> Rulebook:
    """One partition, one QOS, one account; a site's model is slow to import, and few need it."""
    from .rulebook import Rulebook

    return Rulebook()
