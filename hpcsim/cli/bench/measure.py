"""`hpcsim bench run`: measure, keep, show."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .. import stopping
from .shared import AS_JSON, STORE, opened, print_json, told, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernels.harness.cases import Case
    from kernels.harness.references import Judged
    from kernels.harness.results import Result
    from kernels.harness.rounds import Rules
    from kernels.harness.run import Finished
    from kernels.harness.store import Store

NAMES = typer.Argument(None, help="Kernels or groups; without any, a suite.")
SUITE = typer.Option(None, help="quick, node, genomics, mpi, io or full; quick without names.")
SIZE = typer.Option("cache", help="Sizes by name, with commas: tiny, cache, memory.")
THREADS = typer.Option("", help="Threads to go through, with commas: 1,2; all for every core.")
RANKS = typer.Option(0, help="MPI ranks; 0 for as many as there are cores, two at least.")
PARAM = typer.Option(None, "--param", help="A sweep: n=1000,2000; several make all combinations.")
REPEAT = typer.Option(0, help="Exactly so many samples; 0 until the interval is tight.")
TIGHT = typer.Option(0.01, help="Half of the 95 % interval, relative, that is tight enough.")
BUDGET = typer.Option(0.0, help="Seconds for all samples together; 0 for the suite's own.")
RIVALS = typer.Option(False, "--rivals", help="Time native rivals in the same rounds.")
STRICT = typer.Option(False, "--strict", help="Refuse to measure on a machine that is not quiet.")
REFERENCE = typer.Option(None, help="File of expected figures; status 1 if one is missed.")
SCRATCH = typer.Option(None, help="Folder for the files of the I/O kernels.")
OUT = typer.Option(None, help="Folder for results.json and report.html.")
LABEL = typer.Option("", help="A name for this session in the history.")
SEED = typer.Option(0, help="Seed of the kernels' inputs.")
STOPPED = 130


def register(commands: typer.Typer) -> None:
    """Add the command."""
    commands.command("run")(run)


def run(
    names: list[str] = NAMES,
    suite: str | None = SUITE,
    size: str = SIZE,
    threads: str = THREADS,
    ranks: int = RANKS,
    param: list[str] = PARAM,
    repeat: int = REPEAT,
    tight: float = TIGHT,
    budget: float = BUDGET,
    rivals: bool = RIVALS,
    strict: bool = STRICT,
    reference: Path | None = REFERENCE,
    scratch: Path | None = SCRATCH,
    out: Path | None = OUT,
    store: Path | None = STORE,
    label: str = LABEL,
    seed: int = SEED,
    as_json: bool = AS_JSON,
) -> None:
    """Measure kernels or a suite; status 1 if an output is wrong or a reference is missed."""
    from kernels.harness import asked, launch, references

    with told():
        wish = asked.Asked(tuple(names or ()), suite, size, threads, ranks, tuple(param or ()))
        cases, suite_budget_s = asked.cases(wish)
        rules = asked.rules(repeat, tight, budget or suite_budget_s, rivals, seed)
        expected = references.read(reference) if reference else None
        _scratch(scratch)
    if launch.rank():
        _follow(cases, rules)
        return
    if strict:
        _refuse_noise()
    with opened(store) as kept:
        done = _measure(cases, rules, kept, label or suite or "", as_json)
        judged = references.judge(done.results, done.fingerprint.machine, expected)
        if out is not None:
            _write(done, kept, out)
    _show(done, judged, as_json)
    raise typer.Exit(_status(done, judged))


def _measure(
    cases: Sequence[Case], rules: Rules, kept: Store, label: str, as_json: bool
) -> Finished:
    """Run, and say each finished result at once; a polite end (SIGTERM) is an interrupt."""
    from kernels.harness.run import run as run_cases
    from kernels.harness.words import line

    def say(result: Result) -> None:
        typer.echo(line(result), err=as_json)

    stopping.listen(signal.SIGTERM)
    return run_cases(cases, rules, kept, label, say, stopping.check)


def _follow(cases: Sequence[Case], rules: Rules) -> None:
    from kernels.harness.run import follow

    follow(cases, rules)


def _refuse_noise() -> None:
    from hpcsim.errors import InputError, Problem
    from kernels.harness.noise import quiet

    hint = "wait until it is quiet, or leave --strict out and have the figures marked"
    said = quiet()
    if said:
        raise InputError(Problem(f"the machine is not quiet: {each}", hint=hint) for each in said)


def _scratch(folder: Path | None) -> None:
    """Kernels and ranks find the folder in the environment."""
    if folder is not None:
        os.environ["HPCSIM_BENCH_DIR"] = str(folder)


def _write(done: Finished, kept: Store, out: Path) -> None:
    from hpcsim.report.bench import write_bench_report
    from kernels.harness.exports import as_json as document

    written(document(kept.session(done.session), done.results), out / "results.json")
    write_bench_report(kept, done.session, out / "report.html")


def _show(done: Finished, judged: Sequence[Judged], as_json: bool) -> None:
    from kernels.harness.results import to_data

    if as_json:
        print_json(
            {
                "session": done.session,
                "machine": done.fingerprint.machine,
                "stopped": done.stopped,
                "disturbances": done.disturbances,
                "results": [to_data(result) for result in done.results],
                "references": [str(each) for each in judged],
            }
        )
        return
    for each in judged:
        typer.echo(str(each))
    if done.disturbances:
        typer.echo("DISTURBED: take these figures as lower bounds")
    for sentence in done.disturbances:
        typer.echo(f"  {sentence}")
    ending = "stopped; what was measured is kept" if done.stopped else "done"
    typer.echo(f"{ending}: session {done.session} on machine {done.fingerprint.machine}")


def _status(done: Finished, judged: Sequence[Judged]) -> int:
    if done.stopped:
        return STOPPED
    wrong = any(result.status in ("wrong", "failed") for result in done.results)
    return int(wrong or any(not each.ok for each in judged))
