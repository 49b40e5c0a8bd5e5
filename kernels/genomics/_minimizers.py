"""Minimizers of sequences, an index of them, and chains of matches between read and reference.

A minimizer is the k-mer with the smallest hash among w neighbours (the first of equals), taken
with its reverse complement; a k-mer that is its own reverse complement has no strand and none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from ..arrays import Array

NONE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
A, B = np.uint64(0xFF51_AFD7_ED55_8CCD), np.uint64(0xC4CE_B9FE_1A85_EC53)
HALF = np.uint64(33)
LOOK_BACK = 50
MOST_GAP = 500
MOST_PLACES = 20


@dataclass(frozen=True)
class Minimizers:
    """Hash, position and strand (0 or 1) of each minimizer, in order of position."""

    hashes: Array
    places: Array
    strands: Array


@njit(cache=True, nogil=True)
def mixed(word: Any) -> Any:
    """A 64-bit mix in which every bit counts (the finaliser of MurmurHash3)."""
    word = (word ^ (word >> HALF)) * A
    word = (word ^ (word >> HALF)) * B
    return word ^ (word >> HALF)


@njit(cache=True, nogil=True)
def find(bases: Array, k: int, w: int, hashes: Array, places: Array, strands: Array) -> int:
    """Write the minimizers of a sequence and return how many there are."""
    two, top = np.uint64(2), np.uint64(2 * (k - 1))
    mask = (np.uint64(1) << np.uint64(2 * k)) - np.uint64(1)
    window, sides = np.full(w, NONE), np.zeros(w, np.uint8)
    forward, backward = np.uint64(0), np.uint64(0)
    found, best, best_at = 0, NONE, -1
    for i in range(bases.size):
        base = np.uint64(bases[i])
        forward = ((forward << two) | base) & mask
        backward = (backward >> two) | ((np.uint64(3) - base) << top)
        at = i - k + 1
        if at < 0:
            continue
        window[at % w] = mixed(min(forward, backward)) if forward != backward else NONE
        sides[at % w] = backward < forward
        if best_at <= at - w:
            best, best_at = NONE, -1
            for place in range(max(at - w + 1, 0), at + 1):
                if window[place % w] < best:
                    best, best_at = window[place % w], place
        elif window[at % w] < best:
            best, best_at = window[at % w], at
        if at >= w - 1 and best_at >= 0 and (found == 0 or places[found - 1] != best_at):
            hashes[found], places[found], strands[found] = best, best_at, sides[best_at % w]
            found += 1
    return found


def minimizers(bases: Array, k: int, w: int) -> Minimizers:
    """The minimizers of a sequence of codes."""
    n = max(bases.size - k + 1, 0)
    hashes, places = np.empty(n, np.uint64), np.empty(n, np.int64)
    strands = np.empty(n, np.uint8)
    found = find(bases, k, w, hashes, places, strands)
    return Minimizers(hashes[:found], places[:found], strands[:found])


@dataclass(frozen=True)
class SeedIndex:
    """Minimizers of a reference sorted by hash, and where each value of the top bits begins."""

    hashes: Array
    places: Array
    strands: Array
    buckets: Array
    shift: int

    @classmethod
    def of(cls, reference: Array, k: int, w: int) -> SeedIndex:
        """The index of a reference of codes."""
        seeds = minimizers(reference, k, w)
        order = np.argsort(seeds.hashes, kind="stable")
        hashes = seeds.hashes[order]
        bits = max(int(hashes.size).bit_length() - 1, 1)
        edges = np.arange(1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
        buckets = np.append(np.searchsorted(hashes, edges), hashes.size).astype(np.int64)
        return cls(hashes, seeds.places[order], seeds.strands[order], buckets, 64 - bits)


@njit(cache=True, nogil=True)
def seed(
    hashes: Array, places: Array, strands: Array, buckets: Array, shift: int, wanted: Any,
    at: int, strand: int, length: int, k: int, anchors: Array, count: int,
) -> int:  # fmt: skip
    """Add the anchors of one minimizer of a read: strand, reference place, read place, packed.

    On the other strand the read place counts from the read's end, so chains always ascend. A
    minimizer that occurs more than MOST_PLACES times adds none.
    """
    bucket = np.int64(wanted >> np.uint64(shift))
    first, end = buckets[bucket], buckets[bucket + 1]
    while first < end and hashes[first] < wanted:
        first += 1
    last = first
    while last < end and hashes[last] == wanted:
        last += 1
    if last - first > MOST_PLACES:
        return count
    for i in range(first, last):
        other = np.int64(strands[i] != strand)
        place = length - k - at if other else at
        if count < anchors.size:
            anchors[count] = (other << 62) | (places[i] << 24) | place
            count += 1
    return count


@njit(cache=True, nogil=True)
def gap_cost(gap: int, k: int) -> int:
    """What a difference between the two distances costs: linear, and half its logarithm."""
    if gap == 0:
        return 0
    bits = 0
    while gap >> bits:
        bits += 1
    return gap * k // 100 + bits // 2


@njit(cache=True, nogil=True)
def best_chain(anchors: Array, k: int, scores: Array, begins: Array) -> tuple[int, int, int]:
    """Score, strand and first reference place of the best chain of sorted anchors."""
    low = (1 << 24) - 1
    top, strand, place = 0, 0, -1
    for i in range(anchors.size):
        side, r, q = anchors[i] >> 62, (anchors[i] >> 24) & ((1 << 38) - 1), anchors[i] & low
        best, begin = k, r
        for j in range(i - 1, max(i - 1 - LOOK_BACK, -1), -1):
            dr = r - ((anchors[j] >> 24) & ((1 << 38) - 1))
            dq = q - (anchors[j] & low)
            if anchors[j] >> 62 != side or dr > MOST_GAP:
                break
            if dr <= 0 or dq <= 0 or dq > MOST_GAP:
                continue
            score = scores[j] + min(min(dq, dr), k) - gap_cost(abs(dr - dq), k)
            if score > best:
                best, begin = score, begins[j]
        scores[i], begins[i] = best, begin
        if best > top:
            top, strand, place = best, side, begin
    return top, strand, place


@njit(cache=True, nogil=True)
def map_reads(
    reads: Array, k: int, w: int, hashes: Array, places: Array, strands: Array, buckets: Array,
    shift: int, out: Array, first: int, last: int,
) -> None:  # fmt: skip
    """Score, strand and place of the best chain for reads first..last."""
    length = reads.shape[1]
    most = length * 4
    mine, mine_at = np.empty(length, np.uint64), np.empty(length, np.int64)
    mine_side = np.empty(length, np.uint8)
    anchors, scores = np.empty(most, np.int64), np.empty(most, np.int64)
    begins = np.empty(most, np.int64)
    for row in range(first, last):
        found = find(reads[row], k, w, mine, mine_at, mine_side)
        count = 0
        for i in range(found):
            count = seed(
                hashes, places, strands, buckets, shift, mine[i], mine_at[i], mine_side[i],
                length, k, anchors, count,
            )  # fmt: skip
        used = anchors[:count]
        used.sort()
        out[row, 0], out[row, 1], out[row, 2] = best_chain(used, k, scores, begins)
