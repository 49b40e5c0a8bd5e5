"""Matrix multiplication by our own packing and register tile."""

from __future__ import annotations

from ..arrays import Array
from ..blas import blas_name, multiply_blas
from ..contract import Rival
from ..vector import isa
from ._gemm import multiply
from ._matrices import MatrixInputs, MatrixProduct


class Dgemm(MatrixProduct):
    """Packed strips and a tile of C in registers."""

    name = "dgemm"
    title = "matrix multiplication, our own"

    def run(self, inputs: MatrixInputs, threads: int = 1) -> Array:
        """C = A B, packing included."""
        if not isa.COMPILED:
            return self.reference(inputs)
        multiply(inputs.a, inputs.b, inputs.c, inputs.workspaces(threads))
        return inputs.c

    def path(self) -> str:
        """Which registers hold the tile."""
        return isa.path()

    def native(self) -> Rival[MatrixInputs, Array] | None:
        """numpy's BLAS."""

        def call(inputs: MatrixInputs, threads: int) -> Array:
            multiply_blas(inputs.a, inputs.b, inputs.c, threads)
            return inputs.c

        return Rival(blas_name(), call)


KERNEL = Dgemm()
