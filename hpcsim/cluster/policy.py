"""Policies: an order, a rule of who may pass, and where the passing is looked for, under a name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

from hpcsim.errors import InputError, Problem, nearest

from . import backfill, orders

CONSERVATIVE = "conservative"
ON_NODES = "_on_nodes"
RULED = "_ruled"
SHORT_NAMES = {
    "easy": "fcfs-easy",
    "easy-sjbf": "fcfs-easy-sjbf",
    CONSERVATIVE: "fcfs-conservative",
}


@dataclass(frozen=True)
class Policy:
    """Who is first, who may pass, and in whose order the passing is looked for."""

    name: str
    order: str
    backfill: str
    by_estimate: bool = False

    @property
    def summary(self) -> str:
        """One line for a person."""
        first = part(orders, self.order).SUMMARY
        passing = part(backfill, self.backfill).SUMMARY
        scan = ", tried shortest estimate first" if self.by_estimate else ""
        return f"{first}; {passing}{scan}"

    @property
    def source(self) -> str:
        """Where the policy was published."""
        if self.by_estimate:
            return "Tsafrir, Etsion, Feitelson, IEEE TPDS 18(6), 2007"
        if self.backfill != "none":
            return str(part(backfill, self.backfill).SOURCE)
        return str(part(orders, self.order).SOURCE)

    @property
    def dynamic(self) -> bool:
        """Whether the order changes as time passes."""
        return bool(part(orders, self.order).DYNAMIC)

    @property
    def computed(self) -> bool:
        """Whether its keys are made of factors that the core computes every so often."""
        return bool(getattr(part(orders, self.order), "COMPUTED", False))

    def compiled_key(self) -> Callable[..., Any]:
        """The compiled key of the order."""
        return part(orders, self.order).key

    def compiled_pass(self, *, by_node: bool = False, ruled: bool = False) -> Callable[..., Any]:
        """The compiled scheduling pass, over one pool of cores, over nodes, or with rules."""
        kind = RULED if ruled else ON_NODES if by_node else ""
        return part(backfill, self.backfill + kind).schedule


def part(folder: ModuleType, name: str) -> ModuleType:
    """The file `name` of a folder of plug-ins, imported when it is first needed."""
    return importlib.import_module(f"{folder.__name__}.{name}")


@lru_cache
def part_names(folder: ModuleType) -> tuple[str, ...]:
    """The plug-ins of a folder, found by what lies there."""
    return tuple(sorted(name for _, name, _ in pkgutil.iter_modules(folder.__path__)))


def _combinations() -> Iterator[Policy]:
    full_to_short = {full: short for short, full in SHORT_NAMES.items()}
    for order in part_names(orders):
        yield Policy(order, order, "none")
        for rule in part_names(backfill):
            if rule == "none" or rule.endswith((ON_NODES, RULED)):
                continue
            full = f"{order}-{rule}"
            yield Policy(full_to_short.get(full, full), order, rule)
            if rule == "easy":
                full += "-sjbf"
                yield Policy(full_to_short.get(full, full), order, rule, by_estimate=True)


def policies() -> list[Policy]:
    """Every policy that there is."""
    return [each for each in _combinations() if _goes_together(each)]


def _goes_together(chosen: Policy) -> bool:
    """Whether it can be: those with a plan need an order that stands still."""
    return chosen.backfill != CONSERVATIVE or not (chosen.dynamic or chosen.computed)


def policy(name: str) -> Policy:
    """The policy called `name`: ORDER, ORDER-easy, ORDER-easy-sjbf, ORDER-conservative.

    `easy`, `easy-sjbf` and `conservative` are first come, first served. Raises InputError with the
    nearest known names.
    """
    short = {full: short for short, full in SHORT_NAMES.items()}.get(name, name)
    chosen = next((each for each in _combinations() if each.name == short), None)
    if chosen is None or not _goes_together(chosen):
        known = sorted([*(each.name for each in policies()), *SHORT_NAMES.values()])
        raise InputError(
            Problem(
                "no such policy",
                value=name,
                rule=nearest(name, known),
                hint="`hpcsim policies` lists them all",
            )
        )
    return chosen
