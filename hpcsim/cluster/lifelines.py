"""Lives of jobs as columns, and how they come into the state."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from .lives import WANTS_MEMORY, room_for
from .state import State

Floats = NDArray[np.float64]
LEAST_ROOM = 1024


@dataclass(frozen=True, eq=False)
class Lives:
    """What J jobs are beside their shapes; arrays of length J.

    `work`: seconds of work of the first run; `whole`: of a run with enough memory; `interval`:
    seconds of work between checkpoints, inf for none; `write`, `restart`: seconds that a
    checkpoint and a restart take; `need`: MiB of each node without which the job ends after
    `work`; `most`: MiB a node beyond which it asks for no more; `fate` as in `lives`.
    """

    work: Floats
    whole: Floats
    interval: Floats
    write: Floats
    restart: Floats
    need: NDArray[np.int32]
    most: NDArray[np.int32]
    fate: NDArray[np.int8]

    def retries(self, asked: NDArray[np.int32]) -> int:
        """How often all of them together can at most ask for more memory than `asked`."""
        short = (self.fate == WANTS_MEMORY) & (self.most > asked)
        wanted = np.minimum(self.need, self.most)[short] / np.maximum(asked[short], 1)
        return int(np.ceil(np.log2(np.maximum(wanted, 1))).sum()) + int(short.sum())


def with_lives(state: State, rows: range, lives: Lives) -> State:
    """The state in which `rows`, fresh jobs, have these lives; limits hold a run's checkpoints."""
    state = state._replace(lives=room_for(state.lives, len(state.jobs)))
    state.lives["interval"][state.lives["interval"] == 0] = np.inf
    own = state.lives[rows.start : rows.stop]
    for field in fields(Lives):
        own[field.name] = getattr(lives, field.name)
    own["stopped"] = 0
    state.world["mortal"] = 1
    jobs = state.jobs[rows.start : rows.stop]
    written = np.isfinite(lives.interval)
    periods = np.ceil(
        np.where(written, jobs["limit"], 0.0) / np.where(written, lives.interval, 1.0)
    )
    longer = np.where(written, np.maximum(periods - 1, 0) * lives.write + lives.restart, 0.0)
    jobs["limit"] += longer
    writes = np.where(written, np.maximum(np.ceil(lives.work / lives.interval) - 1, 0), 0.0)
    jobs["runtime"] = lives.work + writes * lives.write
    clairvoyant = bool(state.world["clairvoyant"][0])
    jobs["estimate"] = np.minimum(jobs["runtime"], jobs["limit"]) if clairvoyant else jobs["limit"]
    return state


def room_for_lives(state: State) -> State:
    """The state with a life and a draw for each job that there is room for, where they are kept."""
    if state.world["mortal"][0]:
        state = state._replace(lives=room_for(state.lives, len(state.jobs)))
        # A job that says nothing of its life writes no checkpoints and completes.
        state.lives["interval"][state.lives["interval"] == 0] = np.inf
    if state.world["powered"][0]:
        state = state._replace(draws=room_for(state.draws, len(state.jobs)))
    return state


def room_for_stops(state: State, more: int) -> State:
    """The state with room for so many stopped runs more."""
    needed = int(state.world["stops"][0]) + more
    if needed <= len(state.stops):
        return state
    return state._replace(stops=room_for(state.stops, max(needed, LEAST_ROOM)))
