"""The rules of a site as the core's tables: which jobs are of one kind, and what it is worth.

Tables grow as users come; a kind keeps its number. What a workload says that the site does not
know is settled by the rules below and told, once each, in `assumed`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hpcsim.site.accounts import ROOT
from hpcsim.site.model import Site
from hpcsim.site.partitions import Partition
from hpcsim.site.priority import Priority
from hpcsim.site.qos import Qos
from hpcsim.units import DAY_S, HOUR_S

from .shares import ShareTree
from .standing import KIND, WEIGHTS
from .state import State, records
from .who import COLUMNS, Who

MOST_NICE = 2.0**31
EVERYWHERE = Partition(name="all", default=True)
ORDINARY = Qos(name="normal")


@dataclass(frozen=True)
class Standing:
    """Where a job stands: names that the site knows."""

    user: str
    group: str | None
    account: str
    partition: Partition
    qos: Qos


class Rulebook:
    """A site's accounts, partitions, qualities of service and weights; without a site, one of each.

    `assumed` says, a line each, what was made of names that the site does not know.
    """

    def __init__(self, site: Site | None = None) -> None:
        self.partitions = (EVERYWHERE,) if site is None else site.queues
        self.qos = (() if site is None else site.qos) or (ORDINARY,)
        self.accounts = {} if site is None else {a.name: a for a in site.accounts}
        self.priority = Priority() if site is None else site.priority
        self.tree = ShareTree(tuple(self.accounts.values()))
        self.assumed: dict[str, None] = {}
        self.standings: list[Standing] = []
        self._default_partition = next(
            (p for p in self.partitions if p.default), self.partitions[0]
        )
        self._default_qos = None if site is None else site.default_qos
        self._default_account = (None if site is None else site.default_account) or ROOT
        self._kinds: dict[tuple[str, str | None, str, str, str], int] = {}
        self._tiers = sorted({p.priority_tier for p in self.partitions})

    def kinds_of(self, who: Who) -> np.ndarray:
        """int32[J]: the kind of each job, new ones added."""
        rows, which = who.kinds()
        kinds = [self._kind(self._standing(who, row)) for row in rows.tolist()]
        return np.array(kinds, np.int32)[which]

    def _kind(self, standing: Standing) -> int:
        key = (standing.user, standing.group, standing.account, standing.partition.name,
               standing.qos.name)  # fmt: skip
        if key not in self._kinds:
            self._kinds[key] = len(self.standings)
            self.standings.append(standing)
            self.tree.user_row(standing.account, standing.user)
        return self._kinds[key]

    def _standing(self, who: Who, codes: list[int]) -> Standing:
        names = [who.name(*each) for each in zip(COLUMNS, codes, strict=True)]
        user, group, account, partition, qos = names
        user = user or "nobody"
        placed = self._account(user, account)
        return Standing(user, group, placed, self._partition(partition), self._qos(placed, qos))

    def _account(self, user: str, account: str | None) -> str:
        """The account that the job names, or the first that lists its user, or the default one."""
        if account in self.accounts and account is not None:
            return account
        listed = self.tree.users_accounts(user)
        if account is not None and self.accounts:
            instead = "the accounts that list their users" if listed else self._default_account
            self._assume(f"account {account} is not of the site: its jobs go to {instead}")
        return listed[0] if listed else self._default_account

    def _partition(self, name: str | None) -> Partition:
        for partition in self.partitions:
            if partition.name == name:
                return partition
        if name is not None:
            default = self._default_partition.name
            self._assume(f"partition {name} is not of the site: its jobs go to {default}")
        return self._default_partition

    def _qos(self, account: str, name: str | None) -> Qos:
        own = self.accounts[account].default_qos if account in self.accounts else None
        known = {qos.name: qos for qos in self.qos}
        if name is not None and name not in known:
            self._assume(f"QOS {name} is not of the site: its jobs have the default one")
        for wanted in (name, own, self._default_qos):
            if wanted in known and wanted is not None:
                return known[wanted]
        return self.qos[0]

    def _assume(self, line: str) -> None:
        self.assumed[line] = None

    def weights(self) -> np.ndarray:
        """The one row of WEIGHTS."""
        weights = records(WEIGHTS, 1)
        rules = self.priority
        weights["age"], weights["fairshare"], weights["job_size"] = (
            rules.age,
            rules.fairshare,
            rules.size,
        )
        weights["max_age"] = rules.max_age_h * HOUR_S
        weights["decay"] = math.log(2.0) / (rules.half_life_d * DAY_S)
        weights["period"] = rules.period_s
        weights["favor_small"] = rules.favor_small
        return weights

    def kinds(self) -> np.ndarray:
        """A row of KIND a standing so far."""
        table = records(KIND, max(1, len(self.standings)))
        for row, standing in enumerate(self.standings):
            table[row]["points"] = self._points(standing)
            table[row]["usage_factor"] = standing.qos.usage_factor
            table[row]["assoc"] = self.tree.user_row(standing.account, standing.user)
        return table

    def _points(self, standing: Standing) -> float:
        """What is the same for all jobs of a standing; a higher tier outweighs everything else."""
        rules = self.priority
        weights = rules.age + rules.fairshare + rules.size + rules.partition + rules.qos
        most_factor = max(p.priority_factor for p in self.partitions) or 1.0
        most_priority = max(qos.priority for qos in self.qos) or 1
        return (
            (2 * MOST_NICE + weights) * self._tiers.index(standing.partition.priority_tier)
            + rules.partition * standing.partition.priority_factor / most_factor
            + rules.qos * standing.qos.priority / most_priority
        )

    def put_into(self, state: State) -> State:
        """The state with tables that know all kinds and users so far; what was used stays."""
        if len(state.kinds) == len(self.standings) and len(state.assocs) == len(self.tree):
            return state
        return state._replace(kinds=self.kinds(), assocs=self.tree.table(state.assocs))
