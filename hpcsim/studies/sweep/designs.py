"""Which points of the space are tried."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hpcsim.errors import InputError, Problem

from .axes import Axis

MOST_POINTS = 100_000
Floats = npt.NDArray[np.float64]


def grid(axes: Sequence[Axis]) -> list[dict[str, Any]]:
    """Every combination of the axes' values, the last axis fastest."""
    problems = [
        Problem(
            f"{axis.path} has no values to try",
            "--vary",
            hint="give a step or a list, or draw from its span with --lhs N",
        )
        for axis in axes
        if axis.is_span or not axis.values
    ]
    if problems:
        raise InputError(problems)
    many = int(np.prod([len(axis.values) for axis in axes]))
    if many > MOST_POINTS:
        rule = f"at most {MOST_POINTS:,}; --lhs N draws N points"
        raise InputError(Problem("too many points", "--vary", value=f"{many:,}", rule=rule))
    values = itertools.product(*(axis.values for axis in axes))
    return [dict(zip((axis.path for axis in axes), each, strict=True)) for each in values]


def latin_hypercube(axes: Sequence[Axis], points: int, seed: int) -> list[dict[str, Any]]:
    """Points that spread evenly over every axis: McKay, Beckman and Conover 1979."""
    from scipy.stats import qmc

    ends(axes)
    drawn = qmc.LatinHypercube(len(axes), rng=np.random.default_rng(seed)).random(points)
    return placed(axes, drawn)


def ends(axes: Sequence[Axis]) -> list[tuple[float, float]]:
    """The least and the greatest value of each axis; InputError where values are no numbers."""
    problems = [
        Problem(f"{axis.path} cannot be drawn from", "--vary", rule="a span is low:high")
        for axis in axes
        if len(axis.values) < 2 or any(isinstance(v, str | bool) for v in axis.values)
    ]
    if problems:
        raise InputError(problems)
    return [(float(min(axis.values)), float(max(axis.values))) for axis in axes]


def placed(axes: Sequence[Axis], unit: Floats) -> list[dict[str, Any]]:
    """Points of the unit cube (n by axes) as changes; whole numbers are rounded."""
    found = []
    for row in unit:
        point: dict[str, Any] = {}
        for axis, (low, high), share in zip(axes, ends(axes), row, strict=True):
            value = low + (high - low) * float(share)
            point[axis.path] = round(value) if axis.is_whole else value
        found.append(point)
    return found
