"""Multifactor priority: the tree of shares, use that decays, and the order that follows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.fair_tree import gather_use, rank_users
from hpcsim.cluster.policy import policy
from hpcsim.cluster.rulebook import Rulebook
from hpcsim.cluster.shares import ShareTree
from hpcsim.cluster.usage import accrue
from hpcsim.cluster.who import Who
from hpcsim.site.accounts import Account
from hpcsim.site.priority import Priority

from .priority_reference import PriorityReference, Weights, decayed, fair_tree
from .reference import Job
from .worlds import CORES, WORLD

HOUR, DAY = 3600.0, 86400.0


def factors(accounts, used):
    """Each user's factor, given (account, user) -> use; and the level of every row."""
    tree = ShareTree(accounts)
    table = tree.table()
    for (account, user), amount in used.items():
        table["used"][tree.user_row(account, user)] = amount
    gather_use(table, 0.0, 1.0)
    rank_users(table)
    return {key: table["factor"][tree.user_row(*key)] for key in used}, table, tree


def test_ranks_and_levels_are_those_that_a_real_slurm_told():
    """Figures of `sshare -l` of a controller that had run 200 jobs of five users."""
    accounts = [
        Account(name="acct1", shares=50, users={"alice": 10, "carol": 10, "erin": 10}),
        Account(name="acct2", shares=50, users={"bob": 10, "dave": 10}),
    ]
    used = {
        ("acct1", "alice"): 229.0,
        ("acct1", "carol"): 65.9,
        ("acct1", "erin"): 967.0,
        ("acct2", "bob"): 75.5,
        ("acct2", "dave"): 930.0,
    }
    found, table, tree = factors(accounts, used)
    assert found == {
        ("acct1", "alice"): 2 / 6,
        ("acct1", "carol"): 3 / 6,
        ("acct1", "erin"): 1 / 6,
        ("acct2", "bob"): 5 / 6,
        ("acct2", "dave"): 4 / 6,
    }
    assert table["level"][tree.account_row("acct1")] == pytest.approx(0.889406, rel=1e-3)
    assert table["level"][tree.account_row("acct2")] == pytest.approx(1.116503, rel=1e-3)
    assert table["level"][tree.user_row("acct1", "erin")] == pytest.approx(0.435087, rel=1e-3)


def test_the_first_common_account_decides_as_in_slurms_documentation():
    """root => Acct1 => Acct12 => UserA and root => Acct1 => Acct16 => UserB."""
    accounts = [
        Account(name="Acct12", parent="Acct1", users={"UserA": 1, "Other": 1}),
        Account(name="Acct16", parent="Acct1", users={"UserB": 1}),
        Account(name="Acct1"),
    ]
    # UserA himself has used next to nothing, but his account has used more than UserB's.
    used = {("Acct12", "UserA"): 1.0, ("Acct12", "Other"): 99.0, ("Acct16", "UserB"): 50.0}
    found, table, tree = factors(accounts, used)
    assert table["level"][tree.account_row("Acct16")] > table["level"][tree.account_row("Acct12")]
    assert found == {
        ("Acct16", "UserB"): 3 / 4,
        ("Acct12", "UserA"): 2 / 4,
        ("Acct12", "Other"): 1 / 4,
    }


def test_ties_users_share_a_rank_and_accounts_sort_their_children_together():
    accounts = [
        Account(name="a", users={"a1": 1, "a2": 1}),
        Account(name="b", users={"b1": 1, "b2": 1}),
        Account(name="c", users={"c1": 1, "c2": 1}),
    ]
    # a and b tie; within them a1 and b1 tie, and so do a2 and b2. c is behind.
    used = {("a", "a1"): 1.0, ("a", "a2"): 3.0, ("b", "b1"): 1.0, ("b", "b2"): 3.0,
            ("c", "c1"): 9.0, ("c", "c2"): 9.0}  # fmt: skip
    found, _, _ = factors(accounts, used)
    assert found == {
        ("a", "a1"): 6 / 7, ("b", "b1"): 6 / 7, ("a", "a2"): 4 / 7, ("b", "b2"): 4 / 7,
        ("c", "c1"): 2 / 7, ("c", "c2"): 2 / 7,
    }  # fmt: skip


def test_a_user_who_ties_with_an_account_ranks_as_its_best():
    # The root's own user has no use, and neither has account a: its best ties with him.
    found, table, _ = factors(
        [Account(name="a", users={"a1": 1, "a2": 0}), Account(name="b", users={"b1": 1})],
        {("a", "a1"): 0.0, ("a", "a2"): 0.0, ("b", "b1"): 5.0},
    )
    assert found == {("a", "a1"): 1.0, ("a", "a2"): 2 / 4, ("b", "b1"): 1 / 4}
    assert table["factor"][1] == 1.0


TREES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.lists(st.integers(0, 3), max_size=3)),
    min_size=1,
    max_size=5,
)


