"""`hpcsim simulate`: one workload, one policy, one run folder."""

from __future__ import annotations

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
    from .simulate_workload import Asked, simulate_workload

    simulate_workload(Asked.of(context.params), written)
