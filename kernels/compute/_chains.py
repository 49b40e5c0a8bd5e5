"""Independent chains of fused multiply-adds that never leave the registers."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from ..vector import isa
from ..vector.memory import element

LANES = isa.BYTES // 8
CHAINS = 12
FACTOR, TERM = 0.5, 1.0
VECTOR = ir.VectorType(ir.DoubleType(), LANES)
INDEX = ir.IntType(64)


def _places(builder: Any, base: Any) -> list[Any]:
    vector = VECTOR.as_pointer()
    offsets = [INDEX(chain * LANES) for chain in range(CHAINS)]
    return [builder.bitcast(builder.gep(base, [offset]), vector) for offset in offsets]


@intrinsic
def spin(typingctx: Any, start: Any, at: Any, steps: Any, out: Any) -> Any:
    """x -> x/2 + 1, `steps` times (at least once), for CHAINS vectors from flat element `at` on."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        source = element(context, builder, sig.args[0], args[0], args[1], sig.args[1])
        target = element(context, builder, sig.args[3], args[3], args[1], sig.args[1])
        kind = ir.FunctionType(VECTOR, [VECTOR] * 3)
        name = f"llvm.fma.v{LANES}f64"
        fma = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
        factor, term = (ir.Constant(VECTOR, [value] * LANES) for value in (FACTOR, TERM))
        first = [builder.load(p, typ=VECTOR, align=8) for p in _places(builder, source)]
        before, body = builder.block, builder.append_basic_block("spin")
        after = builder.append_basic_block("spin.end")
        builder.branch(body)
        builder.position_at_end(body)
        count, values = builder.phi(INDEX), [builder.phi(VECTOR) for _ in first]
        new = [builder.call(fma, [value, factor, term]) for value in values]
        following = builder.add(count, INDEX(1))
        builder.cbranch(builder.icmp_unsigned("<", following, args[2]), body, after)
        for phi, initial, later in zip(
            [count, *values], [INDEX(0), *first], [following, *new], strict=True
        ):
            phi.add_incoming(initial, before)
            phi.add_incoming(later, body)
        builder.position_at_end(after)
        for value, place in zip(new, _places(builder, target), strict=True):
            builder.store(value, place, align=8)
        return context.get_dummy_value()

    return types.void(start, types.intp, types.intp, out), codegen
