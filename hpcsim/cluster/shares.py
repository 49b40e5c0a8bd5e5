"""The tree of accounts and users as the core's table of associations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hpcsim.site.accounts import ROOT, Account

from .standing import ASSOC
from .state import records

ROOT_ROW, ROOT_USER_ROW = 0, 1


class ShareTree:
    """Rows of ASSOC that grow as users come; a row keeps its number.

    Slurm's tree always has a user of the root itself; it counts among the users by which ranks
    are divided, and so it does here.
    """

    def __init__(self, accounts: Sequence[Account]) -> None:
        self._rows: dict[tuple[str, str | None], int] = {}
        self._parents: list[int] = []
        self._shares: list[int] = []
        self._add((ROOT, None), -1, 1)
        self._add((ROOT, ROOT), ROOT_ROW, 1)
        self._accounts = {account.name: account for account in _parents_first(accounts)}
        for account in self._accounts.values():
            self._add((account.name, None), self._rows[account.parent, None], account.shares)
        for account in self._accounts.values():
            for user, shares in account.users.items():
                self._add((account.name, user), self._rows[account.name, None], shares)

    def _add(self, key: tuple[str, str | None], parent: int, shares: int) -> int:
        self._rows[key] = len(self._parents)
        self._parents.append(parent)
        self._shares.append(shares)
        return self._rows[key]

    def __len__(self) -> int:
        return len(self._parents)

    def account_row(self, account: str) -> int:
        """The row of an account; KeyError without one."""
        return self._rows[account, None]

    def user_row(self, account: str, user: str) -> int:
        """The row of a user in an account; one that the account does not list gets one share."""
        row = self._rows.get((account, user))
        if row is None:
            row = self._add((account, user), self._rows[account, None], 1)
        return row

    def users_accounts(self, user: str) -> list[str]:
        """The accounts that list `user`, in the order of the site."""
        return [name for name, account in self._accounts.items() if user in account.users]

    def path(self, account: str) -> list[str]:
        """The account and those above it, without the root."""
        found = []
        while account != ROOT:
            found.append(account)
            account = self._accounts[account].parent
        return found

    def table(self, old: np.ndarray | None = None) -> np.ndarray:
        """The rows for the core; those in `old` keep what has been used."""
        table = records(ASSOC, len(self))
        table["shares"] = self._shares
        table["parent"] = self._parents
        table["first_child"] = table["next_sibling"] = -1
        table["factor"] = 1.0
        is_user = [user is not None for _, user in self._rows]
        table["is_user"] = is_user
        for row in range(len(self) - 1, 0, -1):
            parent = self._parents[row]
            table["next_sibling"][row] = table["first_child"][parent]
            table["first_child"][parent] = row
            table["child_shares"][parent] += self._shares[row]
        if old is not None:
            for name in ("used", "rate", "at", "factor"):
                table[name][: len(old)] = old[name]
        return table


def _parents_first(accounts: Sequence[Account]) -> list[Account]:
    """The accounts in an order in which a parent stands before its children."""
    placed, waiting = {ROOT}, list(accounts)
    found: list[Account] = []
    while waiting:
        ready = [account for account in waiting if account.parent in placed]
        found += ready
        placed.update(account.name for account in ready)
        waiting = [account for account in waiting if account.name not in placed]
    return found
