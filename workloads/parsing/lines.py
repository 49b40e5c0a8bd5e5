"""Numbers from lines of text, whole blocks at a time.

A block of lines is looked at as an array of bytes. Lines that hold exactly the wanted count of
plain numbers are squeezed to one separator and parsed together; every other line is told apart
(comment, blank, odd), so that a reader may look at the few odd ones one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

NEWLINE = 10
_BLANKS = b" \t\r"
_ONE_BLANK = bytes.maketrans(_BLANKS, b"   ")
_PLAIN = np.zeros(256, dtype=bool)
_PLAIN[list(b"0123456789-.\n" + _BLANKS)] = True
_SOLID = np.ones(256, dtype=bool)
_SOLID[list(b"\n" + _BLANKS)] = False


@dataclass(frozen=True)
class Split:
    """A block of lines, told apart."""

    lines: np.ndarray
    """Line numbers of the plain lines."""
    values: np.ndarray
    """(fields, plain lines) float64: what stands in them."""
    comments: list[tuple[int, bytes]]
    odd: list[tuple[int, bytes]]
    """(line number, text) of what is neither."""
    longest: tuple[int, int]
    """(length in bytes, line number) of the longest line."""


def split(block: bytes, first_line: int, fields: int) -> Split:
    """Tell apart the lines of a block that ends in a newline."""
    text = np.frombuffer(block, dtype=np.uint8)
    newline = text == NEWLINE
    ends = np.flatnonzero(newline)
    starts = np.concatenate(([0], ends[:-1] + 1))
    solid = _SOLID[text]
    token = solid.copy()
    token[1:] &= ~solid[:-1]
    counts = np.add.reduceat(token.view(np.uint8), starts, dtype=np.int32)
    regular = counts == fields
    plain = _PLAIN[text]
    if not plain.all():
        regular &= np.logical_and.reduceat(plain, starts)
    keep = _kept(solid, token, starts, counts)
    keep |= newline
    values = _parse(text, keep, regular, ends - starts + 1, fields)
    if values is None:
        regular = np.zeros_like(regular)
        values = np.empty((fields, 0))
    others = np.flatnonzero(~regular & (counts > 0))
    comments, odd = _told_apart(block, others, starts, ends, first_line)
    lengths = ends - starts
    widest = int(np.argmax(lengths))
    return Split(
        np.flatnonzero(regular) + first_line,
        values,
        comments,
        odd,
        (int(lengths[widest]), first_line + widest),
    )


def _kept(
    solid: np.ndarray, token: np.ndarray, starts: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """Bytes of tokens, and the one blank before each token that is not the first of its line."""
    keep = solid.copy()
    keep[:-1] |= token[1:]
    indented = ~solid[starts] & (counts > 0)
    if indented.any():
        first = np.flatnonzero(token)[(np.cumsum(counts) - counts)[indented]]
        keep[first - 1] = False
    return keep


def _parse(
    text: np.ndarray, keep: np.ndarray, regular: np.ndarray, lengths: np.ndarray, fields: int
) -> np.ndarray | None:
    """Numbers of the regular lines, (fields, lines); None where one of them is not a number."""
    if not regular.any():
        return np.empty((fields, 0))
    if not regular.all():
        keep &= np.repeat(regular, lengths)
    squeezed = text[keep].tobytes().translate(_ONE_BLANK)
    return _numbers(squeezed, fields)


def _numbers(squeezed: bytes, fields: int) -> np.ndarray | None:
    import pyarrow as pa
    from pyarrow import csv

    from ..arrow import values

    names = [str(n) for n in range(fields)]
    try:
        table = csv.read_csv(
            pa.BufferReader(squeezed),
            csv.ReadOptions(column_names=names, use_threads=False, block_size=len(squeezed) + 1),
            csv.ParseOptions(delimiter=" ", quote_char=False),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.float64())),
        )
    except pa.ArrowInvalid:
        return None
    return np.stack([values(column) for column in table.columns])


def _told_apart(
    block: bytes, others: np.ndarray, starts: np.ndarray, ends: np.ndarray, first_line: int
) -> tuple[list[tuple[int, bytes]], list[tuple[int, bytes]]]:
    comments: list[tuple[int, bytes]] = []
    odd: list[tuple[int, bytes]] = []
    for number, text in _texts(block, others, starts, ends, first_line):
        (comments if text.startswith(b";") else odd).append((number, text))
    return comments, odd


def _texts(
    block: bytes, rows: np.ndarray, starts: np.ndarray, ends: np.ndarray, first_line: int
) -> Iterator[tuple[int, bytes]]:
    bounds = zip(rows.tolist(), starts[rows].tolist(), ends[rows].tolist(), strict=True)
    for row, start, end in bounds:
        yield first_line + row, block[start:end].strip()
