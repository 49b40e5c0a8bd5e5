"""Inflating BGZF, the compression of BAM and bgzipped VCF and FASTQ."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..contract import Check, Kernel, Rival, Work
from ..threads import over
from ._alignment import letters, random_bases
from ._bgzf import Inflater, blocks, compress, inflaters

READ = 100


@dataclass(frozen=True)
class FileSize:
    """Reads of 100 bases in the file."""

    reads: int


@dataclass(frozen=True)
class FileInputs:
    """The compressed file and what is in it."""

    file: bytes
    content: bytes


class BgzfInflate(Kernel[FileSize, FileInputs, bytes]):
    """Inflate every block and test its CRC, by the fastest library that is installed."""

    name = "bgzf_inflate"
    title = "inflating BGZF by the best installed library"
    stands_for = "reading BAM, FASTQ and VCF: the first step of every genomics program"
    source = "SAM/BAM format specification, section 4.1; RFC 1951"
    figure = "bytes"
    threaded = True
    sizes: ClassVar = {
        "tiny": FileSize(1_000),
        "cache": FileSize(4_000),
        "memory": FileSize(100_000),
    }

    def inputs(self, size: FileSize, rng: np.random.Generator) -> FileInputs:
        """Text of reads with qualities of a few levels, as sequencers write."""
        bases = letters(random_bases((size.reads, READ), rng).ravel())
        levels = np.frombuffer(b"#,:F", dtype=np.uint8)
        chosen = rng.choice(levels, (size.reads, READ), p=[0.02, 0.05, 0.13, 0.8])
        quality = chosen.tobytes().decode()
        lines = (
            f"@run:{i // 997}:{i}\n{bases[at : at + READ]}\n+\n{quality[at : at + READ]}\n"
            for i, at in enumerate(range(0, size.reads * READ, READ))
        )
        content = "".join(lines).encode()
        return FileInputs(compress(content), content)

    def reference(self, inputs: FileInputs) -> bytes:
        """Python's gzip."""
        return gzip.decompress(inputs.file)

    def run(self, inputs: FileInputs, threads: int = 1) -> bytes:
        """Block by block; raises ValueError for a block whose CRC is wrong."""
        return _inflate(inputs.file, inflaters()[0], threads)

    def work(self, inputs: FileInputs) -> Work:
        """Bytes read and written; items are bytes of content."""
        content = len(inputs.content)
        return Work(0, len(inputs.file) + content, content, "bytes")

    def check(self, inputs: FileInputs, output: bytes) -> Check:
        """Byte for byte what was compressed."""
        return Check.equal(int(output != inputs.content), "the content, byte for byte")

    def path(self) -> str:
        """The library that inflates."""
        return inflaters()[0].name

    def native(self) -> Rival[FileInputs, bytes]:
        """The zlib of Python."""
        zlib = inflaters()[-1]

        def call(inputs: FileInputs, threads: int) -> bytes:
            return _inflate(inputs.file, zlib, threads)

        return Rival("zlib", call)


def _inflate(file: bytes, library: Inflater, threads: int) -> bytes:
    pieces = list(blocks(file))

    def part(first: int, last: int) -> list[bytes]:
        done = []
        for begin, end, crc, length in pieces[first:last]:
            data = library.inflate(file[begin:end], length)
            if library.crc32(data) != crc:
                raise ValueError(f"wrong CRC in the BGZF block whose data begin at byte {begin}")
            done.append(data)
        return done

    return b"".join(data for part in over(part, len(pieces), threads) for data in part)


KERNEL = BgzfInflate()
