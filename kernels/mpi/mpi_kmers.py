"""Counting k-mers on all ranks: each k-mer goes to the rank that counts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from ..arrays import Array
from ..contract import Work
from ..genomics._kmers import MIX, canonical_kmers
from ._world import Comm, MpiKernel, shares, total

OTHER_MIX = np.uint64(0xBF58_476D_1CE4_E5B9)


@dataclass(frozen=True)
class KmersSize:
    """Bases of the genome, reads of all ranks and their length, and k."""

    genome: int
    reads: int
    length: int
    k: int


@dataclass(frozen=True)
class KmersInputs:
    """This rank's reads as codes, (reads, length)."""

    comm: Comm
    reads: Array
    k: int


@dataclass(frozen=True)
class KmerTable:
    """The k-mers that this rank counts, sorted, and how often each is there."""

    kmers: Array
    counts: Array


@njit(cache=True)
def all_kmers(reads: Array, k: int) -> Array:
    """The canonical k-mers of all reads, one after the other."""
    each = reads.shape[1] - k + 1
    out = np.empty(reads.shape[0] * each, np.uint64)
    for row in range(reads.shape[0]):
        canonical_kmers(reads[row], k, out[row * each : (row + 1) * each])
    return out


class MpiKmers(MpiKernel[KmersSize, KmersInputs, KmerTable]):
    """Cut into k-mers, exchange by hash, sort and count."""

    name = "mpi_kmers"
    title = "k-mer counting with exchange by hash"
    stands_for = "distributed assembly and k-mer analysis (HipMer, KMC on many nodes)"
    source = "E. Georganas et al., HipMer, SC15"
    figure = "items"
    compared = "counts and a digest of all k-mers that was taken before the exchange"
    sizes: ClassVar = {
        "tiny": KmersSize(200, 11, 40, 15),
        "cache": KmersSize(10_000, 1_000, 150, 31),
        "memory": KmersSize(1_000_000, 40_000, 150, 31),
    }

    def part(self, size: KmersSize, comm: Comm, seed: int) -> KmersInputs:
        """Reads from places of one random genome; which ones does not depend on the ranks."""
        rng = np.random.default_rng(seed)
        genome = rng.integers(0, 4, size.genome, dtype=np.uint8)
        starts = rng.integers(0, size.genome - size.length + 1, size.reads)
        first, last = shares(size.reads, comm.size)[comm.rank]
        reads = genome[starts[first:last, None] + np.arange(size.length)]
        return KmersInputs(comm, reads, size.k)

    def reference(self, inputs: KmersInputs) -> KmerTable:
        """This rank's part of the counts of all reads together, from strings."""
        counts: dict[int, int] = {}
        for reads in inputs.comm.allgather(inputs.reads.tolist()):
            for read in reads:
                for i in range(len(read) - inputs.k + 1):
                    word = read[i : i + inputs.k]
                    other = [3 - base for base in reversed(word)]
                    key = int("".join(map(str, min(word, other))), 4)
                    counts[key] = counts.get(key, 0) + 1
        pairs = np.array(sorted(counts.items()), dtype=np.uint64).reshape(-1, 2)
        mine = pairs[owners(pairs[:, 0], inputs.comm.size) == inputs.comm.rank]
        return KmerTable(mine[:, 0], mine[:, 1].astype(np.int64))

    def run(self, inputs: KmersInputs, threads: int = 1) -> KmerTable:
        """All three steps."""
        kmers = all_kmers(inputs.reads, inputs.k)
        return KmerTable(*np.unique(_exchanged(inputs.comm, kmers), return_counts=True))

    def error(self, inputs: KmersInputs, output: KmerTable) -> float:
        """Differences of the number and of a digest of all k-mers, and k-mers that strayed."""
        before = all_kmers(inputs.reads, inputs.k)
        ones = np.ones(before.size, np.int64)
        left = total(np.array([before.size, _digest(before, ones)], dtype=np.uint64))
        found = np.array([output.counts.sum(), _digest(output.kmers, output.counts)], np.uint64)
        strayed = owners(output.kmers, inputs.comm.size) != inputs.comm.rank
        twice = output.kmers.size - np.unique(output.kmers).size
        return float(np.count_nonzero(total(found) != left) + np.count_nonzero(strayed) + twice)

    def work(self, inputs: KmersInputs) -> Work:
        """k-mers of all ranks; each is made, sent, received and sorted."""
        reads = int(total(np.array([len(inputs.reads)]))[0])
        kmers = reads * (inputs.reads.shape[1] - inputs.k + 1)
        return Work(0, 32 * kmers, kmers, "k-mers")


def owners(kmers: Array, ranks: int) -> Array:
    """The rank that counts each k-mer: the top bits of a hash, spread over the ranks."""
    return ((kmers * MIX) >> np.uint64(32)) * np.uint64(ranks) >> np.uint64(32)


def _exchanged(comm: Comm, kmers: Array) -> Array:
    """All k-mers that are this rank's to count."""
    owner = owners(kmers, comm.size)
    out = kmers[np.argsort(owner, kind="stable")]
    sent = np.bincount(owner.astype(np.int64), minlength=comm.size)
    taken = np.empty_like(sent)
    comm.Alltoall(sent, taken)
    into = np.empty(int(taken.sum()), np.uint64)
    comm.Alltoallv([out, sent], [into, taken])
    return into


def _digest(kmers: Array, counts: Array) -> np.uint64:
    """A sum over k-mers, modulo 2^64, that no other multiset of k-mers is likely to have."""
    mixed = kmers * OTHER_MIX
    return np.uint64(np.sum((mixed ^ (mixed >> np.uint64(31))) * MIX * counts.astype(np.uint64)))


KERNEL = MpiKmers()
