"""What a site adds up to, beside what has been published about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from .model import Site
from .provenance import Mark

Number = int | float

_DERIVED = (
    "node_count",
    "cores",
    "peak_tflops",
    "memory_tib",
    "memory_bandwidth_tbs",
    "bisection_gbs",
    "accelerators",
    "storage_pb",
    "idle_kw",
    "loaded_kw",
    "infrastructure_kw",
    "facility_loaded_kw",
)
# A published figure and the derived one that it stands beside.
_BESIDE = {"nodes": "node_count"}


@dataclass(frozen=True)
class Figure:
    """A derived figure, the published one where there is one, and their difference."""

    name: str
    derived: Number
    published: Number | None = None

    @property
    def difference(self) -> float | None:
        """Derived over published, less one."""
        return self.derived / self.published - 1 if self.published else None


@dataclass(frozen=True)
class MarkedValue:
    """A value of the file with the mark that says where it comes from."""

    path: str
    value: object
    mark: Mark


def derived(site: Site) -> tuple[Figure, ...]:
    """All derived figures of `site`, units in their names."""
    known = site.published.model_dump(exclude={"provenance"}, exclude_none=True)
    published = {_BESIDE.get(name, name): value for name, value in known.items()}
    return tuple(Figure(name, getattr(site, name), published.get(name)) for name in _DERIVED)


def marked(site: Site) -> tuple[MarkedValue, ...]:
    """All values of `site` that carry a mark, in the order of the model."""
    return tuple(_marked(site, ""))


def _marked(part: BaseModel, path: str) -> Iterator[MarkedValue]:
    marks = getattr(part, "provenance", {})
    for name in type(part).model_fields:
        value = getattr(part, name)
        if name in marks:
            yield MarkedValue(f"{path}{name}", value, marks[name])
        if isinstance(value, BaseModel):
            yield from _marked(value, f"{path}{name}.")
        elif isinstance(value, tuple):
            for entry in value:
                if isinstance(entry, BaseModel):
                    yield from _marked(entry, f"{path}{name}.{getattr(entry, 'name', '')}.")
