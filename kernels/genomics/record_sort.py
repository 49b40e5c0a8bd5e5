"""Sorting alignment records by coordinate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array, aligned
from ..contract import Check, Kernel, Rival, Work
from ..threads import over
from ..vector import isa
from ._radix import move_records, number_keys, sort_keys

WORDS = 8
CHROMOSOMES = 24
POSITION_BITS = 28


@dataclass(frozen=True)
class RecordsSize:
    """Records of 64 bytes."""

    records: int


@dataclass(frozen=True)
class RecordsInputs:
    """Records as eight words, the key first, with room for the sorted ones and for the sort."""

    records: Array
    out: Array
    pairs: Array
    spare: Array
    bits: int


class RecordSort(Kernel[RecordsSize, RecordsInputs, Array]):
    """Key: chromosome, position, strand; equal keys keep their order. Records move once."""

    name = "record_sort"
    title = "sorting alignment records by coordinate"
    stands_for = "samtools sort, duplicate marking, every pipeline between aligner and caller"
    source = "D. Knuth, The Art of Computer Programming 3, 5.2.5; H. Li et al., SAMtools, 2009"
    figure = "items"
    threaded = True
    sizes: ClassVar = {
        "tiny": RecordsSize(500),
        "cache": RecordsSize(10_000),
        "memory": RecordsSize(2_000_000),
    }

    def inputs(self, size: RecordsSize, rng: np.random.Generator) -> RecordsInputs:
        """Uniform chromosomes, positions in clusters so that keys repeat, random payload."""
        n = size.records
        records, out = aligned((n, WORDS), np.uint64), aligned((n, WORDS), np.uint64)
        records[:] = rng.integers(0, 1 << 63, (n, WORDS), dtype=np.uint64)
        chromosome = rng.integers(0, CHROMOSOMES, n, dtype=np.uint64)
        position = rng.integers(0, max(1, n // 8), n, dtype=np.uint64) * np.uint64(64)
        strand = rng.integers(0, 2, n, dtype=np.uint64)
        position &= np.uint64((1 << POSITION_BITS) - 1)
        key = (chromosome << np.uint64(POSITION_BITS)) | position
        records[:, 0] = (key << np.uint64(1)) | strand
        bits = int(records[:, 0].max()).bit_length()
        pairs, spare = aligned(2 * n, np.uint64), aligned(2 * n, np.uint64)
        return RecordsInputs(records, out, pairs, spare, max(bits, 1))

    def reference(self, inputs: RecordsInputs) -> Array:
        """Python's own stable sort."""
        return np.array(sorted(inputs.records.tolist(), key=lambda row: row[0]), dtype=np.uint64)

    def run(self, inputs: RecordsInputs, threads: int = 1) -> Array:
        """Sort keys with places, then move the records, shared among threads."""
        if not isa.COMPILED:
            return self.reference(inputs)
        number_keys(inputs.records[:, 0], inputs.pairs)
        pairs = sort_keys(inputs.pairs, inputs.spare, inputs.bits)
        flat, out = inputs.records.reshape(-1), inputs.out.reshape(-1)
        over(move_records, len(inputs.records), threads, flat, WORDS, pairs, out)
        return inputs.out

    def work(self, inputs: RecordsInputs) -> Work:
        """Each record is read and written once; keys and places go along in each digit."""
        n = len(inputs.records)
        return Work(0, 2 * inputs.records.nbytes + 2 * inputs.pairs.nbytes, n, "records")

    def check(self, inputs: RecordsInputs, output: Array) -> Check:
        """Every word against numpy's stable sort."""
        order = np.argsort(inputs.records[:, 0], kind="stable")
        wrong = int(np.count_nonzero(output != inputs.records[order]))
        return Check.equal(wrong, "words against numpy's stable sort")

    def path(self) -> str:
        """Which vector registers move the records."""
        return isa.path()

    def native(self) -> Rival[RecordsInputs, Array]:
        """numpy's stable argsort and take."""

        def call(inputs: RecordsInputs, threads: int) -> Array:
            order = np.argsort(inputs.records[:, 0], kind="stable")
            return np.take(inputs.records, order, axis=0, out=inputs.out)

        return Rival("numpy", call)


KERNEL = RecordSort()
