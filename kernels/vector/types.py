"""The numba type of a vector value, lowered to LLVM's `<lanes x element>`."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import models, register_model


class Vector(types.Type):
    """`lanes` values of one machine type side by side in a register."""

    def __init__(self, dtype: Any, lanes: int) -> None:
        self.dtype = dtype
        self.lanes = lanes
        super().__init__(name=f"vector<{lanes} x {dtype}>")

    @property
    def key(self) -> tuple[Any, int]:
        """What makes two vector types equal."""
        return self.dtype, self.lanes


class Mask(types.Type):
    """The outcome of a comparison, one bit a lane."""

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes
        super().__init__(name=f"mask<{lanes}>")


def llvm_type(dtype: Any, lanes: int) -> ir.VectorType:
    """The LLVM type of a vector."""
    return ir.VectorType(scalar_type(dtype), lanes)


def scalar_type(dtype: Any) -> ir.Type:
    """The LLVM type of one lane."""
    if dtype == types.float64:
        return ir.DoubleType()
    if dtype == types.float32:
        return ir.FloatType()
    return ir.IntType(dtype.bitwidth)


@register_model(Vector)
class VectorModel(models.PrimitiveModel):  # type: ignore[misc]
    """A vector is one LLVM value."""

    def __init__(self, manager: Any, fe_type: Vector) -> None:
        super().__init__(manager, fe_type, llvm_type(fe_type.dtype, fe_type.lanes))


@register_model(Mask)
class MaskModel(models.PrimitiveModel):  # type: ignore[misc]
    """A mask is one LLVM value."""

    def __init__(self, manager: Any, fe_type: Mask) -> None:
        super().__init__(manager, fe_type, ir.VectorType(ir.IntType(1), fe_type.lanes))
