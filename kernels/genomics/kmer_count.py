"""Counting canonical k-mers of reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array, aligned
from ..contract import Check, Kernel, Rival, Work
from ..native import function
from ..vector import isa
from ._alignment import mutated, random_bases
from ._kmers import EMPTY, clear, count_kmers, empty_slots


@dataclass(frozen=True)
class ReadsSize:
    """Bases of the genome, reads and their length, k, and slots of the table as a power of two."""

    genome: int
    reads: int
    length: int
    k: int
    log2_slots: int


@dataclass(frozen=True)
class ReadsInputs:
    """Reads as codes, k, and the table (key and count side by side)."""

    reads: Array
    k: int
    table: Array

    @property
    def shift(self) -> int:
        """By how much a 64-bit hash is shifted to a slot."""
        return 64 - (self.table.size // 2).bit_length() + 1


class KmerCount(Kernel[ReadsSize, ReadsInputs, Array]):
    """An open hash table; emptying it is part of the time. The output is the table."""

    name = "kmer_count"
    title = "counting canonical k-mers in a hash table"
    stands_for = "k-mer counters (Jellyfish, KMC), assemblers, taxonomic classifiers, NIPT"
    source = "G. Marcais, C. Kingsford, Jellyfish, Bioinformatics 27(6), 2011"
    figure = "items"
    sizes: ClassVar = {
        "tiny": ReadsSize(300, 20, 50, 21, 12),
        "cache": ReadsSize(10_000, 1_000, 150, 31, 16),
        "memory": ReadsSize(5_000_000, 100_000, 150, 31, 25),
    }

    def inputs(self, size: ReadsSize, rng: np.random.Generator) -> ReadsInputs:
        """Reads from both strands of a random genome, 0.5 % of the bases replaced.

        The table is enlarged when it could fill up.
        """
        genome = random_bases(size.genome, rng)
        starts = rng.integers(0, size.genome - size.length + 1, size.reads)
        reads = mutated(genome[starts[:, None] + np.arange(size.length)], 0.005, rng)
        backwards = rng.random(size.reads) < 0.5
        reads[backwards] = 3 - reads[backwards, ::-1]
        kmers = size.reads * (size.length - size.k + 1)
        slots = max(1 << size.log2_slots, 1 << int(kmers).bit_length())
        return ReadsInputs(reads, size.k, aligned(2 * slots, np.uint64))

    def reference(self, inputs: ReadsInputs) -> Array:
        """Sorted pairs of k-mer and count, from strings."""
        counts: dict[int, int] = {}
        for read in inputs.reads.tolist():
            for i in range(len(read) - inputs.k + 1):
                word = read[i : i + inputs.k]
                other = [3 - base for base in reversed(word)]
                key = int("".join(map(str, min(word, other))), 4)
                counts[key] = counts.get(key, 0) + 1
        return np.array(sorted(counts.items()), dtype=np.uint64).ravel()

    def run(self, inputs: ReadsInputs, threads: int = 1) -> Array:
        """Empty the table, then count read by read."""
        if not isa.COMPILED:
            return self.reference(inputs)
        clear(inputs.table, empty_slots())
        count_kmers(inputs.reads, inputs.k, inputs.shift, inputs.table)
        return inputs.table

    def work(self, inputs: ReadsInputs) -> Work:
        """k-mers; each reads and writes a key and a count; the table is emptied once."""
        reads, length = inputs.reads.shape
        kmers = reads * (length - inputs.k + 1)
        return Work(0, 32 * kmers + inputs.reads.nbytes + inputs.table.nbytes, kmers, "k-mers")

    def check(self, inputs: ReadsInputs, output: Array) -> Check:
        """Every key and count against sorting all k-mers; the table's order does not matter."""
        pairs = output.reshape(-1, 2)
        pairs = pairs[pairs[:, 0] != EMPTY]
        pairs = pairs[np.argsort(pairs[:, 0])]
        keys, counts = np.unique(sorted_kmers(inputs.reads, inputs.k), return_counts=True)
        if len(pairs) != keys.size:
            return Check.equal(abs(len(pairs) - keys.size), "number of different k-mers")
        wrong = (pairs[:, 0] != keys) | (pairs[:, 1] != counts.astype(np.uint64))
        return Check.equal(int(np.count_nonzero(wrong)), "keys and counts against a sort")

    def path(self) -> str:
        """Prefetching scalar code."""
        return "prefetch" if isa.COMPILED else "interpreted"

    def native(self) -> Rival[ReadsInputs, Array] | None:
        """The same table in C, prefetching too."""
        count = function("kmers", "count_kmers")
        if count is None:
            return None

        def call(inputs: ReadsInputs, threads: int) -> Array:
            reads, length = inputs.reads.shape
            slots = inputs.table.size // 2
            count(inputs.reads, reads, length, inputs.k, inputs.shift, inputs.table, slots)
            return inputs.table

        return Rival("C", call)


def sorted_kmers(reads: Array, k: int) -> Array:
    """All canonical k-mers of all reads, by numpy."""
    windows = reads.shape[1] - k + 1
    forward = np.zeros((len(reads), windows), dtype=np.uint64)
    backward = np.zeros_like(forward)
    for i in range(k):
        bases = reads[:, i : i + windows].astype(np.uint64)
        forward = (forward << np.uint64(2)) | bases
        backward |= (np.uint64(3) - bases) << np.uint64(2 * i)
    return np.sort(np.minimum(forward, backward), axis=None)


KERNEL = KmerCount()
