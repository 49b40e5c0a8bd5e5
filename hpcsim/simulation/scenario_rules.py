"""Who the jobs of a scenario are for the rules of its site."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hpcsim.center.research import ResearchJobs
from hpcsim.center.research.settings import ResearchAccount
from hpcsim.cluster.rulebook import Rulebook
from hpcsim.cluster.who import Who
from hpcsim.site import Site

from .labels import PRODUCTION

EXTERNAL = "external"


class ScenarioRules:
    """The site's rules; production goes to a partition of its own, where the site has it.

    Research's accounts are those of the site with the same names. One that the site does not have
    is its account for guests, `external`, if a partner pays for it, else the default account.
    """

    def __init__(
        self,
        site: Site,
        accounts: Mapping[str, ResearchAccount],
        production_partition: str,
        *,
        computed: bool,
    ) -> None:
        self.rulebook = Rulebook(site, computed=computed)
        known = {account.name for account in site.accounts}
        self._accounts = [
            name if name in known else EXTERNAL if each.partner and EXTERNAL in known else ""
            for name, each in accounts.items()
        ]
        partitions = {partition.name for partition in site.queues}
        self._partition = production_partition if production_partition in partitions else None
        self._longest_s = np.inf
        if self._partition is not None:
            self._longest_s = site.partition(self._partition).max_time_s
        self._default = site.default_partition.name
        self._production = PRODUCTION if PRODUCTION in known else None
        expected = {site.default_partition.name, *filter(None, [self._partition])}
        self.rulebook.expect(expected, {qos.name for qos in self.rulebook.qos})

    def production(self, owner: str, limit_s: np.ndarray) -> Who:
        """Tasks of a pipeline of the subsystem `owner`, with their limits.

        One that asks for longer than its partition permits (mining of records has no bound) goes
        where everybody else does.
        """
        count = len(limit_s)
        zeros = np.zeros(count, np.int32)
        columns = {"user": zeros}
        names = {"user": [owner]}
        if self._production is not None:
            columns["account"], names["account"] = zeros, [self._production]
        if self._partition is not None:
            columns["partition"] = (limit_s > self._longest_s).astype(np.int32)
            names["partition"] = [self._partition, self._default]
        return Who.of(count, names, **columns)

    def research(self, jobs: ResearchJobs, user: np.ndarray, users: list[str]) -> Who:
        """Jobs of research; `user` are codes of `users`."""
        placed = np.array([-1 if not name else i for i, name in enumerate(self._accounts)])
        names = {"user": users, "account": self._accounts}
        account = placed[jobs.account].astype(np.int32)
        return Who.of(len(user), names, user=user, account=account)
