"""What nodes draw while jobs run, a cap on it, and nodes that sleep when nobody needs them.

A node draws its watts at rest; a job adds what its class of work adds for its share of the cores.
A job starts only where the nodes' draw stays below the cap, and one that passes the head leaves it
the watts that it will need. A node that has been idle for long enough is switched off; a job that
is given such a node waits for it to start, and begins when the last of its nodes is ready.
"""

from __future__ import annotations

import numpy as np
from numba import njit

# What power needs of a node, a row a node.
FEED = np.dtype(
    [
        ("rest_w", "f8"),
        ("core_rest_w", "f8"),  # of its watts at rest, what one core answers for
        ("boot_w", "f8"),
        ("boot_s", "f8"),
        ("kind", "i4"),  # its type, a column of `core_watts`
    ],
    align=True,
)

# Countable things that draw watts, such as accelerators: those of one kind in nodes of one type.
CARD = np.dtype(
    [
        ("rest_w", "f8"),  # of its node's watts at rest, what one answers for
        ("work_w", "f8"),  # what the work of one adds
        ("any_w", "f8"),  # the same on whatever nodes, told by the first card of its bits alone
        ("most", "i8"),  # of `gres` at `shift`, the bits that count it
        ("shift", "i4"),
        ("kind", "i4"),  # the type of node
    ],
    align=True,
)

# What a job draws, and of which class its work is, a row a job.
DRAW = np.dtype([("rest_w", "f8"), ("work_w", "f8"), ("work", "i4")], align=True)

# A stretch of time in which a node was off, or was starting.
SLEEP = np.dtype([("off", "f8"), ("woken", "f8"), ("ready", "f8"), ("node", "i4")], align=True)


@njit(cache=True, inline="always")
def spend(world, watts):
    """From now on all nodes together draw so much more."""
    world.node_j += world.node_w * (world.now - world.power_s)
    world.power_s = world.now
    world.node_w += watts
    world.peak_w = max(world.peak_w, world.node_w)


@njit(cache=True, inline="always")
def asleep(world, node, free):
    """Whether the node has been idle for so long that it is off."""
    return free == node.cores and world.now > node.idle_since + world.off_after


@njit(cache=True)
def _watts(state, world, row):
    """What job `row` would draw on the chosen nodes: at rest, by its work, by their start."""
    job = state.jobs[row]
    rest = 0.0
    work = 0.0
    start = 0.0
    for i in range(job.nodes):
        n = state.chosen[i]
        node = state.nodes[n]
        feed = state.feeds[n]
        cores = node.cores if job.exclusive else job.node_cores
        rest += feed.core_rest_w * cores
        work += state.core_watts[state.draws[row].work, feed.kind] * cores
        for card in state.cards:
            if card.kind == feed.kind:
                held = (job.node_gres >> card.shift) & card.most
                rest += card.rest_w * held
                work += card.work_w * held
        if asleep(world, node, state.free[n]):
            start += max(feed.boot_w - feed.rest_w, 0.0)
    return rest, work, start


@njit(cache=True)
def most_watts(state, row):
    """The most that the work of job `row` may add, on whatever nodes."""
    job = state.jobs[row]
    most = job.cores * state.core_watts[state.draws[row].work].max()
    for card in state.cards:
        most += job.nodes * ((job.node_gres >> card.shift) & card.most) * card.any_w
    return most


@njit(cache=True)
def watts_time(state, world, head):
    """When the blocked job `head` can have its watts: -inf now, inf where that is not known."""
    wanted = most_watts(state, head)
    drawn = world.node_w
    if drawn + wanted <= world.cap_w:
        return -np.inf
    blocks = state.running_blocks
    for at in range(1, blocks[0].count + 1):
        block = blocks[at]
        for i in range(block.first, block.first + block.count):
            entry = state.running[i]
            drawn -= state.jobs[entry.job].watts
            if drawn + wanted <= world.cap_w:
                return entry.key
    return np.inf


@njit(cache=True)
def settle_power(state, world, head):
    """Keep what the blocked job `head` leaves of the watts from its shadow time on."""
    if world.cap_w == np.inf:
        return
    drawn = world.node_w
    world.power_shadow = max(world.now, world.shadow, watts_time(state, world, head))
    blocks = state.running_blocks
    for at in range(1, blocks[0].count + 1):
        block = blocks[at]
        for i in range(block.first, block.first + block.count):
            entry = state.running[i]
            if entry.key <= world.power_shadow:
                drawn -= state.jobs[entry.job].watts
    world.power_spare = world.cap_w - most_watts(state, head) - drawn


@njit(cache=True)
def may_draw(state, world, row, head):
    """Whether job `row` may start on the chosen nodes, for all that they draw.

    With a blocked `head` (-1: none) it must end by the time at which that has its watts, or leave
    them to it.
    """
    if world.cap_w == np.inf:
        return True
    _, work, start = _watts(state, world, row)
    # While nodes start nobody works on them, and afterwards nobody starts.
    watts = max(work, start)
    if world.node_w + watts > world.cap_w:
        return False
    if head < 0 or world.now + state.jobs[row].estimate <= world.power_shadow:
        return True
    return watts <= world.power_spare


@njit(cache=True)
def delay_s(state, world, row):
    """How long the last of the chosen nodes takes to be ready."""
    longest = 0.0
    for i in range(state.jobs[row].nodes):
        n = state.chosen[i]
        if asleep(world, state.nodes[n], state.free[n]):
            longest = max(longest, state.feeds[n].boot_s)
    return longest


@njit(cache=True)
def draw(state, world, row):
    """Job `row` starts on the chosen nodes now: what it draws counts, and who sleeps wakes.

    Returns how long it waits for its nodes.
    """
    rest, work, start = _watts(state, world, row)
    state.draws[row].rest_w = rest
    state.draws[row].work_w = work
    job = state.jobs[row]
    job.watts = max(work, start)
    spend(world, job.watts)
    if world.now + job.estimate > world.power_shadow:
        world.power_spare -= job.watts
    delay = 0.0
    for i in range(job.nodes):
        n = state.chosen[i]
        node = state.nodes[n]
        if asleep(world, node, state.free[n]):
            ready = world.now + state.feeds[n].boot_s
            note_sleep(world, state.sleeps, node.idle_since + world.off_after, world.now, ready, n)
            delay = max(delay, state.feeds[n].boot_s)
    return delay


@njit(cache=True)
def note_sleep(world, sleeps, off, woken, ready, n):
    """Keep that node `n` was off; those beyond the room that there is are only counted."""
    if world.sleeps < len(sleeps):
        sleep = sleeps[world.sleeps]
        sleep.off = off
        sleep.woken = woken
        sleep.ready = ready
        sleep.node = n
    world.sleeps += 1
