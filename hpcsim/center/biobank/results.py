"""What the biobank leaves behind: histories, the stock, figures, the law of conservation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from hpcsim.units import DAY_S, HOUR_S, YEAR_S

from ..contract import Figures, IntArray, InvariantError
from .stock import NOWHERE, Where, yearly_income

if TYPE_CHECKING:
    from .bank import Biobank, Job

TWO_SIDED_95 = 1.96


def check(bank: Biobank) -> None:
    """Raise InvariantError unless rows, counts, racks and orders tell the same story."""
    bank.stock.check()
    where = bank.stock.where
    wanted, gone = _rows(bank.orders, done=False), _rows(bank.orders, done=True)
    waiting, stored = _rows(bank.racks, done=False), _rows(bank.racks, done=True)
    initial = np.arange(bank.settings.stored)
    if (where[wanted] != Where.ORDERED).any() or (where[gone] != Where.GONE).any():
        raise InvariantError("an order's tubes are not where its history says")
    if (where[waiting] != Where.ARRIVED).any():
        raise InvariantError("a rack's tubes are not where its history says")
    if (where[np.concatenate([initial, stored])] == Where.ARRIVED).any():
        raise InvariantError("a tube in the store is on an intake rack too")
    seen = np.bincount(np.concatenate([initial, waiting, stored]), minlength=bank.stock.count)
    left = np.bincount(np.concatenate([wanted, gone, [0]]), minlength=bank.stock.count)
    left[0] -= 1
    if (seen != 1).any() or (left > 1).any():
        raise InvariantError("a tube came twice, or is in two orders")
    counts = np.bincount(where, minlength=4)
    if counts[Where.GONE] != len(gone) or counts[Where.ORDERED] != len(wanted):
        raise InvariantError("tubes left the store without an order")


def _rows(jobs: list[Job], *, done: bool) -> np.ndarray:
    """The tubes of all jobs that are (not) through: picked by a robot, or in their place."""
    rows = [
        job.tubes
        for job in jobs
        if np.isfinite(job.robot_done_s if job.is_order else job.done_s) == done
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *rows])


def tables(bank: Biobank) -> dict[str, pa.Table]:
    """The histories of orders, racks, moved tubes and alarms, and the stock at the end."""
    return {
        "tube_orders": _jobs(bank.orders, bank, "order"),
        "tube_racks": _jobs(bank.racks, bank, "rack"),
        "tubes": _moved(bank),
        "biobank_days": _days(bank),
        "biobank_stock": _stock(bank),
        "cooling": pa.table(
            {
                "bank": pa.array(bank.cooling.bank),
                "failed_s": pa.array(bank.cooling.failed_s),
                "repaired_s": pa.array(bank.cooling.repaired_s),
            }
        ),
    }


def _jobs(jobs: list[Job], bank: Biobank, name: str) -> pa.Table:
    def times(values: list[float]) -> pa.Array:
        found = np.array(values, dtype=np.float64)
        return pa.array(found, mask=~(found <= bank.env.now))

    return pa.table(
        {
            name: pa.array([job.number for job in jobs], pa.int64()),
            "source": pa.array(
                [job.source if name == "rack" else "order" for job in jobs], pa.string()
            ),
            "tubes": pa.array([len(job.tubes) for job in jobs], pa.int64()),
            "came_s": pa.array([job.came_s for job in jobs], pa.float64()),
            "robot": pa.array([job.robot for job in jobs], pa.int64()),
            "start_s": times([job.start_s for job in jobs]),
            "robot_done_s": times([job.robot_done_s for job in jobs]),
            "done_s": times([job.done_s for job in jobs]),
            "misreads": pa.array([job.misreads for job in jobs], pa.int64()),
        }
    )


def _moved(bank: Biobank) -> pa.Table:
    """A row for every tube that came or went; all others have stood in their places."""
    rack = np.full(bank.stock.count, -1, dtype=np.int64)
    order, came, left = rack.copy(), np.full(len(rack), np.nan), np.full(len(rack), np.nan)
    for job in bank.racks:
        rack[job.tubes] = job.number
        came[job.tubes] = job.done_s if np.isfinite(job.done_s) else np.nan
    for job in bank.orders:
        order[job.tubes] = job.number
        left[job.tubes] = job.robot_done_s if np.isfinite(job.robot_done_s) else np.nan
    moved = np.flatnonzero((rack >= 0) | (order >= 0))
    places = bank.stock.bank[moved].astype(np.int64)
    sizes = pa.array(list(bank.settings.sizes))
    return pa.table(
        {
            "tube": pa.array(moved),
            "size": pa.DictionaryArray.from_arrays(
                pa.array(bank.stock.size[moved].astype(np.int32)), sizes
            ),
            "bank": pa.array(places, mask=places == NOWHERE),
            "rack": pa.array(rack[moved], mask=rack[moved] < 0),
            "order": pa.array(order[moved], mask=order[moved] < 0),
            "stored_s": pa.array(came[moved], mask=np.isnan(came[moved])),
            "left_s": pa.array(left[moved], mask=np.isnan(left[moved])),
            "where": pa.DictionaryArray.from_arrays(
                pa.array(bank.stock.where[moved].astype(np.int32)),
                pa.array([where.name.lower() for where in Where]),
            ),
        }
    )


def daily_moves(bank: Biobank) -> tuple[IntArray, IntArray]:
    """Tubes put into their places and taken out of them, on each day begun by now."""
    days = max(math.ceil(bank.env.now / DAY_S), 1)
    moves = []
    for jobs, order in ((bank.racks, False), (bank.orders, True)):
        ends = np.array([job.robot_done_s if order else job.done_s for job in jobs])
        tubes = np.array([len(job.tubes) for job in jobs], dtype=np.int64)
        done = ends <= bank.env.now
        day = np.minimum(ends[done] // DAY_S, days - 1).astype(np.int64)
        moves.append(np.bincount(day, tubes[done], days).astype(np.int64))
    return moves[0], moves[1]


def _days(bank: Biobank) -> pa.Table:
    came, left = daily_moves(bank)
    dates = [bank.calendar.date_of(day) for day in range(len(came))]
    stored = bank.settings.stored + np.cumsum(came - left)
    return pa.table(
        {
            "date": pa.array(dates, pa.date32()),
            "came": pa.array(came),
            "left": pa.array(left),
            "stored": pa.array(stored),
        }
    )


def _stock(bank: Biobank) -> pa.Table:
    stored = bank.stock.stored
    columns = {
        f"tubes_{name}": pa.array(stored[:, code]) for code, name in enumerate(bank.settings.sizes)
    }
    return pa.table(
        {
            "bank": pa.array(np.arange(len(stored))),
            "places": pa.array(bank.stock.capacity),
            **columns,
            "income_yuan_per_year": pa.array(yearly_income(stored, bank.settings)),
        }
    )


def figures(bank: Biobank) -> Figures:
    """Headline figures."""
    now, settings = bank.env.now, bank.settings
    stored = int(bank.stock.stored.sum())
    came = sum(len(job.tubes) for job in bank.racks)
    left = int((bank.stock.where == Where.GONE).sum())
    found: Figures = {
        "tubes_stored": stored,
        "places": int(bank.stock.capacity.sum()),
        "fill": stored / settings.capacity if settings.capacity else 0.0,
        "tubes_came": came,
        "tubes_left": left,
        "tubes_waiting_for_place": sum(len(job.tubes) for job in bank.without_place),
        "orders": len(bank.orders),
        "orders_delivered": sum(job.done_s <= now for job in bank.orders),
        "misreads": sum(job.misreads for job in bank.orders + bank.racks if job.start_s <= now),
        "income_yuan": bank.income_yuan,
        "income_yuan_per_year": float(yearly_income(bank.stock.stored, settings).sum()),
        "robot_failures": sum(int((robot.down_s <= now).sum()) for robot in bank.robots),
        "cooling_alarms": int((bank.cooling.failed_s <= now).sum()),
        "tubes_in_banks_warmed_beyond_limit": bank.tubes_at_risk,
        "energy_kwh": settings.power_kw * now / HOUR_S,
    }
    took = [job.done_s - job.came_s for job in bank.orders if job.done_s <= now]
    if took:
        found["order_turnaround_mean_h"] = float(np.mean(took)) / HOUR_S
        found["order_turnaround_p95_h"] = float(np.quantile(took, 0.95)) / HOUR_S
    if settings.pickers and now > 0:
        busy = sum(
            min(job.robot_done_s, now) - job.start_s
            for job in bank.orders + bank.racks
            if job.start_s <= now
        )
        found["robot_utilization"] = busy / (settings.pickers * now)
    return found | _forecast(bank, stored)


def _forecast(bank: Biobank, stored: int) -> Figures:
    """The day on which the last place is taken, at the growth of this run, with 95 % bounds."""
    came, left_store = daily_moves(bank)
    net = (came - left_store).astype(np.float64)
    growth = float(net.sum()) / max(bank.env.now / DAY_S, 1.0)
    error = TWO_SIDED_95 * float(net.std()) / math.sqrt(len(net))
    left = bank.settings.capacity - stored
    found: Figures = {"growth_tubes_per_year": growth * YEAR_S / DAY_S}
    for name, rate in (("", growth), ("_earliest", growth + error), ("_latest", growth - error)):
        found[f"full_on{name}"] = bank.calendar.date_used_up(bank.env.now, left, rate)
    return found
