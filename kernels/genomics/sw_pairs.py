"""Smith-Waterman scores of many short pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..contract import Check, Kernel, Rival, Work
from ..threads import over
from ..vector import isa
from ._alignment import (
    SCORING,
    cost_array,
    letters,
    mutated,
    parasail_aligner,
    plain_score,
    random_bases,
    scalar_score,
)  # fmt: skip
from ._pairs import LANES, all_pairs

MOST_CHECKED = 64
MOST_SCORE = 32_000


@dataclass(frozen=True)
class PairsSize:
    """How many pairs, and the lengths of query and target."""

    pairs: int
    query: int
    target: int


@dataclass(frozen=True)
class PairsInputs:
    """Bases as codes, a row a pair, and the scores."""

    queries: Array
    targets: Array
    scores: Array


class SwPairs(Kernel[PairsSize, PairsInputs, Array]):
    """Reads against windows of a reference: the step that extends seeds in every aligner.

    Each query is a mutated piece of its target, as reads are.
    """

    name = "sw_pairs"
    title = "Smith-Waterman with affine gaps, many short pairs"
    stands_for = "read aligners (BWA-MEM, minimap2), primer and adapter search"
    source = "O. Gotoh 1982; T. Rognes, Faster Smith-Waterman by inter-sequence SIMD, 2011"
    figure = "items"
    threaded = True
    sizes: ClassVar = {
        "tiny": PairsSize(40, 30, 51),
        "cache": PairsSize(512, 150, 1_000),
        "memory": PairsSize(20_000, 150, 1_000),
    }

    def inputs(self, size: PairsSize, rng: np.random.Generator) -> PairsInputs:
        """Random targets; queries are pieces of them with 5 % of the bases replaced."""
        targets = random_bases((size.pairs, size.target), rng)
        starts = rng.integers(0, max(1, size.target - size.query + 1), size.pairs)
        places = (starts[:, None] + np.arange(size.query)) % size.target
        queries = mutated(np.take_along_axis(targets, places, axis=1), 0.05, rng)
        return PairsInputs(queries, targets, np.zeros(size.pairs, dtype=np.int64))

    def reference(self, inputs: PairsInputs) -> Array:
        """Pair by pair, cell by cell."""
        pairs = zip(inputs.queries, inputs.targets, strict=True)
        return np.array([plain_score(query, target) for query, target in pairs])

    def run(self, inputs: PairsInputs, threads: int = 1) -> Array:
        """LANES pairs at a time, packing included.

        Raises ValueError for a query whose best score would not fit in 16 bits.
        """
        if inputs.queries.shape[1] * SCORING.match > MOST_SCORE:
            raise ValueError("a query this long may score above 16 bits: use sw_long")
        if not isa.COMPILED:
            return self.reference(inputs)
        costs = cost_array(SCORING, np.int16)
        costs[2:] *= -1
        blocks = -(-len(inputs.queries) // LANES)
        over(all_pairs, blocks, threads, inputs.queries, inputs.targets, costs, inputs.scores)
        return inputs.scores

    def work(self, inputs: PairsInputs) -> Work:
        """Cells of the matrix; no flops; each base read once."""
        pairs, query = inputs.queries.shape
        cells = pairs * query * inputs.targets.shape[1]
        return Work(0, inputs.queries.nbytes + inputs.targets.nbytes + 8 * pairs, cells, "cells")

    def check(self, inputs: PairsInputs, output: Array) -> Check:
        """Scalar scores of pairs spread over all of them, 64 at most."""
        pairs = len(inputs.queries)
        chosen = np.unique(np.linspace(0, pairs - 1, min(pairs, MOST_CHECKED)).astype(int))
        costs = cost_array(SCORING)
        expected = [scalar_score(inputs.queries[i], inputs.targets[i], costs) for i in chosen]
        wrong = int(np.count_nonzero(output[chosen] != np.array(expected)))
        return Check.equal(wrong, f"scores of {chosen.size} pairs against the scalar recurrence")

    def path(self) -> str:
        """Which vector registers are used."""
        return isa.path()

    def native(self) -> Rival[PairsInputs, Array] | None:
        """parasail, pair by pair; turning codes into letters is part of its time."""
        score = parasail_aligner()
        if score is None:
            return None

        def part(inputs: PairsInputs, first: int, last: int) -> None:
            for i in range(first, last):
                query, target = letters(inputs.queries[i]), letters(inputs.targets[i])
                inputs.scores[i] = score(query, target)

        def call(inputs: PairsInputs, threads: int) -> Array:
            over(part, len(inputs.queries), threads, inputs)
            return inputs.scores

        return Rival("parasail", call)


KERNEL = SwPairs()
