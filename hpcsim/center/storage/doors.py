"""The door of each tier: who comes in when there is room, and who waits because it is full."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import simpy

from .ledger import Ledger

STORAGE_FULL = "StorageFull"


@dataclass
class Entry:
    """Bytes that somebody wants to put into a tier; `admit` is called when there is room."""

    tier: str
    owner: str
    dataset: str
    n_bytes: int
    asked_s: float
    admit: Callable[[Entry], None]
    admitted_s: float = math.inf

    @property
    def reason(self) -> str:
        """Why it waits or has waited."""
        return STORAGE_FULL


class Doors:
    """One line a tier, first come, first served; what is larger than its tier waits for ever."""

    def __init__(self, env: simpy.Environment, ledger: Ledger) -> None:
        self.env = env
        self.ledger = ledger
        self.lines: dict[str, deque[Entry]] = {tier: deque() for tier in ledger.capacity}
        self.waited: list[Entry] = []
        self._opening: set[str] = set()

    def ask(self, entry: Entry) -> bool:
        """Room is reserved and the entry admitted at once, or it joins the line (False)."""
        line = self.lines[entry.tier]
        if not line and entry.n_bytes <= self.ledger.free(entry.tier):
            self._let_in(entry)
            return True
        line.append(entry)
        self.waited.append(entry)
        self.open(entry.tier)  # it may stand behind one that never fits
        return entry.admitted_s < math.inf

    def _let_in(self, entry: Entry) -> None:
        entry.admitted_s = self.env.now
        self.ledger.reserve(entry.tier, entry.n_bytes)
        entry.admit(entry)

    def open(self, tier: str) -> None:
        """Admit from the head of the line as long as there is room."""
        line = self.lines[tier]
        if not line or tier in self._opening:
            return
        self._opening.add(tier)  # what is admitted may make room in turn
        capacity = self.ledger.capacity[tier]
        too_large: deque[Entry] = deque()
        while line:
            if line[0].n_bytes > capacity:
                too_large.append(line.popleft())
            elif line[0].n_bytes <= self.ledger.free(tier):
                self._let_in(line.popleft())
            else:
                break
        line.extendleft(reversed(too_large))
        self._opening.discard(tier)

    def waiting_bytes(self, tier: str) -> int:
        """Bytes of those who wait for a tier."""
        return sum(entry.n_bytes for entry in self.lines[tier])

    def wanted(self, tier: str) -> int:
        """Bytes that must go before all who can ever come in are in."""
        capacity = self.ledger.capacity[tier]
        fitting = sum(e.n_bytes for e in self.lines[tier] if e.n_bytes <= capacity)
        return max(fitting - self.ledger.free(tier), 0)
