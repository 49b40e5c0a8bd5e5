"""Logistic regression by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..blas import blas_name, limited
from ..contract import Check, Kernel, Rival, Work
from ..threads import over
from ._records import TableSize, covariates, effects, symmetric
from ._regressions import ROWS, logistic_part

STEPS = 8


@dataclass(frozen=True)
class LogisticInputs:
    """Covariates and outcomes (0 or 1)."""

    x: Array
    y: Array


class Logistic(Kernel[TableSize, LogisticInputs, Array]):
    """Eight Newton steps from zero, enough for full precision; the output is the coefficients."""

    name = "logistic"
    title = "logistic regression on a table of records"
    stands_for = "risk scores, propensity matching, association tests (PLINK, REGENIE)"
    source = "P. McCullagh, J. Nelder, Generalized Linear Models, 1989"
    figure = "flops"
    threaded = True
    sizes: ClassVar = {
        "tiny": TableSize(600, 4),
        "cache": TableSize(10_000, 16),
        "memory": TableSize(1_000_000, 16),
    }

    def inputs(self, size: TableSize, rng: np.random.Generator) -> LogisticInputs:
        """Outcomes drawn from true coefficients."""
        x = covariates(size, rng)
        chance = 1.0 / (1.0 + np.exp(-x @ effects(size.columns, rng)))
        return LogisticInputs(x, (rng.random(size.rows) < chance).astype(np.float64))

    def reference(self, inputs: LogisticInputs) -> Array:
        """The same steps in numpy."""
        beta = np.zeros(inputs.x.shape[1])
        for _ in range(STEPS):
            p = 1.0 / (1.0 + np.exp(-inputs.x @ beta))
            curvature = inputs.x.T @ ((p * (1.0 - p))[:, None] * inputs.x)
            beta += np.linalg.solve(curvature, inputs.x.T @ (inputs.y - p))
        return beta

    def run(self, inputs: LogisticInputs, threads: int = 1) -> Array:
        """One pass over the table a step, rows shared among threads."""
        rows, columns = inputs.x.shape
        blocks = -(-rows // ROWS)
        beta = np.zeros(columns)
        for _ in range(STEPS):
            gradients, curvatures = (
                np.zeros((blocks, columns)),
                np.zeros((blocks, columns, columns)),
            )
            over(logistic_part, blocks, threads, inputs.x, inputs.y, beta, gradients, curvatures)
            curvature = symmetric(curvatures.sum(axis=0))
            beta += np.linalg.solve(curvature, gradients.sum(axis=0))
        return beta

    def work(self, inputs: LogisticInputs) -> Work:
        """Per row: 4 flops a column, a triangle of 2 flops a pair, the sigmoid counted as 4."""
        rows, columns = inputs.x.shape
        row = 4 * columns + columns * (columns + 1) + columns + 8
        moved = inputs.x.nbytes + inputs.y.nbytes
        return Work(STEPS * rows * row, STEPS * moved, STEPS * rows, "rows")

    def check(self, inputs: LogisticInputs, output: Array) -> Check:
        """At the maximum of the likelihood the gradient is zero."""
        p = 1.0 / (1.0 + np.exp(-inputs.x @ output))
        gradient = inputs.x.T @ (inputs.y - p) / len(inputs.y)
        error = float(np.max(np.abs(gradient)))
        return Check.within(error, 1e-11, "gradient of the mean log likelihood")

    def path(self) -> str:
        """Loops vectorised by the compiler."""
        return "numba"

    def native(self) -> Rival[LogisticInputs, Array]:
        """numpy, whose products are BLAS."""

        def call(inputs: LogisticInputs, threads: int) -> Array:
            with limited(threads):
                return self.reference(inputs)

        return Rival(f"numpy, {blas_name()}", call)


KERNEL = Logistic()
