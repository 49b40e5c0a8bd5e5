"""Flows as Python sees them: tiers, classes by what they ask, and streams of bytes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import verbs
from .state import KNEES, FlowState, enlarged, make_state

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

NO_CLASS = -1  # of a job that asks too little of storage to be slowed by others


class Use(NamedTuple):
    """What a flow asks of a tier while nothing slows it.

    The first of each pair is the mean over its uncontended life, the second what it asks while
    it is at it: `bytes_per_s / burst_bytes_per_s` is the share of its life in which it reads and
    writes. A plain stream does nothing else. `together` bounds all flows of the class: they make
    as much progress as so many undisturbed ones, as tasks on one sample's files do; another
    `group` is another class, with a bound of its own.
    """

    bytes_per_s: float
    burst_bytes_per_s: float
    ops_per_s: float = 0.0
    burst_ops_per_s: float = 1.0
    together: float = math.inf
    group: int = 0

    @property
    def shares(self) -> tuple[float, float]:
        """The shares of its uncontended life in bytes and in metadata."""
        return self.bytes_per_s / self.burst_bytes_per_s, self.ops_per_s / self.burst_ops_per_s


def stream(bytes_per_s: float) -> Use:
    """A stream of bytes that can go as fast as `bytes_per_s`."""
    return Use(bytes_per_s, bytes_per_s)


class Flows:
    """Owner of a `FlowState`: opens tiers and classes, starts and ends plain streams.

    `state` is what compiled callers work on; it is another one after it had to grow, so fetch it
    anew. Jobs are numbered from 0 to `jobs` - 1 by those callers, streams from -1 downwards.
    """

    def __init__(self, tiers: int, *, classes: int = 256, flows: int = 1024, jobs: int = 0) -> None:
        self.state: FlowState = make_state(tiers, classes, flows, jobs + flows)
        self._capacity = {"classes": classes, "flows": flows, "jobs": jobs, "streams": flows}
        self._free = list(range(-flows, 0))
        self._unopened = list(range(classes - 1, -1, -1))
        self._kinds: dict[tuple[int, Use, bool], int] = {}

    def set_capacity(
        self, tier: int, bytes_per_s: float, ops_per_s: float = math.inf, now: float = 0.0
    ) -> None:
        """What a tier can do from now on."""
        verbs.io_capacity(self.state, tier, now, bytes_per_s, ops_per_s)

    def set_curve(self, tier: int, points: dict[float, float]) -> None:
        """A tier that loses (or gains) by the number of its flows: {flows: factor}, at most 8."""
        if len(points) > KNEES:
            raise ValueError(f"a curve of {len(points)} points; at most {KNEES} are possible")
        row = self.state.tiers[tier : tier + 1]
        row["knees"] = len(points)
        for knee, flows in enumerate(sorted(points)):
            row["knee_flows"][0, knee] = flows
            row["knee_factor"][0, knee] = points[flows]

    def open(self, tier: int, use: Use, *, streams: bool = False) -> int:
        """The class of jobs that ask `use` of a tier; it stays, while those of streams come and go.

        Raises ValueError if it would spend more than its life in storage.
        """
        kind = self._kinds.get((tier, use, streams))
        if kind is None:
            kind = self._new_kind()
            self._describe(kind, tier, use)
            self.state.classes["streams"][kind] = streams
            self._kinds[tier, use, streams] = kind
        return kind

    def _new_kind(self) -> int:
        if not self._unopened:
            self._forget_empty()
        if not self._unopened:
            self.reserve(classes=2 * self._capacity["classes"])
        return self._unopened.pop()

    def _forget_empty(self) -> None:
        counts = self.state.classes["count"]
        for key, kind in list(self._kinds.items()):
            if counts[kind] == 0 and key[2]:
                del self._kinds[key]
                self._unopened.append(kind)

    def _describe(self, kind: int, tier: int, use: Use) -> None:
        share, ops_share = use.shares
        if not (use.bytes_per_s >= 0 and use.ops_per_s >= 0 and share + ops_share <= 1 + 1e-12):
            raise ValueError(f"{use} spends {share:g} and {ops_share:g} of its life in storage")
        row = self.state.classes[kind : kind + 1]
        row["tier"] = tier
        row["rate"], row["price"] = use.bytes_per_s, 1.0 / use.burst_bytes_per_s
        row["ops"], row["ops_price"] = use.ops_per_s, 1.0 / use.burst_ops_per_s
        row["fixed"] = max(1.0 - share - ops_share, 0.0)
        row["together"] = use.together

    def reserve(self, *, classes: int = 0, flows: int = 0, jobs: int = 0) -> None:
        """Make room for so many classes, flows at a time and jobs' numbers in all."""
        before = dict(self._capacity)
        for name, wanted in (("classes", classes), ("flows", flows), ("jobs", jobs)):
            self._capacity[name] = max(before[name], wanted)
        self._resize(before)

    def _resize(self, before: dict[str, int]) -> None:
        after, old = self._capacity, self.state
        self.state = enlarged(old, **after)
        self.state.places[: before["jobs"]] = old.places[: before["jobs"]]
        self.state.places[-before["streams"] :] = old.places[-before["streams"] :]
        self._unopened[:0] = range(after["classes"] - 1, before["classes"] - 1, -1)
        self._free[:0] = range(-after["streams"], -before["streams"])

    def start(self, now: float, tier: int, use: Use, uncontended_s: float) -> int:
        """A stream starts; its number."""
        kind = self.open(tier, use, streams=True)
        if not self._free:
            before = dict(self._capacity)
            self._capacity["streams"] *= 2
            self._capacity["flows"] += before["streams"]
            self._resize(before)
        flow = self._free.pop()
        verbs.io_start(self.state, flow, now, uncontended_s, kind)
        return flow

    def cancel(self, flow: int, now: float) -> float:
        """End a stream before it is done; the uncontended seconds that it had left."""
        self._free.append(flow)
        return float(verbs.io_cancel(self.state, flow, now))

    def next_end(self) -> float:
        """When the next flow ends (s), infinity without one."""
        return float(verbs.io_next(self.state))

    def next_stream_end(self) -> float:
        """When the next stream ends (s) at the speeds of the moment, infinity without one."""
        return float(verbs.io_next_stream(self.state))

    def take_stream(self, until: float) -> int:
        """Take the next stream if it ends by then; its number, or 0 if none does.

        A job's end is for the compiled loop that has started the job.
        """
        flow = int(verbs.io_take_stream(self.state, until))
        if flow < 0:
            self._free.append(flow)
        return flow

    def pop(self) -> int:
        """Take the flow that ends at `next_end`; its number. Raises IndexError without one."""
        if self.next_end() == math.inf:
            raise IndexError("no flow will end")
        flow = int(verbs.io_pop(self.state))
        if flow < 0:
            self._free.append(flow)
        return flow

    def settle(self, now: float) -> None:
        """Bring `tier_counts` up to now, which must not be after the next end."""
        verbs.io_settle(self.state, now)

    def remaining(self, flow: int, now: float) -> float:
        """Uncontended seconds that a flow still has to do."""
        return float(verbs.io_remaining(self.state, flow, now))

    def running(self) -> int:
        """Flows under way in all tiers."""
        return int(self.state.tiers["flows"].sum())

    def counted(self, tier: int, name: str) -> float:
        """An integral of a tier (`carried`, `ops_done`, `saturated_s`, `flow_s`) or its `use`."""
        return float(self.state.tiers[name][tier])