@given(TREES, st.data())
@settings(max_examples=200)
def test_the_tree_ranks_as_a_recursive_one_does(shape, data):
    accounts, children, shares, used = [], {"root account": ["root"]}, {"root": 1}, {}
    for i, (above, share, users) in enumerate(shape):
        parent = f"a{above}" if above < i else "root"
        names = {f"u{i}{j}": s for j, s in enumerate(users)}
        accounts.append(Account(name=f"a{i}", parent=parent, shares=share, users=names))
        children[parent if parent != "root" else "root account"].append(f"a{i}")
        children[f"a{i}"] = list(names)
        shares |= {f"a{i}": share, **names}
        for name in names:
            used[f"a{i}", name] = float(data.draw(st.integers(0, 4)))
    found, _, _ = factors(accounts, used)
    told = fair_tree(children, shares, {user: amount for (_, user), amount in used.items()})
    assert {user: f for (_, user), f in found.items()} == {u: told[u] for _, u in used}


def test_half_of_what_was_used_is_forgotten_in_a_half_life():
    tree = ShareTree([])
    row = tree.user_row("root", "ann")
    use = tree.table()[row]
    decay = math.log(2.0) / 100.0
    use["rate"] = 4.0
    accrue(use, 50.0, decay)
    assert use["used"] == pytest.approx(4.0 * decayed(0.0, 50.0, 50.0, 100.0))
    use["rate"] = 0.0
    before = float(use["used"])
    accrue(use, 150.0, decay)
    assert use["used"] == pytest.approx(before / 2)
    # However long it is, a year in one step is a year in many.
    accrue(use, 150.0 + 400.0, decay)
    assert use["used"] == pytest.approx(before / 32)


class _Rules(Rulebook):
    def __init__(self, rules: Priority) -> None:
        super().__init__()
        self.priority = rules


def priority(weights: Weights) -> Priority:
    return Priority(
        age=int(weights.age),
        size=int(weights.size),
        fairshare=int(weights.fairshare),
        max_age_h=weights.max_age / HOUR,
        half_life_d=weights.half_life / DAY,
        period_s=weights.period,
        favor_small=weights.favor_small,
    )


def run(rows, users, weights, name):
    """The starts of (submit, runtime, limit, cores) jobs of some users."""
    cluster = Cluster(CORES, policy(name), capacity=len(rows), rulebook=_Rules(priority(weights)))
    submit, runtime, limit, cores = (np.array(c, float) for c in zip(*rows, strict=True))
    user = np.array(users, np.int32)
    names = {"user": [f"u{i}" for i in range(max(users) + 1)]}
    cluster.submit(submit, runtime, limit, cores.astype(np.int32), user,
                   who=Who.of(len(rows), names, user=user))  # fmt: skip
    cluster.advance()
    assert (cluster._state.assocs["rate"] == 0.0).all()
    return cluster.jobs["start"].tolist()


def test_who_has_used_less_goes_first():
    # Ann's job runs until 10; at 8 the factors are computed; then Bob's later job goes first.
    rows = [(0, 10, 10, 8), (1, 5, 5, 8), (2, 5, 5, 8)]
    weights = Weights(age=0, period=4.0, half_life=1000.0)
    assert run(rows, [0, 0, 1], weights, "multifactor") == [0, 15, 10]
    # Without a computation before the end, keys stand as they were at the arrivals.
    weights.period = 50.0
    assert run(rows, [0, 0, 1], weights, "multifactor") == [0, 10, 15]


def test_large_jobs_first_or_small_ones():
    rows = [(0, 10, 10, 8), (1, 5, 5, 2), (1, 5, 5, 8)]
    weights = Weights(age=0, fairshare=0, size=100)
    assert run(rows, [0, 0, 0], weights, "multifactor") == [0, 15, 10]
    weights.favor_small = True
    assert run(rows, [0, 0, 0], weights, "multifactor") == [0, 10, 15]


def test_who_is_too_old_ages_no_further():
    # Both wait for job 0. The later, larger one is 40 points ahead by size; age 50 over 10 s.
    rows = [(0, 30, 30, 8), (1, 5, 5, 2), (9, 5, 5, 8)]
    weights = Weights(age=50, fairshare=0, size=53, max_age=10.0, period=4.0)
    # At 8 s difference the age is worth 40 points, the size 39.75; at 28 both are too old.
    assert run(rows, [0, 0, 0], weights, "multifactor") == [0, 35, 30]
    weights.max_age = 1000.0
    weights.age = 5000
    assert run(rows, [0, 0, 0], weights, "multifactor") == [0, 30, 35]


WEIGHTS = st.builds(
    Weights,
    age=st.sampled_from([0, 60, 1000]),
    size=st.sampled_from([0, 100]),
    fairshare=st.sampled_from([0, 100, 10000]),
    max_age=st.sampled_from([6.0, 64.0]),
    half_life=st.sampled_from([4.0, 1000.0]),
    period=st.sampled_from([2.0, 5.0]),
    favor_small=st.booleans(),
)


@pytest.mark.parametrize("name", ["multifactor", "multifactor-easy", "multifactor-easy-sjbf"])
@given(world=WORLD, weights=WEIGHTS)
@settings(max_examples=150)
def test_starts_are_those_of_the_plain_reference(name, world, weights):
    rows, users = [row for row, _ in world], [user for _, user in world]
    reference = PriorityReference(
        CORES,
        backfill="easy" if "easy" in name else "none",
        sjbf=name.endswith("sjbf"),
        jobs=[Job(i, *row, user=user) for i, (row, user) in enumerate(world)],
        weights=weights,
    )
    expected = reference.schedule()
    assert run(rows, users, weights, name) == expected
