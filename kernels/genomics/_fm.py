"""An FM-index over bases in two bits: blocks of one cache line with the counts before them.

A block holds four 32-bit counts and 192 bases of the Burrows-Wheeler transform.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from ..arrays import Array, aligned
from ..vector.bits import ones
from ..vector.memory import prefetch

BLOCK = 192
WORDS = 8
BATCH = 32
PREFIX = 21
NONE, ONE, TWO, WORD_BASES = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(32)
LOW = np.uint64(0xFFFF_FFFF)
EVEN = np.uint64(0x5555_5555_5555_5555)


@dataclass(frozen=True)
class Index:
    """Blocks, the first row of each base (and the number of rows), and the sentinel's row."""

    blocks: Array
    starts: Array
    sentinel: int


def suffix_array(text: Array) -> Array:
    """Suffixes in order, the empty one first, by their first 21 bases and then one by one.

    For texts without long repeats, as random ones are.
    """
    padded = np.concatenate([text.astype(np.uint64) + np.uint64(1), np.zeros(PREFIX, np.uint64)])
    keys = np.zeros(text.size + 1, dtype=np.uint64)
    for i in range(PREFIX):
        keys = (keys << np.uint64(3)) | padded[i : i + keys.size]
    order = np.argsort(keys, kind="stable")
    equal = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    letters = text.tobytes()
    for first, last in _runs(equal):
        tied = order[first : last + 2]
        order[first : last + 2] = sorted(tied.tolist(), key=lambda at: letters[at + PREFIX :])
    return order


def _runs(places: Array) -> list[tuple[int, int]]:
    """First and last of each run of consecutive numbers."""
    if not places.size:
        return []
    breaks = np.flatnonzero(np.diff(places) > 1)
    firsts, lasts = np.append(0, breaks + 1), np.append(breaks, places.size - 1)
    return list(zip(places[firsts].tolist(), places[lasts].tolist(), strict=True))


def build(text: Array) -> Index:
    """The index of a text of codes 0..3."""
    order = suffix_array(text)
    sentinel = int(np.flatnonzero(order == 0)[0])
    bases = text[order - 1].astype(np.uint64)
    bases[sentinel] = 0
    rows = -(-(bases.size + 1) // BLOCK) * BLOCK
    bases = np.concatenate([bases, np.zeros(rows - bases.size, np.uint64)]).reshape(-1, 6, 32)
    blocks = aligned((len(bases), WORDS), np.uint64)
    shifts = np.arange(0, 64, 2, dtype=np.uint64)
    blocks[:, 2:] = np.bitwise_or.reduce(bases << shifts, axis=2)
    inside = np.stack([(bases == c).sum(axis=(1, 2)) for c in range(4)], axis=1)
    blocks[:, :2] = (np.cumsum(inside, axis=0) - inside).astype(np.uint32).view(np.uint64)
    counts = np.bincount(text, minlength=4)
    starts = np.concatenate([[1], 1 + np.cumsum(counts)]).astype(np.uint64)
    return Index(blocks.reshape(-1), starts, sentinel)


@njit(cache=True, nogil=True)
def matches(word: Any, pattern: Any) -> Any:
    """A bit for each of the 32 bases of a word that is the pattern's (one base 32 times)."""
    differs = word ^ pattern
    return ~(differs | (differs >> ONE)) & EVEN


@njit(cache=True, nogil=True)
def occurrences(blocks: Array, sentinel: Any, base: Any, row: Any) -> Any:
    """How often `base` stands in the transform before `row`; all numbers unsigned."""
    at = row // np.uint64(BLOCK) * np.uint64(WORDS)
    rest = row % np.uint64(BLOCK)
    counts = blocks[at + (base >> ONE)]
    total = (counts >> ((base & ONE) << np.uint64(5))) & LOW
    pattern = base * EVEN
    word = at + TWO
    while rest >= WORD_BASES:
        total += ones(matches(blocks[word], pattern))
        word += ONE
        rest -= WORD_BASES
    mask = (ONE << (rest << ONE)) - ONE
    total += ones(matches(blocks[word], pattern) & mask) if rest else NONE
    if base == NONE and row > sentinel:
        total -= ONE
    return total


@njit(cache=True, nogil=True)
def search(
    blocks: Array, starts: Array, sentinel: int, patterns: Array, found: Array,
    first: int, last: int,
) -> None:  # fmt: skip
    """How often each pattern occurs; a batch goes step by step so that its misses overlap."""
    length = patterns.shape[1]
    low, high = np.empty(BATCH, np.uint64), np.empty(BATCH, np.uint64)
    end, line, words = np.uint64(sentinel), np.uint64(BLOCK), np.uint64(WORDS)
    for begin in range(first, last, BATCH):
        count = min(BATCH, last - begin)
        low[:] = 0
        high[:] = starts[4]
        for step in range(length - 1, -1, -1):
            for p in range(count):
                lowest, highest = low[p], high[p]
                if lowest < highest:
                    base = np.uint64(patterns[begin + p, step])
                    lowest = starts[base] + occurrences(blocks, end, base, lowest)
                    highest = starts[base] + occurrences(blocks, end, base, highest)
                    prefetch(blocks, lowest // line * words)
                    prefetch(blocks, highest // line * words)
                    low[p], high[p] = lowest, highest
        for p in range(count):
            found[begin + p] = np.int64(high[p] - low[p]) if high[p] > low[p] else 0


def packed_words(bases: Array, k: int) -> Any:
    """All words of k <= 31 bases along the last axis, as numbers."""
    n = bases.shape[-1] - k + 1
    words = np.zeros((*bases.shape[:-1], n), dtype=np.uint64)
    for i in range(k):
        words = (words << np.uint64(2)) | bases[..., i : i + n].astype(np.uint64)
    return words
