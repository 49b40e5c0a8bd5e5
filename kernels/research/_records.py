"""A records-shaped table: columns of patients with what influences an outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Array, aligned


@dataclass(frozen=True)
class TableSize:
    """Rows (patients) and columns (covariates)."""

    rows: int
    columns: int


def covariates(size: TableSize, rng: np.random.Generator) -> Array:
    """Half yes-or-no columns (diagnoses, 20 % yes), half standard normal ones (measurements)."""
    x = aligned((size.rows, size.columns))
    x[:] = rng.standard_normal(x.shape)
    half = size.columns // 2
    x[:, :half] = rng.random((size.rows, half)) < 0.2
    return x


def effects(columns: int, rng: np.random.Generator) -> Array:
    """True coefficients, small enough that no outcome is certain."""
    return np.asarray(rng.normal(0.0, 0.3, columns))


def symmetric(lower: Array) -> Array:
    """A matrix from its lower triangle."""
    return np.asarray(np.tril(lower) + np.tril(lower, -1).T)
