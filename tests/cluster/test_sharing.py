"""Jobs that share storage: through the scheduler core, against all speeds recomputed each time."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.flow.flows import NO_CLASS, Flows, Use, stream
from hpcsim.cluster.machine import Machine
from hpcsim.cluster.policy import policy
from hpcsim.cluster.state import COMPLETED, NODE_FAIL, STATE_NAMES, TIMEOUT
from hpcsim.errors import InputError

INF = math.inf


def cluster(cores, capacity, name="fcfs", **options):
    """A cluster whose jobs share a tier of `capacity` bytes a second; both."""
    flows = Flows(1)
    flows.set_capacity(0, capacity)
    return Cluster(cores, policy(name), flows=flows, **options), flows


def submit(made, flows, jobs):
    """Hand in jobs of (submit, run time, limit, cores, bytes a second or 0)."""
    columns = [np.array(column, float) for column in zip(*jobs, strict=True)]
    kinds = [flows.open(0, stream(rate)) if rate else NO_CLASS for *_, rate in jobs]
    submit_s, runtime_s, limit_s, cores, _ = columns
    shape = (submit_s, runtime_s, limit_s, cores.astype(np.int32))
    made.share(made.submit(*shape), np.array(kinds))


def run(jobs, cores, capacity, name="fcfs", **options):
    """(state, start, end) of each job."""
    made, flows = cluster(cores, capacity, name, **options)
    submit(made, flows, jobs)
    made.advance()
    assert made.idle
    assert flows.running() == 0
    assert made.free_cores == made.cores
    return [(STATE_NAMES[j["state"]], float(j["start"]), float(j["end"])) for j in made.jobs]


def test_alone_a_job_takes_its_time_and_two_slow_each_other():
    assert run([(5, 10, 99, 1, 3)], 4, 3) == [("COMPLETED", 5, 15)]
    # Both want 3 of 4 and run at 2/3 until 15; the second has then 5 s left and all it wants.
    found = run([(0, 10, 99, 1, 3), (0, 15, 99, 1, 3)], 4, 4)
    assert found == [("COMPLETED", 0, 15), ("COMPLETED", 0, 20)]


def test_a_slowed_job_is_cut_at_its_limit_and_leaves_its_share():
    # 10 s of work at half speed do not fit in 12 s; the other does 6 s by then and 4 s after.
    found = run([(0, 10, 12, 1, 4), (0, 10, 99, 1, 4), (0, 3, 9, 1, 0)], 4, 4)
    assert found == [("TIMEOUT", 0, 12), ("COMPLETED", 0, 16), ("COMPLETED", 0, 3)]


def test_who_just_makes_its_limit_has_made_it():
    assert run([(0, 10, 10, 1, 4)], 1, 4) == [("COMPLETED", 0, 10)]
    assert run([(0, 11, 10, 1, 4)], 1, 4) == [("TIMEOUT", 0, 10)]


def test_who_waits_in_the_queue_does_not_share():
    # One core: the second starts at the first's late end.
    slow = [(0, 10, 99, 1, 8), (0, 10, 99, 1, 2)]
    assert run(slow, 1, 4) == [("COMPLETED", 0, 20), ("COMPLETED", 20, 30)]


@pytest.mark.parametrize("estimates", ["clairvoyant", "user-average"])
def test_predictions_that_storage_makes_wrong_are_corrected(estimates):
    jobs = [(0, 10, 99, 1, 4), (0, 10, 99, 1, 4), (1, 5, 50, 1, 0), (2, 10, 99, 2, 4)]
    found = run(jobs, 2, 4, "easy", estimates=estimates)
    assert [end for *_, end in found] == [20, 20, 25, 35]


def test_followers_come_after_the_late_end():
    made, flows = cluster(4, 4)
    submit(made, flows, [(0, 10, 99, 1, 4), (0, 10, 99, 1, 4), (0, 1, 9, 1, 0)])
    made.follow([0], [2], [5.0])
    made.watch(0)
    assert made.advance() == (20.0, 0)
    made.advance()
    assert made.jobs["start"][2] == 25.0


def test_a_stream_stops_the_core_at_its_end():
    made, flows = cluster(4, 4)
    submit(made, flows, [(0, 10, 99, 1, 4)])
    made.advance(1.0)
    sent = flows.start(1.0, 0, stream(4), 3.0)
    assert made.advance(50.0) == (7.0, None)
    assert made.stream_ends
    assert made.advance(50.0) == (7.0, None)
    assert flows.take_stream(7.0) == sent
    assert made.advance(50.0) == (50.0, None)
    assert not made.stream_ends
    assert made.jobs["end"][0] == 13.0


def two_nodes():
    ones = np.ones(2, np.int32)
    return Machine(cores=ones, memory_mib=9 * ones, gres=0 * ones, mask=np.zeros(2, np.int64))


def test_a_job_that_its_node_takes_down_leaves_its_share_and_starts_anew():
    made, flows = cluster(two_nodes(), 4)
    submit(made, flows, [(0, 10, 99, 1, 4), (0, 10, 99, 1, 4)])
    made.advance(8.0)
    made.node_down(0, 8.0)
    made.advance(12.0)
    assert flows.running() == 1
    made.node_up(0, 12.0)
    made.advance()
    # 4 s done by 8, 4 s alone by 12, the last 2 s shared until 16; then 8 s of ten alone.
    assert made.jobs["end"].tolist() == [24.0, 16.0]
    made, flows = cluster(two_nodes(), 4)
    submit(made, flows, [(0, 10, 99, 1, 4)])
    made.advance(5.0)
    made.node_down(0, 5.0, requeues=0)
    made.advance()
    assert made.jobs["state"][0] == NODE_FAIL
    assert flows.running() == 0


def test_a_plan_does_not_go_with_ends_that_move():
    with pytest.raises(InputError, match="cannot share storage"):
        cluster(4, 4, "conservative")


def water_filling(wishes, capacity):
    """Speeds under max-min fair shares, smallest wish first."""
    speeds, left = {}, capacity
    for served, row in enumerate(sorted(wishes, key=wishes.get)):
        share = min(wishes[row], left / (len(wishes) - served))
        left -= share
        speeds[row] = share / wishes[row]
    return speeds


def reference(jobs, cores, capacity):
    """The same in the plainest way: first come first served, every speed anew at every event."""
    queue = sorted(range(len(jobs)), key=lambda row: jobs[row][0])
    left, found, free, now = {}, {}, cores, 0.0
    while queue or left:
        while queue and jobs[queue[0]][0] <= now and jobs[queue[0]][3] <= free:
            row = queue.pop(0)
            free -= jobs[row][3]
            left[row] = jobs[row][1]
            found[row] = [now, None, None]
        wishes = {row: jobs[row][4] for row in left if jobs[row][4]}
        speeds = dict.fromkeys(left, 1.0) | water_filling(wishes, capacity)
        ends = {row: now + left[row] / speeds[row] for row in left}
        cuts = {row: found[row][0] + jobs[row][2] for row in left}
        moment = min([*ends.values(), *cuts.values(),
                      *(jobs[row][0] for row in queue if jobs[row][0] > now)])  # fmt: skip
        for row in list(left):
            left[row] -= speeds[row] * (moment - now)
            if left[row] <= 1e-9 or cuts[row] <= moment:
                found[row][1:] = [moment, left[row] <= 1e-9]
                free += jobs[row][3]
                del left[row]
        now = moment
    return [found[row] for row in range(len(jobs))]


JOBS = st.lists(
    st.tuples(
        st.floats(0, 60),
        st.floats(0.5, 50),
        st.floats(5, 100),
        st.integers(1, 4),
        st.sampled_from([0.0, 0.5, 1.0, 3.0, 7.5, 20.0]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(JOBS, st.integers(4, 12), st.floats(0.5, 40))
def test_jobs_end_when_brute_force_says(jobs, cores, capacity):
    jobs = sorted(jobs)
    found = run(jobs, cores, capacity)
    for (state, start, end), (ref_start, ref_end, done) in zip(
        found, reference(jobs, cores, capacity), strict=True
    ):
        assert (start, end) == pytest.approx((ref_start, ref_end), abs=1e-6)
        assert state == STATE_NAMES[COMPLETED if done else TIMEOUT]


def test_undisturbed_jobs_run_as_if_nothing_were_shared():
    rng = np.random.default_rng(5)
    submit_s = np.sort(rng.uniform(0, 5000, 400))
    runtime = rng.uniform(1, 300, 400)
    limit = runtime * rng.uniform(0.8, 3, 400)
    cores = rng.integers(1, 9, 400).astype(np.int32)
    plain = Cluster(40, policy("easy"))
    plain.submit(submit_s, runtime, limit, cores)
    made, flows = cluster(40, 1e9, "easy")
    kind = flows.open(0, Use(3.0, 10.0))
    made.share(made.submit(submit_s, runtime, limit, cores), np.full(400, kind))
    plain.advance()
    made.advance()
    assert made.jobs["end"] == pytest.approx(plain.jobs["end"], abs=1e-6)
    assert (made.jobs["state"] == plain.jobs["state"]).all()
