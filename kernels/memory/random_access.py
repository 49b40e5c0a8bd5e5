"""RandomAccess (GUPS): exclusive-or into random places of a large table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from ..arrays import Array
from ..contract import Check, Kernel, Rival, Work
from ..native import function

POLYNOMIAL = 7
STREAMS = 128
WORD = (1 << 64) - 1


@dataclass(frozen=True)
class TableSize:
    """Powers of two: table entries of 8 bytes, and updates."""

    log2_table: int
    log2_updates: int


@dataclass(frozen=True)
class TableInputs:
    """The table, the first state of each sequence, rounds, and whether updates are in the table.

    The same updates twice cancel, so a run on an updated table would undo them: `applied` holds
    how often they were applied.
    """

    table: Array
    starts: Array
    state: Array
    rounds: int
    applied: Array


def start_of(step: int) -> int:
    """State `step` of the shift register x -> 2x modulo the polynomial, from 1.

    By squaring: 2^step in the field with 2^64 elements whose polynomial is x^64 + 7.
    """
    result, power = 1, 2
    while step:
        if step & 1:
            result = _field_product(result, power)
        power = _field_product(power, power)
        step >>= 1
    return result


def _field_product(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = (a << 1 & WORD) ^ (POLYNOMIAL if a >> 63 else 0)
        b >>= 1
    return product


@njit(cache=True, nogil=True)
def advance(state: Array, polynomial: int) -> None:
    """Every sequence one step on."""
    for j in range(state.size):
        state[j] = (state[j] << np.uint64(1)) ^ (
            (state[j] >> np.uint64(63)) * np.uint64(polynomial)
        )


@njit(cache=True, nogil=True)
def update(table: Array, state: Array, rounds: int) -> None:
    """`rounds` steps of all sequences, and an update for each state."""
    mask = np.uint64(table.size - 1)
    for _ in range(rounds):
        advance(state, POLYNOMIAL)
        for j in range(STREAMS):
            table[state[j] & mask] ^= state[j]


class RandomAccess(Kernel[TableSize, TableInputs, Array]):
    """HPCC's update loop over 128 sequences, the look-ahead that its rules allow (1024).

    HPCC updates four times as often as the table has entries; here the number is a parameter.
    """

    name = "random_access"
    title = "RandomAccess: updates of random 8-byte words"
    stands_for = "hash tables, graph traversal, k-mer counting: latency that cannot be guessed"
    source = "HPC Challenge, RandomAccess rules"
    figure = "items"
    sizes: ClassVar = {
        "tiny": TableSize(10, 12),
        "cache": TableSize(17, 20),
        "memory": TableSize(26, 23),
    }

    def inputs(self, size: TableSize, rng: np.random.Generator) -> TableInputs:
        """HPCC's table and sequences; nothing in them is random."""
        rounds = max(1, (1 << size.log2_updates) // STREAMS)
        starts = np.array([start_of(rounds * j) for j in range(STREAMS)], dtype=np.uint64)
        table = np.arange(1 << size.log2_table, dtype=np.uint64)
        return TableInputs(table, starts, starts.copy(), rounds, np.zeros(1, dtype=np.int64))

    def reference(self, inputs: TableInputs) -> Array:
        """One sequence from its beginning, which the 128 are pieces of."""
        table = np.arange(inputs.table.size, dtype=np.uint64).tolist()
        state = 1
        for _ in range(inputs.rounds * STREAMS * self._odd(inputs)):
            state = (state << 1 & WORD) ^ (POLYNOMIAL if state >> 63 else 0)
            table[state % len(table)] ^= state
        return np.array(table, dtype=np.uint64)

    def run(self, inputs: TableInputs, threads: int = 1) -> Array:
        """All updates; 128 independent ones keep as many misses under way as a core can."""
        inputs.state[:] = inputs.starts
        update(inputs.table, inputs.state, inputs.rounds)
        inputs.applied[0] += 1
        return inputs.table

    def work(self, inputs: TableInputs) -> Work:
        """Each update reads and writes eight bytes; a machine moves whole lines for it."""
        updates = inputs.rounds * STREAMS
        return Work(0, 16 * updates, updates, "updates")

    def check(self, inputs: TableInputs, output: Array) -> Check:
        """Apply the updates again one after the other: every entry must be its own index."""
        again = output.copy()
        if self._odd(inputs):
            update(again, inputs.starts.copy(), inputs.rounds)
        wrong = np.count_nonzero(again != np.arange(again.size, dtype=np.uint64))
        return Check.equal(int(wrong), "entries that differ after the updates are undone")

    def path(self) -> str:
        """Scalar code."""
        return "numba"

    def native(self) -> Rival[TableInputs, Array] | None:
        """HPCC's loop in C."""
        native_update = function("memory", "update")
        if native_update is None:
            return None

        def call(inputs: TableInputs, threads: int) -> Array:
            inputs.state[:] = inputs.starts
            native_update(inputs.table, inputs.state, inputs.rounds, inputs.table.size - 1)
            inputs.applied[0] += 1
            return inputs.table

        return Rival("C", call)

    def _odd(self, inputs: TableInputs) -> int:
        return int(inputs.applied[0]) % 2


KERNEL = RandomAccess()
