"""`hpcsim workload`: describe a trace, carry it to another format, generate one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from workloads import Repairs, Workload

commands = typer.Typer(help="Traces: describe, convert, generate.", no_args_is_help=True)
AS_JSON = typer.Option(False, "--json", help="Print JSON on standard output.")
STRICT = typer.Option(False, "--strict", help="Refuse a file that needs any repair.")
FORMATS = "SWF, Batsim JSON, CSV or Parquet; .gz is unpacked"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(commands, name="workload")


@commands.command(
    epilog="Examples:\n\n"
    "hpcsim workload describe KTH-SP2.swf.gz --json\n\n"
    "hpcsim workload describe lublin:days=90,load=0.85"
)
def describe(
    file: str = typer.Argument(
        metavar="FILE", help=f"A trace ({FORMATS}), or a generator such as lublin:days=7."
    ),
    strict: bool = STRICT,
    as_json: bool = AS_JSON,
) -> None:
    """Jobs, span, load, sizes, run times, estimates, and what had to be repaired."""
    from workloads.description import describe as described

    workload, repairs = _read(file, strict)
    figures = described(workload)
    if as_json:
        _print_json(figures | (repairs.as_dict() if repairs else {"source": file, "repairs": []}))
        return
    _show(figures)
    for line in repairs.lines() if repairs else ():
        typer.echo(line, err=True)


@commands.command(epilog="Example:\n\nhpcsim workload convert KTH-SP2.swf.gz KTH-SP2.parquet")
def convert(
    source: Path = typer.Argument(metavar="IN", help=f"A trace ({FORMATS})."),
    target: Path = typer.Argument(
        metavar="OUT", help="Its ending chooses the format: .swf, .json, .csv, .parquet, or .gz."
    ),
    strict: bool = STRICT,
    as_json: bool = AS_JSON,
) -> None:
    """Carry a trace to another format; tells what was repaired and what has no place there."""
    import workloads

    workload, repairs = workloads.read(source, strict=strict)
    lost = workloads.write(workload, target)
    _report(workload, target, lost, repairs, as_json)


@commands.command(
    epilog="Examples:\n\n"
    "hpcsim workload generate lublin --days 90 --load 0.85 quarter.swf.gz\n\n"
    "hpcsim workload generate lublin:days=90,load=0.85,model=both quarter.parquet"
)
def generate(
    spec: str = typer.Argument(
        metavar="SPEC", help="lublin, uniform or poisson, with or without :key=value,..."
    ),
    target: Path = typer.Argument(metavar="OUT", help="Where to; the ending chooses the format."),
    days: float = typer.Option(None, help="Days from the first to the last submission."),
    jobs: int = typer.Option(None, help="How many jobs."),
    load: float = typer.Option(None, help="Offered load: work / what the machine could do."),
    cores: int = typer.Option(None, help="Cores of the machine."),
    users: int = typer.Option(None, help="How many users."),
    zipf: float = typer.Option(None, help="How unequal the users are: Zipf's exponent."),
    model: str = typer.Option(None, help="lublin: single, batch, interactive or both."),
    estimates: str = typer.Option(None, help="lublin: modal, exact or none."),
    seed: int = typer.Option(0, help="Same seed, same workload."),
    as_json: bool = AS_JSON,
) -> None:
    """Write a synthetic trace."""
    import workloads

    options: dict[str, Any] = {
        "days": days,
        "jobs": jobs,
        "load": load,
        "users": users,
        "zipf": zipf,
    }
    options |= {"cores": cores, "model": model, "estimates": estimates}
    given = [f"{key}={value}" for key, value in options.items() if value is not None]
    name, _, settings = spec.partition(":")
    whole = f"{name}:{','.join(filter(None, [settings, *given]))}"
    workload = workloads.generate(whole, seed=seed)
    lost = workloads.write(workload, target)
    _report(workload, target, lost, None, as_json)


def _read(text: str, strict: bool) -> tuple[Workload, Repairs | None]:
    import workloads

    if workloads.is_generator(text) and not Path(text).exists():
        return workloads.generate(text), None
    return workloads.read(text, strict=strict)


def _report(
    workload: Workload,
    target: Path,
    lost: tuple[str, ...],
    repairs: Repairs | None,
    as_json: bool,
) -> None:
    told = repairs.as_dict()["repairs"] if repairs else []
    if as_json:
        _print_json({"out": str(target), "jobs": len(workload), "lost": lost, "repairs": told})
    for line in repairs.lines() if repairs else ():
        typer.echo(line, err=True)
    if lost:
        typer.echo(f"not in {target.name}, which has no place for it: {', '.join(lost)}", err=True)
    typer.echo(f"{target}: {len(workload):,} jobs", err=True)


def _print_json(data: Any) -> None:
    import json

    typer.echo(json.dumps(data, indent=2))


def _show(figures: dict[str, Any]) -> None:
    """Single figures first, then a table of percentiles, a column a quantity."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    single = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in figures.items():
        parts = (
            {name: value}
            if name != "estimates"
            else {f"{name}: {k}": v for k, v in (value or {}).items()}
        )
        for key, part in parts.items():
            if part is not None and not isinstance(part, dict):
                single.add_row(key, Text(_figure(part)))
    console.print(single)
    console.print()
    console.print(_percentile_table(figures))


def _percentile_table(figures: dict[str, Any]) -> Any:
    from rich.table import Table

    spread = {k: v for k, v in figures.items() if isinstance(v, dict) and "mean" in v}
    table = Table("", box=None, padding=(0, 2, 0, 0))
    for name in spread:
        table.add_column(name, justify="right")
    for row in next(iter(spread.values())):
        table.add_row(row, *[_figure(column[row]) for column in spread.values()])
    return table


def _figure(value: float | int | str | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if isinstance(value, int) or (value == int(value) and abs(value) < 1e15):
        return f"{int(value):,}"
    return f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}"
