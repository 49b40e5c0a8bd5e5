"""`hpcsim bench history` and `compare`: what changed, and what is only noise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from .shared import AS_JSON, STORE, opened, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernels.harness.compare import Comparison
    from kernels.harness.store import Session
    from kernels.harness.trend import Trend

KEYS = typer.Argument(None, help="Measurements by the beginning of their key; all without.")
MACHINE = typer.Option(None, help="A machine's short name; this one without.")
BEFORE = typer.Argument(-2, help="Number of the earlier session; -2 is the last but one.")
AFTER = typer.Argument(-1, help="Number of the later session; -1 is the last.")


def register(commands: typer.Typer) -> None:
    """Add the commands."""
    commands.command("history")(history)
    settings = {"ignore_unknown_options": True}
    commands.command("compare", context_settings=settings)(compare)


def history(
    keys: list[str] = KEYS,
    machine: str | None = MACHINE,
    store: Path | None = STORE,
    as_json: bool = AS_JSON,
) -> None:
    """Every measurement through time, with its steps; status 1 if a late one is to slower."""
    from kernels.harness.fingerprint import fingerprint
    from kernels.harness.trend import trends

    with opened(store) as kept:
        found = trends(kept, machine or fingerprint().machine, tuple(keys or ()))
        known = sorted({session.machine for session in kept.sessions()})
    if as_json:
        print_json([_trend_data(each) for each in found])
    elif not found:
        typer.echo(f"nothing is kept of this; machines in the store: {', '.join(known) or 'none'}")
    else:
        for each in found:
            _print_trend(each)
    raise typer.Exit(int(any(each.regressions for each in found)))


def compare(
    before: int = BEFORE,
    after: int = AFTER,
    store: Path | None = STORE,
    as_json: bool = AS_JSON,
) -> None:
    """Two sessions beside each other; status 1 if anything is slower for certain."""
    from kernels.harness.compare import compare as compare_results
    from kernels.harness.fingerprint import differences
    from kernels.harness.trend import noises

    with opened(store) as kept:
        first, second = kept.session(before), kept.session(after)
        old, new = kept.results(first.id), kept.results(second.id)
        varies = noises(kept, first.machine, [result.key for result in new], first.id)
    disturbed = bool(first.disturbances or second.disturbances)
    found = compare_results(old, new, varies, disturbed)
    differ = differences(first.fingerprint, second.fingerprint)
    if as_json:
        print_json(_comparison_data(first, second, found, differ))
    else:
        _print_comparison(first, second, found, differ)
    slower = any(each.judgement == "slower" for each in found)
    raise typer.Exit(int(slower and first.machine == second.machine))


def _print_trend(trend: Trend) -> None:
    from kernels.harness.words import quantity

    last = trend.results[-1].figure
    assert last is not None
    text = quantity(last.value, last.unit)
    varies = f"varies {trend.noise:.1%}" if len(trend.results) > 2 else "too few to tell"
    typer.echo(f"{trend.key:34} {len(trend.results):>3} sessions, last {text:16} {varies}")
    for step, causes in zip(trend.steps, trend.causes, strict=True):
        session = trend.sessions[step.index]
        word = "slower" if step.slower else "faster"
        news = "REGRESSION: " if step in trend.regressions else ""
        typer.echo(
            f"    {news}times {step.ratio - 1:+.1%} ({word}) from session {session.id}, "
            f"{session.started}, p {step.p:.2g}"
        )
        for cause in causes:
            typer.echo(f"      then changed: {cause}")


def _trend_data(trend: Trend) -> dict[str, Any]:
    return {
        "key": trend.key,
        "sessions": [session.id for session in trend.sessions],
        "started": [session.started for session in trend.sessions],
        "values": [result.figure.value for result in trend.results if result.figure],
        "unit": trend.results[-1].figure.unit if trend.results[-1].figure else "",
        "noise": trend.noise,
        "steps": [
            {"session": trend.sessions[step.index].id, "time_ratio": step.ratio, "p": step.p}
            for step in trend.steps
        ],
        "regressions": len(trend.regressions),
    }


def _print_comparison(
    first: Session, second: Session, found: Sequence[Comparison], differ: Sequence[str]
) -> None:
    from kernels.harness.words import quantity

    typer.echo(f"session {first.id} ({first.started}) beside {second.id} ({second.started})")
    if first.machine != second.machine:
        typer.echo(
            f"DIFFERENT MACHINES ({first.machine}, {second.machine}): "
            "the figures show what differs between them, not a regression"
        )
    for sentence in differ:
        typer.echo(f"  {sentence}")
    for session in (first, second):
        if session.disturbances:
            typer.echo(f"  session {session.id} was disturbed: {session.disturbances[0]}")
    for each in found:
        assert each.before.figure is not None
        assert each.after.figure is not None
        was = quantity(each.before.figure.value, each.before.figure.unit)
        now = quantity(each.after.figure.value, each.after.figure.unit)
        typer.echo(
            f"{each.key:34} {was:>16} -> {now:16} time {each.ratio - 1:+7.1%}, best "
            f"{each.best_ratio - 1:+7.1%}, p {each.p:<8.2g} bound {each.bound:.1%}  "
            f"{each.judgement.upper() if each.judgement == 'slower' else each.judgement}"
        )
    if not found:
        typer.echo("the sessions have no verified measurement in common")


def _comparison_data(
    first: Session, second: Session, found: Sequence[Comparison], differ: Sequence[str]
) -> dict[str, Any]:
    return {
        "before": first.id,
        "after": second.id,
        "same_machine": first.machine == second.machine,
        "differences": list(differ),
        "comparisons": [
            {
                "key": each.key,
                "time_ratio": each.ratio,
                "best_ratio": each.best_ratio,
                "p": each.p,
                "bound": each.bound,
                "judgement": each.judgement,
            }
            for each in found
        ],
    }
