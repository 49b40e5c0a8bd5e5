"""What the energy cost, what carbon stood behind it, and what users paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from hpcsim.site import Site
from hpcsim.units import DAY_S, HOUR_S

from .energy import Draws, Energy, PowerSteps, node_types_of, running_s
from .kinds import Floats
from .records import codes, has, numbers

DAY_H = 24


@dataclass(frozen=True)
class LocalClock:
    """Which local moment second 0 of the simulation is."""

    origin: datetime

    @classmethod
    def of_unix(cls, origin_unix_s: float, utc_offset_h: float) -> LocalClock:
        """The local clock of a trace that counts from a Unix time."""
        return cls(datetime(1970, 1, 1) + timedelta(seconds=origin_unix_s, hours=utc_offset_h))

    @property
    def since_midnight_s(self) -> float:
        """Second 0 of the simulation, as seconds since local midnight."""
        start = self.origin.replace(hour=0, minute=0, second=0, microsecond=0)
        return (self.origin - start).total_seconds()

    def months(self, begin_s: float, end_s: float) -> tuple[Floats, list[str]]:
        """The edges between `begin_s` and `end_s` at which months change, and the months' names.

        m + 1 edges with both ends, and m names such as 2026-11.
        """
        at = self.origin + timedelta(seconds=begin_s)
        edges, names = [begin_s], []
        while edges[-1] < end_s:
            names.append(f"{at:%Y-%m}")
            after = datetime(at.year + at.month // 12, at.month % 12 + 1, 1)
            edges.append(min((after - self.origin).total_seconds(), end_s))
            at = after
        return np.array(edges), names


def price_s(time_s: Floats, yuan_per_kwh_by_hour: tuple[float, ...], clock: LocalClock) -> Floats:
    """The integral of the hourly price from the midnight before second 0, yuan/kWh x s.

    The cost of a constant draw of P kW from a to b is P x (price_s(b) - price_s(a)) / 3600: exact,
    however many hours lie between.
    """
    local = np.asarray(time_s) + clock.since_midnight_s
    days = np.floor(local / DAY_S)
    edges = np.arange(DAY_H + 1) * HOUR_S
    upto = np.concatenate([[0.0], np.cumsum(yuan_per_kwh_by_hour) * HOUR_S])
    return days * upto[-1] + np.interp(local - days * DAY_S, edges, upto)


def job_yuan(site: Site, jobs: Draws, clock: LocalClock, begin_s: float, end_s: float) -> Floats:
    """What each job's energy cost by the hourly tariff, yuan at the meter; length n."""
    start = np.clip(np.nan_to_num(jobs.start_s, nan=end_s), begin_s, end_s)
    paid = _paid_s(site, clock, start, start + running_s(jobs, begin_s, end_s))
    return (jobs.resting_w + jobs.extra_w) / 1000 * site.power.pue * paid / HOUR_S


def site_yuan(site: Site, steps: PowerSteps, clock: LocalClock) -> float:
    """What all energy of the site cost by the hourly tariff: nodes and infrastructure, yuan."""
    paid = _paid_s(site, clock, steps.time_s[:-1], steps.time_s[1:])
    kw = (steps.node_w / 1000 + site.infrastructure_kw) * site.power.pue
    return float(kw @ paid) / HOUR_S


def energy_figures(
    used: Energy, site: Site, steps: PowerSteps, clock: LocalClock
) -> dict[str, float]:
    """What a stretch of time drew, by what drew it, what that cost and what it put into the air."""
    return {
        "jobs_kwh": used.jobs_kwh,
        "idle_kwh": used.idle_kwh,
        "down_kwh": used.down_kwh,
        "off_kwh": used.off_kwh,
        "boot_kwh": used.boot_kwh,
        "infrastructure_kwh": used.infrastructure_kwh,
        "total_kwh": used.total_kwh,
        "energy_yuan": site_yuan(site, steps, clock),
        "carbon_kg": used.total_kwh * site.carbon.kg_per_kwh,
    }


def income_yuan(jobs: pa.Table, site: Site, begin_s: float, end_s: float) -> Floats:
    """What each row of a jobs table pays for the cores and accelerators it held, yuan; length n.

    Columns customer (a name among `yuan_per_core_h`), partition, qos and accelerators change the
    price where the table has them and the site knows their values.
    """
    start, end = numbers(jobs, "start_s"), numbers(jobs, "end_s")
    nothing = np.zeros(len(start))
    ran_h = running_s(Draws(start, end, nothing, nothing), begin_s, end_s) / HOUR_S
    by_customer = site.prices.yuan_per_core_h
    an_hour = numbers(jobs, "cores") * _factor(
        jobs, "customer", by_customer, by_customer["default"]
    )
    if has(jobs, "accelerators"):
        price = _accelerator_yuan(site)[node_types_of(jobs, site)]
        an_hour = an_hour + np.nan_to_num(numbers(jobs, "accelerators")) * price
    partition = _factor(jobs, "partition", site.prices.partition_factors, 1.0)
    return ran_h * an_hour * partition * _factor(jobs, "qos", site.prices.qos_factors, 1.0)


def _accelerator_yuan(site: Site) -> Floats:
    """Yuan an hour of the first accelerator type of each node type; 0 for an unknown node type."""
    prices = site.prices.yuan_per_accelerator_h
    first = [kind.accelerators[0].name if kind.accelerators else "" for kind in site.nodes]
    return np.array([*(prices.get(name, 0.0) for name in first), 0.0])


def _factor(jobs: pa.Table, column: str, known: Mapping[str, float], otherwise: float) -> Floats:
    """The value of each row's name in `known`."""
    if not has(jobs, column):
        return np.full(jobs.num_rows, otherwise)
    number, names = codes(jobs, column)
    return np.array([known.get(str(name), otherwise) for name in names.to_pylist()])[number]


def _paid_s(site: Site, clock: LocalClock, start_s: Floats, end_s: Floats) -> Floats:
    by_hour = site.tariff.yuan_per_kwh_by_hour
    return price_s(end_s, by_hour, clock) - price_s(start_s, by_hour, clock)
