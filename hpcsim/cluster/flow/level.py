"""The max-min level of a tier, and the speeds that follow from it.

With s the level of bandwidth and u that of operations, a class's flows run at

    v = 1 / (1 - f - g + f c / min(c, s) + g m / min(m, u)),    at most together / flows,

and the classes' use, the sum of flows x f c x v, grows with s, concave: Newton's method finds
the s at which it is the capacity, from the left without ever passing it. Operations likewise.
No flow alone can have more than the capacity, so no level is above it.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from .compiled import compiled

ENOUGH = 1e-12  # capacity and use may differ by this share of the capacity
MOST_STEPS = 200
MOST_TURNS = 1000


@compiled
def price_at(level):
    """Seconds a byte (or an operation) at a level: nothing where there is enough for all."""
    if level > 0.0:
        return 1.0 / level
    return np.inf


@compiled
def pace_at(kind, price, ops_price):
    """Seconds that a class's flows need for one of their uncontended seconds."""
    pace = kind.fixed
    if kind.rate > 0.0:
        pace += kind.rate * max(kind.price, price)
    if kind.ops > 0.0:
        pace += kind.ops * max(kind.ops_price, ops_price)
    return pace


@compiled
def speed_at(kind, price, ops_price):
    """The speed of a class's flows."""
    return min(1.0 / pace_at(kind, price, ops_price), kind.most)


@compiled
def bandwidth_use(classes, active, count, price, ops_price):
    """(bytes a second of all flows, its derivative by the level)."""
    use = 0.0
    slope = 0.0
    for place in range(count):
        kind = classes[active[place]]
        if kind.rate > 0.0:
            v = 1.0 / pace_at(kind, price, ops_price)
            if v > kind.most:
                v = kind.most
            elif price > kind.price:
                step = kind.rate * v * price
                slope += kind.count * step * step
            use += kind.count * kind.rate * v
    return use, slope


@compiled
def ops_use(classes, active, count, price, ops_price):
    """(operations a second of all flows, its derivative by the level)."""
    use = 0.0
    slope = 0.0
    for place in range(count):
        kind = classes[active[place]]
        if kind.ops > 0.0:
            v = 1.0 / pace_at(kind, price, ops_price)
            if v > kind.most:
                v = kind.most
            elif ops_price > kind.ops_price:
                step = kind.ops * v * ops_price
                slope += kind.count * step * step
            use += kind.count * kind.ops * v
    return use, slope


@compiled
def next_level(level, capacity, use, slope, flows):
    """Newton's next guess; from too far right it starts again from the left."""
    if slope > 0.0:
        guess = level + (capacity - use) / slope
        if guess > 0.0:
            return guess
    return capacity / flows


@compiled
def bandwidth_level(classes, active, count, capacity, flows, guess, ops_price):
    """(level, slope) at which bandwidth is used up, or all of it where there is enough."""
    level = guess
    for _ in range(MOST_STEPS):
        use, slope = bandwidth_use(classes, active, count, price_at(level), ops_price)
        if level < np.inf and abs(use - capacity) <= ENOUGH * capacity:
            break
        if slope == 0.0 and use <= capacity:
            return capacity, 0.0
        level = next_level(level, capacity, use, slope, flows)
    if level > capacity:
        return capacity, 0.0
    return level, slope


@compiled
def ops_level(classes, active, count, capacity, flows, guess, price):
    """(level, slope) at which operations are used up, or all where there are enough."""
    level = guess
    for _ in range(MOST_STEPS):
        use, slope = ops_use(classes, active, count, price, price_at(level))
        if level < np.inf and abs(use - capacity) <= ENOUGH * capacity:
            break
        if slope == 0.0 and use <= capacity:
            return capacity, 0.0
        level = next_level(level, capacity, use, slope, flows)
    if level > capacity:
        return capacity, 0.0
    return level, slope


@compiled
def moved(before, after):
    """Whether a level is another than before, beyond rounding."""
    return before != after and not abs(after - before) <= ENOUGH * after


@compiled
def find_levels(tier, classes, active, capacity, ops_capacity, flows, ops_flows):
    """Solve both levels: in turn until neither moves, as flows may need both."""
    count = tier.classes
    if tier.slope > 0.0 and tier.level - tier.drift / tier.slope > 0.0:
        tier.level -= tier.drift / tier.slope
    for turn in range(MOST_TURNS):
        before = tier.level
        if flows > 0:
            tier.level, tier.slope = bandwidth_level(
                classes, active, count, capacity, flows, before, price_at(tier.ops_level)
            )
        else:
            tier.level, tier.slope = np.inf, 0.0
        if turn > 0 and not moved(before, tier.level):
            return
        before = tier.ops_level
        if ops_flows > 0:
            tier.ops_level, _ = ops_level(
                classes, active, count, ops_capacity, ops_flows, before, price_at(tier.level)
            )
        else:
            tier.ops_level = np.inf
        if not moved(before, tier.ops_level):
            return
