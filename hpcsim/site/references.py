"""Whether the names in a site file that point elsewhere point at something.

The checks read plain dictionaries and shrug at whatever has the wrong type, so that wrong names
are told together with wrong values, before the model exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

from .accounts import ROOT, circles
from .mistakes import MOST_TOLD, Mistake, Place, near
from .selectors import SelectorError, select
from .types import tables

Raw = Mapping[str, Any]
MOST_NODES = 1_000_000


def wrong_references(site: Raw) -> list[Mistake]:
    """All names in `site`, as read from a file or dumped from a model, that point at nothing."""
    checks = (
        _nodes,
        _selectors,
        _names,
        _single_names,
        _factors,
        _too_large,
        _parents,
        _defaults,
        _switches,
    )
    return list(islice(chain.from_iterable(check(site) for check in checks), MOST_TOLD))


def entries(site: Raw, *path: str) -> list[tuple[int, Raw]]:
    """The tables of a section with their positions."""
    at: Any = site
    for key in path:
        at = at.get(key) if isinstance(at, Mapping) else None
    found = tables(at)
    if not isinstance(found, list | tuple):
        return []
    return [(i, entry) for i, entry in enumerate(found) if isinstance(entry, Mapping)]


def names(site: Raw, *path: str) -> dict[str, None]:
    """The names of the tables of a section, in order."""
    return dict.fromkeys(str(entry.get("name")) for _, entry in entries(site, *path))


def _texts(entry: Raw, key: str) -> Iterator[tuple[Place, str]]:
    value = entry.get(key)
    if isinstance(value, str):
        yield (key,), value
    elif isinstance(value, list | tuple):
        yield from (((key, i), text) for i, text in enumerate(value) if isinstance(text, str))


def _counts(site: Raw) -> dict[str, int]:
    return {
        str(entry.get("name")): count
        if isinstance(count := entry.get("count"), int)
        else MOST_NODES
        for _, entry in entries(site, "nodes")
    }


def _nodes(site: Raw) -> Iterator[Mistake]:
    if site.get("nodes") is not None and not tables(site["nodes"]):
        yield Mistake(("nodes",), "holds no node types", "", "describe one in [nodes.<name>]")
    counts = (entry.get("count") for _, entry in entries(site, "nodes"))
    total = sum(count for count in counts if isinstance(count, int))
    if total > MOST_NODES:
        yield Mistake(("nodes",), f"holds more than {MOST_NODES:,} nodes", f"{total}")


def _selectors(site: Raw) -> Iterator[Mistake]:
    counts = _counts(site)
    for section in ("partitions", "reservations"):
        for i, entry in entries(site, section):
            for place, text in _texts(entry, "nodes"):
                try:
                    select(text, counts)
                except SelectorError as error:
                    yield Mistake((section, i, *place), str(error), text, error.hint)


# Where a name stands, and the section in which it must be.
_POINTERS = (
    (("partitions",), "allow_accounts", ("accounts",)),
    (("partitions",), "allow_qos", ("qos",)),
    (("partitions",), "qos", ("qos",)),
    (("qos",), "preempts", ("qos",)),
    (("reservations",), "accounts", ("accounts",)),
    (("accounts",), "qos", ("qos",)),
    (("accounts",), "default_qos", ("qos",)),
    (("failures", "sources"), "node_types", ("nodes",)),
    (("failures", "maintenance"), "node_types", ("nodes",)),
)


def _names(site: Raw) -> Iterator[Mistake]:
    for section, key, target in _POINTERS:
        known = names(site, *target)
        for i, entry in entries(site, *section):
            for place, text in _texts(entry, key):
                if text not in known:
                    yield _unknown((*section, i, *place), text, known, target[-1])


def _single_names(site: Raw) -> Iterator[Mistake]:
    for key, section in (("default_account", "accounts"), ("default_qos", "qos")):
        known, text = names(site, section), site.get(key)
        if isinstance(text, str) and text not in known:
            yield _unknown((key,), text, known, section)


def _factors(site: Raw) -> Iterator[Mistake]:
    prices = site.get("prices")
    for key, section in (("partition_factors", "partitions"), ("qos_factors", "qos")):
        factors = prices.get(key) if isinstance(prices, Mapping) else None
        known = names(site, section)
        for text in factors if isinstance(factors, Mapping) else ():
            if text not in known:
                yield _unknown(("prices", key, str(text)), str(text), known, section)


def _unknown(place: Place, text: str, known: Mapping[str, None], target: str) -> Mistake:
    hint = near(text, known) if known else f"there are no {target}"
    return Mistake(place, f"is not among the {target}", text, hint)


def _too_large(site: Raw) -> Iterator[Mistake]:
    counts = _counts(site)
    for i, partition in entries(site, "partitions"):
        most, least = partition.get("max_nodes"), partition.get("min_nodes")
        nodes = _nodes_of(partition, counts)
        for key, value in (("max_nodes", most), ("min_nodes", least)):
            if nodes and isinstance(value, int) and value > nodes:
                message = f"is more than the {nodes} nodes of the partition"
                yield Mistake(("partitions", i, key), message, str(value))


def _nodes_of(partition: Raw, counts: Mapping[str, int]) -> int:
    """The nodes of a partition, each counted once; 0 where a selector is wrong."""
    spans: list[tuple[str, int, int]] = []
    for text in [text for _, text in _texts(partition, "nodes")] or list(counts):
        try:
            kind, ranges = select(text, counts)
        except SelectorError:
            return 0
        spans += [(kind, span.start, span.stop) for span in ranges]
    total, at = 0, ("", 0)
    for kind, start, stop in sorted(spans):
        begin = max(start, at[1]) if kind == at[0] else start
        total += max(0, stop - begin)
        at = (kind, max(stop, begin))
    return total


def _parents(site: Raw) -> Iterator[Mistake]:
    accounts = entries(site, "accounts")
    known = {ROOT: None, **names(site, "accounts")}
    parents = {str(a.get("name")): str(a.get("parent", ROOT)) for _, a in accounts}
    turning = set(circles(parents))
    for i, account in accounts:
        name, parent = str(account.get("name")), str(account.get("parent", ROOT))
        place = ("accounts", i, "parent")
        if name == ROOT:
            yield Mistake(("accounts", i, "name"), "root is always there", name, "leave it out")
        elif parent not in known:
            yield _unknown(place, parent, known, "accounts")
        elif name in turning:
            yield Mistake(place, "the way up runs in a circle", parent, "end it at root")


def _defaults(site: Raw) -> Iterator[Mistake]:
    first = ""
    for i, partition in entries(site, "partitions"):
        if partition.get("default") is True:
            if first:
                message = f"{first} is the default partition already"
                yield Mistake(("partitions", i, "default"), message, "true")
            first = first or str(partition.get("name"))


def _switches(site: Raw) -> Iterator[Mistake]:
    if entries(site, "network", "levels"):
        return
    for i, source in entries(site, "failures", "sources"):
        if source.get("scope") == "switch":
            hint = "describe the switches in [network.levels.<name>]"
            message = "there are no switches in the network"
            yield Mistake(("failures", "sources", i, "scope"), message, "switch", hint)
