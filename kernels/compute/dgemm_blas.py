"""Matrix multiplication by the installed BLAS."""

from __future__ import annotations

from ..arrays import Array
from ..blas import blas_name, multiply_blas
from ._matrices import MatrixInputs, MatrixProduct


class DgemmBlas(MatrixProduct):
    """What the machine's best library reaches: the practical ceiling of flop/s."""

    name = "dgemm_blas"
    title = "matrix multiplication, the BLAS of numpy"

    def run(self, inputs: MatrixInputs, threads: int = 1) -> Array:
        """C = A B by BLAS."""
        multiply_blas(inputs.a, inputs.b, inputs.c, threads)
        return inputs.c

    def path(self) -> str:
        """The BLAS and its core type."""
        return blas_name()


KERNEL = DgemmBlas()
