"""Graphs handed in while the cluster runs."""

import numpy as np
import pytest

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.policy import policy
from hpcsim.errors import InputError


def diamond(cluster, at_s, runtime_s):
    """0 -> 1, 2 -> 3, one core each."""
    runtime = np.array(runtime_s, float)
    indptr, children = np.array([0, 2, 3, 4, 4]), np.array([1, 2, 3, 3])
    return cluster.submit_graph(at_s, runtime, runtime, np.ones(4, np.int32), indptr, children)


def bulk(cluster, submit_s, runtime_s, cores):
    columns = (np.array(c, float) for c in (submit_s, runtime_s, runtime_s))
    return cluster.submit(*columns, np.array(cores, np.int32))


def test_a_diamond_starts_level_by_level():
    cluster = Cluster(4, policy("easy"))
    rows = diamond(cluster, 10.0, [5, 7, 3, 1])
    cluster.advance()
    assert cluster.jobs["start"][list(rows)].tolist() == [10, 15, 15, 22]


def test_a_graph_comes_at_its_time_although_later_jobs_were_handed_in_before():
    cluster = Cluster(1, policy("easy"))
    bulk(cluster, [0, 100], [20, 20], [1, 1])
    cluster.advance(10.0)
    rows = diamond(cluster, 10.0, [5, 7, 3, 1])
    cluster.advance()
    assert cluster.jobs["start"].tolist() == [0, 100, 20, 25, 32, 35]
    assert cluster.jobs["arrival"][list(rows)].tolist() == [10, 25, 25, 35]


def test_many_graphs_and_follow_share_the_edges():
    cluster = Cluster(2000, policy("easy"))
    bulk(cluster, [0, 0], [4, 4], [1, 1])
    cluster.follow([0], [1], [6.0], whatever_submit=True)
    for _ in range(400):
        diamond(cluster, 0.0, [1, 1, 1, 1])
    cluster.follow([0], [5], [0.0])
    cluster.advance()
    assert cluster.ended == 2 + 1600
    assert cluster.jobs["start"][1] == 10
    assert cluster.jobs["start"][5] >= 4


def test_an_empty_graph_is_nothing():
    cluster = Cluster(1, policy("easy"))
    nothing = np.zeros(0)
    empty = np.zeros(0, np.int32)
    rows = cluster.submit_graph(0.0, nothing, nothing, empty, np.zeros(1, np.int64), empty)
    assert len(rows) == 0


def test_a_task_larger_than_the_machine_is_refused():
    cluster = Cluster(1, policy("easy"))
    with pytest.raises(InputError, match="can never start"):
        two = np.array([2], np.int32)
        cluster.submit_graph(
            0.0, np.ones(1), np.ones(1), two, np.zeros(2, np.int64), np.zeros(0, np.int64)
        )
