"""The history of each measurement on one machine: its times, how they vary, where they stepped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .changes import Change, changes, noise, steadier
from .fingerprint import differences
from .results import Result
from .store import Session, Store

# A step this near the end is news; an older one was told when it came.
NEWS = 5
MOST_SESSIONS = 200


@dataclass(frozen=True)
class Trend:
    """One measurement through the sessions, oldest first.

    `noise` is how much it varies from session to session (relative); `causes` says for each
    step what differed in the fingerprints on its two sides.
    """

    key: str
    sessions: tuple[Session, ...]
    results: tuple[Result, ...]
    noise: float
    steps: tuple[Change, ...]
    causes: tuple[tuple[str, ...], ...]

    @property
    def regressions(self) -> tuple[Change, ...]:
        """Steps to slower within the last sessions."""
        first = len(self.results) - NEWS
        return tuple(step for step in self.steps if step.slower and step.index >= first)


def trend(store: Store, key: str, machine: str) -> Trend:
    """The trend of one measurement on one machine."""
    series = store.series(key, machine)[-MOST_SESSIONS:]
    sessions = tuple(session for session, _ in series)
    results = tuple(result for _, result in series)
    if not results:
        return Trend(key, (), (), 0.0, (), ())
    times = steadier(results)
    steps = tuple(changes(times))
    causes = tuple(
        differences(sessions[step.index - 1].fingerprint, sessions[step.index].fingerprint)
        for step in steps
    )
    return Trend(key, sessions, results, noise(times), steps, causes)


def trends(store: Store, machine: str, keys: Sequence[str] = ()) -> list[Trend]:
    """Of all measurements of a machine, or of those whose key begins with one of `keys`."""
    found = store.keys(machine)
    if keys:
        found = [key for key in found if key.startswith(tuple(keys))]
    return [each for each in (trend(store, key, machine) for key in found) if each.results]


def noises(store: Store, machine: str, keys: Sequence[str], before: int) -> dict[str, float]:
    """How much each measurement varies over the sessions up to number `before`."""
    found = {}
    for key in keys:
        results = [result for session, result in store.series(key, machine) if session.id <= before]
        if results:
            found[key] = noise(steadier(results[-MOST_SESSIONS:]))
    return found
