"""Monte Carlo of a cohort that moves between health states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..contract import Check, Kernel, Rival, Work
from ..native import function
from ..threads import over
from ._cohort import BLOCK, STATES, follow

WORD = (1 << 64) - 1
MOST_SIGMAS = 6.0
CHANCES = np.array(
    [[0.96, 0.025, 0.005, 0.01], [0.08, 0.88, 0.025, 0.015], [0.0, 0.05, 0.90, 0.05], [0, 0, 0, 1]]
)


@dataclass(frozen=True)
class CohortSize:
    """Patients and cycles."""

    patients: int
    cycles: int


@dataclass(frozen=True)
class CohortInputs:
    """Cumulative chances times 2^32, the seed, patients, cycles, and room for block totals."""

    limits: Array
    seed: int
    patients: int
    cycles: int
    totals: Array


class MonteCarlo(Kernel[CohortSize, CohortInputs, Array]):
    """Well, ill, severe, dead. Output: person-cycles by state, then patients by final state."""

    name = "monte_carlo"
    title = "Monte Carlo of a cohort moving between health states"
    stands_for = "health economics, epidemic models, dose and risk simulation"
    source = "F. Sonnenberg, J. Beck, Markov models in medical decision making, 1993"
    figure = "items"
    threaded = True
    sizes: ClassVar = {
        "tiny": CohortSize(300, 12),
        "cache": CohortSize(20_000, 120),
        "memory": CohortSize(500_000, 120),
    }

    def inputs(self, size: CohortSize, rng: np.random.Generator) -> CohortInputs:
        """Fixed chances, a seed from the generator."""
        limits = np.round(np.cumsum(CHANCES, axis=1) * 2.0**32).astype(np.uint64)
        blocks = -(-size.patients // BLOCK)
        totals = np.zeros((blocks, 2 * STATES), dtype=np.int64)
        seed = int(rng.integers(0, 1 << 62))
        return CohortInputs(limits, seed, size.patients, size.cycles, totals)

    def reference(self, inputs: CohortInputs) -> Array:
        """Patient by patient."""
        spent, ended = [0] * STATES, [0] * STATES
        limits = inputs.limits.tolist()
        for patient in range(inputs.patients):
            state = 0
            for cycle in range(inputs.cycles):
                draw = _draw(inputs.seed + patient + cycle * inputs.patients)
                state = sum(draw >= limit for limit in limits[state][:-1])
                spent[state] += 1
            ended[state] += 1
        return np.array(spent + ended)

    def run(self, inputs: CohortInputs, threads: int = 1) -> Array:
        """Blocks of patients, shared among threads."""
        inputs.totals[:] = 0
        args = (inputs.limits, np.uint64(inputs.seed), inputs.patients, inputs.cycles)
        with np.errstate(over="ignore"):
            over(follow, len(inputs.totals), threads, *args, inputs.totals)
        return np.asarray(inputs.totals.sum(axis=0))

    def work(self, inputs: CohortInputs) -> Work:
        """Person-cycles; no flops: random numbers are compared as integers."""
        return Work(0, inputs.totals.nbytes, inputs.patients * inputs.cycles, "person-cycles")

    def check(self, inputs: CohortInputs, output: Array) -> Check:
        """Sums are exact; the final states lie where the powers of the chances put them."""
        spent, ended = output[:STATES], output[STATES:]
        lost = abs(int(spent.sum()) - inputs.patients * inputs.cycles)
        lost += abs(int(ended.sum()) - inputs.patients)
        chance = np.linalg.matrix_power(CHANCES, inputs.cycles)[0]
        spread = np.sqrt(inputs.patients * chance * (1.0 - chance)) + 1.0
        sigmas = float(np.max(np.abs(ended - inputs.patients * chance) / spread))
        statement = "person-cycles add up; final states in standard deviations from expected"
        return Check.within(sigmas if lost == 0 else float("inf"), MOST_SIGMAS, statement)

    def path(self) -> str:
        """Loops vectorised by the compiler."""
        return "numba"

    def native(self) -> Rival[CohortInputs, Array] | None:
        """The same loops in C."""
        native_follow = function("cohort", "follow")
        if native_follow is None:
            return None

        def call(inputs: CohortInputs, threads: int) -> Array:
            inputs.totals[:] = 0
            args = (inputs.limits, inputs.seed, inputs.patients, inputs.cycles, inputs.totals)
            over(native_follow, len(inputs.totals), threads, *args)
            return np.asarray(inputs.totals.sum(axis=0))

        return Rival("C", call)


def _draw(counter: int) -> int:
    """SplitMix64's upper half at one counter, in whole numbers."""
    z = counter * 0x9E3779B97F4A7C15 & WORD
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & WORD
    return (z ^ (z >> 31)) >> 32


KERNEL = MonteCarlo()
