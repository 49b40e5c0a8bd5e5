"""The kernels as costs: what an item of each takes of a core, whatever the machine."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from kernels.contract import Work

from .estimate import Part

FLOP = "flop"


class Kind(Part):
    """A kernel: flops and bytes of memory traffic an item, cycles an item by the suite's size."""

    name: str
    item: str
    vector: bool = False
    latency: bool = False
    flops: float = 0.0
    bytes: float = 0.0
    cycles: Mapping[str, float]
    note: str = ""

    @property
    def size(self) -> str:
        """The size that stands for programs: as it lies in memory, where it was measured so."""
        return "memory" if "memory" in self.cycles else "cache"

    @property
    def sizes(self) -> tuple[str, ...]:
        """The sizes that have a reference, the one that stands for programs first."""
        return tuple(sorted(self.cycles, reverse=True))

    def amount(self, work: Work) -> float:
        """Items of a run; of kernels whose work grows with their size, flops."""
        return float(work.flops if self.item == FLOP else work.items)


@cache
def kinds() -> Mapping[str, Kind]:
    """All kernels that job classes may be made of, by name."""
    text = resources.files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8")
    return {
        name: Kind.model_validate({"name": name, **table})
        for name, table in tomllib.loads(text).items()
    }
