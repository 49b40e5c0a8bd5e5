"""Caps: who is over one is passed over, says so, and goes when there is room."""

from __future__ import annotations

import pytest

from hpcsim.errors import InputError

from .sites import FOUR_CORES, cluster, longest, run, starts

BIG = FOUR_CORES.replace("cores_per_socket = 4", "cores_per_socket = 16")


def qos(caps, scope="per_user"):
    return f"{BIG}\n[qos.normal]\n[qos.normal.{scope}]\n{caps}\n"


ANN, BOB = {"user": "ann"}, {"user": "bob"}


@pytest.mark.parametrize("name", ["fcfs", "easy", "multifactor", "multifactor-easy"])
def test_running_jobs_of_a_user(name):
    # Ann may run two at once; Bob passes her third although nothing is short.
    made = run(qos("running_jobs = 2"), [ANN, ANN, ANN, BOB], name)
    assert made.jobs["start"].tolist() == [0, 0, 10, 0]
    assert longest(made)[2] == "QOSMaxJobsPerUserLimit"


def test_cores_of_a_user():
    rows = [{**ANN, "cores": 3}, {**ANN, "cores": 2}, {**ANN, "cores": 1}, {**BOB, "cores": 4}]
    made = run(qos("cores = 4"), rows)
    assert made.jobs["start"].tolist() == [0, 10, 0, 0]
    assert longest(made)[1] == "QOSMaxCpuPerUserLimit"


def test_nodes_of_a_user():
    rows = [ANN, ANN, BOB]
    made = run(qos("nodes = 1"), rows)
    assert made.jobs["start"].tolist() == [0, 10, 0]
    assert longest(made)[1] == "QOSMaxNodePerUserLimit"


def test_all_jobs_of_a_qos():
    made = run(qos("cores = 4", "group"), [{**ANN, "cores": 3}, {**BOB, "cores": 3}])
    assert made.jobs["start"].tolist() == [0, 10]
    assert longest(made)[1] == "QOSGrpCpuLimit"


def test_each_account():
    text = qos("running_jobs = 1", "per_account") + "[accounts.a]\n[accounts.b]\n"
    rows = [{**ANN, "account": "a"}, {**BOB, "account": "a"}, {**BOB, "account": "b"}]
    made = run(text, rows)
    assert made.jobs["start"].tolist() == [0, 10, 0]
    assert longest(made)[1] == "MaxJobsPerAccount"


def test_an_account_and_those_below_it():
    text = BIG + "[accounts.a]\n[accounts.a.group]\ncores = 4\n[accounts.b]\nparent = 'a'\n"
    rows = [{**ANN, "account": "b", "cores": 3}, {**BOB, "account": "a", "cores": 2}]
    made = run(text, rows)
    assert made.jobs["start"].tolist() == [0, 10]
    assert longest(made)[1] == "AssocGrpCpuLimit"


def test_submitted_jobs_beyond_the_cap_wait_their_turn_to_be_counted():
    # Two may be running or waiting; only one core is there, so the third is let in at 10.
    text = qos("submitted_jobs = 2").replace("= 16", "= 1")
    made = cluster(text, [ANN, ANN, ANN])
    made.advance(5.0)
    assert [made.reason(row) for row in range(3)] == [
        "None", "Resources", "QOSMaxSubmitJobPerUserLimit",
    ]  # fmt: skip
    made.advance(15.0)
    assert made.reason(2) == "Resources"
    made.advance()
    assert made.jobs["start"].tolist() == [0, 10, 20]


def test_core_minutes_ahead_of_running_jobs():
    # 10 core-minutes: the first has 5 of limit left at 300 s, and 4 at 360, so 6 more fit then.
    rows = [{"runtime": 600, "cores": 1}, {"runtime": 360, "submit": 300}]
    made = run(qos("running_core_minutes = 10") + "[priority]\nperiod_s = 60\n", rows)
    assert made.jobs["start"].tolist() == [0, 360]
    assert longest(made)[1] == "QOSMaxCpuRunMinutesPerUserLimit"


