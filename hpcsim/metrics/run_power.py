"""Energy, money and carbon of a run in which watts were counted, job by job and altogether."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from hpcsim.center.failures import merged
from hpcsim.simulation.electricity import Drawn
from hpcsim.site import Site
from hpcsim.units import HOUR_S

from .energy import BOOT, DOWN, OFF, Draws, PowerSteps, Spells, energy, power_steps
from .kinds import Floats
from .money import LocalClock, energy_figures, income_yuan, job_yuan
from .records import codes, has, numbers

DEFAULT_START_UNIX_S = 1_798_761_600.0  # 1 January 2027, where a trace does not say when it was
MOST_USERS = 50


class RunPower:
    """The power of a run of which `jobs` is the table, from second 0 to `end_s`.

    Without `end_s`, from the first submission to the last end.
    """

    def __init__(
        self,
        jobs: pa.Table,
        site: Site,
        drawn: Drawn,
        start_unix_s: float | None = None,
        end_s: float | None = None,
    ) -> None:
        self.jobs, self.site, self.drawn = jobs, site, drawn
        submits = numbers(jobs, "submit_s")
        self.begin_s = 0.0
        if end_s is None:
            self.begin_s = float(submits.min()) if len(submits) else 0.0
            ends = drawn.end_s
            end_s = float(np.max(ends, initial=self.begin_s, where=ends < np.inf))
        self.end_s = end_s
        origin = DEFAULT_START_UNIX_S if start_unix_s is None else start_unix_s
        self.clock = LocalClock.of_unix(origin, site.tariff.utc_offset_h)
        self.runs = Draws(drawn.start_s, drawn.end_s, drawn.rest_w, drawn.work_w)
        self.spells = spells_of(drawn)
        self.steps: PowerSteps = power_steps(site, self.runs, self.spells, self.begin_s, self.end_s)

    def job_columns(self) -> dict[str, Floats]:
        """A value a job: energy_kwh at the meter, energy_yuan, carbon_kg, income_yuan."""
        used = energy(self.site, self.runs, self.spells, self.begin_s, self.end_s)
        yuan = job_yuan(self.site, self.runs, self.clock, self.begin_s, self.end_s)
        kwh = self._by_job(used.job_kwh)
        return {
            "energy_kwh": kwh,
            "energy_yuan": self._by_job(yuan),
            "carbon_kg": kwh * self.site.carbon.kg_per_kwh,
            "income_yuan": income_yuan(self.jobs, self.site, self.begin_s, self.end_s),
        }

    def series_columns(self, time_s: Floats) -> dict[str, Floats]:
        """Mean watts between each two of `time_s`, the last to the end: nodes, and at the meter."""
        if not len(time_s):
            return {"node_kw": np.empty(0), "meter_kw": np.empty(0)}
        edges = np.append(time_s, max(self.end_s, float(time_s[-1]) + 1e-9))
        kw = self.steps.kwh_between(edges) / (np.diff(edges) / HOUR_S)
        return {
            "node_kw": kw,
            "meter_kw": (kw + self.site.infrastructure_kw) * self.site.power.pue,
        }

    def figures(self, columns: dict[str, Floats]) -> dict[str, Any]:
        """What all of it was, and by month, class of work and user; units in the names."""
        edges, months = self.clock.months(self.begin_s, self.end_s)
        spans = zip(months, edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        return {
            **self._between(self.begin_s, self.end_s),
            "income_yuan": float(columns["income_yuan"].sum()),
            "max_node_kw": self.steps.max_kw,
            "cap_kw": self.drawn.cap_w / 1000 if np.isfinite(self.drawn.cap_w) else None,
            "times_switched_off": len(self.drawn.off_s),
            "by_month": {month: self._between(begin, end) for month, begin, end in spans},
            "by_class": self._by(self.drawn.work, self.drawn.works, columns),
            "by_user": self._by_user(columns),
        }

    def _between(self, begin_s: float, end_s: float) -> dict[str, float]:
        used = energy(self.site, self.runs, self.spells, begin_s, end_s)
        steps = self.steps.between(begin_s, end_s) if end_s > begin_s else self.steps
        hours = max(end_s - begin_s, 1e-9) / HOUR_S
        return {
            **energy_figures(used, self.site, steps, self.clock),
            "mean_kw": used.total_kwh / hours,
        }

    def _by_user(self, columns: dict[str, Floats]) -> dict[str, dict[str, float]]:
        """The users who used most; the others together."""
        if not has(self.jobs, "user"):
            return {}
        number, names = codes(self.jobs, "user")
        kwh = np.bincount(number, columns["energy_kwh"], len(names))
        most = np.argsort(-kwh, kind="stable")[:MOST_USERS]
        place = np.full(len(names), len(most))
        place[most] = np.arange(len(most))
        labels = [str(names[int(i)].as_py()) for i in most]
        if len(names) > len(most):
            labels.append("(all others)")
        return self._by(place[number], labels, columns)

    def _by(
        self, group: np.ndarray, names: Sequence[str], columns: dict[str, Floats]
    ) -> dict[str, dict[str, float]]:
        lasted = self.drawn.end_s - self.drawn.start_s
        cores = numbers(self.jobs, "cores")[self.drawn.job]
        core_h = self._by_job(np.clip(np.nan_to_num(lasted), 0, None) * cores / HOUR_S)
        table = {"core_h": core_h, **columns}
        sums = {name: np.bincount(group, values, len(names)) for name, values in table.items()}
        return {
            str(label): {name: float(sums[name][i]) for name in sums}
            for i, label in enumerate(names)
        }

    def _by_job(self, of_runs: Floats) -> Floats:
        return np.bincount(self.drawn.job, of_runs, self.jobs.num_rows).astype(np.float64)


def with_power(
    counted: RunPower, jobs: pa.Table, series: pa.Table
) -> tuple[pa.Table, pa.Table, dict[str, Any]]:
    """Jobs and series with their columns of energy; what the summary says of it, under `power`."""
    columns = counted.job_columns()
    for name, values in columns.items():
        jobs = jobs.append_column(name, pa.array(values))
    for name, values in counted.series_columns(numbers(series, "time_s")).items():
        series = series.append_column(name, pa.array(values))
    return jobs, series, {"power": counted.figures(columns)}


def spells_of(drawn: Drawn) -> Spells:
    """When nodes were down, off or starting; what a node's going down cuts short ends there."""
    down = merged(drawn.outages)
    node = np.concatenate([drawn.node, drawn.node])
    start = np.concatenate([drawn.off_s, drawn.woken_s])
    end = np.concatenate([drawn.woken_s, drawn.ready_s])
    state = np.repeat([OFF, BOOT], len(drawn.node))
    end = np.minimum(end, _next_down(node, start, down.node, down.start_s))
    kept = end > start
    return Spells(
        np.concatenate([node[kept], down.node.astype(np.int64)]),
        np.concatenate([start[kept], down.start_s]),
        np.concatenate([end[kept], down.end_s]),
        np.concatenate([state[kept], np.full(len(down.node), DOWN)]),
    )


def _next_down(node: np.ndarray, start: Floats, down: np.ndarray, down_s: Floats) -> Floats:
    """When each node next goes down at or after a time; infinity if it does not."""
    if not len(down):
        return np.full(len(node), np.inf)
    order = np.lexsort((down_s, down))
    down, down_s = down[order].astype(np.int64), down_s[order]
    span = float(max(down_s.max(), start.max(initial=0.0))) + 1.0
    at = np.searchsorted(down * span + down_s, node * span + start, side="left")
    found = np.minimum(at, len(down) - 1)
    same = (at < len(down)) & (down[found] == node)
    return np.where(same, down_s[found], np.inf)
