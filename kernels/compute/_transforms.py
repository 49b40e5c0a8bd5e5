"""What the Fourier transforms share: count, check and native rival."""

from __future__ import annotations

import math
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar

import numpy as np

from ..arrays import Array, relative_error
from ..contract import Check, InputsT, Kernel, Rival, SizeT, Work
from ..vector import isa


class Transform(Kernel[SizeT, InputsT, Array]):
    """A complex transform of `inputs.x` into `inputs.out`, in double precision."""

    stands_for = "spectral methods, signal and image processing, cryo-EM"
    source = "C. Van Loan, Computational Frameworks for the FFT; M. Frigo, S. Johnson, FFTW3"
    figure = "flops"
    threaded = True
    patient: ClassVar[bool] = True

    def reference(self, inputs: Any) -> Array:
        """The transform as its definition says, axis after axis."""
        y = inputs.x
        for axis, n in enumerate(y.shape):
            k = np.arange(n)
            matrix = np.exp(-2j * np.pi * (np.outer(k, k) % n) / n)
            y = np.moveaxis(np.tensordot(matrix, y, axes=(1, axis)), 0, axis)
        return np.asarray(y)

    def work(self, inputs: Any) -> Work:
        """FFTW's count, 5 n log2 n; the data read and written once."""
        n = inputs.x.size
        return Work(round(5 * n * math.log2(n)), 32 * n, n, "points")

    def check(self, inputs: Any, output: Array) -> Check:
        """Parseval's identity, and numpy's inverse gives the input back."""
        energy = float(np.sum(np.abs(inputs.x) ** 2))
        found = float(np.sum(np.abs(output) ** 2)) / inputs.x.size
        parseval = abs(found - energy) / energy
        inverse = relative_error(np.fft.ifftn(output), inputs.x)
        return Check.within(max(parseval, inverse), 1e-12, "Parseval and inverse")

    def path(self) -> str:
        """Which vector registers are used."""
        return isa.path()

    def native(self) -> Rival[Any, Array]:
        """FFTW where installed, else scipy's pocketfft."""
        if find_spec("pyfftw") is None:
            return Rival("scipy pocketfft", _pocketfft)
        patient = self.patient

        def call(inputs: Any, threads: int) -> Array:
            plan = _fftw_plan(inputs.x.shape, threads, patient)
            plan.update_arrays(inputs.x, inputs.out)
            plan.execute()
            out: Array = inputs.out
            return out

        return Rival("FFTW", call)


def _pocketfft(inputs: Any, threads: int) -> Array:
    import scipy.fft

    return np.asarray(scipy.fft.fftn(inputs.x, workers=threads))


@cache
def _fftw_plan(shape: tuple[int, ...], threads: int, patient: bool) -> Any:
    """A plan, measured once on arrays of its own: planning overwrites what it plans for."""
    pyfftw: Any = import_module("pyfftw")
    a, b = (pyfftw.empty_aligned(shape, dtype="complex128", n=64) for _ in range(2))
    effort = "FFTW_MEASURE" if patient else "FFTW_ESTIMATE"
    axes = tuple(range(len(shape)))
    return pyfftw.FFTW(a, b, axes=axes, flags=(effort,), threads=threads)
