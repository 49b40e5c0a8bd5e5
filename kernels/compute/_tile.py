"""The register tile of matrix multiplication: a block of C kept in registers over all of K.

With AVX-512 it is 8 rows of 24 columns, 24 of the 32 registers; three more hold a row of B and
each element of A comes broadcast from memory. Narrower machines get 4 rows of three registers.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from ..vector import isa
from ..vector.memory import element, splat

LANES = isa.BYTES // 8
ROWS = 8 if isa.AVX512 else 4
VECTORS = 3
COLUMNS = VECTORS * LANES

DOUBLE = ir.DoubleType()
VECTOR = ir.VectorType(DOUBLE, LANES)
INDEX = ir.IntType(64)
INT32 = ir.IntType(32)
# Steps of k by which B is asked for ahead: it streams from the second cache.
AHEAD = 32
TILE = list(product(range(ROWS), range(VECTORS)))


def _fma(builder: Any, a: Any, b: Any, c: Any) -> Any:
    name = f"llvm.fma.v{LANES}f64"
    function = builder.module.globals.get(name) or ir.Function(
        builder.module, ir.FunctionType(VECTOR, [VECTOR] * 3), name
    )
    return builder.call(function, [a, b, c])


def _load(builder: Any, base: Any, offset: Any) -> Any:
    address = builder.bitcast(builder.gep(base, [offset]), VECTOR.as_pointer())
    return builder.load(address, align=8)


def _prefetch(builder: Any, base: Any, offset: Any) -> None:
    """Ask for the cache line of element `offset`, to be read soon."""
    byte = ir.IntType(8).as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [byte, INT32, INT32, INT32])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    address = builder.bitcast(builder.gep(base, [offset]), byte)
    builder.call(function, [address, INT32(0), INT32(3), INT32(1)])


def _step(builder: Any, a: Any, b: Any, k: Any, sums: list[Any]) -> list[Any]:
    """One k: the outer product of a column of A and a row of B, added to the sums."""
    a_at = builder.mul(k, INDEX(ROWS))
    b_at = builder.mul(k, INDEX(COLUMNS))
    row = [_load(builder, b, builder.add(b_at, INDEX(v * LANES))) for v in range(VECTORS)]
    for v in range(VECTORS):
        _prefetch(builder, b, builder.add(b_at, INDEX(AHEAD * COLUMNS + v * LANES)))
    places = [builder.gep(a, [builder.add(a_at, INDEX(r))]) for r in range(ROWS)]
    column = [splat(builder, builder.load(place), LANES) for place in places]
    return [_fma(builder, column[r], row[v], old) for (r, v), old in zip(TILE, sums, strict=True)]


def _loop(builder: Any, a: Any, b: Any, depth: Any) -> list[Any]:
    """The sums over all k, carried in registers around a loop of at least one step."""
    before = builder.block
    body, after = builder.append_basic_block("tile"), builder.append_basic_block("tile.end")
    builder.branch(body)
    builder.position_at_end(body)
    k = builder.phi(INDEX)
    sums = [builder.phi(VECTOR) for _ in TILE]
    new = _step(builder, a, b, k, sums)
    following = builder.add(k, INDEX(1))
    builder.cbranch(builder.icmp_unsigned("<", following, depth), body, after)
    zero = ir.Constant(VECTOR, [0.0] * LANES)
    for phi, later in zip([k, *sums], [following, *new], strict=True):
        phi.add_incoming(INDEX(0) if phi is k else zero, before)
        phi.add_incoming(later, body)
    builder.position_at_end(after)
    return new


@intrinsic
def tile_product(
    typingctx: Any, a: Any, a_at: Any, b: Any, b_at: Any, depth: Any,
    c: Any, c_at: Any, c_pitch: Any, alpha: Any,
) -> Any:  # fmt: skip
    """C += alpha A B for one tile of C (row pitch `c_pitch`) and packed strips of A and B.

    `a` holds ROWS values for each k, `b` holds COLUMNS; `depth` is at least 1.
    """

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        base_a = element(context, builder, sig.args[0], args[0], args[1], sig.args[1])
        base_b = element(context, builder, sig.args[2], args[2], args[3], sig.args[3])
        base_c = element(context, builder, sig.args[5], args[5], args[6], sig.args[6])
        factor = splat(builder, args[8], LANES)
        for r in range(ROWS):
            for v in range(VECTORS):
                _prefetch(
                    builder, base_c, builder.add(builder.mul(args[7], INDEX(r)), INDEX(v * LANES))
                )
        sums = _loop(builder, base_a, base_b, args[4])
        for (r, v), value in zip(TILE, sums, strict=True):
            offset = builder.add(builder.mul(args[7], INDEX(r)), INDEX(v * LANES))
            address = builder.bitcast(builder.gep(base_c, [offset]), VECTOR.as_pointer())
            old = builder.load(address, align=8)
            builder.store(_fma(builder, factor, value, old), address, align=8)
        return context.get_dummy_value()

    i = types.intp
    return types.void(a, i, b, i, i, c, i, i, types.float64), codegen
