"""Jobs that run out of memory come again with twice as much, up to what a node has."""

from __future__ import annotations

from numba import njit

from .actions import finish
from .charge import charge_ended
from .events import drop_event, push_event
from .lives import ask_for_more, has_too_little, note_stop
from .node_shares import give_back
from .state import FOLLOWS, OUT_OF_MEMORY, UNSEEN
from .ties import after_run


@njit(cache=True)
def try_with_more_memory(state, world, row):
    """Whether the job whose end has come wants more memory and can have it: it is queued again."""
    jobs = state.jobs
    job = jobs[row]
    life = state.lives[row]
    if job.node_memory >= life.most or not has_too_little(job, life):
        return False
    finish(world, jobs, state.running, state.running_blocks, row)
    world.ended -= 1
    give_back(world, jobs, state.nodes, state.free, state.shares, state.levels, row)
    lost_s = world.now - job.start
    world.lost_core_s += job.cores * lost_s
    note_stop(world, state.stops, state.draws, job, row, lost_s, OUT_OF_MEMORY)
    if world.charged:
        charge_ended(world, jobs, state.asks, state.kinds, state.assocs, state.metered,
                     state.meters, state.weights, row)  # fmt: skip
    ask_for_more(world, job, life)
    drop_event(state.corrections, job.turn)
    job.turn = -1
    job.state = UNSEEN
    job.dependent = FOLLOWS
    push_event(state.releases, world.now, row, row)
    world.blocked = 0
    if world.ruled:
        after_run(world, jobs, state.terms, state.links, state.counters, state.releases, row)
    return True
