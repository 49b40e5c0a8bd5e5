"""The walk through time, against pictures drawn by hand and against counting second by second."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hpcsim.metrics.intervals import Intervals, _walk, intervals

NAN = float("nan")


def walk(
    rows: list[tuple[float, float, float, float]], machine: int, edges: list[float]
) -> Intervals:
    """Rows of (submit, start, end, cores); the work of a job is what it ran."""
    submit, start, end, cores = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    work = np.where(np.isnan(end - start), 100.0, end - start)
    return intervals(submit, start, end, cores, work, machine, np.array(edges, dtype=np.float64))


def test_two_jobs_one_waiting() -> None:
    #   0    10   20   30     machine of 4
    #   AAAAAAAAAA            3 cores
    #     ......BBBBB         2 cores, waits from 10 to 20
    seen = walk([(0, 0, 20, 3), (10, 20, 30, 2)], 4, [0, 10, 20, 30])
    assert seen.busy_core_s.tolist() == [30, 30, 20]
    assert seen.queued_job_s.tolist() == [0, 10, 0]
    assert seen.queued_core_s.tolist() == [0, 20, 0]
    assert seen.queued_work_s.tolist() == [0, 200, 0]
    assert seen.idle_while_queued_core_s.tolist() == [0, 10, 0]
    assert seen.max_busy_cores.tolist() == [3, 3, 2]
    assert seen.max_queued_jobs.tolist() == [0, 1, 0]
    assert seen.max_queued_work_core_s.tolist() == [0, 20, 0]


def test_arriving_and_starting_at_once_is_no_queue() -> None:
    seen = walk([(5, 5, 10, 1), (10, 10, 10, 1)], 1, [0, 20])
    assert seen.max_queued_jobs.tolist() == [0]
    assert seen.max_busy_cores.tolist() == [1]
    assert seen.busy_core_s.tolist() == [5]


def test_never_started_cancelled_and_never_ended() -> None:
    seen = walk([(0, NAN, NAN, 8), (0, NAN, 5, 2), (5, 5, NAN, 1)], 4, [0, 5, 10])
    assert seen.max_queued_cores.tolist() == [10, 8]
    assert seen.busy_core_s.tolist() == [0, 5]
    assert seen.idle_while_queued_core_s.tolist() == [20, 15]


def test_no_jobs_and_no_intervals() -> None:
    assert walk([], 4, [0, 1]).busy_core_s.tolist() == [0]
    assert walk([(0, 0, 1, 1)], 4, [0]).busy_core_s.tolist() == []


_JOB = st.tuples(
    st.integers(0, 12),
    st.integers(0, 5) | st.none(),
    st.integers(0, 6) | st.none(),
    st.integers(1, 3),
)


@given(
    st.lists(_JOB, max_size=8), st.lists(st.integers(0, 30), min_size=2, max_size=5, unique=True)
)
def test_it_adds_up_what_every_second_shows(
    jobs: list[tuple[int, int | None, int | None, int]], edges: list[int]
) -> None:
    rows = [
        (s, NAN if w is None else s + w, NAN if w is None or r is None else s + w + r, c)
        for s, w, r, c in jobs
    ]
    seen = walk(rows, 100, sorted(edges))
    for at, (begin, finish) in enumerate(zip(sorted(edges), sorted(edges)[1:], strict=False)):
        seconds = range(begin, finish)
        busy = [sum(c for s, b, e, c in rows if b <= t and not e <= t) for t in seconds]
        waiting = [sum(1 for s, b, e, c in rows if s <= t and not b <= t) for t in seconds]
        asked = [sum(c for s, b, e, c in rows if s <= t and not b <= t) for t in seconds]
        assert seen.busy_core_s[at] == sum(busy)
        assert seen.queued_job_s[at] == sum(waiting)
        assert seen.queued_core_s[at] == sum(asked)
        assert seen.max_busy_cores[at] == max(busy)
        assert seen.max_queued_jobs[at] == max(waiting)
        assert seen.max_queued_cores[at] == max(asked)
        idle = sum(100 - b for b, w in zip(busy, waiting, strict=True) if w)
        assert seen.idle_while_queued_core_s[at] == idle


def test_one_compiled_form_serves_every_kind_of_array() -> None:
    times = np.array([0.0, 1.0, 2.0, 3.0])
    frozen = times.copy()
    frozen.flags.writeable = False
    kinds = [times, frozen, np.repeat(times, 2)[::2], np.array([0, 1, 2, 3])]
    for kind in kinds:
        intervals(kind, kind, kind + 1, kind, kind, 9, kind)
    assert len(getattr(_walk, "signatures", [1])) == 1
