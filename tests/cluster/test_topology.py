"""Placement by switches: two levels, four nodes a leaf, two leaves a pod."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.policy import policy

from .test_nodes import machine, shapes_from

NODES = 16


def placed(rows):
    """The nodes of each (nodes wanted) job, all running at once."""
    leaf = np.arange(NODES, dtype=np.int32) // 4
    on = replace(machine(*[(1, 1)] * NODES), switches=np.stack([leaf, leaf // 2]))
    jobs = [(i, 99, 99, nodes, 1, 0) for i, nodes in enumerate(rows)]
    shapes = shapes_from(jobs)
    cluster = Cluster(on, policy("easy"), placement="topology", capacity=len(rows))
    submit, runtime, limit = (np.array(c, float) for c in list(zip(*jobs, strict=True))[:3])
    cluster.submit(submit, runtime, limit, shapes.cores, shapes=shapes)
    cluster.advance(50)
    shares = cluster._state.shares
    held = [[] for _ in rows]
    for row, job in enumerate(cluster.jobs):
        at = job["first_share"]
        while at >= 0:
            held[row].append(int(shares["node"][at]))
            at = shares["next_in_job"][at]
    return [sorted(each) for each in held]


def test_a_job_goes_under_the_switch_with_the_least_room_that_suffices():
    # Two nodes of leaf 0 are taken; of the next jobs the one of two fits there, that of three not.
    assert placed([2, 3, 2]) == [[0, 1], [4, 5, 6], [2, 3]]


def test_a_job_that_no_leaf_holds_takes_a_pod_and_the_fewest_leaves():
    # The pod of leaves 0 and 1 has 7 nodes, that of 2 and 3 has 8: five go where room is least.
    assert placed([1, 5]) == [[0], [1, 4, 5, 6, 7]]


def test_a_job_of_more_than_a_pod_takes_full_leaves_first():
    # Leaves 1 to 3 have four nodes each, leaf 0 three: nine nodes come from three leaves.
    assert placed([1, 9]) == [[0], [4, 5, 6, 7, 8, 9, 10, 11, 12]]


def test_without_switches_it_takes_the_first_nodes():
    cluster = Cluster(machine((1, 1), (1, 1)), policy("easy"), placement="topology", capacity=1)
    shapes = shapes_from([(0, 1, 1, 1, 1, 0)])
    cluster.submit(np.zeros(1), np.ones(1), np.ones(1), shapes.cores, shapes=shapes)
    cluster.advance()
    assert cluster.jobs["start"].tolist() == [0]
