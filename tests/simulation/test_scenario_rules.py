"""A scenario under its site's rules: whose jobs are whose, and that production goes first."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from hpcsim.center.research.settings import ResearchAccount
from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.policy import policy
from hpcsim.simulation.scenario_rules import ScenarioRules
from hpcsim.simulation.site_machine import machine_of
from hpcsim.site import load, loads

ACCOUNTS = {
    "medical": ResearchAccount(demand_share=0.5),
    "physics": ResearchAccount(demand_share=0.2),
    "pharma": ResearchAccount(demand_share=0.3, partner=True),
}
SITE = """
default_account = "research"
[nodes.node]
count = 1
cores_per_socket = 4
memory_gib = 16
[partitions.normal]
default = true
[partitions.clinical]
priority_tier = 2
allow_accounts = ["production"]
[accounts.production]
[accounts.research]
[accounts.medical]
parent = "research"
[accounts.external]
"""


def rules(site, name="easy", partition="clinical"):
    return ScenarioRules(site, ACCOUNTS, partition, computed=policy(name).computed)


def test_each_job_stands_where_its_account_says():
    made = rules(loads(SITE))
    jobs = SimpleNamespace(account=np.array([0, 1, 2]))
    users = np.array([0, 1, 1], np.int32)
    kinds = [
        *made.rulebook.kinds_of(made.research(jobs, users, ["u0", "u1"])),
        *made.rulebook.kinds_of(made.production("records", np.full(2, 60.0))),
    ]
    found = [made.rulebook.standings.rows[kind] for kind in kinds]
    assert [(each.user, each.account, each.partition.name) for each in found] == [
        ("u0", "medical", "normal"),
        ("u1", "research", "normal"),
        ("u1", "external", "normal"),
        ("records", "production", "clinical"),
        ("records", "production", "clinical"),
    ]
    assert made.rulebook.assumed == []


@pytest.mark.parametrize("name", ["easy", "multifactor-easy"])
def test_a_night_of_statistics_is_not_kept_waiting_by_research(name):
    site = loads(SITE)
    made = rules(site, name)
    cluster = Cluster(machine_of(site), policy(name), rulebook=made.rulebook)
    jobs = SimpleNamespace(account=np.zeros(3, np.int64))
    ten, four = np.full(3, 10.0), np.full(3, 4, np.int32)
    who = made.research(jobs, np.zeros(3, np.int32), ["u0"])
    cluster.submit(np.arange(3.0), ten, ten, four, 0, who=who)
    cluster.advance(5.0)
    cluster.submit_graph(
        5.0, ten[:1], ten[:1], four[:1], np.array([0, 0]), np.zeros(0, np.int32), 1,
        who=made.production("records", np.full(1, 60.0)),
    )  # fmt: skip
    cluster.advance()
    assert cluster.jobs["start"].tolist() == [0, 20, 30, 10]


def test_a_site_without_such_names_has_its_defaults_and_the_shipped_one_binds_nothing():
    made = rules(load("tiny"))
    kind = made.rulebook.kinds_of(made.production("sequencing", np.full(1, 60.0)))[0]
    assert made.rulebook.standings.rows[kind].partition.name == "main"
    # Tiers order the queue; nothing else of the shipped site's rules can hold its own jobs.
    assert not rules(load("nanjing")).rulebook.binds
    assert rules(load("nanjing")).rulebook.tiers == 2


def test_a_task_longer_than_production_permits_goes_where_everybody_does():
    site = load("nanjing")
    made = ScenarioRules(site, {}, "clinical", computed=False)
    week, month = 7 * 86400.0, 30 * 86400.0
    who = made.production("records", np.array([week, week + 1, month]))
    assert [who.names["partition"][code] for code in who.partition] == [
        "clinical",
        "normal",
        "normal",
    ]
