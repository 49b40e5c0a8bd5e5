"""Cox regression: survival with proportional hazards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..contract import Check, Kernel, Work
from ._records import TableSize, covariates, effects, symmetric
from ._regressions import cox_pass

STEPS = 7
CENSORED = 0.6


@dataclass(frozen=True)
class CoxInputs:
    """Covariates and whether the event was seen, rows by falling time."""

    x: Array
    event: Array


class Cox(Kernel[TableSize, CoxInputs, Array]):
    """Seven Newton steps on the partial likelihood; sorting by time is not timed."""

    name = "cox"
    title = "Cox regression on a table of records"
    stands_for = "survival studies on records: time to readmission, relapse, death"
    source = "D. Cox, Regression models and life-tables, 1972"
    figure = "flops"
    sizes: ClassVar = {
        "tiny": TableSize(300, 4),
        "cache": TableSize(10_000, 12),
        "memory": TableSize(500_000, 12),
    }

    def inputs(self, size: TableSize, rng: np.random.Generator) -> CoxInputs:
        """Exponential times with the true hazards; most are censored before their event."""
        x = covariates(size, rng)
        times = rng.exponential(1.0, size.rows) / np.exp(x @ effects(size.columns, rng))
        ends = rng.exponential(np.quantile(times, 1.0 - CENSORED) * 2.0, size.rows)
        order = np.argsort(-np.minimum(times, ends))
        return CoxInputs(x[order], (times <= ends)[order])

    def reference(self, inputs: CoxInputs) -> Array:
        """Newton steps with the risk set of every event summed anew."""
        x, beta = inputs.x, np.zeros(inputs.x.shape[1])
        for _ in range(STEPS):
            weight = np.exp(x @ beta)
            gradient, curvature = np.zeros(beta.size), np.zeros((beta.size, beta.size))
            for i in np.flatnonzero(inputs.event):
                share = weight[: i + 1] / weight[: i + 1].sum()
                mean = share @ x[: i + 1]
                gradient += x[i] - mean
                curvature += (x[: i + 1].T * share) @ x[: i + 1] - np.outer(mean, mean)
            beta += np.linalg.solve(curvature, gradient)
        return beta

    def run(self, inputs: CoxInputs, threads: int = 1) -> Array:
        """One pass over the table a step, with running sums over risk sets; one thread."""
        columns = inputs.x.shape[1]
        beta = np.zeros(columns)
        for _ in range(STEPS):
            gradient, curvature = np.zeros(columns), np.zeros((columns, columns))
            cox_pass(inputs.x, inputs.event, beta, gradient, curvature)
            beta += np.linalg.solve(symmetric(curvature), gradient)
        return beta

    def work(self, inputs: CoxInputs) -> Work:
        """Per row 4 flops a column and 2 a pair; per event 3 a column and 4 a pair."""
        rows, columns = inputs.x.shape
        pairs = columns * (columns + 1) // 2
        events = int(inputs.event.sum())
        flops = rows * (5 * columns + 2 * pairs + 1) + events * (3 * columns + 4 * pairs)
        return Work(STEPS * flops, STEPS * inputs.x.nbytes, STEPS * rows, "rows")

    def check(self, inputs: CoxInputs, output: Array) -> Check:
        """At the maximum of the partial likelihood the gradient is zero, by running sums."""
        weight = np.exp(inputs.x @ output)
        risk = np.cumsum(weight)
        mean = np.cumsum(weight[:, None] * inputs.x, axis=0) / risk[:, None]
        gradient = np.sum((inputs.x - mean)[inputs.event], axis=0) / inputs.event.sum()
        error = float(np.max(np.abs(gradient)))
        return Check.within(error, 1e-10, "gradient of the mean partial log likelihood")

    def path(self) -> str:
        """Loops vectorised by the compiler."""
        return "numba"


KERNEL = Cox()
