"""`hpcsim simulate` of a workload: from what stands on the command line to a run folder."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import mishap_options
from . import options as given
from .show import note, note_folder, print_json, print_summary, progress, tell_of_compiling
from .unstarted import unstarted

if TYPE_CHECKING:
    from hpcsim.simulation.replay import Options
    from hpcsim.studies.demand import Demand


@dataclass(frozen=True)
class Asked:
    """What was asked for, or its default; the fields are the options of `simulate`."""

    workload: str
    cores: int | None
    site: str | None
    placement: str
    maintenance: bool
    policy: str
    cycle: str
    estimates: str
    feedback: bool
    load: float | None
    seed: int
    oversized: str
    strict: bool
    warmup: float
    cooldown: float
    out: Path | None
    report: bool
    verify: bool
    as_json: bool

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Asked:
        """Out of all parameters of the command."""
        return cls(**{field.name: values[field.name] for field in fields(cls)})


def simulate_workload(asked: Asked, written: Mapping[str, Any]) -> None:
    """Run it, write its folder and say how it went; `written`: what was typed, and no default.

    Raises InputError with every mistake that can be told before anything runs.
    """
    demand, options = _resolved(asked, written)
    from hpcsim.simulation import folder
    from hpcsim.studies.single import run_once

    with progress("simulating", len(demand.workload)) as advance:
        run = run_once(
            demand,
            options,
            command=["hpcsim", *sys.argv[1:]],
            warmup_s=asked.warmup,
            cooldown_s=asked.cooldown,
            progress=advance,
        )
    if asked.out is not None:
        folder.write(run, asked.out, force=True)
        if asked.report:
            _draw(asked.out)
    if asked.as_json:
        print_json(run.summary)
    else:
        print_summary(run.summary, title=f"{asked.workload} under {options.policy.name}")
    for line in unstarted(run.jobs):
        note(line)
    if asked.out is not None:
        note_folder(asked.out, report=asked.report)


def _resolved(asked: Asked, written: Mapping[str, Any]) -> tuple[Demand, Options]:
    """The demand, and how it is to be run."""
    from hpcsim.cluster.policy import policy as find_policy
    from hpcsim.simulation import folder
    from hpcsim.studies.demand import find_demand, machine_named

    machine = machine_named(asked.site, asked.cores)
    chosen, demand, _, mishaps, watts = given.all_or_every_mistake(
        lambda: find_policy(asked.policy),
        lambda: find_demand(
            asked.workload,
            cores=asked.cores,
            load=asked.load,
            seed=asked.seed,
            strict=asked.strict,
            oversized=asked.oversized,
            machine=machine,
        ),
        partial(folder.check_writable, asked.out, force=True) if asked.out else lambda: None,
        lambda: mishap_options.mishaps_of(asked.site, written, asked.seed),
        lambda: mishap_options.power_of(asked.site, written),
    )
    for line in demand.repair_lines:
        note(line)
    tell_of_compiling()  # which this import does, where it was not done before
    from hpcsim.simulation.replay import Options

    options = Options(
        chosen,
        demand.cores,
        asked.cycle,
        asked.estimates,
        asked.feedback,
        asked.verify,
        machine,
        asked.placement.replace("-", "_"),
        asked.maintenance,
        mishaps=mishaps,
        power=watts,
    )
    return demand, options


def _draw(out: Path) -> None:
    from hpcsim.report import write_report

    with progress("drawing the report"):
        write_report(out)
