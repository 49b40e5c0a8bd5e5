"""The likelihood of reads given haplotypes: the pair hidden Markov model of variant callers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..contract import Check, Kernel, Rival, Work
from ..native import function
from ..threads import over
from ..vector import isa
from ._alignment import mutated, random_bases
from ._hmm import Region, double_likelihood, error_probabilities, plain_likelihood
from ._hmm_lanes import LANES, likelihoods

MOST_CHECKED = 64
CONTINUATION = 10
GAP_QUALITY = 45
FLOPS_A_CELL = 14


@dataclass(frozen=True)
class RegionSize:
    """Reads and haplotypes, and the longest of each."""

    reads: int
    read: int
    haplotypes: int
    haplotype: int


@dataclass(frozen=True)
class RegionInputs:
    """One region, and log10 likelihoods, a row a read."""

    region: Region
    out: Array


class PairHmm(Kernel[RegionSize, RegionInputs, Array]):
    """Reads of two thirds to all of the longest length against haplotypes that differ a little.

    Packing, the logarithm, and the repetition in double precision of what underflows are timed.
    """

    name = "pairhmm"
    title = "PairHMM: likelihoods of reads given haplotypes"
    stands_for = "GATK HaplotypeCaller and Mutect2, where it takes most of the time"
    source = "R. Durbin et al., Biological Sequence Analysis, 1998; GATK PairHMM"
    figure = "items"
    threaded = True
    sizes: ClassVar = {
        "tiny": RegionSize(35, 24, 3, 41),
        "cache": RegionSize(256, 150, 4, 300),
        "memory": RegionSize(4_096, 150, 16, 300),
    }

    def inputs(self, size: RegionSize, rng: np.random.Generator) -> RegionInputs:
        """Haplotypes are copies of one with 1 % of the bases changed; reads are pieces of them."""
        base = random_bases(size.haplotype, rng)
        haplotypes = np.stack([mutated(base, 0.01, rng) for _ in range(size.haplotypes)])
        haplotype_lengths = rng.integers(
            size.haplotype * 9 // 10, size.haplotype + 1, size.haplotypes
        )
        lengths = rng.integers(size.read * 2 // 3, size.read + 1, size.reads)
        starts = rng.integers(0, size.haplotype - size.read + 1, size.reads)
        places = starts[:, None] + np.arange(size.read)
        owner = rng.integers(0, size.haplotypes, size.reads)
        reads = mutated(haplotypes[owner[:, None], places], 0.02, rng)
        shape = (size.reads, size.read)
        insertion = rng.integers(GAP_QUALITY - 5, GAP_QUALITY + 1, shape, dtype=np.uint8)
        deletion = rng.integers(GAP_QUALITY - 5, GAP_QUALITY + 1, shape, dtype=np.uint8)
        quality = rng.integers(10, 41, shape, dtype=np.uint8)
        region = Region(
            reads,
            lengths,
            quality,
            insertion,
            deletion,
            CONTINUATION,
            haplotypes,
            haplotype_lengths,
        )
        return RegionInputs(region, np.zeros((size.reads, size.haplotypes)))

    def reference(self, inputs: RegionInputs) -> Array:
        """Pair by pair, cell by cell."""
        reads, haplotypes = inputs.out.shape
        return np.array(
            [
                [plain_likelihood(inputs.region, r, h) for h in range(haplotypes)]
                for r in range(reads)
            ]
        )

    def run(self, inputs: RegionInputs, threads: int = 1) -> Array:
        """LANES reads at a time, sorted by length so that few rows are empty."""
        if not isa.COMPILED:
            return self.reference(inputs)
        r = inputs.region
        order = np.argsort(r.read_lengths, kind="stable")
        error = error_probabilities()
        over(
            likelihoods, -(-order.size // LANES), threads,
            r.reads, r.read_lengths, r.base_quality, r.insert_quality, r.delete_quality,
            error[r.continuation], error, r.haplotypes, r.haplotype_lengths, order, inputs.out,
        )  # fmt: skip
        return inputs.out

    def work(self, inputs: RegionInputs) -> Work:
        """Cells of all matrices, without padding; as GATK writes them: 8 products and 6 sums."""
        r = inputs.region
        cells = int(r.read_lengths.sum() * r.haplotype_lengths.sum())
        moved = 4 * r.reads.nbytes + r.haplotypes.nbytes + inputs.out.nbytes
        return Work(FLOPS_A_CELL * cells, moved, cells, "cells")

    def check(self, inputs: RegionInputs, output: Array) -> Check:
        """Pairs spread over all of them, 64 at most, in double precision."""
        r, error = inputs.region, error_probabilities()
        chosen = np.unique(
            np.linspace(0, output.size - 1, min(output.size, MOST_CHECKED)).astype(int)
        )
        worst = 0.0
        for read, h in zip(*np.divmod(chosen, output.shape[1]), strict=True):
            n = r.read_lengths[read]
            arrays = (r.reads, r.base_quality, r.insert_quality, r.delete_quality)
            expected = double_likelihood(
                *(array[read, :n] for array in arrays), error[r.continuation],
                r.haplotypes[h, : r.haplotype_lengths[h]], error,
            )  # fmt: skip
            worst = float(np.maximum(worst, abs(output[read, h] - expected)))
        return Check.within(worst, 1e-5, f"log10 of {chosen.size} pairs in double precision")

    def path(self) -> str:
        """Which vector registers are used."""
        return isa.path()

    def native(self) -> Rival[RegionInputs, Array] | None:
        """Pair by pair in C, single precision, as a compiler vectorises it."""
        pairs = function("pairhmm", "likelihoods")
        if pairs is None:
            return None
        error = error_probabilities()

        def call(inputs: RegionInputs, threads: int) -> Array:
            r = inputs.region
            over(
                pairs, len(r.reads), threads,
                r.reads, r.read_lengths, r.base_quality, r.insert_quality, r.delete_quality,
                error, r.continuation, r.haplotypes, r.haplotype_lengths, r.reads.shape[1],
                *r.haplotypes.shape, inputs.out,
            )  # fmt: skip
            return inputs.out

        return Rival("C, pair by pair", call)


KERNEL = PairHmm()
