"""A 3D Fourier transform over slabs: planes, an all-to-all transpose, lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..contract import KernelError, Work
from ._world import Comm, MpiKernel, shares, total

PROBES = 4


@dataclass(frozen=True)
class FftSize:
    """A cube of n x n x n complex numbers."""

    n: int


@dataclass(frozen=True)
class FftInputs:
    """This rank's planes of the cube, (planes, n, n), and how the cube is cut."""

    comm: Comm
    x: Array
    cuts: list[tuple[int, int]]
    seed: int

    @property
    def n(self) -> int:
        """Points along an edge."""
        return int(self.x.shape[1])


class MpiFft(MpiKernel[FftSize, FftInputs, Array]):
    """The output is cut along the second axis: (n, this rank's rows, n)."""

    name = "mpi_fft"
    title = "3D Fourier transform with an all-to-all transpose"
    stands_for = "spectral methods, particle-mesh electrostatics; HPCC's MPIFFT"
    source = "P. Luszczek et al., HPC Challenge; M. Frigo, S. Johnson, FFTW"
    figure = "flops"
    compared = "single frequencies by their definition, and Parseval's sum"
    tolerance = 1e-11
    sizes: ClassVar = {"tiny": FftSize(6), "cache": FftSize(64), "memory": FftSize(256)}

    def part(self, size: FftSize, comm: Comm, seed: int) -> FftInputs:
        """Uniform complex numbers, by plane."""
        if comm.size > size.n:
            raise KernelError(f"{comm.size} ranks share {size.n} planes: choose a larger n")
        cuts = shares(size.n, comm.size)
        first, last = cuts[comm.rank]
        planes = [_plane(seed, i, size.n) for i in range(first, last)]
        return FftInputs(comm, np.array(planes), cuts, seed)

    def reference(self, inputs: FftInputs) -> Array:
        """numpy's transform of the whole, cut as the output is."""
        whole = np.array([_plane(inputs.seed, i, inputs.n) for i in range(inputs.n)])
        first, last = inputs.cuts[inputs.comm.rank]
        return np.asarray(np.fft.fftn(whole)[:, first:last])

    def run(self, inputs: FftInputs, threads: int = 1) -> Array:
        """Transform planes, hand rows over, transform what is now whole."""
        from scipy.fft import fft, fft2

        planes = fft2(inputs.x, axes=(1, 2))
        return np.asarray(fft(_transposed(inputs, planes), axis=0, overwrite_x=True))

    def error(self, inputs: FftInputs, output: Array) -> float:
        """The worst of a few frequencies summed by hand, relative; and Parseval's sum."""
        n = inputs.n
        energy = total(np.array([_energy(inputs.x) * n**3, _energy(output)]))
        errors = [abs(energy[1] / energy[0] - 1.0)]
        scale = np.sqrt(energy[0] / n**3)
        for frequency in np.random.default_rng(inputs.seed).integers(0, n, (PROBES, 3)):
            direct = complex(total(np.array([_by_hand(inputs, frequency)]))[0])
            errors.append(abs(_picked(inputs, output, frequency) - direct) / scale)
        return float(np.max(errors))

    def work(self, inputs: FftInputs) -> Work:
        """The usual 5 N log2 N; the cube read and written three times."""
        points = inputs.n**3
        flops = int(5 * points * np.log2(points))
        return Work(flops, 16 * 6 * points, points, "points")


def _transposed(inputs: FftInputs, planes: Array) -> Array:
    """All planes of this rank's rows: rank r gets rows cuts[r] of every plane."""
    rows = [np.ascontiguousarray(planes[:, a:b]) for a, b in inputs.cuts]
    out = np.concatenate([block.ravel() for block in rows])
    n, mine = inputs.n, inputs.cuts[inputs.comm.rank]
    width = mine[1] - mine[0]
    into = np.empty((n, width, n), dtype=np.complex128)
    sent = [block.size for block in rows]
    taken = [(b - a) * width * n for a, b in inputs.cuts]
    inputs.comm.Alltoallv([out, sent], [into, taken])
    return into


def _picked(inputs: FftInputs, output: Array, frequency: Array) -> complex:
    """One frequency, from whichever rank has it."""
    x, y, z = (int(part) for part in frequency)
    first, last = inputs.cuts[inputs.comm.rank]
    mine = output[x, y - first, z] if first <= y < last else 0.0
    return complex(total(np.array([mine], dtype=np.complex128))[0])


def _by_hand(inputs: FftInputs, frequency: Array) -> complex:
    """This rank's part of one frequency, by the definition."""
    n = inputs.n
    turns = [np.exp(-2j * np.pi * (k * np.arange(n) % n) / n) for k in frequency]
    first, last = inputs.cuts[inputs.comm.rank]
    return complex(
        np.einsum("ijk,i,j,k->", inputs.x, turns[0][first:last], *turns[1:], optimize=True)
    )


def _energy(x: Array) -> float:
    return float(np.vdot(x, x).real)


def _plane(seed: int, index: int, n: int) -> Array:
    parts = np.random.default_rng([seed, index]).random((2, n, n)) - 0.5
    return parts[0] + 1j * parts[1]


KERNEL = MpiFft()
