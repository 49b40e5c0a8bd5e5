"""How much faster a program's fixed work gets on more cores of a site: its curve and the knee.

On one node, with s the share that cores do not shorten, m the kernels' shares of the rest and S
their speedups (measured laws where a calibration has them, else as many as cores):

    T(p) = s + (1 - s) sum(m / S(p))

A program that passes messages goes on over nodes: n nodes have an n-th of the work each, reductions
take as long as log2 n steps, and what a node exchanges shrinks with the surface of its part,
n^(-2/3). Both are anchored where the class was. The knee is where efficiency over time is greatest
(Eager, Zahorjan and Lazowska, "Speedup versus efficiency in parallel systems", 1989); for Amdahl's
law it lies at 1/s cores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hpcsim.site.model import Site

from .document import Calibration
from .fits.scaling import speedup
from .fits.verdict import Fit
from .programs import Program
from .run_times import RunTimes
from .runtime import FloatArray

SURFACE = 2 / 3


@dataclass(frozen=True)
class Messages:
    """Messages of a class over its other work, on the number of nodes where it is anchored."""

    nodes: int
    latency: float
    bandwidth: float


@dataclass(frozen=True)
class Curve:
    """A program's time on so many cores; `kernels` are shares of what cores do shorten."""

    node_cores: int
    nodes: int
    serial: float
    kernels: Mapping[str, float]
    laws: Mapping[str, Fit]
    messages: Messages | None = None

    def seconds(self, cores: FloatArray) -> FloatArray:
        """Time of the same work on each of `cores`, over that on one core."""
        on_node = self._on_node(np.minimum(cores, self.node_cores))
        if self.messages is None:
            return on_node
        anchor = self.messages
        spread = np.maximum(cores / self.node_cores, 1.0)
        nodes = np.ceil(spread)
        steps = np.log2(np.maximum(nodes, 2)) / np.log2(anchor.nodes)
        surface = (anchor.nodes / nodes) ** SURFACE
        told = anchor.latency * steps + anchor.bandwidth * surface
        apart = np.where(nodes > 1, told / anchor.nodes, 0.0)
        found: FloatArray = on_node * (1 / spread + apart)
        return found

    def efficiency(self, cores: int) -> float:
        """Work done a core, over that of a core alone."""
        return float(1 / (cores * self.seconds(np.array([float(cores)]))[0]))

    @property
    def knee(self) -> int:
        """The cores with the greatest efficiency over time."""
        widths = self._widths()
        return int(widths[np.argmax(1 / (widths * self.seconds(widths) ** 2))])

    def widest(self, efficiency: float) -> int:
        """The most cores that are still used to `efficiency`, but not more than the knee."""
        widths = self._widths()
        good = 1 / (widths * self.seconds(widths)) >= efficiency
        return int(min(widths[good].max(), self.knee))

    def _on_node(self, cores: FloatArray) -> FloatArray:
        shared = np.zeros(len(cores))
        for name, share in self.kernels.items():
            law = self.laws.get(name)
            faster = cores if law is None else np.array([speedup(law, float(p)) for p in cores])
            shared += share / faster
        return self.serial + (1 - self.serial) * shared

    def _widths(self) -> FloatArray:
        """Every number of cores of a node, then whole nodes where the program can use them."""
        inside = np.arange(1.0, self.node_cores + 1)
        if self.messages is None:
            return inside
        return np.concatenate([inside, np.arange(2.0, self.nodes + 1) * self.node_cores])


def curve_of(program: Program, site: Site, calibration: Calibration, node_cores: int) -> Curve:
    """A program's curve on nodes of `node_cores` cores of a site, as far as the site has them."""
    kind = program.job_class
    model = RunTimes(calibration, site).model_of(kind)
    whole = sum(model.kernels.values())
    here = model.here
    work = here.compute + here.memory + here.waiting + here.io
    messages = Messages(kind.nodes, here.latency / work, here.bandwidth / work)
    return Curve(
        node_cores=node_cores,
        nodes=sum(node.count for node in site.nodes if node.cores >= node_cores),
        serial=program.serial,
        kernels={name: part / whole for name, part in model.kernels.items()},
        laws=_laws(calibration, kind.kernels),
        messages=messages if program.spreads else None,
    )


def _laws(calibration: Calibration, names: Mapping[str, float]) -> dict[str, Fit]:
    """The measured law of each kernel over threads; the one that was measured furthest."""
    found: dict[str, Fit] = {}
    for fit in sorted(calibration.machine.scaling, key=lambda fit: fit.high_x):
        name = fit.what.partition("/")[0]
        if name in names and fit.usable and fit.what.endswith(" over threads"):
            found[name] = fit
    return found
