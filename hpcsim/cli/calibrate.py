"""`hpcsim calibrate`: from measurements to a machine model, a site's speed, and what it costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from hpcsim.calibration import Calibration

FIT = "fit"
EXAMPLES = """
Examples:

  hpcsim bench run --suite node --out node

  hpcsim calibrate node --site nanjing --out calibration

  hpcsim calibrate hpccoutf.txt stream.txt osu_latency.txt --from nanjing --site nanjing

  hpcsim simulate nanjing-quarter --calibration calibration

  hpcsim calibrate impact before after --scenario nanjing-quarter

  hpcsim calibrate spread calibration --scenario nanjing-quarter --runs 8
"""
BENCH = typer.Argument(
    None, help="A folder, JSON file or store of `hpcsim bench`, or outputs of HPCC, STREAM, OSU."
)
SITE = typer.Option(None, help="The site to carry the figures to: a shipped one or a file.")
FROM = typer.Option(
    None, "--from", help="A site whose largest nodes are the measured machine, where BENCH is mute."
)
OUT = typer.Option(None, help="Folder for calibration.json and calibration.html.")
SESSION = typer.Option(-1, help="Session of a store; -1 is the last, 0 the latest of each figure.")
AS_JSON = typer.Option(False, "--json", help="Print JSON on standard output.")
OLD = typer.Argument(..., help="A calibration, or what it is made from, before.")
NEW = typer.Argument(..., help="The same after a regression or an upgrade.")
SCENARIO = typer.Option("nanjing-quarter", help="The scenario that both run.")
SET = typer.Option(None, "--set", help="A value of the scenario, as in horizon_days=7.")
SEEDS = typer.Option(1, min=1, help="Runs of each, with seeds from the scenario's own on.")

GIVEN = typer.Argument(..., help="A calibration, or what it is made from.")
FIGURE = typer.Option("mean_wait_s", help="A figure of the run's summary.")
RUNS = typer.Option(8, help="Runs of each source, three at least.")


class WithoutName(TyperGroup):
    """What is no subcommand is a measurement: `calibrate BENCH` is `calibrate fit BENCH`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the subcommand's name before arguments that begin with none."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = [FIT, *args]
        return super().parse_args(ctx, args)


