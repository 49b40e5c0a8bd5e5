"""Jobs and streams in one state, its growth, and jobs that alternate against their class."""

import math

import numpy as np
import pytest

from hpcsim.center.storage import StorageSettings
from hpcsim.center.storage.jobs import NO_CLASS, JobClasses
from hpcsim.cluster.flow.flows import Flows, Use, stream
from hpcsim.cluster.flow.verbs import io_advance, io_cancel, io_first, io_remaining, io_start

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


def test_jobs_of_a_compiled_loop_and_streams_share():
    made = Flows(1, flows=8, jobs=5)
    made.set_capacity(0, 4)
    kind = made.open(0, stream(4))
    made.start(0.0, 0, stream(4), 3.0)
    for job in range(3):
        io_start(made.state, job, 0.0, 10.0 * (job + 1), kind)
    io_cancel(made.state, 2, 4.0)
    assert io_first(made.state) == -1
    assert io_remaining(made.state, 2, 4.0) == -1.0
    numbers, times = np.zeros(9, np.int64), np.zeros(9)
    taken = io_advance(made.state, INF, numbers, times)
    # Four share until 4 s (1 s done each), then three until the stream has done 2 s more.
    assert numbers[:taken].tolist() == [-1, 0, 1]
    assert times[:taken] == pytest.approx([10, 10 + 7 * 2, 10 + 7 * 2 + 10])


def test_streams_are_taken_apart_from_jobs():
    made = Flows(2, jobs=2)
    made.set_capacity(0, 4)
    job_kind = made.open(0, stream(4))
    io_start(made.state, 0, 0.0, 5.0, job_kind)
    first = made.start(0.0, 0, stream(4), 5.0)  # as the job in all but who it belongs to
    second = made.start(0.0, 1, stream(9), 12.0)
    assert made.next_stream_end() == made.next_end() == pytest.approx(10.0)
    assert made.take_stream(9.9) == 0
    assert made.take_stream(10.0) == first
    assert made.take_stream(10.0) == 0
    assert (made.next_end(), made.pop()) == (pytest.approx(10.0), 0)
    assert made.take_stream(12.0) == second
    assert made.next_stream_end() == INF


def test_a_store_grows_while_it_works():
    rng = np.random.default_rng(3)
    small, large = Flows(2, classes=2, flows=2), Flows(2, classes=999, flows=3000)
    lengths, rates = rng.uniform(1, 900, 1500), np.round(rng.uniform(1, 9, 1500), 2)
    found = []
    for made in (small, large):
        made.set_capacity(0, 2000)
        made.set_capacity(1, 1000)
        for i in range(1500):
            made.start(0.0, i % 2, stream(rates[i]), lengths[i])
        ends = []
        while made.running():
            ends.append(made.next_end())
            made.pop()
        found.append(ends)
    assert found[0] == found[1]
    assert len(found[0]) == 1500


def alternating(uses, capacity, lengths, parts):
    """Ends of flows that compute and read in turn, `parts` times, each burst a plain stream."""
    made = Flows(1)
    made.set_capacity(0, capacity)
    done, ends, owner = [0] * len(uses), [0.0] * len(uses), {}
    computing = [(0.5 * i / len(uses), i) for i in range(len(uses))]
    while computing or owner:
        ready = min(computing, default=(INF, -1))
        if made.next_end() <= ready[0]:
            now = made.next_end()
            i = owner.pop(made.pop())
            done[i], ends[i] = done[i] + 1, now
            if done[i] < parts:
                computing.append((now + lengths[i] / parts * (1 - uses[i].shares[0]), i))
        else:
            computing.remove(ready)
            now, i = ready
            burst = lengths[i] / parts * uses[i].shares[0]
            flow = made.start(now, 0, stream(uses[i].burst_bytes_per_s), burst)
            owner[flow] = i
    return ends


@pytest.mark.parametrize(("crowd", "worst"), [(0.6, 0.02), (1.0, 0.2), (1.5, 0.04), (3.0, 0.02)])
def test_flows_that_alternate_end_when_their_class_says(crowd, worst):
    """The mean field of many bursts against the bursts themselves: worst where all just fits."""
    rng = np.random.default_rng(8)
    bursts, shares = rng.uniform(1, 5, 60), rng.uniform(0.1, 0.6, 60)
    uses = [Use(burst * share, burst) for burst, share in zip(bursts, shares, strict=True)]
    capacity = sum(use.bytes_per_s for use in uses) / crowd
    lengths = rng.uniform(900, 1100, 60)
    mean_field = ends([(0.0, lengths[i], uses[i]) for i in range(60)], capacity)
    error = np.array(alternating(uses, capacity, lengths, 60)) / np.array(mean_field) - 1
    assert abs(error.mean()) < 0.03
    assert abs(error).max() < worst


def test_jobs_are_sorted_into_few_classes_that_ask_the_same_in_all():
    rng = np.random.default_rng(2)
    made = Flows(1)
    runtime = rng.lognormal(7, 1, 20_000)
    n_bytes = runtime * 10 ** rng.uniform(3, 9, 20_000)
    found = JobClasses(made, StorageSettings())
    kinds, alone = found.find(0, n_bytes, np.zeros(20_000), runtime)
    asks = np.where(kinds == NO_CLASS, 0.0, made.state.classes["rate"][kinds])
    assert len(np.unique(kinds)) <= 32
    assert (alone == runtime).all()
    assert asks.sum() == pytest.approx((n_bytes / runtime).sum(), rel=0.02)
    # A job that must read more than a client can, takes as long as the client does.
    _, alone = found.find(0, np.array([4e12]), np.zeros(1), np.array([100.0]))
    assert alone == pytest.approx([2000.0])


def check_order(state):
    """Every heap is one, every flow is where `places` says, no tier is used beyond itself."""
    for kind in np.flatnonzero(state.classes["count"]):
        first, count = state.classes["first"][kind], state.classes["count"][kind]
        heap = state.entries[first + 1 : first + count + 1]
        slots = np.arange(1, count + 1)
        assert (heap["key"][slots[1:] // 2 - 1] <= heap["key"][1:]).all()
        assert (state.places["slot"][heap["flow"]] == slots).all()
        assert (state.places["kind"][heap["flow"]] == kind).all()
    for tier in state.tiers:
        assert tier["use"] <= tier["bandwidth"] * (1 + 1e-9)
        assert tier["ops_use"] <= tier["operations"] * (1 + 1e-9)


def test_a_thousand_starts_and_cancels_leave_everything_in_order():
    rng = np.random.default_rng(4)
    made, live, now = Flows(2, classes=2, flows=2), [], 0.0
    made.set_capacity(0, 400, 900)
    made.set_capacity(1, 900, 400)
    uses = [Use(b, 2 * b, o, 3 * o) for b, o in rng.uniform(1, 30, (9, 2))]
    for step in range(1500):
        now += rng.exponential(1.0)
        while made.next_end() <= now:
            live.remove(made.pop())
        if rng.random() < 0.6 or not live:
            use = uses[rng.integers(9)]
            live.append(made.start(now, int(rng.integers(2)), use, rng.exponential(200.0)))
        else:
            assert made.cancel(live.pop(rng.integers(len(live))), now) >= 0
        assert made.running() == len(live)
        if step % 50 == 0:
            made.next_end()
            check_order(made.state)
    assert made.counted(0, "saturated_s") > 0.1 * now
