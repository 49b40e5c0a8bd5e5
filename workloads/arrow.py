"""numpy's columns to Arrow's and back.

pyarrow's own ways (`pa.array`, `pa.scalar`, `to_numpy`) ask whether they were handed something of
pandas', and import pandas to find out: a third of a second, in every command that makes a table.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa


def column(values: np.ndarray, known: np.ndarray | None = None) -> pa.Array:
    """One-dimensional numbers or booleans as a column; null where `known` (bool[n]) is false.

    It shares the memory of `values` where that lies in one piece, so nobody may write there later.
    """
    kind = pa.from_numpy_dtype(values.dtype)
    is_bits = values.dtype == np.bool_
    data = _bitmap(values) if is_bits else pa.py_buffer(np.ascontiguousarray(values))
    holes = None if known is None or known.all() else _bitmap(known)
    return pa.Array.from_buffers(kind, len(values), [holes, data])


def texts(words: Sequence[str]) -> pa.Array:
    """Texts as a column."""
    coded = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, coded)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(coded))]
    return pa.Array.from_buffers(pa.string(), len(coded), buffers)


def values(column: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """A column of numbers or booleans as an array; nulls are NaN in floats, and else False or 0.

    The array may share the memory of the column, and is read-only then.
    """
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    arrays = [_values(chunk) for chunk in chunks]
    if len(arrays) == 1:
        return arrays[0]
    return np.concatenate([np.empty(0, _dtype(column.type)), *arrays])


def _values(array: pa.Array) -> np.ndarray:
    holes, data = array.buffers()
    begin, end = array.offset, array.offset + len(array)
    if data is None:
        return np.empty(0, _dtype(array.type))
    if pa.types.is_boolean(array.type):
        found = _bits(data, begin, end)
    else:
        found = np.frombuffer(data, _dtype(array.type))[begin:end]
    if not array.null_count:
        return found
    missing = found.dtype.type(np.nan if found.dtype.kind == "f" else 0)
    return np.where(_bits(holes, begin, end), found, missing)


def _dtype(kind: pa.DataType) -> np.dtype:
    return np.dtype(kind.to_pandas_dtype())


def _bitmap(truth: np.ndarray) -> pa.Buffer:
    return pa.py_buffer(np.packbits(truth, bitorder="little"))


def _bits(bitmap: pa.Buffer, begin: int, end: int) -> np.ndarray:
    found = np.unpackbits(np.frombuffer(bitmap, np.uint8), count=end, bitorder="little")
    return found[begin:].astype(bool)
