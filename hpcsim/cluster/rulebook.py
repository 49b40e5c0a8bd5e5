"""The rules of a site as the core's tables: which jobs are of one kind, and what that is worth.

Tables grow as users come; a kind keeps its number. What a workload says that the site does not
know is settled in `standings.py` and told, once each, in `assumed`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection

import numpy as np

from hpcsim.site.model import Site
from hpcsim.site.partitions import Partition
from hpcsim.site.priority import Priority
from hpcsim.site.qos import Caps, Qos
from hpcsim.units import DAY_S, HOUR_S

from .meters import NONE, MeterTable
from .shares import ShareTree
from .standing import CANCEL, KEEP, KIND, REQUEUE, ROUTE, WEIGHTS
from .standings import EVERYWHERE, ORDINARY, Assumed, Standing, Standings
from .state import State, records
from .who import Who

MOST_NICE = 2.0**31
TIER_STEP = 2.0**42
"""What a tier is worth where keys are times or core-seconds."""
_MODES = {"off": KEEP, "requeue": REQUEUE, "cancel": CANCEL}


class Rulebook:
    """A site's accounts, partitions, qualities of service and weights; without a site, one of each.

    `computed`: whether priorities are multifactor ones, for which a tier has to weigh more than
    all factors together.
    """

    def __init__(self, site: Site | None = None, *, computed: bool = True) -> None:
        self.partitions = (EVERYWHERE,) if site is None else site.queues
        self.qos = (() if site is None else site.qos) or (ORDINARY,)
        self.priority = Priority() if site is None else site.priority
        accounts = () if site is None else site.accounts
        self.tree = ShareTree(accounts)
        self.standings = Standings(self.partitions, self.qos, accounts, self.tree, site)
        self._groups = {account.name: account.group for account in accounts}
        self._meters = MeterTable()
        self._metered: list[list[int]] = []
        self._computed = computed
        self._expected = set(range(len(self.partitions) * len(self.qos)))
        self._tiers = sorted({p.priority_tier for p in self.partitions})

    @property
    def assumed(self) -> list[Assumed]:
        """What was made of names that the site does not know."""
        return list(self.standings.assumed.values())

    def expect(self, partitions: Collection[str], qos: Collection[str]) -> None:
        """Jobs of these partitions and QOS alone will come: other rules need not be looked at."""
        self._expected = {
            self._route(p, q)
            for p, q in itertools.product(self.partitions, self.qos)
            if p.name in partitions and q.name in qos
        }

    def expect_known(self) -> None:
        """No jobs of other partitions and QOS than so far will come."""
        rows = self.standings.rows
        self._expected = {self._route(each.partition, each.qos) for each in rows}

    @property
    def _routes(self) -> list[tuple[Partition, Qos]]:
        return list(itertools.product(self.partitions, self.qos))

    @property
    def binds(self) -> bool:
        """Whether any rule but the order can keep a job back, or take its nodes away."""
        return bool(self._caps()) or bool(self.preempts().any())

    def _caps(self) -> list[Caps]:
        """Every set of caps that can hold for a job."""
        found = list(self._groups.values())
        qualities = {qos.name: qos for qos in self.qos}
        for route in self._expected:
            partition, qos = self._routes[route]
            for each in (qos, qualities.get(partition.qos or "")):
                if each is not None:
                    found += [each.group, each.per_user, each.per_account]
            if partition.max_cores_per_user is not None:
                found.append(Caps(cores=partition.max_cores_per_user))
        return [caps for caps in found if caps != NONE]

    @property
    def tiers(self) -> int:
        """How many priority tiers jobs can be of."""
        return len({self._routes[route][0].priority_tier for route in self._expected})

    def kinds_of(self, who: Who) -> np.ndarray:
        """int32[J]: the kind of each job, new ones added."""
        kinds = self.standings.kinds_of(who)
        qualities = {qos.name: qos for qos in self.qos}
        for each in self.standings.rows[len(self._metered) :]:
            groups: dict[str, Caps] = {a: self._groups[a] for a in self.tree.path(each.account)}
            self._metered.append(
                self._meters.rows_of(
                    each.user, groups, each.account, each.partition, qualities, each.qos
                )
            )
        return kinds

    def caps_of(self, kind: int) -> list[Caps]:
        """All caps under which jobs of a kind stand."""
        return [self._meters.caps(row) for row in self._metered[kind]]

    def weights(self) -> np.ndarray:
        """The one row of WEIGHTS."""
        weights = records(WEIGHTS, 1)
        rules = self.priority
        weights["age"], weights["fairshare"] = rules.age, rules.fairshare
        weights["job_size"] = rules.size
        weights["max_age"] = rules.max_age_h * HOUR_S
        weights["decay"] = math.log(2.0) / (rules.half_life_d * DAY_S)
        weights["period"] = rules.period_s
        weights["favor_small"] = rules.favor_small
        return weights

    def kinds(self) -> np.ndarray:
        """A row of KIND a standing so far."""
        rows = self.standings.rows
        table = records(KIND, max(1, len(rows)))
        first = 0
        for i, each in enumerate(rows):
            row = table[i]
            row["points"] = self._points(each)
            row["usage_factor"] = each.qos.usage_factor
            row["assoc"] = self.tree.user_row(each.account, each.user)
            row["route"] = self._route(each.partition, each.qos)
            row["first_meter"], row["meters"] = first, len(self._metered[i])
            first += len(self._metered[i])
        return table

    def _points(self, standing: Standing) -> float:
        """What is the same for all jobs of a standing; a higher tier outweighs everything else."""
        tier = self._tiers.index(standing.partition.priority_tier)
        if not self._computed:
            return tier * TIER_STEP
        rules = self.priority
        weights = rules.age + rules.fairshare + rules.size + rules.partition + rules.qos
        most_factor = max(p.priority_factor for p in self.partitions) or 1.0
        most_priority = max(qos.priority for qos in self.qos) or 1
        return (
            tier * (2 * MOST_NICE + weights)
            + rules.partition * standing.partition.priority_factor / most_factor
            + rules.qos * standing.qos.priority / most_priority
        )

    def _route(self, partition: Partition, qos: Qos) -> int:
        return self.partitions.index(partition) * len(self.qos) + self.qos.index(qos)

    def routes(self) -> np.ndarray:
        """A row of ROUTE for each partition and QOS."""
        table = records(ROUTE, len(self._routes))
        for i, (partition, qos) in enumerate(self._routes):
            table[i]["worth"] = self._tiers.index(partition.priority_tier) * 1e10 + qos.priority
            table[i]["grace"] = max(partition.grace_s, qos.grace_s)
        return table

    def preempts(self) -> np.ndarray:
        """int8[L, L]: what happens to a running job of route b if one of route a needs its nodes.

        A QOS that may preempt another says how by the other's mode, a higher tier by the lower
        partition's.
        """
        routes = self._routes
        modes = np.zeros((len(routes), len(routes)), np.int8)
        for a, b in itertools.product(self._expected, repeat=2):
            (above, strong), (below, weak) = routes[a], routes[b]
            if weak.name in strong.preempts:
                modes[a, b] = _MODES[weak.preempt]
            elif above.priority_tier > below.priority_tier:
                modes[a, b] = _MODES[below.preempt]
        return modes

    def begin(self, state: State) -> State:
        """The state of an empty machine that heeds the rules."""
        caps = self._caps()
        preempts = self.preempts()
        world = state.world
        world["metered"] = bool(caps)
        world["fading"] = any(
            c.core_minutes is not None or c.running_core_minutes is not None for c in caps
        )
        world["preempting"] = preempts.any()
        world["charged"] = self._computed or self.binds
        world["tiered"] = not self._computed and self.tiers > 1
        return state._replace(weights=self.weights(), routes=self.routes(), preempts=preempts)

    def put_into(self, state: State, rows: range, kinds: np.ndarray, nice: np.ndarray) -> State:
        """The state with jobs of these kinds in `rows`; its tables keep what they have counted."""
        asks = state.asks[rows.start : rows.stop]
        asks["kind"], asks["nice"] = kinds, nice
        if len(state.kinds) == len(self.standings.rows) and len(state.assocs) == len(self.tree):
            return state
        flat = [row for rows in self._metered for row in rows]
        return state._replace(
            kinds=self.kinds(),
            assocs=self.tree.table(state.assocs),
            metered=np.array(flat or [0], np.int32),
            meters=self._meters.table(state.meters),
        )
