"""From the flows of a tier to its speeds and its next end."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from .compiled import compiled, inlined
from .level import find_levels, price_at, speed_at


@compiled
def touch(tier, now):
    """Bring the tier's integrals up to now."""
    passed = now - tier.touched
    if passed > 0.0:
        tier.carried += tier.use * passed
        tier.ops_done += tier.ops_use * passed
        tier.flow_s += tier.flows * passed
        if tier.saturated:
            tier.saturated_s += passed
        tier.touched = now


@compiled
def set_due(row, key):
    """When the first flow of a class, the one with `key`, ends at the present speed."""
    row.due = np.inf
    if row.speed > 0.0:
        row.due = row.since + (key - row.clock) / row.speed


@compiled
def factor_at(tier, flows):
    """What a tier can do with so many flows, as a part of its capacity: linear between knees."""
    last = tier.knees - 1
    if last < 0 or flows <= tier.knee_flows[0]:
        return 1.0
    for knee in range(last):
        left, right = tier.knee_flows[knee], tier.knee_flows[knee + 1]
        if flows < right:
            rise = (tier.knee_factor[knee + 1] - tier.knee_factor[knee]) / (right - left)
            return tier.knee_factor[knee] + rise * (flows - left)
    return tier.knee_factor[last]


@inlined
def asked(tier, classes, active):
    """What all flows want: (bytes/s, operations/s, flows with each), and who is first due."""
    use, ops = 0.0, 0.0
    flows, ops_flows = 0, 0
    first = np.inf
    for place in range(tier.classes):
        kind = classes[active[place]]
        if kind.rate > 0.0:
            use += kind.count * kind.rate
            flows += kind.count
        if kind.ops > 0.0:
            ops += kind.count * kind.ops
            ops_flows += kind.count
        first = min(first, kind.due)
    return use, ops, flows, ops_flows, first


@inlined
def any_held(tier, classes, active, capacity, ops_capacity):
    """Whether a class is slowed though there is enough for all: by its own bound or its bursts."""
    for place in range(tier.classes):
        kind = classes[active[place]]
        if kind.most < 1.0 or (kind.rate > 0.0 and kind.price * capacity < 1.0):
            return True
        if kind.ops > 0.0 and kind.ops_price * ops_capacity < 1.0:
            return True
    return False


@compiled
def solve(tier, classes, active, entries):
    """Set all speeds and the tier's next end; False where a flow ends at this very moment.

    In that case nothing is solved: more flows may go before the moment is over.
    """
    use, ops, flows, ops_flows, first = asked(tier, classes, active)
    if first <= tier.touched:
        tier.next = tier.touched
        return False
    capacity = tier.bandwidth * factor_at(tier, flows)
    ops_capacity = tier.operations * factor_at(tier, ops_flows)
    tier.saturated = use > capacity or ops > ops_capacity
    if tier.saturated or any_held(tier, classes, active, capacity, ops_capacity):
        tier.even = 0
        find_levels(tier, classes, active, capacity, ops_capacity, flows, ops_flows)
        set_speeds(tier, classes, active, entries)
    else:
        if not tier.even:
            tier.level, tier.ops_level, tier.slope = np.inf, np.inf, 0.0
            set_full_speed(tier, classes, active, entries)
        tier.use, tier.ops_use, tier.next = use, ops, first
        if not tier.even:
            tier.next = first_due(tier, classes, active)
        tier.even = 1
    tier.drift = 0.0
    tier.stale = 0
    return True


@inlined
def change_speed(kind, entries, now, speed):
    """From now on the class's clock runs at `speed`."""
    if speed != kind.speed:
        kind.clock += kind.speed * (now - kind.since)
        kind.since = now
        kind.speed = speed
        set_due(kind, entries[kind.first + 1].key)


@compiled
def set_speeds(tier, classes, active, entries):
    """The speeds at the levels found, the use that they make, and the next end."""
    price, ops_price = price_at(tier.level), price_at(tier.ops_level)
    use, ops = 0.0, 0.0
    first = np.inf
    for place in range(tier.classes):
        kind = classes[active[place]]
        change_speed(kind, entries, tier.touched, speed_at(kind, price, ops_price))
        use += kind.count * kind.rate * kind.speed
        ops += kind.count * kind.ops * kind.speed
        first = min(first, kind.due)
    tier.use, tier.ops_use, tier.next = use, ops, first


@compiled
def set_full_speed(tier, classes, active, entries):
    """There is enough for all."""
    for place in range(tier.classes):
        change_speed(classes[active[place]], entries, tier.touched, 1.0)


@inlined
def first_due(tier, classes, active):
    """When the tier's next flow ends."""
    first = np.inf
    for place in range(tier.classes):
        first = min(first, classes[active[place]].due)
    return first
