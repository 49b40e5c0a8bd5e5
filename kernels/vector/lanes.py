"""Arithmetic on vector values: operators, fused multiply-add, choice, shuffles, reductions."""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.imputils import lower_builtin
from numba.core.types.misc import unliteral
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic

from .memory import splat
from .types import Mask, Vector, llvm_type, scalar_type

INT32 = ir.IntType(32)
FLOAT_OPS = {
    operator.add: "fadd", operator.sub: "fsub", operator.mul: "fmul", operator.truediv: "fdiv",
    operator.iadd: "fadd", operator.isub: "fsub", operator.imul: "fmul",
}  # fmt: skip
INT_OPS = {
    operator.add: "add", operator.sub: "sub", operator.mul: "mul", operator.and_: "and_",
    operator.or_: "or_", operator.xor: "xor", operator.lshift: "shl", operator.iadd: "add",
    operator.isub: "sub", operator.imul: "mul", operator.iand: "and_", operator.ior: "or_",
    operator.ixor: "xor",
}  # fmt: skip
COMPARISONS = {operator.eq: "==", operator.gt: ">", operator.lt: "<", operator.ge: ">="}


class _SameVectors(AbstractTemplate):  # type: ignore[misc]
    """Two vectors of one type give a third."""

    def generic(self, args: Any, kws: Any) -> Any:
        if len(args) == 2 and isinstance(args[0], Vector) and args[0] == args[1]:
            return signature(args[0], *args)
        return None


class _ComparedVectors(AbstractTemplate):  # type: ignore[misc]
    """Two vectors of one type give a mask."""

    def generic(self, args: Any, kws: Any) -> Any:
        if len(args) == 2 and isinstance(args[0], Vector) and args[0] == args[1]:
            return signature(Mask(args[0].lanes), *args)
        return None


def _register(op: Any) -> None:
    infer_global(op)(type(f"Vector_{op.__name__}", (_SameVectors,), {"key": op}))

    @lower_builtin(op, Vector, Vector)
    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if isinstance(sig.return_type.dtype, types.Float):
            return getattr(builder, FLOAT_OPS[op])(*args, flags=("contract",))
        return getattr(builder, INT_OPS[op])(*args)


def _register_comparison(op: Any, symbol: str) -> None:
    infer_global(op)(type(f"Vector_{op.__name__}", (_ComparedVectors,), {"key": op}))

    @lower_builtin(op, Vector, Vector)
    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if isinstance(sig.args[0].dtype, types.Float):
            return builder.fcmp_ordered(symbol, *args)
        signed = sig.args[0].dtype.signed
        return (builder.icmp_signed if signed else builder.icmp_unsigned)(symbol, *args)


for _op in {**FLOAT_OPS, **INT_OPS}:
    _register(_op)
for _op, _symbol in COMPARISONS.items():
    _register_comparison(_op, _symbol)


def _call(builder: Any, name: str, result: Any, args: Any) -> Any:
    """A call of an LLVM intrinsic function."""
    function = builder.module.globals.get(name)
    if function is None:
        kind = ir.FunctionType(result, [arg.type for arg in args])
        function = ir.Function(builder.module, kind, name)
    return builder.call(function, args)


def _suffix(vector: Vector) -> str:
    kind = "f" if isinstance(vector.dtype, types.Float) else "i"
    return f"v{vector.lanes}{kind}{vector.dtype.bitwidth}"


@intrinsic(prefer_literal=True)
def broadcast(typingctx: Any, scalar: Any, lanes: Any) -> Any:
    """One scalar in all `lanes`."""
    scalar = unliteral(scalar)
    result = Vector(scalar, lanes.literal_value)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return splat(builder, args[0], result.lanes)

    return result(scalar, lanes), codegen


@intrinsic
def fma(typingctx: Any, a: Any, b: Any, c: Any) -> Any:
    """a * b + c, rounded once."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _call(builder, f"llvm.fma.{_suffix(a)}", llvm_type(a.dtype, a.lanes), args)

    return a(a, a, a), codegen


@intrinsic
def rounded(typingctx: Any, a: Any) -> Any:
    """Each lane to the nearest whole number, halves to even."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _call(builder, f"llvm.rint.{_suffix(a)}", llvm_type(a.dtype, a.lanes), args)

    return a(a), codegen


@intrinsic
def largest(typingctx: Any, a: Any, b: Any) -> Any:
    """The larger of a and b in each lane."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if isinstance(a.dtype, types.Float):
            greater = builder.fcmp_ordered(">", *args)
            return builder.select(greater, *args)
        name = "smax" if a.dtype.signed else "umax"
        return _call(builder, f"llvm.{name}.{_suffix(a)}", llvm_type(a.dtype, a.lanes), args)

    return a(a, a), codegen


@intrinsic
def choose(typingctx: Any, mask: Any, a: Any, b: Any) -> Any:
    """a where the mask holds, else b."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.select(*args)

    return a(mask, a, a), codegen


@intrinsic
def any_lane(typingctx: Any, mask: Any) -> Any:
    """Whether the mask holds in any lane."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits = builder.bitcast(args[0], ir.IntType(mask.lanes))
        return builder.icmp_unsigned("!=", bits, ir.Constant(bits.type, 0))

    return types.boolean(mask), codegen


@intrinsic
def shift_in(typingctx: Any, a: Any, scalar: Any) -> Any:
    """All lanes moved up by one, `scalar` in lane 0 (what lane i-1 held is now in lane i)."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        single = builder.insert_element(args[0], args[1], ir.Constant(INT32, a.lanes - 1))
        order = [a.lanes - 1, *range(a.lanes - 1)]
        return builder.shuffle_vector(
            single, single, ir.Constant(ir.VectorType(INT32, a.lanes), order)
        )

    return a(a, a.dtype), codegen


@intrinsic
def lane(typingctx: Any, a: Any, index: Any) -> Any:
    """The scalar in lane `index`."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        position = context.cast(builder, args[1], sig.args[1], types.int32)
        return builder.extract_element(args[0], position)

    return a.dtype(a, unliteral(index)), codegen


@intrinsic
def total(typingctx: Any, a: Any) -> Any:
    """The sum of all lanes, in a tree's order."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        result = scalar_type(a.dtype)
        if not isinstance(a.dtype, types.Float):
            return _call(builder, f"llvm.vector.reduce.add.{_suffix(a)}", result, args)
        return _sum_halves(builder, args[0], a.lanes)

    return a.dtype(a), codegen


def _sum_halves(builder: Any, vector: Any, lanes: int) -> Any:
    while lanes > 1:
        lanes //= 2
        index = ir.VectorType(INT32, lanes)
        low = builder.shuffle_vector(vector, vector, ir.Constant(index, list(range(lanes))))
        high = builder.shuffle_vector(
            vector, vector, ir.Constant(index, list(range(lanes, 2 * lanes)))
        )
        vector = builder.fadd(low, high)
    return builder.extract_element(vector, ir.Constant(INT32, 0))


@intrinsic
def peak(typingctx: Any, a: Any) -> Any:
    """The largest lane of a signed integer vector."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        name = f"llvm.vector.reduce.smax.{_suffix(a)}"
        return _call(builder, name, scalar_type(a.dtype), args)

    return a.dtype(a), codegen
