"""Smith-Waterman score of one long pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..contract import Check, Kernel, Rival, Work
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
    with_gaps,
)  # fmt: skip
from ._wavefront import score_long

MOST_SCORE = 32_000


@dataclass(frozen=True)
class PairSize:
    """The length of the query; the target is nearly as long."""

    length: int


@dataclass(frozen=True)
class PairInputs:
    """Two sequences as codes."""

    query: Array
    target: Array


class SwLong(Kernel[PairSize, PairInputs, int]):
    """Two related sequences, 10 % of the bases replaced and 1 % left out or doubled."""

    name = "sw_long"
    title = "Smith-Waterman with affine gaps, one long pair"
    stands_for = "assembly polishing, comparing genes and contigs, long-read overlap"
    source = "O. Gotoh 1982; A. Wozniak, anti-diagonal vectors, 1997"
    figure = "items"
    sizes: ClassVar = {"tiny": PairSize(100), "cache": PairSize(2_000), "memory": PairSize(10_000)}

    def inputs(self, size: PairSize, rng: np.random.Generator) -> PairInputs:
        """A random sequence and a changed copy of it."""
        query = random_bases(size.length, rng)
        return PairInputs(query, with_gaps(mutated(query, 0.1, rng), 0.01, rng))

    def reference(self, inputs: PairInputs) -> int:
        """Cell by cell."""
        return plain_score(inputs.query, inputs.target)

    def run(self, inputs: PairInputs, threads: int = 1) -> int:
        """Along anti-diagonals; a pair that may score above 16 bits goes a cell at a time."""
        shorter = min(inputs.query.size, inputs.target.size)
        if not isa.COMPILED:
            return self.reference(inputs)
        if shorter * SCORING.match > MOST_SCORE:
            return int(scalar_score(inputs.query, inputs.target, cost_array(SCORING)))
        costs = cost_array(SCORING, np.int16)
        costs[2:] *= -1
        return int(score_long(inputs.query, inputs.target, costs))

    def work(self, inputs: PairInputs) -> Work:
        """Cells of the matrix; no flops; each base read once."""
        cells = inputs.query.size * inputs.target.size
        return Work(0, inputs.query.nbytes + inputs.target.nbytes, cells, "cells")

    def check(self, inputs: PairInputs, output: int) -> Check:
        """The scalar recurrence."""
        expected = int(scalar_score(inputs.query, inputs.target, cost_array(SCORING)))
        return Check.equal(int(output != expected), "the score by the scalar recurrence")

    def path(self) -> str:
        """Which vector registers are used."""
        return isa.path()

    def native(self) -> Rival[PairInputs, int] | None:
        """parasail; turning codes into letters is part of its time."""
        score = parasail_aligner()
        if score is None:
            return None

        def call(inputs: PairInputs, threads: int) -> int:
            return int(score(letters(inputs.query), letters(inputs.target)))

        return Rival("parasail", call)


KERNEL = SwLong()
