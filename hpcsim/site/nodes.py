"""Node types: what one node has, what it draws, how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from .mistakes import Mistake, complain
from .types import ByClass, Count, Name, Named, NotNegative, Positive, Tables, Whole


class Accelerator(Named):
    """Accelerators of one type in a node; a job asks for them as `gpu:<name>`."""

    kind: Name = Field(default="gpu", description="what a request calls it: gpu, fpga, ...")
    count: Count = Field(description="accelerators of this type in one node")
    peak_tflops: NotNegative = Field(default=0.0, description="peak of one, Tflop/s in FP64")
    memory_gib: NotNegative = Field(default=0.0, description="memory of one, GiB")
    memory_bandwidth_gbs: NotNegative = Field(
        default=0.0, description="memory bandwidth of one, GB/s"
    )
    idle_w: NotNegative = Field(default=0.0, description="draw of one at rest, W")
    loaded_w: NotNegative = Field(default=0.0, description="draw of one at work, W")


class NodeType(Named):
    """Nodes that are all alike; its nodes are named after it and counted from 0."""

    count: int = Field(strict=True, ge=1, le=1_000_000, description="nodes of this type")
    sockets: Count = Field(default=1, description="sockets in a node")
    cores_per_socket: Count = Field(description="cores in a socket")
    clock_ghz: float = Field(
        default=2.0, strict=True, gt=0, le=10, description="nominal clock, GHz"
    )
    flop_per_cycle: Count = Field(
        default=16, description="FP64 operations a cycle and core: AVX2 16, AVX-512 32"
    )
    socket_tdp_w: NotNegative = Field(
        default=0.0, description="thermal design power of a socket, W; 0 unknown"
    )
    memory_gib: Positive = Field(description="memory of a node, GiB")
    memory_bandwidth_gbs: NotNegative = Field(
        default=0.0, description="STREAM triad of a node, GB/s; 0 unknown"
    )
    accelerators: Tables[Accelerator] = Field(
        default=(), description="accelerators by type, as in `[nodes.gpu.accelerators.a100]`"
    )
    resources: Mapping[Name, Whole] = Field(
        default_factory=dict, description="other countable resources of a node, name = count"
    )
    features: tuple[Name, ...] = Field(
        default=(), description="what a job's constraint may ask for"
    )
    nodes_per_rack: Count = Field(default=72, description="nodes that share a rack and its power")
    idle_w: NotNegative = Field(default=0.0, description="draw of a node at rest, W")
    loaded_w: ByClass = Field(
        default_factory=lambda: {"default": 0.0},
        description="draw of a node with all cores at work, W: a number or by class of work",
    )
    off_w: NotNegative = Field(default=0.0, description="draw of a node switched off or down, W")
    boot_s: NotNegative = Field(default=300.0, description="from switched off to ready, s")
    boot_w: NotNegative = Field(default=0.0, description="draw while it boots, W; 0 means idle_w")

    @model_validator(mode="after")
    def _work_draws_more_than_rest(self) -> Self:
        complain(
            [
                Mistake(("loaded_w", name), f"is below idle_w = {self.idle_w:g}", f"{watts:g}")
                for name, watts in self.loaded_w.items()
                if watts < self.idle_w and watts != 0
            ]
        )
        return self

    @property
    def cores(self) -> int:
        """Cores of one node."""
        return self.sockets * self.cores_per_socket

    @property
    def peak_tflops(self) -> float:
        """Peak of one node in FP64, accelerators included."""
        cpu = self.cores * self.clock_ghz * self.flop_per_cycle / 1000
        return cpu + sum(a.count * a.peak_tflops for a in self.accelerators)

    @property
    def countables(self) -> dict[str, int]:
        """All countable resources of one node; accelerators are named `kind:name`."""
        return {f"{a.kind}:{a.name}": a.count for a in self.accelerators} | dict(self.resources)

    @property
    def rest_w(self) -> float:
        """Draw of one node at rest, with its accelerators."""
        return self.idle_w + sum(a.count * a.idle_w for a in self.accelerators)

    def core_work_w(self, work: str = "default") -> float:
        """Draw of one node without accelerators, all cores at work; unknown classes as default."""
        return max(self.loaded_w.get(work, self.loaded_w["default"]), self.idle_w)

    def work_w(self, work: str = "default") -> float:
        """Draw of one node with all cores at work of class `work` and all accelerators busy."""
        cards = sum(a.count * max(a.loaded_w, a.idle_w) for a in self.accelerators)
        return self.core_work_w(work) + cards

    @property
    def starting_w(self) -> float:
        """Draw of one node while it boots."""
        return self.boot_w or self.rest_w
