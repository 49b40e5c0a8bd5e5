"""Lives of data: what is purged, moved and copied, and that every byte stays in one place."""

import math
from datetime import date

import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.center.calendar import Calendar
from hpcsim.center.contract import InvariantError
from hpcsim.center.storage import Storage, StorageSettings
from hpcsim.rng import stream

HOUR, DAY, GB, TB, PB = 3600.0, 86400.0, 10**9, 10**12, 10**15

# Two tiers of 100 and 1000 GB at 1 and 0.5 GB/s (writing at half of that), nothing in them.
SLOW = {"write_gbs": 0.25, "read_gbs": 0.5, "usable_pb": 1e-3, "start_fill": 0}
TWO = {
    "tiers": {
        "hot": {"usable_pb": 1e-4, "read_gbs": 1, "write_gbs": 0.5, "start_fill": 0, "disks": 0},
        "warm": SLOW | {"disks": 0},
        "cold": SLOW | {"disks": 0},
    },
    "holdings": [],
    "habits": [],
    "life": [],
    "steps_at_h": 0,
}


def world(given=None, *, days=90.0, start=date(2026, 3, 2), seed=1):
    env = simpy.Environment()
    chosen = StorageSettings.model_validate(TWO if given is None else given)
    made = Storage(env, chosen, Calendar(start, days), stream(seed, "storage"))
    made.start()
    return env, made


def settle(env, made, until):
    env.run(until=until)
    made.check()
    return made


def ended(env, event):
    times = []
    event.callbacks.append(lambda _: times.append(env.now))
    return times


def stored(made, tier):
    return made.ledger.stored[tier]


def life(*steps):
    names = ("owner", "dataset", "tier", "after_days", "action", "to")
    return TWO | {"life": [dict(zip(names, step, strict=True)) for step in steps]}


def test_data_is_purged_at_its_age():
    env, made = world(life(("a", "x", "hot", 3, "purge", "")))
    made.keep_bytes("hot", "a", "x", 7 * GB)
    made.keep_bytes("hot", "a", "kept for ever", GB)
    assert stored(settle(env, made, 3 * DAY - 1), "hot") == 8 * GB
    assert stored(settle(env, made, 3 * DAY + 1), "hot") == GB


def test_a_move_takes_the_time_of_the_slower_side():
    env, made = world(life(("a", "x", "hot", 1, "move", "warm")))
    made.keep_bytes("hot", "a", "x", 10 * GB)
    settle(env, made, DAY + 39)
    assert (stored(made, "hot"), stored(made, "warm")) == (10 * GB, 0)
    settle(env, made, DAY + 41)  # 10 GB at 0.25 GB/s
    assert (stored(made, "hot"), stored(made, "warm")) == (0, 10 * GB)
    (journey,) = made.records()["storage_journeys"].to_pylist()
    assert (journey["began_s"], journey["ended_s"]) == (DAY, pytest.approx(DAY + 40))


def test_a_copy_crosses_the_line_once_and_stays_here():
    given = life(("a", "x", "warm", 1, "copy", "far"))
    far = {"usable_pb": 1, "remote": True, "start_fill": 0}
    given = given | {"tiers": given["tiers"] | {"far": far}, "wan_gbit_per_s": 0.08}
    env, made = world(given)
    made.keep_bytes("warm", "a", "x", GB)
    settle(env, made, 5 * DAY)
    assert (stored(made, "warm"), stored(made, "far")) == (GB, GB)
    (journey,) = made.records()["storage_journeys"].to_pylist()
    assert journey["ended_s"] - journey["began_s"] == pytest.approx(100.0)  # 0.01 GB/s
    assert made.figures()["wan_use"] == pytest.approx(100 / (5 * DAY))


def test_a_full_tier_moves_its_oldest_data_early():
    env, made = world(life(("a", "x", "hot", 30, "move", "warm")))
    made.keep_bytes("hot", "a", "x", 80 * GB)
    waiting = ended(env, made.write_bytes("hot", "b", "y", 40 * GB, 0.5 * GB))
    settle(env, made, DAY)
    assert waiting == pytest.approx([20 / 0.25 + 40 / 0.5])  # 20 GB leave, then 40 come
    assert made.figures()["early_moves"] == 1


def test_a_full_target_keeps_data_where_it_is():
    given = life(("a", "x", "warm", 0, "move", "hot"))
    env, made = world(given)
    made.keep_bytes("hot", "b", "y", 95 * GB)
    made.keep_bytes("warm", "a", "x", 10 * GB)
    settle(env, made, 2 * DAY)
    assert (stored(made, "warm"), made.reason("hot")) == (10 * GB, "StorageFull")
    made.drop_bytes("hot", "b", "y", 5 * GB)
    settle(env, made, 3 * DAY)
    assert (stored(made, "warm"), stored(made, "hot")) == (0, 100 * GB)


def test_a_lost_byte_is_found():
    _, made = world()
    made.keep_bytes("hot", "a", "x", GB)
    made.ledger.accounts["hot", "a", "x"].cohorts[0] -= 1
    with pytest.raises(InvariantError, match="cohorts"):
        made.check()


TIERS = st.sampled_from(["hot", "warm", "cold"])
OWNERS = st.sampled_from(["a", "b"])
ACTIONS = st.sampled_from(["purge", "move", "copy"])
STEPS = st.lists(
    st.tuples(OWNERS, st.just("x"), TIERS, st.integers(0, 6), ACTIONS, TIERS), max_size=5
)
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["write", "keep", "drop", "read"]),
        TIERS,
        OWNERS,
        st.integers(0, 150),
        st.floats(0, 8),
    ),
    max_size=25,
)


@settings(max_examples=60)
@given(STEPS, DEEDS, st.integers(1, 20))
def test_every_byte_is_in_one_place_whatever_happens(steps, deeds, fill):
    given = life(*(step for step in steps if step[4] == "purge" or step[2] != step[5]))
    env, made = world(given | {"holdings": [{"owner": "a", "dataset": "x", "tier": "warm"}]})
    written = 0
    for deed, tier, owner, gigabytes, at in sorted(deeds, key=lambda deed: deed[4]):
        if at * DAY > env.now:
            settle(env, made, at * DAY)
        n_bytes = gigabytes * GB
        if deed == "write":
            made.write_bytes(tier, owner, "x", n_bytes, fill * 1e-2 * GB)
        elif deed == "keep":
            made.keep_bytes(tier, owner, "x", n_bytes)
        elif deed == "drop":
            made.drop_bytes(tier, owner, "x", n_bytes)
        elif n_bytes:
            made.read(tier, n_bytes, fill * 1e-2 * GB)
        written += n_bytes if deed in ("write", "keep") else 0
    settle(env, made, 30 * DAY)
    accounts = made.ledger.accounts.values()
    came_in = sum(account.written for account in accounts)
    under_way = sum(made.traffic.coming(tier) for tier in made.ledger.capacity)
    waiting = sum(made.doors.waiting_bytes(tier) for tier in made.ledger.capacity)
    travelling = sum(
        journey.n_bytes for journey in made.life.journeys if journey.ended_s == math.inf
    )
    assert written == came_in + under_way + waiting - travelling
