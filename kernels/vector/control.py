"""How the floating-point unit treats numbers too small to be normal."""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

INT32 = ir.IntType(32)
FLUSH = 0x8040
X86 = llvm.get_default_triple().startswith(("x86_64", "i686"))


def _call(builder: Any, name: str, slot: Any) -> None:
    byte = ir.IntType(8).as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [byte])
    function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.x86.sse.{name}")
    builder.call(function, [builder.bitcast(slot, byte)])


@intrinsic
def flush_denormals(typingctx: Any) -> Any:
    """From here on take denormal numbers as zero; returns the state for `restore`.

    They cost a hundred times a normal operation. Without effect on other than x86.
    """

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if not X86:
            return INT32(0)
        slot = cgutils.alloca_once(builder, INT32)
        _call(builder, "stmxcsr", slot)
        old = builder.load(slot)
        builder.store(builder.or_(old, INT32(FLUSH)), slot)
        _call(builder, "ldmxcsr", slot)
        return old

    return types.uint32(), codegen


@intrinsic
def restore(typingctx: Any, state: Any) -> Any:
    """Back to the state before `flush_denormals`."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if X86:
            slot = cgutils.alloca_once_value(builder, args[0])
            _call(builder, "ldmxcsr", slot)
        return context.get_dummy_value()

    return types.void(types.uint32), codegen
