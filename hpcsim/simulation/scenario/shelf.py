"""Scenarios by name or by file: those that are shipped, and those that users write."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hpcsim.errors import InputError, Problem, nearest
from hpcsim.site import Site
from hpcsim.site import load as load_site
from hpcsim.site.read import validate
from hpcsim.site.shelf import SHIPPED as SHIPPED_SITES
from hpcsim.site.shelf import from_document
from hpcsim.site.toml import Document, read

from .model import Scenario
from .overrides import Override, applied

SHIPPED = Path(__file__).parent / "shipped"


def names() -> tuple[str, ...]:
    """The names of the shipped scenarios, in alphabetical order."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def is_scenario(name: str) -> bool:
    """Whether `name` is a shipped scenario or a TOML file."""
    return name in names() or name.endswith(".toml")


def load(name: str, overrides: Sequence[Override] = ()) -> Scenario:
    """The shipped scenario of that name, or the one in that file, with values overridden.

    Raises InputError with every mistake, its line where it has one, and the nearest names where
    there is no such scenario or setting.
    """
    document = _document(name)
    data = applied(document.data, overrides, _defaults())
    return validate(Scenario, Document(data, document.source, document.lines))


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Every value of a scenario, defaults included; `load` takes a file of it."""
    return scenario.model_dump()


def site_of(scenario: Scenario) -> Site:
    """The site of a scenario, with what the scenario changes of it."""
    site = _described_site(scenario)
    nodes = scenario.cluster.nodes
    return site if isinstance(nodes, bool) else _of_size(site, nodes)


def _of_size(site: Site, nodes: int) -> Site:
    """The site with so many nodes of its commonest type."""
    common = site.commonest_node_type
    kinds = tuple(
        kind.model_copy(update={"count": nodes}) if kind is common else kind for kind in site.nodes
    )
    return site.model_copy(update={"nodes": kinds})


def _described_site(scenario: Scenario) -> Site:
    if isinstance(scenario.site, str):
        return load_site(scenario.site)
    changes = {key: value for key, value in scenario.site.items() if key != "base"}
    base = str(scenario.site["base"])
    load_site(base)  # tells what is wrong with the base by itself
    path = Path(base) if base.endswith(".toml") else SHIPPED_SITES / f"{base}.toml"
    document = read(path)
    data = _merged(document.data, changes)
    return from_document(Document(data, f"site {base} as changed", {}))


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes` over it; a changed value loses the mark of where it came from."""
    merged = dict(base)
    for key, value in changes.items():
        old = base.get(key)
        both = isinstance(value, Mapping) and isinstance(old, Mapping)
        merged[key] = _merged(old, value) if both else value  # type: ignore[arg-type]
    marks = merged.get("provenance")
    if isinstance(marks, Mapping):
        merged["provenance"] = {k: v for k, v in marks.items() if k not in changes}
    return merged


@functools.cache
def _defaults() -> dict[str, Any]:
    return Scenario().model_dump()


def _document(name: str) -> Document:
    if name in names():
        found = read(SHIPPED / f"{name}.toml")
        return Document(found.data, f"scenario {name}", found.lines)
    if name.endswith(".toml"):
        return read(Path(name))
    raise InputError(Problem("there is no such scenario", value=name, hint=nearest(name, names())))
