"""`hpcsim simulate`: one workload, one policy, one run folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import typer

from . import mishap_options, scenario_options
from . import options as given

EXAMPLES = """
Examples:

  hpcsim simulate KTH-SP2.swf.gz --policy easy

  hpcsim simulate lublin:days=90,load=0.85 --cores 35000 --out runs/quarter

  hpcsim simulate nanjing-quarter --set demand.sequencing.scale=2 --out runs/twice

  hpcsim simulate nanjing-quarter --calibration calibration --out runs/measured

  hpcsim simulate lublin:days=90,load=0.85 --site nanjing --failures --checkpoint daly

  hpcsim simulate trace.swf --policy easy-sjbf --estimates user-average --json
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXAMPLES)(simulate)


def simulate(
    context: typer.Context,
    workload: str = given.WORKLOAD,
    cores: int = given.CORES,
    site: str = given.SITE,
    placement: str = given.PLACEMENT,
    maintenance: bool = given.MAINTENANCE,
    policy: str = given.POLICY,
    cycle: str = given.CYCLE,
    estimates: str = given.ESTIMATES,
    feedback: bool = given.FEEDBACK,
    load: float = given.LOAD,
    seed: int = given.SEED,
    oversized: str = given.OVERSIZED,
    strict: bool = given.STRICT,
    warmup: float = given.WARMUP,
    cooldown: float = given.COOLDOWN,
    out: Path = given.OUT,
    report: bool = given.REPORT,
    verify: bool = given.VERIFY,
    failures: bool = mishap_options.FAILURES,
    events: Path = mishap_options.EVENTS,
    requeues: int = mishap_options.REQUEUES,
    checkpoint: str = mishap_options.CHECKPOINT,
    checkpoint_cost: float = mishap_options.CHECKPOINT_COST,
    restart_cost: float = mishap_options.RESTART_COST,
    failing: float = mishap_options.FAILING,
    out_of_memory: float = mishap_options.OUT_OF_MEMORY,
    power: bool = mishap_options.POWER,
    power_cap: float = mishap_options.POWER_CAP,
    switch_off: float = mishap_options.SWITCH_OFF,
    as_json: bool = given.JSON,
    sets: list[str] = scenario_options.SET,
    only: str = scenario_options.ONLY,
    calibration: Path = scenario_options.CALIBRATION,
) -> None:
    """Run a workload or a whole centre and say how it went.

    WORKLOAD is a trace (SWF, Batsim JSON, CSV, Parquet), a generator, or a scenario: a shipped
    one such as nanjing-quarter, or a TOML file.
    """
    from .lean import numba_without_blas

    numba_without_blas()
    written = given.on_the_command_line(context)
    if scenario_options.means_scenario(workload):
        mishap_options.refuse_for_scenarios(written)
        scenario_options.simulate_scenario(
            workload,
            written,
            sets=sets or [],
            only=only,
            out=out,
            report=report,
            verify=verify,
            as_json=as_json,
            calibration=calibration,
        )
        return
    scenario_options.refuse_for_workloads(sets, only, calibration)
    import sys

    from hpcsim.cluster.policy import policy as find_policy
    from hpcsim.simulation import folder
    from hpcsim.studies.demand import find_demand, machine_named

    from .show import note, print_json, print_summary, progress, tell_of_compiling
    from .unstarted import unstarted

    machine = machine_named(site, cores)
    chosen, demand, _, mishaps, watts = given.all_or_every_mistake(
        lambda: find_policy(policy),
        lambda: find_demand(
            workload,
            cores=cores,
            load=load,
            seed=seed,
            strict=strict,
            oversized=oversized,
            machine=machine,
        ),
        partial(folder.check_writable, out, force=True) if out else lambda: None,
        lambda: mishap_options.mishaps_of(site, written, seed),
        lambda: mishap_options.power_of(site, written),
    )
    for line in demand.repair_lines:
        note(line)
    tell_of_compiling()
    from hpcsim.simulation.replay import Options
    from hpcsim.studies.single import run_once

    options = Options(
        chosen,
        demand.cores,
        cycle,
        estimates,
        feedback,
        verify,
        machine,
        placement.replace("-", "_"),
        maintenance,
        mishaps=mishaps,
        power=watts,
    )
    with progress("simulating", len(demand.workload)) as advance:
        run = run_once(
            demand,
            options,
            command=["hpcsim", *sys.argv[1:]],
            warmup_s=warmup,
            cooldown_s=cooldown,
            progress=advance,
        )
    if out is not None:
        folder.write(run, out, force=True)
        if report:
            from hpcsim.report import write_report

            with progress("drawing the report"):
                write_report(out)
    if as_json:
        print_json(run.summary)
    else:
        print_summary(run.summary, title=f"{workload} under {chosen.name}")
    for line in unstarted(run.jobs):
        note(line)
    if out is not None:
        note(f"the run is in {out}" + (f", its report in {out / 'report.html'}" if report else ""))