commands = typer.Typer(
    cls=WithoutName,
    help="From measurements to a machine model with error bars, and what it means for a site.",
    epilog=EXAMPLES,
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(commands, name="calibrate")


@commands.command(FIT, epilog=EXAMPLES)
def fit(
    bench: list[Path] = BENCH,
    site: str | None = SITE,
    measured: str | None = FROM,
    out: Path | None = OUT,
    session: int = SESSION,
    as_json: bool = AS_JSON,
) -> None:
    """Fit a machine model to a bench result and project a site; `fit` may be left out."""
    from .show import note, print_json, progress

    with progress("calibrating"):
        calibration = _calibrated(bench or [], site, measured, session)
    if out is not None:
        _write(calibration, out)
    if as_json:
        print_json(calibration.model_dump(mode="json", exclude_none=True))
    else:
        _print(calibration)
    if out is not None:
        note(f"{out / 'calibration.json'}, {out / 'calibration.html'}")


def _calibrated(
    bench: list[Path], site: str | None, measured: str | None, session: int
) -> Calibration:
    from hpcsim import site as sites
    from hpcsim.calibration import calibrate, read_bench
    from hpcsim.calibration.hpl import largest

    from .options import all_or_every_mistake

    found, target, origin = all_or_every_mistake(
        lambda: read_bench(bench, session),
        lambda: sites.load(site) if site else None,
        lambda: largest(sites.load(measured)) if measured else None,
    )
    result: Calibration = calibrate(found, target, origin)
    return result


def _write(calibration: Calibration, out: Path) -> None:
    from hpcsim.calibration import save
    from hpcsim.report.calibration import write_calibration_page

    save(calibration, out / "calibration.json")
    write_calibration_page(calibration, out / "calibration.html")


def _print(calibration: Calibration) -> None:
    """The model's ceilings, the site's figures, and everything that was refused."""
    from hpcsim.report.calibration.words import figures, refusals

    from .show import print_rows

    provenance = calibration.provenance
    print_rows(figures(calibration), f"machine {provenance.machine}, from {provenance.source}")
    for line in refusals(calibration):
        typer.echo(f"  ! {line}")


@commands.command()
def impact(
    old: Path = OLD,
    new: Path = NEW,
    scenario: str = SCENARIO,
    sets: list[str] = SET,
    seeds: int = SEEDS,
    as_json: bool = AS_JSON,
) -> None:
    """What a measured regression or an upgrade means: wait hours, nodes and yuan."""
    from hpcsim.simulation.scenario import load, parse_override
    from hpcsim.studies.impact import impact as compare

    from .options import all_or_every_mistake
    from .show import print_json, print_rows, progress, tell_of_compiling

    before, after, world = all_or_every_mistake(
        lambda: _either(old),
        lambda: _either(new),
        lambda: load(scenario, [parse_override(text) for text in sets or []]),
    )
    tell_of_compiling()
    with progress("simulating both", 2 * seeds) as advance:
        found = compare(before, after, world, seeds=seeds, progress=advance)
    if as_json:
        print_json(found.data())
        return
    print_rows(found.rows(), f"{new} instead of {old}, in {world.title}")


def _either(path: Path) -> Calibration:
    """A calibration, or one made on the way from a bench result."""
    from hpcsim.calibration import calibrate, load, read_bench

    kept = path / "calibration.json" if path.is_dir() else path
    if (
        kept.is_file()
        and kept.suffix == ".json"
        and '"assumptions"' in kept.read_text("utf-8", "replace")
    ):
        return load(kept)
    return calibrate(read_bench([path]))


@commands.command()
def spread(
    calibration: Path = GIVEN,
    scenario: str = SCENARIO,
    sets: list[str] = SET,
    figure: str = FIGURE,
    runs: int = RUNS,
    as_json: bool = AS_JSON,
) -> None:
    """How unsure a scenario's figure is, from demand, failures and the calibration apart."""
    from hpcsim.simulation.scenario import load, parse_override
    from hpcsim.studies.uncertainty import SOURCES, uncertainty

    from .options import all_or_every_mistake
    from .show import print_json, print_rows, progress, tell_of_compiling

    given, world = all_or_every_mistake(
        lambda: _either(calibration),
        lambda: load(scenario, [parse_override(text) for text in sets or []]),
    )
    tell_of_compiling()
    with progress("simulating", len(SOURCES) * runs + 1) as advance:
        found = uncertainty(given, world, figure=figure, runs=runs, progress=advance)
    if as_json:
        print_json(found.data())
    else:
        print_rows(found.rows(), f"{world.title}, {runs} runs of each source")


@commands.command()
def validate(bench: list[Path] = BENCH, session: int = SESSION, as_json: bool = AS_JSON) -> None:
    """Every check of the models against published and recorded figures; status 1 if one fails.

    Lists and traces are read from the folder $HPCSIM_DATA. With a BENCH that has sweeps over
    sizes, the largest sizes are left out and predicted.
    """
    from hpcsim.calibration import read_bench
    from hpcsim.calibration.validate import checks

    from .show import print_json, progress

    measured = read_bench(bench, session) if bench else None
    with progress("checking"):
        found = checks(measured)
    if as_json:
        print_json([each.data() for each in found])
    else:
        for each in found:
            typer.echo(f"{each.verdict:8}{each.what}")
            if each.reached:
                typer.echo(f"        {each.reached}; wanted: {each.wanted}")
            if each.note:
                typer.echo(f"        {each.note}")
    raise typer.Exit(int(any(each.verdict == "fails" for each in found)))


def simulated_with(path: Path | None) -> Any:
    """The calibration that `simulate --calibration` names, None without one."""
    if path is None:
        return None
    from hpcsim.calibration import load

    return load(path)
