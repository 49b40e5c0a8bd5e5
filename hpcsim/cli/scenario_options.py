"""`hpcsim simulate SCENARIO`: options that scenarios have, and what the command does with one."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

SET = typer.Option(
    None, "--set", help="A value of a scenario, as in demand.sequencing.scale=2; may be repeated."
)
ONLY = typer.Option(
    None, "--only", help="Only these subsystems of a scenario, as in biobank or records,storage."
)
CALIBRATION = typer.Option(
    None,
    "--calibration",
    metavar="FILE",
    help="Run times of a scenario by `hpcsim calibrate`: calibration.json or its folder.",
)

# Looked at without importing scenarios, which a run of a trace has no use for.
_SHIPPED = Path(__file__).parents[1] / "simulation" / "scenario" / "shipped"
_AS_SETTINGS = {
    "policy": "policy",
    "seed": "seed",
    "site": "site",
    "cycle": "cluster.cycle",
    "estimates": "cluster.estimates",
    "placement": "cluster.placement",
}
_SHARED = ("workload", "out", "report", "verify", "as_json", "sets", "only", "calibration")
_CLOSE = 0.75
_FIGURES = (
    ("sequencing", "samples_delivered_per_day", "samples delivered a day", "{:,.0f}"),
    ("sequencing", "kept_pb_per_year", "sequencing keeps, PB a year", "{:.2f}"),
    ("records", "received_gb_per_day", "records received, GB a day", "{:,.0f}"),
    ("records", "nights_missed", "nights missed", "{:,}"),
    ("biobank", "tubes_stored", "tubes stored", "{:,}"),
    ("biobank", "income_yuan_per_year", "biobank brings, yuan a year", "{:,.0f}"),
    ("imports", "lots_released", "import lots released", "{:,}"),
    ("research", "jobs_per_day", "research jobs a day", "{:,.0f}"),
    ("research", "income_yuan", "research pays, yuan", "{:,.0f}"),
    ("storage", "fill", "storage in use", "{:.1%}"),
    ("failures", "node_availability", "nodes in service", "{:.2%}"),
)


def means_scenario(name: str) -> bool:
    """Whether a WORKLOAD is a scenario: a shipped one, a TOML file, or nearly a shipped name."""
    names = [path.stem for path in _SHIPPED.glob("*.toml")]
    if name.endswith(".toml") or name in names:
        return True
    return not Path(name).exists() and bool(difflib.get_close_matches(name, names, 1, _CLOSE))


def refuse_for_workloads(
    sets: Sequence[str] | None, only: str | None, calibration: Path | None = None
) -> None:
    """InputError where an option of scenarios is given for a trace or a generator."""
    from hpcsim.errors import InputError, Problem

    asked = (("--set", sets), ("--only", only), ("--calibration", calibration))
    given = [name for name, value in asked if value]
    if given:
        hint = "scenarios are: " + ", ".join(sorted(path.stem for path in _SHIPPED.glob("*.toml")))
        raise InputError([Problem(f"{name} is for scenarios", hint=hint) for name in given])


def simulate_scenario(
    name: str,
    given: Mapping[str, Any],
    *,
    sets: Sequence[str],
    only: str | None,
    out: Path | None,
    report: bool,
    verify: bool,
    as_json: bool,
    calibration: Path | None = None,
) -> None:
    """Run a scenario, keep it and say how it went; `given` are the options on the command line."""
    import sys

    from hpcsim.simulation import folder
    from hpcsim.simulation.scenario import load
    from hpcsim.simulation.world import choose

    from .calibrate import simulated_with
    from .show import note_folder, print_json, progress, tell_of_compiling

    scenario = load(name, overrides(sets, given))
    if only is not None:
        scenario = scenario.only(choose(only))
    if out is not None:
        folder.check_writable(out, force=True)
    measured = simulated_with(calibration)
    tell_of_compiling()
    from hpcsim.studies.centre import run_scenario

    with progress("simulating", 1) as advance:
        run = run_scenario(
            scenario,
            name=Path(name).stem,
            command=["hpcsim", *sys.argv[1:]],
            verify=verify,
            progress=advance,
            calibration=measured,
        )
    summary = run.summary
    if out is not None:
        with progress("writing the run"):
            folder.write(run, out, force=True)
        del run  # the report reads the folder
        if report:
            from hpcsim.report.center import write_center_report

            with progress("drawing the report"):
                write_center_report(out)
    if as_json:
        print_json(summary)
    else:
        _print(summary, f"{scenario.title}, from {scenario.start}, "
               f"{scenario.horizon_days:g} days under {scenario.policy}")  # fmt: skip
    if out is not None:
        note_folder(out, report=report)


def overrides(sets: Sequence[str], given: Mapping[str, Any]) -> list[Any]:
    """What `--set` and the options that a scenario has too change of it."""
    from hpcsim.errors import InputError, Problem
    from hpcsim.simulation.scenario import Override, parse_override

    problems = [
        Problem(
            f"--{option.replace('_', '-')} says nothing to a scenario",
            hint="what is asked of the machine is set with --set, as in demand.research.scale=2",
        )
        for option in given
        if option not in _AS_SETTINGS and option not in _SHARED
    ]
    found = []
    for text in sets:
        try:
            found.append(parse_override(text))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    options = [
        Override(tuple(place.split(".")), given[option])
        for option, place in _AS_SETTINGS.items()
        if option in given
    ]
    return [*options, *found]


def _print(summary: Mapping[str, Any], title: str) -> None:
    """The figures of a run of the centre, for people."""
    from .show import print_rows, spoken

    rows = [
        ("jobs", spoken("jobs", summary["jobs"])),
        ("utilization", spoken("utilization", summary["utilization"])),
        ("mean wait", spoken("mean_wait_s", summary["mean_wait_s"])),
        ("19 in 20 wait less than", spoken("p95_wait_s", summary["p95_wait_s"])),
    ]
    for subsystem, figure, label, form in _FIGURES:
        value = summary["centre"].get(subsystem, {}).get(figure)
        if value is not None:
            rows.append((label, form.format(value)))
    if "calibration" in summary:
        told = summary["calibration"]
        sustained, peak = told["sustained_tflops"], told["peak_tflops"]
        share = told["sustained_share_of_peak"]
        rows.append(
            ("Tflop/s sustained of the peak", f"{sustained:,.0f} of {peak:,.0f}, {share:.1%}")
        )
    rows += [
        ("time in the core", spoken("core_wall_s", summary["core_wall_s"])),
        ("time in Python's events", spoken("python_wall_s", summary["python_wall_s"])),
        ("time in all", spoken("wall_s", summary["wall_s"])),
    ]
    print_rows(rows, title)
