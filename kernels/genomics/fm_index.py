"""Exact search of short patterns in an FM-index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..contract import Check, Kernel, Rival, Work
from ..native import function
from ..threads import over
from ..vector import isa
from ._alignment import random_bases
from ._fm import BATCH, Index, build, packed_words, search


@dataclass(frozen=True)
class SearchSize:
    """Bases of the text, patterns, and their length (31 at most)."""

    text: int
    patterns: int
    length: int


@dataclass(frozen=True)
class SearchInputs:
    """The text, its index, the patterns, and how often each occurs."""

    text: Array
    index: Index
    patterns: Array
    found: Array


class FmIndex(Kernel[SearchSize, SearchInputs, Array]):
    """Backward search; the index is built outside of the time, as aligners build theirs once."""

    name = "fm_index"
    title = "exact search of seeds in an FM-index"
    stands_for = "seeding in BWA and Bowtie, contamination screens"
    source = "P. Ferragina, G. Manzini, Opportunistic data structures with applications, 2000"
    figure = "items"
    threaded = True
    sizes: ClassVar = {
        "tiny": SearchSize(2_000, 100, 6),
        "cache": SearchSize(200_000, 20_000, 20),
        "memory": SearchSize(16_000_000, 300_000, 20),
    }

    def inputs(self, size: SearchSize, rng: np.random.Generator) -> SearchInputs:
        """A random text; half of the patterns are pieces of it, half are random."""
        text = random_bases(size.text, rng)
        starts = rng.integers(0, size.text - size.length + 1, size.patterns)
        patterns = text[starts[:, None] + np.arange(size.length)]
        patterns[::2] = random_bases(patterns[::2].shape, rng)
        return SearchInputs(text, build(text), patterns, np.zeros(size.patterns, dtype=np.int64))

    def reference(self, inputs: SearchInputs) -> Array:
        """Every place of the text, for every pattern."""
        text, length = inputs.text.tobytes(), inputs.patterns.shape[1]
        places = range(len(text) - length + 1)
        wanted = [pattern.tobytes() for pattern in inputs.patterns]
        return np.array([sum(text[i : i + length] == word for i in places) for word in wanted])

    def run(self, inputs: SearchInputs, threads: int = 1) -> Array:
        """Batches of patterns, one base further at a time."""
        if not isa.COMPILED:
            return self.reference(inputs)
        index = inputs.index
        args = (index.blocks, index.starts, index.sentinel, inputs.patterns, inputs.found)
        over(search, len(inputs.patterns), threads, *args, multiple=BATCH)
        return inputs.found

    def work(self, inputs: SearchInputs) -> Work:
        """Bases of all patterns; each may bring two lines of the index."""
        bases = inputs.patterns.size
        return Work(0, 128 * bases, bases, "bases")

    def check(self, inputs: SearchInputs, output: Array) -> Check:
        """Counts from the sorted words of the text."""
        length = inputs.patterns.shape[1]
        words = np.sort(packed_words(inputs.text, length))
        wanted = packed_words(inputs.patterns, length)[:, 0]
        low, high = (np.searchsorted(words, wanted, side) for side in ("left", "right"))
        wrong = int(np.count_nonzero(high - low != output))
        return Check.equal(wrong, "occurrences against the sorted words of the text")

    def path(self) -> str:
        """Prefetching scalar code."""
        return "prefetch" if isa.COMPILED else "interpreted"

    def native(self) -> Rival[SearchInputs, Array] | None:
        """The same index searched in C, prefetching too."""
        native_search = function("fm", "search")
        if native_search is None:
            return None

        def call(inputs: SearchInputs, threads: int) -> Array:
            index, (number, length) = inputs.index, inputs.patterns.shape
            args = (index.blocks, index.starts, index.sentinel, inputs.patterns, length)
            over(native_search, number, threads, *args, inputs.found, multiple=BATCH)
            return inputs.found

        return Rival("C", call)


KERNEL = FmIndex()
