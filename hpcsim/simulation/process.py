"""The cluster as a process of the world: SimPy is the clock, the compiled core the queue."""

from __future__ import annotations

from collections.abc import Callable, Generator

import simpy

from hpcsim.cluster.cluster import Cluster

EndListener = Callable[[int], None]


class ClusterProcess:
    """Lets the core run, in one call, up to the next moment at which the world can change.

    `listen(row, tell)` calls `tell(row)` at the moment at which that job ends. Whatever hands in
    jobs, or changes the cluster in any other way, calls `wake` afterwards.
    """

    def __init__(self, env: simpy.Environment, cluster: Cluster) -> None:
        self.cluster = cluster
        self._env = env
        self._listeners: dict[int, list[EndListener]] = {}
        self._take_streams: Callable[[], None] | None = None
        self._asleep: simpy.Event | None = None
        env.process(self._run())

    def listen(self, row: int, tell: EndListener) -> None:
        """Have `tell(row)` called when job `row` ends."""
        self._listeners.setdefault(row, []).append(tell)
        self.cluster.watch(row)

    def listen_to_streams(self, take: Callable[[], None]) -> None:
        """Have `take()` called at each moment at which streams end in the cluster's storage."""
        self._take_streams = take

    def wake(self) -> None:
        """There is something new to do."""
        if self._asleep is not None and not self._asleep.triggered:
            self._asleep.succeed()

    def _run(self) -> Generator[simpy.Event, None, None]:
        env = self._env
        while True:
            reached, row = self.cluster.advance(env.peek())
            if reached == float("inf"):
                # Nothing left to do, and nothing else will happen: until somebody wakes us.
                self._asleep = env.event()
                yield self._asleep
                continue
            yield env.timeout(reached - env.now)
            if self.cluster.stream_ends and self._take_streams is not None:
                self._take_streams()
            if row is not None:
                for tell in self._listeners.pop(row, ()):
                    tell(row)
