"""Where every byte is: whole bytes, by tier, owner and dataset, and by the day they were written.

Nothing here knows of time or bandwidth. A byte that a tier has taken in is held by exactly one
account until it is purged or has left for another tier.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..contract import InvariantError

Parts = list[tuple[int, int]]  # (day of birth, bytes)


@dataclass
class Account:
    """One dataset of one owner in one tier, in bytes.

    `cohorts` are by day of birth. What is on its way to another tier (`leaving`) still lies here
    but can no longer be purged. `owed` has been asked to go before it had come, and goes then.
    """

    owner: str
    dataset: str
    tier: str
    cohorts: dict[int, int] = field(default_factory=dict)
    leaving: dict[int, int] = field(default_factory=dict)
    stored: int = 0
    at_start: int = 0
    written: int = 0
    moved_in: int = 0
    copied_in: int = 0
    purged: int = 0
    moved_out: int = 0
    owed: int = 0

    def put(self, born: int, n_bytes: int) -> int:
        """Take bytes in; what of them was owed to be purged, and is at once."""
        self.cohorts[born] = self.cohorts.get(born, 0) + n_bytes
        self.stored += n_bytes
        due, self.owed = self.owed, 0
        return self.drop(due) if due else 0

    def drop(self, n_bytes: int) -> int:
        """Purge so many bytes, oldest first; those that are not here are owed. What has gone."""
        left = n_bytes
        for born in sorted(self.cohorts):
            if left == 0:
                break
            left -= self.purge(born, left)
        self.owed += left
        return n_bytes - left

    def free(self, born: int) -> int:
        """Bytes of a cohort that are not on their way elsewhere."""
        return self.cohorts.get(born, 0) - self.leaving.get(born, 0)

    def purge(self, born: int, most: int) -> int:
        """Purge at most so many bytes of a cohort; how many it was."""
        gone = min(most, self.free(born))
        self._take(born, gone)
        self.purged += gone
        return gone

    def promise(self, parts: Parts) -> None:
        """Bytes set out for another tier."""
        for born, n_bytes in parts:
            self.leaving[born] = self.leaving.get(born, 0) + n_bytes

    def part(self, parts: Parts) -> None:
        """They have arrived there and are no longer here."""
        for born, n_bytes in parts:
            self.leaving[born] -= n_bytes
            if not self.leaving[born]:
                del self.leaving[born]
            self._take(born, n_bytes)
            self.moved_out += n_bytes

    def _take(self, born: int, n_bytes: int) -> None:
        if n_bytes:
            self.cohorts[born] -= n_bytes
            self.stored -= n_bytes
            if not self.cohorts[born]:
                del self.cohorts[born]

    def check(self) -> None:
        """Raise InvariantError unless what came is what is here, has been purged or has left."""
        name = f"{self.tier}/{self.owner}/{self.dataset}"
        came = self.at_start + self.written + self.moved_in + self.copied_in
        if came != self.stored + self.purged + self.moved_out:
            raise InvariantError(
                f"{name}: {came} bytes came, {self.stored} are here, {self.purged} have been "
                f"purged and {self.moved_out} have left"
            )
        if self.stored != sum(self.cohorts.values()):
            raise InvariantError(f"{name}: its cohorts do not add up to {self.stored} bytes")
        for born, n_bytes in self.leaving.items():
            if not 0 < n_bytes <= self.cohorts.get(born, 0):
                raise InvariantError(f"{name}: {n_bytes} bytes leave that are not here")


class Ledger:
    """All accounts, made as they are needed, and how much of each tier is taken."""

    def __init__(self, capacity: dict[str, int]) -> None:
        self.capacity = capacity
        self.accounts: dict[tuple[str, str, str], Account] = {}
        self.stored = dict.fromkeys(capacity, 0)
        self.reserved = dict.fromkeys(capacity, 0)  # for what is being written

    def account(self, tier: str, owner: str, dataset: str) -> Account:
        """The account of a dataset in a tier."""
        key = (tier, owner, dataset)
        if key not in self.accounts:
            self.accounts[key] = Account(owner, dataset, tier)
        return self.accounts[key]

    def free(self, tier: str) -> int:
        """Bytes that a tier can still take in."""
        return self.capacity[tier] - self.stored[tier] - self.reserved[tier]

    def reserve(self, tier: str, n_bytes: int) -> None:
        """Keep room for what is to be written."""
        self.reserved[tier] += n_bytes

    def start_with(self, account: Account, parts: Parts) -> None:
        """Data that was there before the beginning."""
        for born, n_bytes in parts:
            account.at_start += n_bytes
            self._put(account, born, n_bytes)

    def write(self, account: Account, born: int, n_bytes: int) -> None:
        """What had room reserved is written."""
        account.written += n_bytes
        self._fill(account, born, n_bytes)

    def arrive(self, account: Account, parts: Parts, *, copied: bool) -> None:
        """What had room reserved has come from another tier."""
        for born, n_bytes in parts:
            if copied:
                account.copied_in += n_bytes
            else:
                account.moved_in += n_bytes
            self._fill(account, born, n_bytes)

    def _fill(self, account: Account, born: int, n_bytes: int) -> None:
        self.reserved[account.tier] -= n_bytes
        self._put(account, born, n_bytes)

    def _put(self, account: Account, born: int, n_bytes: int) -> None:
        self.stored[account.tier] += n_bytes
        self.stored[account.tier] -= account.put(born, n_bytes)

    def drop(self, account: Account, n_bytes: int) -> int:
        """Purge the oldest bytes of an account, or owe it; how many went."""
        gone = account.drop(n_bytes)
        self.stored[account.tier] -= gone
        return gone

    def purge(self, account: Account, born: int, most: int) -> int:
        """Purge of one cohort; how many bytes went."""
        gone = account.purge(born, most)
        self.stored[account.tier] -= gone
        return gone

    def part(self, account: Account, parts: Parts) -> None:
        """What had set out has arrived elsewhere."""
        account.part(parts)
        self.stored[account.tier] -= sum(n_bytes for _, n_bytes in parts)

    def check(self) -> None:
        """Raise InvariantError unless every byte is in one account and every tier adds up."""
        totals = dict.fromkeys(self.capacity, 0)
        for account in self.accounts.values():
            account.check()
            totals[account.tier] += account.stored
        for tier, total in totals.items():
            if total != self.stored[tier]:
                raise InvariantError(
                    f"tier {tier} counts {self.stored[tier]} bytes, its accounts hold {total}"
                )
            if self.reserved[tier] < 0 or self.free(tier) < 0:
                raise InvariantError(
                    f"tier {tier}: {total} bytes and {self.reserved[tier]} to come "
                    f"do not fit {self.capacity[tier]}"
                )
