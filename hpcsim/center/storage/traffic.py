"""Bytes under way: streams through tiers and the line between sites, on SimPy's clock."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import simpy

from hpcsim.cluster.flow.flows import Flows, IntArray, stream
from hpcsim.units import GB

from .jobs import JobClasses
from .settings import StorageSettings

WAN = "wan"
SAME_S = 1e-7  # ends closer than this are at one moment: SimPy adds delays to times


class Leg(NamedTuple):
    """One of the places through which a transfer goes."""

    tier: str
    writes: bool


@dataclass
class Transfer:
    """Bytes on their way; over when they are through every leg."""

    n_bytes: int
    into: str | None
    done: Callable[[Transfer], None]
    open_legs: int = 0


class Traffic:
    """The streams of the moment; each is a flow in the tiers that it goes through.

    A tier's bandwidth counts bytes of reading; a byte written counts as many times more as the
    tier writes slower than it reads.
    """

    def __init__(self, env: simpy.Environment, settings: StorageSettings) -> None:
        self.env = env
        self.settings = settings
        self.names = (*settings.tiers, WAN)
        self.number = {name: number for number, name in enumerate(self.names)}
        self.flows = Flows(len(self.names))
        self.jobs = JobClasses(self.flows, settings)
        self._transfers: dict[int, Transfer] = {}
        self._armed_s = math.inf
        self._waking = False
        self._timer: simpy.Event | None = None
        self._driver: Callable[[], None] | None = None
        self.bandwidth = {name: tier.read_gbs * GB for name, tier in settings.tiers.items()}
        self.bandwidth[WAN] = settings.wan_gbit_per_s * GB / 8
        self.weight = {n: t.read_gbs / t.write_gbs for n, t in settings.tiers.items()} | {WAN: 1.0}
        self._lost: dict[str, dict[str, float]] = {name: {} for name in self.names}
        for name in self.names:
            self.slow_down(name, "nothing", 0.0)

    def slow_down(self, tier: str, cause: str, lost: float) -> None:
        """From now on a cause takes a share of what a tier can do; 0 ends it, 1 stops the tier."""
        self._lost[tier][cause] = lost
        left = max(1.0 - sum(self._lost[tier].values()), 0.0)
        ops = math.inf if tier == WAN else self.settings.tiers[tier].metadata_ops * left
        rate = self.bandwidth[tier] * left
        self.flows.set_capacity(self.number[tier], rate, ops, self.env.now)
        self.retime()

    def send(
        self, legs: list[Leg], n_bytes: int, bytes_per_s: float, done: Callable[[Transfer], None]
    ) -> Transfer:
        """Begin a transfer that goes at `bytes_per_s` where nothing slows it."""
        into = next((leg.tier for leg in legs if leg.writes), None)
        transfer = Transfer(n_bytes, into, done, open_legs=len(legs))
        for leg in legs:
            weight = self.weight[leg.tier] if leg.writes else 1.0
            use = stream(bytes_per_s * weight)
            number = self.number[leg.tier]
            flow = self.flows.start(self.env.now, number, use, n_bytes / bytes_per_s)
            self._transfers[flow] = transfer
        self.retime()
        return transfer

    def drive(self, wake: Callable[[], None]) -> None:
        """Leave the time to a loop that runs jobs in the same flows.

        It stops at each stream's end and calls `take_ended`; `wake` tells it of new streams.
        """
        self._driver = wake

    def retime(self) -> None:
        """Wake up at the next stream's end; to be called after anybody has changed the flows."""
        if self._waking:
            return
        if self._driver is not None:
            self._driver()
            return
        end_s = self.flows.next_stream_end()
        if end_s < self._armed_s:
            self._armed_s = end_s
            self._timer = self.env.timeout(max(end_s - self.env.now, 0.0))
            self._timer.callbacks.append(self._wake)

    def _wake(self, timer: simpy.Event) -> None:
        if timer is not self._timer:
            return  # an earlier end has been set since
        self._armed_s = math.inf
        self.take_ended()

    def take_ended(self) -> None:
        """Take all streams that end now."""
        self._waking = True
        while (flow := self.flows.take_stream(self.env.now + SAME_S)) < 0:
            self._end(flow)
        self._waking = False
        self.retime()

    def _end(self, flow: int) -> None:
        transfer = self._transfers.pop(flow)
        transfer.open_legs -= 1
        if transfer.open_legs == 0:
            transfer.done(transfer)

    def coming(self, tier: str) -> int:
        """Bytes under way into a tier."""
        under_way = {id(transfer): transfer for transfer in self._transfers.values()}
        return sum(t.n_bytes for t in under_way.values() if t.into == tier)

    def open_flows(self) -> IntArray:
        """The numbers of all streams under way."""
        return np.array(list(self._transfers), dtype=np.int64)

    def counted(self, tier: str, name: str) -> float:
        """An integral of a tier up to now (see `Flows.counted`)."""
        self.flows.settle(self.env.now)
        return self.flows.counted(self.number[tier], name)