def test_core_minutes_used_are_forgotten():
    # 20 core-minutes used by 600 s, of which a half-life of 600 s leaves 10 at 1200.
    text = qos("core_minutes = 10.5") + f"[priority]\nperiod_s = 60\nhalf_life_d = {600 / 86400}\n"
    rows = [{"runtime": 600, "cores": 2}, {"submit": 601, "runtime": 60}]
    made = run(text, rows)
    # Decaying while it is made, the use is 20 x (1 - 1/2) / ln 2 = 14.4 at 600 s: 0.45 half-lives.
    assert made.jobs["start"].tolist() == [0, 900]
    assert longest(made)[1] == "QOSMaxCpuMinutesPerUserLimit"


def test_a_partitions_own_cap_and_its_qos():
    text = BIG + "[partitions.a]\nmax_cores_per_user = 4\n[partitions.b]\n"
    rows = [{"cores": 3, "partition": "a"}, {"cores": 2, "partition": "a"},
            {"cores": 2, "partition": "b"}, {**BOB, "cores": 4, "partition": "a"}]  # fmt: skip
    assert starts(text, rows) == [0, 10, 0, 0]
    text = BIG + "[partitions.a]\nqos = 'q'\n[partitions.b]\n[qos.normal]\n[qos.q.group]\ncores = 4"
    assert starts(text, rows) == [0, 10, 0, 20]


def test_who_is_over_a_cap_never_becomes_the_head():
    # Ann's second job would be the head and keep all 16 cores; Bob's long one may start.
    rows = [{**ANN, "cores": 8}, {**ANN, "cores": 16}, {**BOB, "cores": 8, "runtime": 50}]
    text = qos("cores = 16")
    assert starts(text, rows) == [0, 50, 0]
    # Without the cap she is the head, and Bob has to wait behind her.
    assert starts(BIG, rows) == [0, 10, 20]


@pytest.mark.parametrize(
    ("caps", "row", "told"),
    [
        ("[qos.normal.per_job]\ncores = 2", {"cores": 3}, "per_job.cores"),
        ("[qos.normal.per_job]\nnodes = 1", {"nodes": 2, "cores": 1}, "per_job.nodes"),
        ("[qos.normal.per_job]\ntime_h = 1", {"runtime": 3601}, "per_job.time_h"),
        ("[qos.normal.per_job]\ncore_minutes = 1", {"runtime": 61}, "per_job.core_minutes"),
        ("[qos.normal.per_user]\ncores = 2", {"cores": 3}, "under a cap"),
        ("[qos.normal.group]\nrunning_jobs = 0", {}, "lets nothing run"),
        ("[partitions.p]\nmax_time_h = 1", {"runtime": 3601}, "max_time_h"),
        ("[partitions.p]\nmax_nodes = 1", {"nodes": 2, "cores": 1}, "max_nodes"),
        ("[partitions.p]\nmin_nodes = 2", {}, "min_nodes"),
        ("[partitions.p]\nallow_users = ['bob']", {}, "is for user bob, not ann"),
        ("[partitions.p]\nallow_groups = ['g']", {}, "is for group g"),
        ("[partitions.p]\nallow_accounts = ['a']\n[accounts.a]", {}, "is for account a"),
        ("[accounts.a]\nqos = ['other']\n[qos.other]", {"account": "a"}, "may use QOS other"),
    ],
)
def test_what_could_never_start_is_refused_before_anything_runs(caps, row, told):
    text = FOUR_CORES.replace("count = 1", "count = 2") + "[qos.normal]\n" + caps
    with pytest.raises(InputError, match=told):
        cluster(text, [row])


def test_every_broken_rule_is_told_at_once():
    text = FOUR_CORES + "[qos.normal.per_job]\ncores = 2\n[partitions.p]\nmax_time_h = 1"
    with pytest.raises(InputError) as caught:
        cluster(text, [{"cores": 3}, {"runtime": 7200}, {"runtime": 7300}])
    told = str(caught.value)
    assert "1 job can never" in told and "2 jobs can never start, job number 2 first" in told
