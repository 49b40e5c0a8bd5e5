"""What capacities cost, from prices that the user gives or that are assumed."""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hpcsim.errors import InputError, Problem

_FILE = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True)
class Price:
    """Yuan for one more of a path's unit, and where the price comes from."""

    path: str
    yuan: float
    unit: str
    source: str


def prices(given: Sequence[str], paths: Sequence[str]) -> dict[str, Price]:
    """The price of each path: as given (`cluster.nodes=52000`), else as assumed.

    InputError where a text is no price, or a path has none.
    """
    own: dict[str, Price] = {}
    problems = []
    for text in given:
        path, _, value = (piece.strip() for piece in text.partition("="))
        try:
            own[path] = Price(path, float(value), "", "given")
        except ValueError:
            problems.append(Problem("not a price", "--price", value=text, rule="path=yuan"))
    found = {path: own.get(path) or _assumed(path) for path in paths}
    problems += [
        Problem(f"nobody knows what {path} costs", hint=f"--price {path}=YUAN says it")
        for path, price in found.items()
        if price is None
    ]
    if problems:
        raise InputError(problems)
    return {path: price for path, price in found.items() if price is not None}


def cost(values: Mapping[str, Any], by_path: Mapping[str, Price]) -> float:
    """Yuan for capacities, by path."""
    return sum(by_path[path].yuan * float(value) for path, value in values.items())


def _assumed(path: str) -> Price | None:
    for price in _shipped():
        if fnmatch.fnmatchcase(path, price.path):
            return Price(path, price.yuan, price.unit, price.source)
    return None


@cache
def _shipped() -> tuple[Price, ...]:
    return tuple(Price(**each) for each in tomllib.loads(_FILE.read_text("utf-8"))["price"])
