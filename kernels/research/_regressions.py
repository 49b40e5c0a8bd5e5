"""One pass over the table for a Newton step: gradient and curvature of a likelihood."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ..arrays import Array

ROWS = 256


@njit(cache=True, nogil=True, fastmath={"contract"})
def add_outer(total: Array, x: Array, weight: float) -> None:
    """total += weight x x^T, lower triangle."""
    for a in range(x.size):
        scaled = weight * x[a]
        for b in range(a + 1):
            total[a, b] += scaled * x[b]


@njit(cache=True, nogil=True)
def logistic_part(
    x: Array, y: Array, beta: Array, gradients: Array, curvatures: Array, first: int, last: int
) -> None:
    """Gradient and curvature of the log likelihood for blocks first..last of rows.

    Each block has its own result, so that the sum does not depend on threads.
    """
    columns = beta.size
    for block in range(first, last):
        gradient, curvature = gradients[block], curvatures[block]
        for i in range(block * ROWS, min((block + 1) * ROWS, y.size)):
            row = x[i]
            eta = 0.0
            for c in range(columns):
                eta += row[c] * beta[c]
            p = 1.0 / (1.0 + math.exp(-eta))
            for c in range(columns):
                gradient[c] += (y[i] - p) * row[c]
            add_outer(curvature, row, p * (1.0 - p))


@njit(cache=True, nogil=True)
def cox_pass(x: Array, event: Array, beta: Array, gradient: Array, curvature: Array) -> float:
    """Partial log likelihood with gradient and curvature; rows by falling time, no ties.

    The risk set of a row is all rows up to it, so sums over risk sets are running sums.
    """
    columns = beta.size
    risk, likelihood = 0.0, 0.0
    first, second = np.zeros(columns), np.zeros((columns, columns))
    for i in range(event.size):
        row = x[i]
        eta = 0.0
        for c in range(columns):
            eta += row[c] * beta[c]
        weight = math.exp(eta)
        risk += weight
        for c in range(columns):
            first[c] += weight * row[c]
        add_outer(second, row, weight)
        if event[i]:
            inverse = 1.0 / risk
            likelihood += eta - math.log(risk)
            for c in range(columns):
                gradient[c] += row[c] - first[c] * inverse
                for d in range(c + 1):
                    mean = first[c] * inverse * (first[d] * inverse)
                    curvature[c, d] += second[c, d] * inverse - mean
    return likelihood
