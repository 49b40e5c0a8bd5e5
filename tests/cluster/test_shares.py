"""Endless demand: what accounts use in the long run is what their shares say."""

from __future__ import annotations

import numpy as np
import pytest

from hpcsim.rng import stream

from .sites import cluster

HOUR_S = 3600.0
SITE = """
[nodes.node]
count = 10
cores_per_socket = 4
memory_gib = 16
[accounts.large]
shares = 60
[accounts.middle]
shares = 30
[accounts.small]
shares = 10
[priority]
age = 0
period_s = 300
half_life_d = 0.25
"""
ACCOUNTS = ("large", "middle", "small")


@pytest.mark.parametrize("name", ["multifactor", "multifactor-easy"])
def test_usage_is_within_a_point_of_the_shares_after_a_warm_up(name):
    rng = stream(7, "jobs")
    warm_up_s, until_s, each = 24 * HOUR_S, 72 * HOUR_S, 4000
    rows = [
        {"account": account, "user": account, "cores": int(cores), "runtime": float(runtime)}
        for account in ACCOUNTS
        for cores, runtime in zip(
            rng.integers(1, 5, each), rng.integers(300, 1500, each), strict=True
        )
    ]
    made = cluster(SITE, rows, name)
    made.advance(until_s)
    jobs = made.jobs
    waits = np.isnan(jobs["start"])
    assert waits.reshape(3, each).any(axis=1).all(), "demand has come to an end"
    begin = np.clip(np.where(waits, until_s, jobs["start"]), warm_up_s, until_s)
    end = np.clip(np.where(waits, until_s, jobs["end"]), warm_up_s, until_s)
    used = ((end - begin) * jobs["cores"]).reshape(3, each).sum(axis=1)
    assert used / used.sum() == pytest.approx([0.6, 0.3, 0.1], abs=0.01)
