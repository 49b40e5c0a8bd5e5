"""Windows, counters, ties and deadlines in random worlds: as the plain reference has it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.policy import policy
from hpcsim.cluster.rules import Claims, Rules, Terms, Ties, Window
from hpcsim.cluster.state import STATE_NAMES
from hpcsim.cluster.terms import TIE_NAMES
from hpcsim.simulation.invariants import check_schedule, check_terms, check_windows

from .terms_reference import Job, Reference
from .test_nodes import machine, shapes_from

NODES = st.lists(st.integers(1, 4), min_size=1, max_size=4)
WINDOW = st.tuples(
    st.integers(0, 20), st.integers(1, 8), st.sets(st.integers(0, 3)), st.integers(0, 2)
)
JOB = st.fixed_dictionaries(
    {
        "submit": st.integers(0, 15),
        "runtime": st.integers(0, 7),
        "limit": st.integers(0, 7),
        "nodes": st.integers(1, 2),
        "cores": st.integers(1, 4),
        "reservation": st.sampled_from([0, 0, 0, 1, 2]),
        "claims": st.sampled_from([(), (), ((0, 1),), ((1, 2),), ((0, 1), (1, 1))]),
        "deadline": st.one_of(st.none(), st.integers(0, 40)),
        "parent": st.one_of(st.none(), st.integers(0, 9)),
        "kind": st.sampled_from(TIE_NAMES),
        "delay": st.integers(0, 3),
    }
)


@st.composite
def worlds(draw):
    """Nodes, windows that do not overlap on a node unless for the same reservation, and jobs."""
    nodes = draw(NODES)
    windows, taken = [], []
    for start, length, chosen, reservation in draw(st.lists(WINDOW, max_size=4)):
        own = sorted(n for n in chosen if n < len(nodes))
        end = start + length
        if any(set(own) & w and start < e and s < end for s, e, w in taken) or not own:
            continue
        taken.append((start, end, set(own)))
        windows.append((start, end, own, reservation))
    rows = draw(st.lists(JOB, min_size=1, max_size=12))
    rows.sort(key=lambda job: job["submit"])
    jobs = []
    for job in rows:
        if sum(c >= job["cores"] for c in nodes) < job["nodes"]:
            continue
        parent = job["parent"]
        job["parent"] = parent if parent is not None and parent < len(jobs) else None
        job["deadline"] = np.inf if job["deadline"] is None else job["deadline"]
        jobs.append(Job(len(jobs), **job))
    return nodes, windows, jobs


def made(nodes, windows, jobs):
    """The cluster of a world with its jobs handed in, its rules and its terms."""
    rules = Rules(
        windows=[Window(s, e, np.array(n, np.int32), r) for s, e, n, r in windows],
        counters=[2, 3],
    )
    rows = [(j.submit, j.runtime, j.limit, j.nodes, j.cores, 0) for j in jobs]
    shapes = shapes_from(rows)
    claims = [(j.row, c, a) for j in jobs for c, a in j.claims]
    ties = [
        (j.parent, j.row, TIE_NAMES.index(j.kind), j.delay, False)
        for j in jobs
        if j.parent is not None
    ]
    terms = Terms(
        deadline_s=np.array([j.deadline for j in jobs]),
        reservation=np.array([j.reservation for j in jobs]),
        claims=Claims(*np.array(claims, np.int64).T) if claims else None,
        ties=Ties(*(np.array(c) for c in zip(*ties, strict=True))) if ties else None,
    )
    cluster = Cluster(
        machine(*((c, 1) for c in nodes)), policy("easy"), capacity=len(jobs), rules=rules
    )
    submit, runtime, limit = (np.array(c, float) for c in list(zip(*rows, strict=True))[:3])
    cluster.submit(submit, runtime, limit, shapes.cores, shapes=shapes, terms=terms)
    return cluster, rules, terms


@given(world=worlds())
@settings(max_examples=150, deadline=None)
def test_starts_and_ends_are_those_of_the_reference(world):
    nodes, windows, jobs = world
    if not jobs:
        return
    cluster, _, _ = made(nodes, windows, jobs)
    cluster.advance()
    found = [
        (start, STATE_NAMES[state])
        for start, state in zip(cluster.jobs["start"], cluster.jobs["state"], strict=True)
    ]
    wanted = [
        (start, {"WAITS": "UNSEEN", "QUEUED": "PENDING"}.get(state, state))
        for start, state in Reference(nodes, windows, [2, 3], jobs).schedule()
    ]
    assert str(found) == str([(np.float64(s), t) for s, t in wanted])
    assert cluster.free_cores == sum(nodes)
    assert cluster._state.counters["free"].tolist() == [2, 3]


def stepped(world):
    """Run a world second by second and look at every node at every second."""
    nodes, windows, jobs = world
    cluster, rules, terms = made(nodes, windows, jobs)
    for second in range(60):
        cluster.advance(second + 0.5)
        check_windows(cluster._state, rules.windows)
    cluster.advance()
    check_schedule(cluster.jobs, sum(nodes), may_wait=True)
    check_terms(cluster.jobs, terms, rules.counters)


@given(world=worlds())
@settings(max_examples=60, deadline=None)
def test_windows_are_never_violated(world):
    if world[2]:
        stepped(world)


@pytest.mark.slow
@given(world=worlds())
@settings(max_examples=10_000, deadline=None)
def test_windows_are_never_violated_in_ten_thousand_worlds(world):
    if world[2]:
        stepped(world)
