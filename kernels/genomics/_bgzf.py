"""BGZF: gzip members of at most 64 KiB that say how long they are, as BAM files are made of."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

CONTENT = 0xFF00
HEADER = struct.Struct("<4BI2BH2BHH")
TAIL = struct.Struct("<II")
RAW = -15


@dataclass(frozen=True)
class Inflater:
    """A library's name, its raw inflate (data, length of the result) and its CRC-32."""

    name: str
    inflate: Callable[[bytes, int], bytes]
    crc32: Callable[[bytes], int]


def compress(data: bytes, level: int = 6) -> bytes:
    """`data` as BGZF blocks."""
    blocks = (data[at : at + CONTENT] for at in range(0, len(data), CONTENT))
    return b"".join(_block(block, level) for block in blocks)


def _block(data: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, RAW)
    body = packer.compress(data) + packer.flush()
    size = HEADER.size + len(body) + TAIL.size
    head = HEADER.pack(31, 139, 8, 4, 0, 0, 255, 6, 66, 67, 2, size - 1)
    return head + body + TAIL.pack(zlib.crc32(data), len(data))


def blocks(file: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Where the deflated data of each block begins and ends, the CRC and length of its content.

    Raises ValueError where the file is not made of whole BGZF blocks.
    """
    at = 0
    while at < len(file):
        fields = HEADER.unpack_from(file, at) if at + HEADER.size <= len(file) else ()
        if not fields or fields[:2] != (31, 139) or fields[8:10] != (66, 67):
            raise ValueError(f"no BGZF block at byte {at}")
        end = at + fields[11] + 1
        if end > len(file) or end < at + HEADER.size + TAIL.size:
            raise ValueError(f"the BGZF block at byte {at} is cut short")
        crc, length = TAIL.unpack_from(file, end - TAIL.size)
        yield at + HEADER.size, end - TAIL.size, crc, length
        at = end


def inflaters() -> list[Inflater]:
    """Every installed library, the fastest first (as measured on BAM-like content)."""
    found = []
    if find_spec("deflate") is not None:
        deflate: Any = import_module("deflate")
        found.append(Inflater("libdeflate", deflate.deflate_decompress, deflate.crc32))
    if find_spec("isal") is not None:
        isal: Any = import_module("isal.isal_zlib")
        found.append(Inflater("isa-l", _zlib_like(isal), isal.crc32))
    if find_spec("zlib_ng") is not None:
        ng: Any = import_module("zlib_ng.zlib_ng")
        found.append(Inflater("zlib-ng", _zlib_like(ng), ng.crc32))
    return [*found, Inflater("zlib", _zlib_like(zlib), zlib.crc32)]


def _zlib_like(module: Any) -> Callable[[bytes, int], bytes]:
    def inflate(data: bytes, length: int) -> bytes:
        return bytes(module.decompress(data, RAW, length))

    return inflate
