"""Molecular dynamics of a Lennard-Jones fluid with neighbour lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..contract import Check, Kernel, Rival, Work
from ..native import function
from ..threads import over
from ..vector import isa
from ._particles import CUTOFF, LANES, SKIN, forces, list_neighbours, pad_lists, sort_into_cells

DENSITY = 0.8
STEP = 0.002
MOST_CHECKED = 60
FLOPS_A_PAIR = 30


@dataclass(frozen=True)
class FluidSize:
    """Particles along a side of the starting lattice, and time steps."""

    side: int
    steps: int


@dataclass(frozen=True)
class FluidInputs:
    """Positions, velocities, the side of the cube, time steps and room for neighbour lists."""

    x: Array
    v: Array
    box: float
    steps: int
    lists: Array
    counts: Array


@dataclass(frozen=True)
class Fluid:
    """Positions, velocities and forces at the end, and the total energy at start and end."""

    x: Array
    v: Array
    f: Array
    energy: tuple[float, float]


class Nbody(Kernel[FluidSize, FluidInputs, Fluid]):
    """Lists once (their skin lasts for the steps), then velocity Verlet."""

    name = "nbody"
    title = "molecular dynamics with neighbour lists"
    stands_for = "GROMACS, LAMMPS, NAMD: short-range forces"
    source = "L. Verlet, Physical Review 159, 1967; M. Allen, D. Tildesley, Computer Simulation"
    figure = "items"
    threaded = True
    sizes: ClassVar = {
        "tiny": FluidSize(6, 5),
        "cache": FluidSize(12, 10),
        "memory": FluidSize(50, 10),
    }

    def inputs(self, size: FluidSize, rng: np.random.Generator) -> FluidInputs:
        """A cubic lattice a little disturbed, normal velocities without drift."""
        n = size.side**3
        box = (n / DENSITY) ** (1.0 / 3.0)
        grid = np.stack(np.meshgrid(*[np.arange(size.side)] * 3, indexing="ij"), -1).reshape(-1, 3)
        x = ((grid + 0.5 + rng.uniform(-0.05, 0.05, grid.shape)) * box / size.side) % box
        v = rng.standard_normal(x.shape)
        v -= v.mean(axis=0)
        reach = CUTOFF + SKIN
        room = min(n, int(DENSITY * 4.2 * reach**3 * 1.6) + 16)
        room = -(-room // LANES) * LANES
        lists = np.zeros((n, room), dtype=np.uint32)
        return FluidInputs(x, v, box, size.steps, lists, np.zeros(n, dtype=np.int64))

    def reference(self, inputs: FluidInputs) -> Fluid:
        """Every pair, in numpy, without lists."""
        return _integrate(inputs, lambda x: _all_pairs(x, x, inputs.box))

    def run(self, inputs: FluidInputs, threads: int = 1) -> Fluid:
        """Neighbour lists and forces compiled, particles shared among threads."""
        return self._run(inputs, threads, forces) if isa.COMPILED else self.reference(inputs)

    def _run(self, inputs: FluidInputs, threads: int, function: object) -> Fluid:
        build_lists(inputs)
        n = len(inputs.x)

        def evaluate(x: Array) -> tuple[Array, Array]:
            f, energy = np.empty((n, 3)), np.empty(n)
            columns = [np.ascontiguousarray(x[:, axis]) for axis in range(3)]
            over(function, n, threads, *columns, inputs.box, inputs.lists, inputs.counts, f, energy)  # type: ignore[arg-type]
            return f, energy

        return _integrate(inputs, evaluate)

    def work(self, inputs: FluidInputs) -> Work:
        """Pairs in the lists, about 30 flops each, once a step and once before."""
        build_lists(inputs)
        pairs = int(inputs.counts.sum()) * (inputs.steps + 1)
        moved = (4 * inputs.counts.sum() + 12 * inputs.x.nbytes) * (inputs.steps + 1)
        return Work(FLOPS_A_PAIR * pairs, int(moved), pairs, "pairs")

    def check(self, inputs: FluidInputs, output: Fluid) -> Check:
        """Forces on up to 60 particles by all pairs, momentum, and the energy.

        Every error is relative to what it may be, so one is the limit.
        """
        n = len(output.x)
        chosen = np.unique(np.linspace(0, n - 1, min(n, MOST_CHECKED)).astype(int))
        expected, _ = _all_pairs(output.x[chosen], output.x, inputs.box)
        scale = float(np.max(np.abs(expected)))
        force = float(np.max(np.abs(output.f[chosen] - expected))) / scale / 1e-10
        drift = float(np.max(np.abs(output.v.sum(axis=0)))) / n / 1e-10
        start, end = output.energy
        energy = abs(end - start) / n / 0.02
        return Check.within(
            float(np.max([force, drift, energy])), 1.0, "forces by all pairs, momentum, energy"
        )

    def path(self) -> str:
        """Which vector registers are used."""
        return isa.path()

    def native(self) -> Rival[FluidInputs, Fluid] | None:
        """The same force loop in C."""
        flags = ("-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math")
        native_forces = function("particles", "forces", *flags, "-fno-math-errno")
        if native_forces is None:
            return None

        def adapted(*args: object) -> None:
            *arrays, f, energy, first, last = args
            native_forces(*arrays, arrays[4].shape[1], f, energy, first, last)  # type: ignore

        def call(inputs: FluidInputs, threads: int) -> Fluid:
            return self._run(inputs, threads, adapted)

        return Rival("C", call)


def build_lists(inputs: FluidInputs) -> None:
    """Fill the neighbour lists; raises ValueError where the particles are too dense for them."""
    cells = max(int(inputs.box / (CUTOFF + SKIN)), 1)
    order = np.arange(len(inputs.x))
    starts = np.zeros(cells**3 + 1, dtype=np.int64)
    sort_into_cells(inputs.x, inputs.box, cells, order, starts)
    most = list_neighbours(inputs.x, inputs.box, cells, order, starts, inputs.lists, inputs.counts)
    if most > inputs.lists.shape[1]:
        raise ValueError(f"{most} neighbours do not fit in lists of {inputs.lists.shape[1]}")
    pad_lists(inputs.lists, inputs.counts)


def _integrate(inputs, evaluate) -> Fluid:  # type: ignore[no-untyped-def]
    """Velocity Verlet; `evaluate` gives forces and energies of positions."""
    x, v = inputs.x.copy(), inputs.v.copy()
    f, energy = evaluate(x)
    start = float(energy.sum() + 0.5 * np.sum(v * v))
    for _ in range(inputs.steps):
        v += 0.5 * STEP * f
        x = (x + STEP * v) % inputs.box
        f, energy = evaluate(x)
        v += 0.5 * STEP * f
    return Fluid(x, v, f, (start, float(energy.sum() + 0.5 * np.sum(v * v))))


def _all_pairs(some: Array, x: Array, box: float) -> tuple[Array, Array]:
    """Forces and energies of some particles by looking at all others."""
    d = some[:, None, :] - x[None, :, :]
    d -= box * np.rint(d / box)
    r2 = np.sum(d * d, axis=2)
    near = (r2 < CUTOFF * CUTOFF) & (r2 > 0.0)
    i2 = np.where(near, 1.0 / np.where(near, r2, 1.0), 0.0)
    i6 = i2**3
    f = np.sum((24.0 * i2 * i6 * (2.0 * i6 - 1.0))[:, :, None] * d, axis=1)
    return f, 2.0 * np.sum(i6 * (i6 - 1.0), axis=1)


KERNEL = Nbody()
