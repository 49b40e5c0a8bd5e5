"""Where jobs stand: their names made into those that the site knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from hpcsim.site.accounts import ROOT, Account
from hpcsim.site.model import Site
from hpcsim.site.partitions import Partition
from hpcsim.site.qos import Qos

from .shares import ShareTree
from .who import COLUMNS, Who

EVERYWHERE = Partition(name="all", default=True)
ORDINARY = Qos(name="normal")
NOBODY = "nobody"
MOST_SHOWN = 5


@dataclass
class Assumed:
    """Names of a column that the site does not know, what was made of them, for how many jobs."""

    what: str
    instead: str
    names: dict[str, None] = field(default_factory=dict)
    jobs: int = 0

    @property
    def line(self) -> str:
        """A sentence for a person."""
        shown = ", ".join(list(self.names)[:MOST_SHOWN])
        more = len(self.names) - MOST_SHOWN
        shown += f" and {more:,} more" if more > 0 else ""
        return f"the site does not know {self.what} {shown}: {self.instead}"


@dataclass(frozen=True)
class Standing:
    """Whose a job is, and where it goes."""

    user: str
    group: str | None
    account: str
    partition: Partition
    qos: Qos


class Standings:
    """The different standings so far, in `rows`; a standing keeps its number.

    A user's jobs are of the account that they name, if the site has it; else of the first account
    that lists the user; else of the default one. Names of partitions and QOS that the site does
    not have mean the default one. `assumed` keeps account of that.
    """

    def __init__(
        self,
        partitions: Sequence[Partition],
        qos: Sequence[Qos],
        accounts: Sequence[Account],
        tree: ShareTree,
        site: Site | None,
    ) -> None:
        self.rows: list[Standing] = []
        self.assumed: dict[str, Assumed] = {}
        self._partitions = {each.name: each for each in partitions}
        self._qos = {each.name: each for each in qos}
        self._accounts = {each.name: each for each in accounts}
        self._tree = tree
        self._numbers: dict[tuple[str, str | None, str, str, str], int] = {}
        marked = (p for p in partitions if p.default)
        self._default_partition = next(marked, partitions[0])
        self._default_qos = (site and site.default_qos) or qos[0].name
        self._default_account = (site and site.default_account) or ROOT

    def kinds_of(self, who: Who) -> np.ndarray:
        """int32[J]: the number of each job's standing, new ones added."""
        rows, which = who.kinds()
        counts = np.bincount(which, minlength=len(rows)).tolist()
        numbers = [self._number(who, *each) for each in zip(rows.tolist(), counts, strict=True)]
        return np.array(numbers, np.int32)[which]

    def qos_of(self, account: str) -> tuple[str, ...]:
        """The QOS that jobs of an account may use; empty: all."""
        return self._accounts[account].qos if account in self._accounts else ()

    def _number(self, who: Who, codes: list[int], jobs: int) -> int:
        user, group, account, partition, qos = (
            who.name(*each) for each in zip(COLUMNS, codes, strict=True)
        )
        user = user or NOBODY
        placed = self._account(user, account, jobs)
        goes, quality = self._partition(partition, jobs), self._quality(placed, qos, jobs)
        key = (user, group, placed, goes.name, quality.name)
        if key not in self._numbers:
            self._numbers[key] = len(self.rows)
            self.rows.append(Standing(user, group, placed, goes, quality))
            self._tree.user_row(placed, user)
        return self._numbers[key]

    def _account(self, user: str, account: str | None, jobs: int) -> str:
        if account is not None and account in self._accounts:
            return account
        listed = self._tree.users_accounts(user)
        if account is not None and self._accounts:
            instead = "the accounts that list their users" if listed else self._default_account
            self._assume("account", account, f"their jobs go to {instead}", jobs)
        return listed[0] if listed else self._default_account

    def _partition(self, name: str | None, jobs: int) -> Partition:
        if name is not None and name not in self._partitions:
            default = self._default_partition.name
            self._assume("partition", name, f"their jobs go to {default}", jobs)
        return self._partitions.get(name or "", self._default_partition)

    def _quality(self, account: str, name: str | None, jobs: int) -> Qos:
        if name is not None and name not in self._qos:
            self._assume("QOS", name, "their jobs have the default one", jobs)
        own = self._accounts[account].default_qos if account in self._accounts else None
        wanted = name if name in self._qos else own
        return self._qos[wanted or self._default_qos]

    def _assume(self, what: str, name: str, instead: str, jobs: int) -> None:
        found = self.assumed.setdefault(f"{what}: {instead}", Assumed(what, instead))
        found.names[name] = None
        found.jobs += jobs
