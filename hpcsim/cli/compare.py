"""`hpcsim compare`: one trace under several policies, or scenarios by many paired runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from . import options as given
from . import scenario_options
from .study_options import Asked, study_command

if TYPE_CHECKING:
    from hpcsim.cluster.machine import Machine
    from hpcsim.cluster.policy import Policy
    from hpcsim.studies.demand import Demand

EXAMPLES = """
Examples:

  hpcsim compare KTH-SP2.swf.gz --policy fcfs --policy easy --policy conservative

  hpcsim compare lublin:days=30,load=0.9 --cores 1024 --policy easy --policy saf-easy --out runs/c

  hpcsim compare nanjing-quarter nanjing-2x-sequencing --runs 20 --out studies/twice

  hpcsim compare nanjing-quarter --with cluster.nodes=828 --runs 20
"""
NAMES = typer.Argument(
    metavar="SCENARIO...", help="Scenarios or generators; or a trace or generator, by its policies."
)
RUNS = typer.Option(20, metavar="N", help="Runs of each; all meet the same chances.")
WITH = typer.Option(
    None,
    "--with",
    metavar="CHANGES",
    help="Also with so much changed: cluster.nodes=828,cluster.cycle=30.",
)
METRICS = typer.Option(None, "--metric", metavar="METRIC", help="Compare this figure too.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    command = study_command(compare, scenario=NAMES, policy=given.POLICIES)
    app.command(epilog=EXAMPLES)(command)


def compare(
    asked: Asked,
    runs: int = RUNS,
    changed: list[str] | None = WITH,
    metric: list[str] | None = METRICS,
    strict: bool = given.STRICT,
    verify: bool = given.VERIFY,
) -> None:
    """Set policies, or whole scenarios, side by side.

    One trace or generator runs once under each policy. Scenarios, and whatever has --runs or
    --with, run many times with the same random numbers: differences come with intervals.
    """
    names = list(dict.fromkeys(asked.scenario))
    many = len(names) > 1 or changed or "runs" in asked.said
    if many or any(scenario_options.means_scenario(name) for name in names):
        from .compare_scenarios import compare_scenarios

        compare_scenarios(asked, names, runs, changed or [], metric or [])
    else:
        _schedules(asked, names[0], strict, verify)


def _schedules(asked: Asked, workload: str, strict: bool, verify: bool) -> None:
    """Run the same workload under several policies and set their figures side by side."""
    from hpcsim.cluster.policy import policy as find_policy
    from hpcsim.simulation import folder
    from hpcsim.studies.demand import find_demand, machine_named

    from .show import note, print_comparison, print_json, tell_of_compiling

    scenario_options.refuse_for_workloads(asked.sets, asked.only, asked.calibration)
    machine = machine_named(asked.site, asked.cores)
    names = list(dict.fromkeys(asked.policy))
    out = asked.out
    demand, *chosen = given.all_or_every_mistake(
        lambda: find_demand(
            workload,
            cores=asked.cores,
            load=asked.load,
            seed=asked.seed or 0,
            strict=strict,
            oversized=asked.oversized,
            machine=machine,
        ),
        *(partial(find_policy, name) for name in names),
    )
    if out is not None:
        checks = (partial(folder.check_writable, out / p.name, force=True) for p in chosen)
        given.all_or_every_mistake(*checks)
    for line in demand.repair_lines:
        note(line)
    tell_of_compiling()
    summaries = {each.name: _run(asked, demand, machine, each, verify) for each in chosen}
    if out is not None:
        from hpcsim.report import compare_report

        page = compare_report([out / each.name for each in chosen], out / "compare.html")
        note(f"the comparison is in {page}")
    if asked.as_json:
        print_json(summaries)
    else:
        print_comparison(summaries, title=workload)


def _run(
    asked: Asked, demand: Demand, machine: Machine | None, policy: Policy, verify: bool
) -> dict[str, Any]:
    """The figures of the run under one policy, which is kept where there is a folder for it."""
    from hpcsim.simulation import folder
    from hpcsim.simulation.replay import Options
    from hpcsim.studies.single import run_once

    from .show import progress

    options = Options(
        policy,
        demand.cores,
        asked.cycle,
        asked.estimates,
        asked.feedback,
        verify,
        machine,
        asked.placement.replace("-", "_"),
    )
    with progress(policy.name, len(demand.workload)) as advance:
        run = run_once(
            demand,
            options,
            command=asked.words(),
            warmup_s=asked.warmup,
            cooldown_s=asked.cooldown,
            progress=advance,
        )
    if asked.out is not None:
        folder.write(run, asked.out / policy.name, force=True)
    return dict(run.summary)
