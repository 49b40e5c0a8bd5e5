"""What the import desk leaves behind: its lots, its figures, its law of conservation."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from hpcsim.units import DAY_S, HOUR_S

from ..contract import Figures, FloatArray, IntArray, InvariantError
from .lots import DESTINATIONS

if TYPE_CHECKING:
    from .desk import Desk, Imports


class Place(IntEnum):
    """The one place in which a lot is."""

    APPROVAL = 0
    DECLARATION = 1
    TRANSFER = 2
    WAITING_FOR_BENCH = 3
    ON_BENCH = 4
    IN_TEST = 5
    REJECTED = 6
    RELEASED = 7


def places(imports: Imports, desk: Desk) -> IntArray:
    """Each lot's place now, from its history."""
    now, course = imports.env.now, desk.course
    place = np.full(len(imports.lots), Place.APPROVAL, dtype=np.int64)
    place[course.approved_s <= now] = Place.DECLARATION
    place[course.declared_s <= now] = Place.TRANSFER
    place[(course.declared_s <= now) & imports.lots.rejected] = Place.REJECTED
    here = course.arrived_s <= now
    place[here & course.inspected] = Place.WAITING_FOR_BENCH
    place[here & ~course.inspected] = Place.IN_TEST
    place[desk.bench_start_s <= now] = Place.ON_BENCH
    place[desk.bench_end_s <= now] = Place.IN_TEST
    place[desk.released_s <= now] = Place.RELEASED
    return place


def check(imports: Imports) -> None:
    """Raise InvariantError unless benches, queues and deliveries agree with the histories."""
    for desk in (imports.today, imports.before):
        place = places(imports, desk)
        waiting = int((place == Place.WAITING_FOR_BENCH).sum())
        on_bench = int((place == Place.ON_BENCH).sum())
        if (waiting, on_bench) != (len(desk.benches.queue), desk.benches.count):
            raise InvariantError(
                f"{waiting} lots should wait for a bench and {on_bench} be on one, but "
                f"{len(desk.benches.queue)} wait and {desk.benches.count} are"
            )
        stray = (place == Place.IN_TEST) & ~imports.lots.tested
        if stray.any():
            raise InvariantError(f"lot {np.flatnonzero(stray)[0]} is in a test it does not need")
    released = places(imports, imports.today) == Place.RELEASED
    for code, destination in enumerate(DESTINATIONS):
        tubes = int(imports.lots.tubes[released & (imports.lots.destination == code)].sum())
        if tubes != imports.delivered[destination]:
            raise InvariantError(
                f"{imports.delivered[destination]} tubes went to the {destination}, "
                f"but the lots released for it hold {tubes}"
            )


def table(imports: Imports) -> pa.Table:
    """A row a lot."""
    lots, today, before = imports.lots, imports.today, imports.before
    classes = list(imports.settings.classes)

    def times(times_s: FloatArray) -> pa.Array:
        return pa.array(times_s, mask=~(times_s <= imports.env.now))

    return pa.table(
        {
            "lot": pa.array(np.arange(len(lots))),
            "risk_class": _coded(lots.risk_class, classes),
            "tubes": pa.array(lots.tubes),
            "destination": _coded(lots.destination, list(DESTINATIONS)),
            "applied_s": pa.array(lots.applied_s),
            "approval_working_days": pa.array(today.course.approval_days),
            "approved_s": times(today.course.approved_s),
            "declared_s": times(today.course.declared_s),
            "arrived_s": times(today.course.arrived_s),
            "inspected": pa.array(today.course.inspected),
            "bench_start_s": times(today.bench_start_s),
            "bench_end_s": times(today.bench_end_s),
            "tested": pa.array(lots.tested),
            "released_s": times(today.released_s),
            "place": _coded(places(imports, today), [place.name.lower() for place in Place]),
            "site_visit": pa.array(lots.visited),
            "followed_up_until_s": pa.array(
                today.released_s + lots.follow_up_s, mask=~(today.released_s <= imports.env.now)
            ),
            "before_approval_working_days": pa.array(before.course.approval_days),
            "before_approved_s": times(before.course.approved_s),
            "before_released_s": times(before.released_s),
        }
    )


def _coded(codes: IntArray, names: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names))


def figures(imports: Imports) -> Figures:
    """Headline figures; means are left out where there is nothing to average."""
    lots, now = imports.lots, imports.env.now
    today, before = imports.today, imports.before
    place = places(imports, today)
    released = place == Place.RELEASED
    found: Figures = {
        "lots_applied": len(lots),
        "lots_released": int(released.sum()),
        "lots_rejected": int((place == Place.REJECTED).sum()),
        "lots_inspected": int((today.bench_end_s <= now).sum()),
        "lots_tested": int((lots.tested & released).sum()),
        "lots_under_way": int((place < Place.REJECTED).sum()),
        "lots_released_under_rules_before": int((before.released_s <= now).sum()),
        "follow_ups_open": int((released & (today.released_s + lots.follow_up_s > now)).sum()),
        "site_visits": int((released & lots.visited).sum()),
        "tubes_to_biobank": imports.delivered["biobank"],
        "tubes_to_lab": imports.delivered["lab"],
    }
    for code, name in enumerate(imports.settings.classes):
        mine = lots.risk_class == code
        if mine.any():
            took = (today.course.approved_s - lots.applied_s)[mine]
            found[f"class_{name}_approval_mean_h"] = float(took.mean()) / HOUR_S
            days = today.course.approval_days[mine]
            found[f"class_{name}_approval_mean_working_days"] = float(days.mean())
    if len(lots):
        days = before.course.approval_days
        found["before_approval_mean_working_days"] = float(days.mean())
        took = before.course.approved_s - lots.applied_s
        found["before_approval_mean_h"] = float(took.mean()) / HOUR_S
    for name, desk in (("", today), ("before_", before)):
        took = (desk.released_s - lots.applied_s)[desk.released_s <= now]
        if len(took):
            found[f"{name}application_to_release_mean_days"] = float(took.mean()) / DAY_S
    return found
