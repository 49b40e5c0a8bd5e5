"""`hpcsim compare`: the same demand under several policies, one table, one page."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import typer

from . import options as given

EXAMPLES = """
Examples:

  hpcsim compare KTH-SP2.swf.gz --policy fcfs --policy easy --policy conservative

  hpcsim compare lublin:days=30,load=0.9 --cores 1024 --policy easy --policy saf-easy --out runs/c
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXAMPLES)(compare)


def compare(
    workload: str = given.WORKLOAD,
    policy: list[str] = given.POLICIES,
    cores: int = given.CORES,
    site: str = given.SITE,
    placement: str = given.PLACEMENT,
    cycle: str = given.CYCLE,
    estimates: str = given.ESTIMATES,
    feedback: bool = given.FEEDBACK,
    load: float = given.LOAD,
    seed: int = given.SEED,
    oversized: str = given.OVERSIZED,
    strict: bool = given.STRICT,
    out: Path = given.OUT,
    verify: bool = given.VERIFY,
    as_json: bool = given.JSON,
) -> None:
    """Run the same workload under several policies and set their figures side by side."""
    import sys

    from hpcsim.cluster.policy import policy as find_policy
    from hpcsim.simulation import folder
    from hpcsim.studies.demand import find_demand, machine_named

    from .show import note, print_comparison, print_json, progress, tell_of_compiling

    machine = machine_named(site, cores)
    names = list(dict.fromkeys(policy))
    demand, *chosen = given.all_or_every_mistake(
        lambda: find_demand(
            workload,
            cores=cores,
            load=load,
            seed=seed,
            strict=strict,
            oversized=oversized,
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
    from hpcsim.simulation.replay import Options
    from hpcsim.studies.single import run_once

    summaries = {}
    for each in chosen:
        options = Options(
            each,
            demand.cores,
            cycle,
            estimates,
            feedback,
            verify,
            machine,
            placement.replace("-", "_"),
        )
        with progress(each.name, len(demand.workload)) as advance:
            run = run_once(demand, options, command=["hpcsim", *sys.argv[1:]], progress=advance)
        summaries[each.name] = dict(run.summary)
        if out is not None:
            folder.write(run, out / each.name, force=True)
    if out is not None:
        from hpcsim.report import compare_report

        page = compare_report([out / each.name for each in chosen], out / "compare.html")
        note(f"the comparison is in {page}")
    if as_json:
        print_json(summaries)
    else:
        print_comparison(summaries, title=workload)
