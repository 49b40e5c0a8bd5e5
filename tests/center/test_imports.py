from datetime import date

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.center.calendar import Calendar
from hpcsim.center.imports import Imports, ImportsPorts, ImportsSettings
from hpcsim.center.imports.lots import triangular
from hpcsim.center.imports.settings import Duration
from hpcsim.rng import stream

HOUR, DAY = 3600.0, 86400.0


def desk(given=None, *, days=90.0, start=date(2026, 3, 2), seed=1, ports=None):
    env = simpy.Environment()
    calendar = Calendar(start, days)
    chosen = ImportsSettings.model_validate(given or {})
    made = Imports(env, chosen, calendar, stream(seed, "imports"), ports)
    made.start()
    env.run(until=calendar.horizon_s)
    made.check()
    return made


def test_class_d_is_approved_within_a_day_and_the_old_rules_took_weeks():
    figures = desk(days=365, start=date(2027, 1, 1)).figures()
    assert figures["class_D_approval_mean_h"] < 24
    assert 1 <= figures["class_C_approval_mean_working_days"] <= 3
    assert 20 <= figures["before_approval_mean_working_days"] <= 30
    assert (
        figures["application_to_release_mean_days"]
        < figures["before_application_to_release_mean_days"] / 5
    )
    assert figures["lots_applied"] == pytest.approx(12 * 247, rel=0.05)


CERTAIN = {"mean": 1, "low": 1, "high": 1}
ONE_LOT = {
    "classes": {
        name: {"share": float(name == "C"), "approval_days": CERTAIN, "inspected": 1.0}
        for name in "ABCD"
    },
    "rules": {"declaration_h": CERTAIN, "transfer_h": CERTAIN, "bench_h": CERTAIN, "benches": 1},
    "opens_h": 8,
    "closes_h": 16,
    "tested": 0,
    "rejected": 0,
}


def test_a_lot_passes_desk_by_desk_in_office_hours():
    made = desk(ONE_LOT, days=14)
    table = made.records()["import_lots"].to_pylist()
    lot = next(lot for lot in table if lot["applied_s"] % DAY < 10 * HOUR)
    assert lot["approved_s"] - lot["applied_s"] == pytest.approx(DAY)  # one working day
    assert lot["declared_s"] - lot["approved_s"] == pytest.approx(HOUR)
    assert lot["arrived_s"] - lot["declared_s"] == pytest.approx(HOUR)
    assert lot["bench_end_s"] - lot["bench_start_s"] == pytest.approx(HOUR)
    assert lot["released_s"] == lot["bench_end_s"]


def test_one_bench_inspects_one_lot_at_a_time():
    table = desk(ONE_LOT, days=30).records()["import_lots"].to_pydict()
    start = np.array([t for t in table["bench_start_s"] if t is not None])
    end = np.array([t for t in table["bench_end_s"] if t is not None])
    followed = len(start) - 1  # each start but the first comes after the end before it
    assert followed > 50
    assert (np.sort(start)[1:] >= np.sort(end)[:followed]).all()


def test_released_tubes_go_on():
    got = {"tubes": 0, "samples": 0}

    def take(kind):
        return lambda count: got.__setitem__(kind, got[kind] + count)

    figures = desk(
        ports=ImportsPorts(deliver_tubes=take("tubes"), deliver_samples=take("samples"))
    ).figures()
    assert got == {"tubes": figures["tubes_to_biobank"], "samples": figures["tubes_to_lab"]}
    assert min(got.values()) > 0


def test_triangles_have_their_mean():
    chance = (np.arange(100_000) + 0.5) / 100_000
    for mean, low, high in ((10, 5, 20), (2, 1, 3), (0.7, 0.2, 1), (4, 4, 4)):
        drawn = triangular(Duration(mean=mean, low=low, high=high), chance)
        assert drawn.mean() == pytest.approx(mean, rel=1e-3)
        assert low <= drawn.min() <= drawn.max() <= high
    with pytest.raises(ValueError, match="no triangle"):
        Duration(mean=19, low=5, high=20)


def test_shares_must_add_up():
    with pytest.raises(ValueError, match=r"add up to 1\.5"):
        ImportsSettings.model_validate({"classes": {"D": {"share": 1.0}}})


@pytest.mark.parametrize("days", [1 / 24, 1.0])
def test_short_and_empty_runs(days):
    figures = desk(days=days, start=date(2028, 2, 29)).figures()
    assert figures["lots_released"] <= figures["lots_applied"] < 30
    assert "before_application_to_release_mean_days" not in figures
    assert desk({"lots_per_working_day": 0}, days=days).figures()["lots_applied"] == 0


def test_same_seed_same_lots_and_rules_do_not_change_demand():
    plain = desk().records()["import_lots"]
    assert plain.equals(desk().records()["import_lots"])
    fewer = desk({"rules": {"benches": 1}}).records()["import_lots"]
    assert plain["applied_s"].equals(fewer["applied_s"])
    assert plain["before_approved_s"].equals(fewer["before_approved_s"])


@settings(max_examples=15)
@given(
    days=st.floats(0.1, 60),
    lots=st.floats(0, 60),
    benches=st.integers(1, 3),
    tested=st.floats(0, 1),
    rejected=st.floats(0, 1),
    seed=st.integers(0, 2**31),
)
def test_every_lot_and_tube_is_in_one_place(days, lots, benches, tested, rejected, seed):
    made = desk(
        {
            "lots_per_working_day": lots,
            "rules": {"benches": benches},
            "tested": tested,
            "rejected": rejected,
            "classes": {"D": {"inspected": 0.9}},
        },
        days=days,
        seed=seed,
    )
    figures = made.figures()
    assert figures["lots_applied"] == (
        figures["lots_released"] + figures["lots_rejected"] + figures["lots_under_way"]
    )
