"""The bill: energy, money and carbon by user, class, month or any other column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hpcsim.site import Site
from hpcsim.units import HOUR_S

from .energy import Energy, PowerSteps, Spells, draws_of, energy, no_spells, power_steps, running_s
from .kinds import Floats
from .money import LocalClock, energy_figures, income_yuan, job_yuan
from .records import codes, numbers


@dataclass(frozen=True)
class Period:
    """The time that a bill is for: seconds of the simulation, and the local clock behind them."""

    begin_s: float
    end_s: float
    clock: LocalClock

    def months(self) -> list[tuple[str, Period]]:
        """The months in the period, the first and the last cut to it."""
        edges, names = self.clock.months(self.begin_s, self.end_s)
        spans = zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        return [
            (name, Period(begin, end, self.clock))
            for name, (begin, end) in zip(names, spans, strict=True)
        ]


def job_columns(jobs: pa.Table, site: Site, period: Period) -> dict[str, Floats]:
    """What each job used and cost within the period: arrays of a value a job.

    core_h, energy_kwh (at the meter), energy_yuan (hourly tariff), carbon_kg, income_yuan.
    """
    drawn = draws_of(jobs, site)
    begin, end = period.begin_s, period.end_s
    ran_s = running_s(drawn, begin, end)
    kwh = (drawn.resting_w + drawn.extra_w) / 1000 * site.power.pue * ran_s / HOUR_S
    return {
        "core_h": numbers(jobs, "cores") * ran_s / HOUR_S,
        "energy_kwh": kwh,
        "energy_yuan": job_yuan(site, drawn, period.clock, begin, end),
        "carbon_kg": kwh * site.carbon.kg_per_kwh,
        "income_yuan": income_yuan(jobs, site, begin, end),
    }


def bill(jobs: pa.Table, site: Site, period: Period, by: str, *, monthly: bool = False) -> pa.Table:
    """The columns of `job_columns` summed by column `by` of `jobs`, and by month if wanted.

    A row a group (and month), in the groups' order; InputError if there is no such column.
    """
    group, labels = codes(jobs, by)
    spans = period.months() if monthly else [("", period)]
    tables = []
    for month, span in spans:
        columns = {
            name: np.bincount(group, values, len(labels))
            for name, values in job_columns(jobs, site, span).items()
        }
        named = {by: labels} | ({"month": pa.array([month] * len(labels))} if monthly else {})
        tables.append(pa.table(named | {name: pa.array(v) for name, v in columns.items()}))
    return pa.concat_tables(tables)


def site_bill(
    jobs: pa.Table, site: Site, period: Period, *, spells: Spells | None = None
) -> pa.Table:
    """What the whole site drew and cost, a row a month.

    Columns: month; jobs_kwh, idle_kwh, down_kwh, off_kwh, boot_kwh, infrastructure_kwh and
    total_kwh at the meter; energy_yuan, carbon_kg, income_yuan; mean_kw at the meter and
    max_node_kw without PUE.
    """
    drawn, away = draws_of(jobs, site), spells or no_spells()
    steps = power_steps(site, drawn, away, period.begin_s, period.end_s)
    rows = []
    for name, span in period.months():
        used = energy(site, drawn, away, span.begin_s, span.end_s)
        rows.append({"month": name} | _figures(jobs, site, span, used, steps))
    return pa.Table.from_pylist(rows)


def figures(
    jobs: pa.Table, site: Site, period: Period, *, spells: Spells | None = None
) -> dict[str, float]:
    """The columns of `site_bill` for the whole period, as they stand in a summary."""
    drawn, away = draws_of(jobs, site), spells or no_spells()
    begin, end = period.begin_s, period.end_s
    steps = power_steps(site, drawn, away, begin, end)
    return _figures(jobs, site, period, energy(site, drawn, away, begin, end), steps)


def _figures(
    jobs: pa.Table, site: Site, period: Period, used: Energy, steps: PowerSteps
) -> dict[str, float]:
    begin, end = period.begin_s, period.end_s
    within = steps.between(begin, end)
    return {
        **energy_figures(used, site, within, period.clock),
        "income_yuan": float(income_yuan(jobs, site, begin, end).sum()),
        "mean_kw": used.total_kwh / ((end - begin) / HOUR_S),
        "max_node_kw": within.max_kw,
    }
