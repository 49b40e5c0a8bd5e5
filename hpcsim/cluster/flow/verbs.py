"""What can be done with flows, compiled: start, the next end, take it, cancel.

Times are seconds and never go back; a moment's next end is only true once all that happens at
the moment has been told. Nobody may let an end pass: time stops at `io_next` until it is taken.

`io_start`, `io_next` and `io_pop` become part of the loop that calls them; a loop lends its arrays
first (`borrow.borrowed_flows`), which makes them twice as fast.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from .compiled import compiled, inlined
from .heaps import make_room, rise, take
from .level import price_at, speed_at
from .solve import set_due, solve, touch

GONE = -1.0  # what is left of a flow that does not flow


@inlined
def io_start(state, flow, now, uncontended_s, kind):
    """Flow number `flow` of class `kind` starts; alone it would last `uncontended_s`."""
    row = state.classes[kind]
    tier = state.tiers[row.tier]
    catch_up(state, row.tier, now)
    if row.count == row.room:
        make_room(state.world[0], state.classes, state.entries, kind)
    if row.count == 0:
        enter(tier, row, state.active[row.tier], now, kind)
    row.count += 1
    row.most = row.together / row.count
    tier.flows += 1
    tier.drift += row.rate * row.speed
    key = row.clock + row.speed * (now - row.since) + uncontended_s
    state.places[flow].kind = kind
    rise(state.entries, state.places, row.first, row.count, key, flow)
    if state.places[flow].slot == 1:
        set_due(row, key)
    blur(state.world[0], tier)


@inlined
def catch_up(state, number, now):
    """A tier's speeds hold until now, and are solved first if they are not true."""
    tier = state.tiers[number]
    if tier.stale and now > tier.touched:
        solve(tier, state.classes, state.active[number], state.entries)
    touch(tier, now)


@inlined
def enter(tier, row, active, now, kind):
    """A class gets its first flow."""
    row.place = tier.classes
    row.clock = 0.0
    row.since = now
    row.most = row.together
    row.speed = 1.0
    if not tier.even:
        row.speed = speed_at(row, price_at(tier.level), price_at(tier.ops_level))
    active[tier.classes] = kind
    tier.classes += 1


@compiled
def blur(world, tier):
    """The tier's speeds must be solved again before they are used."""
    tier.stale = 1
    world.stale = 1


@inlined
def io_next(state):
    """When the next flow ends, infinity without one; solves what has changed."""
    world = state.world[0]
    if not world.stale:
        return world.next
    world.stale = 0
    world.next = np.inf
    for number in range(world.tiers):
        tier = state.tiers[number]
        if tier.stale and not solve(tier, state.classes, state.active[number], state.entries):
            world.stale = 1
        if tier.next < world.next:
            world.next = tier.next
            world.tier = number
    return world.next


@compiled
def io_first(state):
    """The number of the flow that ends next, at `io_next`; there must be one."""
    now = io_next(state)
    number = state.world[0].tier
    tier, active = state.tiers[number], state.active[number]
    _, flow = first_to_end(tier, state.classes, active, state.entries, now)
    return flow


@compiled
def first_stream(state):
    """(end, class) of the next stream to end; infinity and -1 without one."""
    io_next(state)
    end, kind = np.inf, np.int64(-1)
    for number in range(state.world[0].tiers):
        active = state.active[number]
        for place in range(state.tiers[number].classes):
            row = state.classes[active[place]]
            if row.streams and (row.due < end or (row.due == end and active[place] < kind)):
                end, kind = row.due, np.int64(active[place])
    return end, kind


@compiled
def io_next_stream(state):
    """When the next stream ends, infinity without one, if no job starts or ends before."""
    end, _ = first_stream(state)
    return end


@compiled
def io_take_stream(state, until):
    """Take the next stream if it ends by `until`; its number, or 0 if none does.

    All jobs that end before it must have been taken.
    """
    end, kind = first_stream(state)
    if kind < 0 or end > until:
        return np.int64(0)
    row = state.classes[kind]
    tier = state.tiers[row.tier]
    entry = state.entries[row.first + 1]
    flow = entry.flow
    touch(tier, end)
    row.clock = entry.key
    row.since = end
    leave(state, tier, state.active[row.tier], kind, 1)
    return flow


@inlined
def io_pop(state):
    """Take the flow that ends next, at `io_next`, and return its number; there must be one."""
    now = io_next(state)
    tier = state.tiers[state.world[0].tier]
    active = state.active[state.world[0].tier]
    touch(tier, now)
    kind, flow = first_to_end(tier, state.classes, active, state.entries, now)
    row = state.classes[kind]
    row.clock = state.entries[row.first + 1].key  # those with the same key end now, not 1e-12 s on
    row.since = now
    leave(state, tier, active, kind, 1)
    return flow


@inlined
def first_to_end(tier, classes, active, entries, now):
    """(class, flow) that is due; of several at one moment the one with the smallest number."""
    kind, flow = np.int64(-1), np.int64(0)
    for place in range(tier.classes):
        row = classes[active[place]]
        if row.due <= now:
            other = entries[row.first + 1].flow
            if kind < 0 or other < flow:
                kind, flow = np.int64(active[place]), other
    return kind, flow


@inlined
def leave(state, tier, active, kind, slot):
    """The flow at a slot of a class's heap is no more."""
    row = state.classes[kind]
    take(state.entries, state.places, row.first, row.count, slot)
    row.count -= 1
    tier.flows -= 1
    tier.drift -= row.rate * row.speed
    if row.count:
        row.most = row.together / row.count
        set_due(row, state.entries[row.first + 1].key)
    else:
        tier.classes -= 1
        last = active[tier.classes]
        active[row.place] = last
        state.classes[last].place = row.place
    blur(state.world[0], tier)


@compiled
def io_cancel(state, flow, now):
    """A flow ends before it is done; what it had still to do (uncontended s), or GONE."""
    left = io_remaining(state, flow, now)
    if left != GONE:
        place = state.places[flow]
        number = state.classes[place.kind].tier
        catch_up(state, number, now)
        leave(state, state.tiers[number], state.active[number], place.kind, place.slot)
    return left


@compiled
def io_remaining(state, flow, now):
    """What a flow has still to do (uncontended s), or GONE if it does not flow."""
    place = state.places[flow]
    if place.slot == 0:
        return GONE
    row = state.classes[place.kind]
    catch_up(state, row.tier, now)
    reading = row.clock + row.speed * (now - row.since)
    return max(state.entries[row.first + place.slot].key - reading, 0.0)


@compiled
def io_capacity(state, number, now, bandwidth, operations):
    """From now on a tier has other bandwidth and operations (bytes/s of reading, 1/s)."""
    catch_up(state, number, now)
    tier = state.tiers[number]
    tier.bandwidth = bandwidth
    tier.operations = operations
    blur(state.world[0], tier)


@compiled
def io_settle(state, now):
    """Bring what the tiers have counted up to now, which must not be after `io_next`."""
    for number in range(len(state.tiers)):
        catch_up(state, number, now)


@compiled
def io_advance(state, until, flows, times):
    """Take the ends up to `until`, at most as many as the arrays hold; how many there were."""
    taken = 0
    while taken < len(flows) and io_next(state) <= until and state.world[0].next < np.inf:
        times[taken] = state.world[0].next
        flows[taken] = io_pop(state)
        taken += 1
    return taken
