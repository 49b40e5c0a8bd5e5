"""Placing long reads: minimizers as seeds, and the best chain of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..contract import Check, Kernel, Work
from ..threads import over
from ._alignment import mutated, random_bases
from ._minimizers import LOOK_BACK, MOST_GAP, MOST_PLACES, SeedIndex, map_reads, minimizers

ERRORS = 0.08
EXACT_UP_TO = 20_000
SLACK = 100
MOST_ASTRAY = 0.01


@dataclass(frozen=True)
class MappingSize:
    """Bases of the reference, reads and their length, k (at most 28) and w."""

    reference: int
    reads: int
    length: int
    k: int
    w: int


@dataclass(frozen=True)
class MappingInputs:
    """The reference and its index, reads, where they come from, and the best chains.

    A row of `out` is score, strand, first place on the reference.
    """

    reference: Array
    index: SeedIndex
    reads: Array
    truth: Array
    k: int
    w: int
    out: Array


class MinimizerChain(Kernel[MappingSize, MappingInputs, Array]):
    """Sketch the read, look its minimizers up, sort the anchors, chain them; index not timed."""

    name = "minimizer_chain"
    title = "minimizer seeding and chaining of long reads"
    stands_for = "minimap2, long-read overlap and mapping"
    source = "H. Li, Minimap2, Bioinformatics 34(18), 2018"
    figure = "items"
    threaded = True
    sizes: ClassVar = {
        "tiny": MappingSize(4_000, 6, 300, 11, 5),
        "cache": MappingSize(300_000, 100, 3_000, 15, 10),
        "memory": MappingSize(20_000_000, 2_000, 5_000, 15, 10),
    }

    def inputs(self, size: MappingSize, rng: np.random.Generator) -> MappingInputs:
        """Pieces of a random reference from both strands, 8 % of the bases replaced."""
        reference = random_bases(size.reference, rng)
        truth = rng.integers(0, size.reference - size.length + 1, size.reads)
        reads = mutated(reference[truth[:, None] + np.arange(size.length)], ERRORS, rng)
        reads[::2] = 3 - reads[::2, ::-1]
        index = SeedIndex.of(reference, size.k, size.w)
        out = np.zeros((size.reads, 3), dtype=np.int64)
        return MappingInputs(reference, index, reads, truth, size.k, size.w, out)

    def reference(self, inputs: MappingInputs) -> Array:
        """Dictionaries and lists."""
        seeds = minimizers(inputs.reference, inputs.k, inputs.w)
        table: dict[int, list[tuple[int, int]]] = {}
        for key, place, strand in zip(seeds.hashes, seeds.places, seeds.strands, strict=True):
            table.setdefault(int(key), []).append((int(place), int(strand)))
        return np.array([_place(read, table, inputs.k, inputs.w) for read in inputs.reads])

    def run(self, inputs: MappingInputs, threads: int = 1) -> Array:
        """Reads shared among threads."""
        i = inputs.index
        index = (i.hashes, i.places, i.strands, i.buckets, i.shift)
        over(
            map_reads,
            len(inputs.reads),
            threads,
            inputs.reads,
            inputs.k,
            inputs.w,
            *index,
            inputs.out,
        )
        return inputs.out

    def work(self, inputs: MappingInputs) -> Work:
        """Bases of the reads; each read once."""
        return Work(0, inputs.reads.nbytes, inputs.reads.size, "bases")

    def check(self, inputs: MappingInputs, output: Array) -> Check:
        """A small reference: the same chains by dictionaries. A large one: the true places."""
        if inputs.reference.size <= EXACT_UP_TO:
            wrong = int(np.count_nonzero(output != self.reference(inputs)))
            return Check.equal(wrong, "scores, strands and places against plain chaining")
        strand = np.arange(len(output)) % 2 == 0
        away = np.abs(output[:, 2] - inputs.truth) > inputs.reads.shape[1] // 2 + SLACK
        astray = float(np.mean(away | (output[:, 1] != strand)))
        return Check.within(astray, MOST_ASTRAY, "share of reads not placed where they come from")

    def path(self) -> str:
        """Scalar code."""
        return "numba"


def _place(
    read: Array, table: dict[int, list[tuple[int, int]]], k: int, w: int
) -> tuple[int, int, int]:
    """Score, strand and place of the best chain of one read."""
    seeds = minimizers(read, k, w)
    anchors = []
    for key, at, strand in zip(seeds.hashes, seeds.places.tolist(), seeds.strands, strict=True):
        hits = table.get(int(key), [])
        for place, side in hits if len(hits) <= MOST_PLACES else []:
            other = int(side != strand)
            anchors.append((other, place, read.size - k - at if other else at))
    anchors.sort()
    chains: list[tuple[int, int]] = []
    best = (0, 0, -1)
    for i, (side, r, q) in enumerate(anchors):
        score, begin = k, r
        for j in reversed(range(max(0, i - LOOK_BACK), i)):
            dr, dq = r - anchors[j][1], q - anchors[j][2]
            if anchors[j][0] != side or dr > MOST_GAP:
                break
            if dr <= 0 or not 0 < dq <= MOST_GAP:
                continue
            gap = abs(dr - dq)
            cost = gap * k // 100 + gap.bit_length() // 2
            longer = chains[j][0] + min(dq, dr, k) - cost
            if longer > score:
                score, begin = longer, chains[j][1]
        chains.append((score, begin))
        if score > best[0]:
            best = (score, side, begin)
    return best


KERNEL = MinimizerChain()
