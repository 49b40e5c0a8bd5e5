"""Why does it wait, how long will it, and what would help: all three of one job."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from hpcsim.errors import InputError

from .prediction import Prediction, Predictor, Wanted, check_size
from .reason import Reason, reason_of
from .remedies import LEAST_S, Remedy, remedies
from .state import State

MOST_PARTITIONS = 8
Answer = tuple[Reason, Prediction | None, list[Remedy]]


def ask_file(predictor: Predictor, wanted: Wanted, user: int = -1) -> Answer:
    """The three of a job that would be submitted now; InputError where it can never start."""
    check_size(wanted, predictor.state)
    reason = reason_of(predictor.state, max(wanted.cores), max(wanted.limit_s))
    return reason, predictor.predict(wanted, user), remedies(predictor, wanted, user)


def ask_row(predictor: Predictor, row: int) -> Answer:
    """The three of a job that is in the queue; only the first where it runs or has ended."""
    state = predictor.state
    log, now = state.log, state.now_s
    cores, limit = int(log.cores[row]), float(log.limit_s[row])
    if log.start_s[row] <= now:
        over = log.end_s[row] <= now
        text = "It has ended." if over else "It runs already."
        return Reason("None", text, 0, 0, 0, ()), None, []
    reason = reason_of(state, cores, limit, row)
    found = predictor.futures_of_row(row)
    helps = remedies(predictor, predictor.wanted_of(row), int(log.user[row]), as_it_is=found)
    return reason, predictor.predict_row(row), helps


def elsewhere(
    predictor: Predictor, wanted: Wanted, wait_s: float, load: Callable[[str], State]
) -> Iterator[Remedy]:
    """The same request in the other partitions, where it would start a minute sooner.

    `load` gives the state of a partition; one in which the job does not fit is passed over, and so
    is one of unknown size.
    """
    state = predictor.state
    others = [name for name in state.partitions if name != state.partition]
    for name in others[:MOST_PARTITIONS]:
        try:
            other = Predictor(load(name), predictor.seed, predictor.many)
            found = other.futures(wanted)
        except InputError:
            continue
        waits = found.wait_s.max(axis=1)
        gain = wait_s - float(np.median(waits))
        if gain >= LEAST_S:
            yield Remedy(f"partition {name}", wait_s - gain, gain, gain, 0.0)
