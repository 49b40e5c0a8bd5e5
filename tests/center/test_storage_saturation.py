"""How close the model comes to measured variant calling, and where it promises nothing.

Measured (University of Sydney, Germline-ShortV on NCI Gadi, 35x genomes, 3,200 calling tasks a
sample, one core each): 20 samples on 960, 1920, 2880 and 3840 cores took 6402, 3248, 2347 and
2405 s, while 40 samples on 3840 cores kept the efficiency of 20 on 1920. So one sample gains
nothing beyond some 130 tasks at a time, and two samples do not share that bound. Larger cohorts
ended at a limit with CPU efficiencies of 0.65 (5,760 cores) and 0.74 (7,680): not monotone, so
no curve over the number of tasks fits both.
"""

from collections import deque

import pytest

from hpcsim.cluster.flow.flows import Flows, Use

TASKS = 3200
ALONE_S = 6402 / 67  # one task: 3,200 on 48 cores are 67 waves
BOUND = 130.0
OPS_A_TASK = 900.0
METADATA_OPS = 40_000.0  # the warm tier's
MB_A_TASK = 31.7  # 0.33 MB/s


def call(samples, cores, *, tasks=TASKS, ops=METADATA_OPS, bound=BOUND, alone_s=ALONE_S):
    """Seconds in which all tasks of all samples are done, evenly over the cores."""
    made = Flows(1)
    made.set_capacity(0, 120e9, ops)
    uses = [
        Use(MB_A_TASK * 1e6 / alone_s, 2e9, OPS_A_TASK / alone_s, 10.0, bound, group=sample)
        for sample in range(samples)
    ]
    waiting = dict.fromkeys(range(samples), tasks)
    owner = {}
    ready = deque((sample, 0.0) for sample in range(samples) for _ in range(cores // samples))
    now = 0.0
    while owner or ready:
        while ready:
            sample, now = ready.popleft()
            if waiting[sample]:
                waiting[sample] -= 1
                owner[made.start(now, 0, uses[sample], alone_s)] = sample
        if owner:
            now = made.next_end()
            ready.append((owner.pop(made.pop()), now))
    return now


def test_one_sample_gains_nothing_beyond_130_tasks_as_measured():
    """Four runs of 20 samples within 4 %: each sample is bounded alone, so one stands for all."""
    measured = {48: 6402, 96: 3248, 144: 2347, 192: 2405}
    found = {cores: call(1, cores) for cores in measured}
    for cores, seconds in measured.items():
        assert found[cores] == pytest.approx(seconds, rel=0.04), cores
    assert found[192] / found[144] == pytest.approx(1.0, abs=0.04)  # no gain
    assert call(1, 192, bound=float("inf")) < 0.7 * found[192]  # it is the bound that does it


def test_samples_do_not_share_that_bound():
    few = {"tasks": 320}
    assert call(4, 4 * 96, **few) == pytest.approx(call(1, 96, **few))


def test_thousands_of_tasks_slow_one_another_through_metadata():
    """Some 4,250 tasks of 900 operations are all that 40,000 operations a second feed."""
    enough = METADATA_OPS / (OPS_A_TASK / ALONE_S)
    assert enough == pytest.approx(4247, abs=1)
    seconds = {cores: call(10, cores, tasks=cores // 5, bound=1e9) for cores in (2000, 4000, 8000)}
    assert seconds[2000] == seconds[4000] == pytest.approx(2 * ALONE_S)  # two undisturbed waves
    assert seconds[8000] == pytest.approx(2 * ALONE_S * 8000 / enough, rel=1e-6)
    # The bandwidth that they need is nothing: without that bound nobody is slowed.
    free = call(10, 8000, tasks=1600, bound=1e9, ops=float("inf"))
    assert free == pytest.approx(2 * ALONE_S)


def test_what_the_model_says_of_the_runs_that_were_killed():
    """0.74 and 0.55 against 0.65 and 0.74 measured: the fall is met in size, not in shape."""
    efficiency = {cores: ALONE_S / call(cores // 96, cores, tasks=96) for cores in (5760, 7680)}
    assert efficiency[5760] == pytest.approx(0.74, abs=0.005)
    assert efficiency[7680] == pytest.approx(0.55, abs=0.005)
    assert abs(efficiency[5760] - 0.65) < 0.1
    assert abs(efficiency[7680] - 0.74) < 0.2
