"""Shared bandwidth against slow references: water filling and bisection."""

import math
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.cluster.flow.flows import Flows, Use, stream

INF = math.inf


def ends(flows, capacity, ops=INF):
    """When flows (start, uncontended s, Use) end in one tier, by number of arrival."""
    made = Flows(1)
    made.set_capacity(0, capacity, ops)
    found, numbers = {}, {}
    arrivals = sorted(range(len(flows)), key=lambda i: flows[i][0])
    while arrivals or made.running():
        start = flows[arrivals[0]][0] if arrivals else INF
        if made.next_end() <= start:
            now = made.next_end()
            found[numbers.pop(made.pop())] = now
        else:
            flow = arrivals.pop(0)
            numbers[made.start(start, 0, flows[flow][2], flows[flow][1])] = flow
    return [found[flow] for flow in range(len(flows))]


def test_alone_a_stream_takes_its_time_and_two_share():
    assert ends([(5.0, 10.0, stream(3))], 3) == [15.0]
    assert ends([(5.0, 10.0, stream(3))], 1) == [35.0]
    # Two want 3 each of 4: both run at 2/3 until the first has done its 10 s, at 15 s; the
    # second has then 5 s left and runs freely.
    pair = [(0.0, 10.0, stream(3)), (0.0, 15.0, stream(3))]
    assert ends(pair, 4) == pytest.approx([15.0, 20.0], abs=1e-9)


def test_small_streams_keep_their_pace_and_large_ones_share_the_rest():
    flows = [(0.0, 10.0, stream(1)), (0.0, 10.0, stream(20)), (0.0, 10.0, stream(30))]
    # Of 13, one keeps its 1 and the others get 6 each; at 200/6 s the smaller of them is done,
    # and the last has 300 - 200 of its bytes to go, 12 and later 13 a second.
    found = ends(flows, 13)
    assert found[0] == 10.0
    assert found[1] == pytest.approx(10 + (200 - 60) / 6.5)
    assert found[2] == pytest.approx(found[1] + (100 / 13))


def test_computing_hides_a_slow_store():
    # Half of its life at 8 bytes/s: with 2 bytes/s that half takes four times as long.
    assert ends([(0.0, 100.0, Use(4, 8))], 2) == pytest.approx([50 + 4 * 50])
    # Ten of them rarely want it at once; what they want on average must fit.
    crowd = [(0.0, 100.0, Use(4, 8))] * 10
    assert ends(crowd, 40) == [100.0] * 10
    assert ends(crowd, 20) == pytest.approx([200.0] * 10)


def reference(flows, capacity, ops, speeds):
    """The same by recomputing all speeds at every event."""
    left = {i: flow[1] for i, flow in enumerate(flows)}
    found, now, running = {}, 0.0, []
    waiting = sorted(left, key=lambda i: flows[i][0])
    while waiting or running:
        pace = speeds([flows[i][2] for i in running], capacity, ops)
        end = min((now + left[i] / v for i, v in zip(running, pace, strict=True)), default=INF)
        moment = min(end, flows[waiting[0]][0] if waiting else INF)
        for i, v in zip(running, pace, strict=True):
            left[i] -= v * (moment - now)
        now = moment
        for i in [i for i in running if left[i] <= 1e-9 * flows[i][1] + 1e-12]:
            running.remove(i)
            found[i] = now
        while waiting and flows[waiting[0]][0] <= now:
            running.append(waiting.pop(0))
    return [found[i] for i in range(len(flows))]


def water_filling(uses, capacity, ops):
    """Max-min fair shares of plain streams, smallest wish first."""
    shares, left = {}, capacity
    order = sorted(range(len(uses)), key=lambda i: uses[i].bytes_per_s)
    for served, i in enumerate(order):
        shares[i] = min(uses[i].bytes_per_s, left / (len(uses) - served))
        left -= shares[i]
    return [shares[i] / use.bytes_per_s for i, use in enumerate(uses)]


def by_bisection(uses, capacity, ops):
    """Levels of both resources found by halving, flow by flow, in turn."""

    def pace(use, level, ops_level):
        share, ops_share = use.shares
        slow = use.bytes_per_s / min(use.burst_bytes_per_s, level) if share else 0.0
        ops_slow = use.ops_per_s / min(use.burst_ops_per_s, ops_level) if ops_share else 0.0
        return 1.0 / (1 - share - ops_share + slow + ops_slow)

    def level_of(wish, limit, speed_at):
        if sum(w * v for w, v in zip(wish, speed_at(limit), strict=True)) <= limit:
            return limit
        low, high = 0.0, limit
        for _ in range(200):
            middle = (low + high) / 2
            used = sum(w * v for w, v in zip(wish, speed_at(middle), strict=True))
            low, high = (middle, high) if used < limit else (low, middle)
        return high

    def paces(level, ops_level):
        return [pace(use, level, ops_level) for use in uses]

    wish, ops_wish = [use.bytes_per_s for use in uses], [use.ops_per_s for use in uses]
    level, ops_level, before = capacity, ops, None
    for _ in range(1000):
        if before == (level, ops_level):
            break
        before = level, ops_level
        level = level_of(wish, capacity, partial(paces, ops_level=ops_level))
        ops_level = level_of(ops_wish, ops, partial(paces, level))
    return [pace(use, level, ops_level) for use in uses]


