"""A calibration at a site, as a simulation asks it: how much longer each task takes there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hpcsim.site.model import Site

from . import place as places
from .assumptions import CLASS, NETWORK, REFERENCE, STORAGE, VECTOR_CLOCK, value
from .classes import JobClass, shipped
from .document import Calibration
from .place import Place
from .runtime import FloatArray, Parts, core_gflops, factors, kernel_parts, parts


@dataclass(frozen=True)
class Model:
    """A class at the site: its parts there and at its reference, and a core's Gflop/s.

    `kernels` is the time of each kernel there, over the whole at the reference.
    """

    kind: JobClass
    here: Parts
    there: Parts
    factor: float
    core_gflops: float
    kernels: Mapping[str, float]

    def factors(self, nodes: FloatArray, storage_load: float = 0.0) -> FloatArray:
        """Run times on so many nodes over those that are anchored."""
        return self.factor * factors(self.kind, self.here, self.there, nodes, storage_load)


class RunTimes:
    """How a site's tasks run, by a calibration's central (or drawn) values.

    Tasks are named as owner/step, as `sequencing/wgs/align` or `research/mpi`.
    """

    def __init__(self, calibration: Calibration, site: Site) -> None:
        self.calibration, self.site = calibration, site
        self._models: dict[str, Model] = {}

    @cached_property
    def here(self) -> Place:
        """The site's most numerous nodes."""
        known = self.calibration.assumptions
        found = places.of_site(self.site, value(known, VECTOR_CLOCK))
        network, storage = value(known, NETWORK), value(known, STORAGE)
        return replace(
            found,
            latency_s=found.latency_s * network,
            network_bandwidth=found.network_bandwidth / network,
            storage_gbs=found.storage_gbs / storage,
        )

    @cached_property
    def costs(self) -> Mapping[str, float]:
        """Cycles of the programs measured over the reference's, by kernel."""
        return {kernel.name: kernel.cost.value for kernel in self.calibration.machine.kernels}

    def model(self, task: str) -> Model:
        """The class of a task at the site."""
        if task not in self._models:
            self._models[task] = self.model_of(shipped().find(task))
        return self._models[task]

    def model_of(self, kind: JobClass) -> Model:
        """A class at the site."""
        known = self.calibration.assumptions
        reference = shipped().references[kind.reference]
        there = places.of_reference(
            reference,
            clock=value(known, f"{REFERENCE}{kind.reference}"),
            vector=value(known, VECTOR_CLOCK),
        )
        return Model(
            kind=kind,
            here=parts(kind, self.here, there, self.costs),
            there=parts(kind, there, there, {}),
            factor=value(known, f"{CLASS}{kind.name}"),
            core_gflops=core_gflops(kind, self.here, there, self.costs),
            kernels={
                name: sum(each)
                for name, each in kernel_parts(kind, self.here, there, self.costs).items()
            },
        )

    def tasks(
        self, owner: str, names: Sequence[str], codes: NDArray[np.int32], cores: NDArray[np.int32]
    ) -> FloatArray:
        """The factor of each task; `codes` point into `names`, the steps of `owner`."""
        found = np.empty(len(codes))
        for code, name in enumerate(names):
            chosen = codes == code
            if chosen.any():
                found[chosen] = self._of(f"{owner}/{name}", cores[chosen])
        return found

    def _of(self, task: str, cores: NDArray[np.int32]) -> FloatArray:
        nodes = np.ceil(cores / self.here.node_cores)
        return self.model(task).factors(nodes)

    def core_gflops(self, owner: str, name: str) -> float:
        """Gflop/s that a core sustains in a task."""
        return self.model(f"{owner}/{name}").core_gflops
