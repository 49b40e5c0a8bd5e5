"""The machine model: what one node was measured to do, each figure with its interval."""

from __future__ import annotations

from collections.abc import Mapping

from .estimate import Estimate, Part
from .fits.verdict import Fit

MEMORY = "memory"
REFERENCE_CLOCK_GHZ = 2.7  # of the core on which kinds.toml was measured
WIDE_FLOPS = 32  # flop a cycle of the registers that it was measured with


class Kernel(Part):
    """One kernel as measured on one core: items a second, and cycles an item beside traffic.

    `cost` is those cycles over the reference's at the same size: above 1 is a slower program.
    """

    name: str
    item: str
    size: str
    rate: Estimate
    cycles: Estimate
    cost: Estimate
    path: str = ""


class MachineModel(Part):
    """One node. Rates and bandwidths are those of one core where the name says `core`."""

    name: str
    processor: str = ""
    cores: int = 1
    flop_per_cycle: int = 0
    clock_ghz: Estimate | None = None
    core_gflops: Estimate | None = None
    core_bandwidth_gbs: Mapping[str, Estimate] = {}
    node_bandwidth_gbs: Estimate | None = None
    memory_latency_ns: Estimate | None = None
    blas_efficiency: Estimate | None = None
    hpcg_efficiency: Estimate | None = None
    kernels: tuple[Kernel, ...] = ()
    scaling: tuple[Fit, ...] = ()
    messages: tuple[Fit, ...] = ()
    collectives: tuple[Fit, ...] = ()
    files: Mapping[str, Estimate] = {}
    remarks: tuple[str, ...] = ()

    def kernel(self, name: str) -> Kernel | None:
        """The kernel as measured, or None."""
        return next((kernel for kernel in self.kernels if kernel.name == name), None)

    @property
    def fits(self) -> tuple[Fit, ...]:
        """All curves."""
        return (*self.scaling, *self.messages, *self.collectives)
