"""`hpcsim bench export`, `import` and `report`: figures to and from other programs, and a page."""

from __future__ import annotations

from pathlib import Path

import typer

from .shared import AS_JSON, SESSION, STORE, opened, print_json, told, written

FORMAT = typer.Option("json", "--format", help="json, csv, junit, or reference.")
OUT = typer.Option(None, help="File to write; standard output without one.")
FILES = typer.Argument(..., help="Outputs of HPCC, HPCG, STREAM, OSU, IOR, mdtest or ReFrame.")
LABEL = typer.Option("", help="A name for this session in the history.")
DRY = typer.Option(False, "--dry-run", help="Show what is read, keep nothing.")
PAGE = typer.Option(Path("bench.html"), "--out", help="The page to write.")


def register(commands: typer.Typer) -> None:
    """Add the commands."""
    settings = {"ignore_unknown_options": True}
    commands.command("export", context_settings=settings)(export)
    commands.command("import")(import_outputs)
    commands.command("report", context_settings=settings)(report)


def export(
    session: int = SESSION,
    kind: str = FORMAT,
    out: Path | None = OUT,
    store: Path | None = STORE,
) -> None:
    """A session as JSON, CSV, JUnit, or as a file of references for later runs."""
    from hpcsim.errors import InputError, Problem, nearest
    from kernels.harness.exports import FORMATS

    if kind not in FORMATS:
        raise InputError(
            Problem(f"no format {kind!r} to export to", hint=nearest(kind, list(FORMATS)))
        )
    with opened(store) as kept:
        found = kept.session(session)
        text = FORMATS[kind](found, kept.results(found.id))
    written(text, out)


def import_outputs(
    files: list[Path] = FILES,
    label: str = LABEL,
    dry_run: bool = DRY,
    store: Path | None = STORE,
    as_json: bool = AS_JSON,
) -> None:
    """Read what other benchmarks printed on this machine into the history, as one session."""
    from kernels.harness.fingerprint import fingerprint
    from kernels.harness.imports import read_all
    from kernels.harness.results import to_data
    from kernels.harness.words import line

    with told():
        results = read_all(files)
    if not dry_run:
        with opened(store) as kept:
            session = kept.begin(label or "imported", fingerprint())
            for result in results:
                kept.keep(session, result)
            kept.finish(session, ())
    if as_json:
        print_json([to_data(result) for result in results])
        return
    for result in results:
        typer.echo(line(result))


def report(session: int = SESSION, out: Path = PAGE, store: Path | None = STORE) -> None:
    """One page of a session: roofline, scaling, messages, history."""
    from hpcsim.report.bench import write_bench_report

    with opened(store) as kept:
        path = write_bench_report(kept, kept.session(session).id, out)
    typer.echo(str(path))
