"""Vectors from and to arrays. An array is addressed flat, in elements; the caller minds bounds."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from .types import Vector, llvm_type

INT32 = ir.IntType(32)


def element(context: Any, builder: Any, array_type: Any, array: Any, at: Any, at_type: Any) -> Any:
    """The address of flat element `at`."""
    data = context.make_array(array_type)(context, builder, array).data
    index = context.cast(builder, at, at_type, types.intp)
    return builder.gep(data, [index])


def _vector_address(context: Any, builder: Any, sig: Any, args: Any, vector: Any) -> Any:
    address = element(context, builder, sig.args[0], args[0], args[1], sig.args[1])
    return builder.bitcast(address, vector.as_pointer())


@intrinsic(prefer_literal=True)
def load(typingctx: Any, array: Any, at: Any, lanes: Any) -> Any:
    """The vector of `lanes` elements that starts at flat element `at` of a contiguous array."""
    result = Vector(array.dtype, lanes.literal_value)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        vector = llvm_type(result.dtype, result.lanes)
        address = _vector_address(context, builder, sig, args, vector)
        return builder.load(address, align=array.dtype.bitwidth // 8, typ=vector)

    return result(array, types.intp, lanes), codegen


@intrinsic
def store(typingctx: Any, array: Any, at: Any, value: Any) -> Any:
    """Write a vector from flat element `at` on."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        vector = llvm_type(value.dtype, value.lanes)
        address = _vector_address(context, builder, sig, args, vector)
        builder.store(args[2], address, align=value.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), codegen


@intrinsic
def stream(typingctx: Any, array: Any, at: Any, value: Any) -> Any:
    """Write a vector past the caches (a non-temporal store); the address must be aligned to it."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        vector = llvm_type(value.dtype, value.lanes)
        address = _vector_address(context, builder, sig, args, vector)
        written = builder.store(args[2], address, align=value.dtype.bitwidth // 8 * value.lanes)
        hint = builder.module.add_metadata([ir.Constant(INT32, 1)])
        written.set_metadata("nontemporal", hint)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), codegen


@intrinsic
def fence(typingctx: Any) -> Any:
    """All non-temporal stores before are visible after."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.void(), codegen


@intrinsic
def prefetch(typingctx: Any, array: Any, at: Any) -> Any:
    """Ask for the cache line of flat element `at`, to be read and written soon."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        address = element(context, builder, sig.args[0], args[0], args[1], sig.args[1])
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, INT32, INT32, INT32])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        flags = [ir.Constant(INT32, flag) for flag in (1, 3, 1)]
        builder.call(function, [builder.bitcast(address, byte), *flags])
        return context.get_dummy_value()

    return types.void(array, types.intp), codegen


@intrinsic
def gather(typingctx: Any, array: Any, places: Any) -> Any:
    """The elements at a vector of unsigned flat places."""
    result = Vector(array.dtype, places.lanes)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        gathered = ir.Constant(llvm_type(result.dtype, result.lanes), ir.Undefined)
        for number in range(result.lanes):
            lane = builder.extract_element(args[1], INT32(number))
            wide = builder.zext(lane, ir.IntType(64)) if lane.type.width < 64 else lane
            value = builder.load(builder.gep(data, [wide]))
            gathered = builder.insert_element(gathered, value, INT32(number))
        return gathered

    return result(array, places), codegen


def splat(builder: Any, scalar: Any, lanes: int) -> Any:
    """One scalar in all lanes."""
    empty = ir.Constant(ir.VectorType(scalar.type, lanes), ir.Undefined)
    first = builder.insert_element(empty, scalar, ir.Constant(INT32, 0))
    zeros = ir.Constant(ir.VectorType(INT32, lanes), [0] * lanes)
    return builder.shuffle_vector(first, empty, zeros)
