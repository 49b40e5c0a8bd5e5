"""Options of `hpcsim simulate` for what breaks: described once, and made into settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from hpcsim.simulation.electricity import PowerRules
    from hpcsim.simulation.mishaps import Mishaps

FAILURES = typer.Option(
    False, "--failures", help="Let nodes fail as the site file says, drawn from --seed."
)
EVENTS = typer.Option(
    None, metavar="FILE", help="Read nodes' downs and ups from this CSV or Parquet file instead."
)
REQUEUES = typer.Option(
    3, metavar="N", help="How often a job comes again that a node has taken down with it."
)
CHECKPOINT = typer.Option(
    "none", metavar="RULE", help="Jobs write checkpoints: none, young, daly, or every N seconds."
)
CHECKPOINT_COST = typer.Option(60.0, metavar="S", help="Seconds that writing a checkpoint takes.")
RESTART_COST = typer.Option(60.0, metavar="S", help="Seconds that reading one takes.")
FAILING = typer.Option(
    0.0, metavar="SHARE", help="Share of jobs that fail by themselves, from --seed."
)
OUT_OF_MEMORY = typer.Option(
    0.0, metavar="SHARE", help="Share of jobs that run out of memory and ask for twice as much."
)
POWER = typer.Option(
    False, "--power", help="Count energy, money and carbon, and honour the site's power limits."
)
POWER_CAP = typer.Option(
    None, metavar="KW", help="Most that the nodes may draw, instead of the site's own cap."
)
SWITCH_OFF = typer.Option(
    None, metavar="S", help="Switch nodes off after so many idle seconds, instead of the site's."
)
NAMES = (
    "failures", "events", "requeues", "checkpoint", "checkpoint_cost", "restart_cost", "failing",
    "out_of_memory",
)  # fmt: skip
POWER_NAMES = ("power", "power_cap", "switch_off")


def mishaps_of(site: str | None, given: Mapping[str, Any], seed: int) -> Mishaps | None:
    """What may go wrong, from the options on the command line; None where none is there.

    Raises InputError with every mistake.
    """
    from hpcsim.errors import InputError, Problem

    asked = {name: given[name] for name in NAMES if name in given}
    if not asked:
        return None
    if site is None:
        option = "--" + next(iter(asked)).replace("_", "-")
        hint = "add --site, such as --site nanjing"
        raise InputError(Problem(f"{option} needs the nodes of a site", hint=hint))
    from hpcsim.simulation.mishaps import Mishaps
    from hpcsim.site import load

    renamed = {"checkpoint_cost": "write_s", "restart_cost": "restart_s", "out_of_memory": "hungry"}
    return Mishaps(
        load(site), seed, **{renamed.get(name, name): value for name, value in asked.items()}
    )


def power_of(site: str | None, given: Mapping[str, Any]) -> PowerRules | None:
    """That watts are counted, from the options on the command line; None where none is there."""
    from hpcsim.errors import InputError, Problem

    asked = [name for name in POWER_NAMES if name in given]
    if not asked:
        return None
    problems = [
        Problem(f"--{name.replace('_', '-')} is a number above 0", value=str(given[name]))
        for name in POWER_NAMES[1:]
        if name in given and not 0 < given[name] < float("inf")
    ]
    if site is None:
        option = "--" + asked[0].replace("_", "-")
        hint = "add --site, such as --site nanjing"
        problems.append(Problem(f"{option} needs the nodes of a site", hint=hint))
    if problems or site is None:
        raise InputError(problems)
    from hpcsim.simulation.electricity import PowerRules
    from hpcsim.site import load

    return PowerRules(load(site), given.get("power_cap"), given.get("switch_off"))


def refuse_for_scenarios(given: Mapping[str, Any]) -> None:
    """A scenario says itself what breaks in it; InputError for an option that would say it too."""
    from hpcsim.errors import InputError, Problem

    problems = [
        Problem(
            f"--{name.replace('_', '-')} is for workloads",
            hint="a scenario has failures of its own: --set failures.enabled=true",
        )
        for name in (*NAMES, *POWER_NAMES)
        if name in given
    ]
    if problems:
        raise InputError(problems)