def arrivals(use):
    return st.lists(st.tuples(st.floats(0, 50), st.floats(0.5, 60), use), min_size=1, max_size=9)


@settings(max_examples=150)
@given(arrivals(st.floats(0.1, 50).map(stream)), st.floats(1, 60))
def test_streams_end_when_water_filling_says(flows, capacity):
    expected = reference(flows, capacity, INF, water_filling)
    assert ends(flows, capacity) == pytest.approx(expected, abs=1e-6)


def mixed_use():
    def made(parts):
        burst, share, ops_burst, ops_share = parts
        return Use(burst * share, burst, ops_burst * ops_share * (1 - share), ops_burst)

    wish = st.floats(1, 50)
    share = st.sampled_from([0.0, 0.1, 0.4, 0.9])
    return st.tuples(wish, share, wish, share).map(made)


@settings(max_examples=60)
@given(arrivals(mixed_use()), st.floats(2, 60), st.floats(2, 60))
def test_mixed_flows_end_when_bisection_says(flows, capacity, ops):
    expected = reference(flows, capacity, ops, by_bisection)
    assert ends(flows, capacity, ops) == pytest.approx(expected, abs=1e-6)


def test_a_cancelled_stream_leaves_its_share_to_the_others():
    made = Flows(1)
    made.set_capacity(0, 4)
    first = made.start(0.0, 0, stream(4), 10.0)
    made.start(0.0, 0, stream(4), 10.0)
    assert made.remaining(first, 8.0) == pytest.approx(6.0)
    assert made.cancel(first, 8.0) == pytest.approx(6.0)
    assert made.next_end() == pytest.approx(14.0)
    assert made.cancel(first, 9.0) == -1.0  # it is gone already


def test_capacity_can_change_and_vanish():
    made = Flows(1)
    made.set_capacity(0, 4)
    made.start(0.0, 0, stream(4), 10.0)
    made.set_capacity(0, 0, now=5.0)
    assert made.next_end() == INF
    made.set_capacity(0, 2, now=100.0)
    assert made.next_end() == pytest.approx(110.0)
    made.settle(110.0)
    assert made.counted(0, "carried") == pytest.approx(40.0)
    assert made.counted(0, "saturated_s") == pytest.approx(105.0)


def test_a_crowd_can_cost_a_tier_its_speed():
    made = Flows(1)
    made.set_capacity(0, 100)
    made.set_curve(0, {10: 1.0, 20: 0.5})
    for _ in range(15):  # half way between the knees: 75 for 15 who want 10 each
        made.start(0.0, 0, stream(10), 100.0)
    assert made.next_end() == pytest.approx(200.0)


def test_a_class_can_have_a_bound_of_its_own():
    made = Flows(1)
    made.set_capacity(0, 1000)
    for _ in range(20):
        made.start(0.0, 0, Use(1, 2, together=10), 100.0)
    lone = made.start(0.0, 0, Use(1, 2), 150.0)
    assert made.next_end() == 150.0
    assert made.pop() == lone
    assert made.next_end() == pytest.approx(200.0)


DEEDS = st.lists(
    st.tuples(
        st.floats(0, 60),
        st.sampled_from(["start", "start", "cancel", "capacity"]),
        st.integers(0, 9),
        st.floats(0.5, 40),
        st.floats(0.5, 30),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=100)
@given(DEEDS, st.floats(1, 60))
def test_starts_cancels_and_capacities_in_any_order(deeds, capacity):
    """Each deed at its time, against all speeds recomputed at every event."""
    made = Flows(1, classes=4, flows=2)  # it has to grow
    made.set_capacity(0, capacity)
    running, now = {}, 0.0  # flow -> [left, wish]

    def pass_until(moment, now):
        while running:
            uses = [stream(wish) for _, wish in running.values()]
            pace = dict(zip(running, water_filling(uses, capacity, INF), strict=True))
            first = min(now + left / pace[flow] for flow, (left, _) in running.items())
            step = min(first, moment) - now
            for flow in running:
                running[flow][0] -= pace[flow] * step
            now += step
            if first > moment:
                break
            assert made.next_end() == pytest.approx(now, abs=1e-6)
            del running[made.pop()]
        return moment

    for at, deed, which, length, wish in sorted(deeds):
        now = pass_until(at, now)
        if deed == "start":
            running[made.start(now, 0, stream(wish), length)] = [length, wish]
        elif deed == "cancel" and running:
            flow = list(running)[which % len(running)]
            left, _ = running.pop(flow)
            assert made.cancel(flow, now) == pytest.approx(left, abs=1e-6)
        elif deed == "capacity":
            capacity = wish
            made.set_capacity(0, capacity, now=now)
    pass_until(1e9, now)
    assert made.running() == 0
    assert made.next_end() == INF
