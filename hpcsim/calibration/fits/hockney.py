"""Time of a message over its size: Hockney's line, in pieces where eager and rendezvous part.

t(n) = latency + n / bandwidth on each piece. One line through all sizes is wrong for both ends,
since a library sends small messages at once and asks before it sends large ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..estimate import Estimate, from_draws
from .resample import FloatArray, Point, middles, redraw, untold
from .verdict import Fit, refused

LEAST_SIZES = 4
PIECE_SIZES = 3
MOST_PIECES = 3
# A further piece must earn its two parameters (Bayesian information criterion, small samples).
PENALTY = 2.0
FASTEST = 1e15  # B/s: beyond any wire, where a piece does not grow with size at all


def message_times(points: Sequence[Point], what: str) -> Fit:
    """Pieces over message sizes; x are bytes, repeats seconds for one message one way.

    Fewer than four sizes are refused: two fit any line, three leave nothing to check a piece with.
    """
    points = sorted(points, key=lambda point: point.x)
    x, y = middles(points)
    if len(set(x.tolist())) < LEAST_SIZES:
        reason = f"{len(set(x.tolist()))} message sizes; a line and its check need {LEAST_SIZES}"
        return refused("hockney", what, reason, len(points))
    if reason := untold(points):
        return refused("hockney", what, reason, len(points))
    cuts = _best_cuts(x, y)
    parameters: dict[str, Estimate] = {}
    predicted = np.empty_like(y)
    for number, (start, stop) in enumerate(pairwise(cuts)):
        piece = points[start:stop]
        line = _line(x[start:stop], y[start:stop])
        draws = redraw(piece, _line)
        predicted[start:stop] = line[0] + x[start:stop] / line[1]
        tag = f"{number + 1}"
        parameters[f"latency_{tag}"] = from_draws(line[0], draws[:, 0], "s", "measured")
        parameters[f"bandwidth_{tag}"] = from_draws(line[1], draws[:, 1], "B/s", "measured")
        if number:
            edge = float(np.sqrt(x[start - 1] * x[start]))
            parameters[f"from_bytes_{tag}"] = Estimate(
                value=edge, low=float(x[start - 1]), high=float(x[start]), unit="B",
                basis="measured",
            )  # fmt: skip
    return Fit(
        model=f"hockney, {len(cuts) - 1} pieces",
        what=what,
        status="ok",
        points=len(points),
        low_x=float(x.min()),
        high_x=float(x.max()),
        rms=float(np.sqrt(np.mean((predicted / y - 1) ** 2))),
        parameters=parameters,
    ).judged()


def time_of(fit: Fit, n_bytes: float) -> float:
    """Seconds of a message of `n_bytes` by a usable fit, central values."""
    piece = 1
    while (edge := fit.parameters.get(f"from_bytes_{piece + 1}")) and n_bytes >= edge.value:
        piece += 1
    found = fit.parameters
    return found[f"latency_{piece}"].value + n_bytes / found[f"bandwidth_{piece}"].value


def _best_cuts(x: FloatArray, y: FloatArray) -> list[int]:
    """Where pieces begin and end, by the criterion; the whole range where no cut earns itself."""
    best, best_score = [0, len(x)], _score(x, y, [0, len(x)])
    for _ in range(MOST_PIECES - 1):
        candidates = [
            sorted({*best, cut})
            for cut in range(PIECE_SIZES, len(x) - PIECE_SIZES + 1)
            if all(abs(cut - edge) >= PIECE_SIZES for edge in best)
        ]
        scored = [(_score(x, y, cuts), cuts) for cuts in candidates]
        if not scored or min(scored)[0] >= best_score:
            break
        best_score, best = min(scored)
    return best


def _score(x: FloatArray, y: FloatArray, cuts: Sequence[int]) -> float:
    squares = 0.0
    for start, stop in pairwise(cuts):
        latency, bandwidth = _line(x[start:stop], y[start:stop])
        squares += float((((latency + x[start:stop] / bandwidth) / y[start:stop] - 1) ** 2).sum())
    pieces, n = len(cuts) - 1, len(x)
    return n * float(np.log(max(squares / n, 1e-6))) + PENALTY * 3 * pieces * float(np.log(n))


def _line(x: FloatArray, y: FloatArray) -> FloatArray:
    """(latency, bandwidth) with the least relative error, both positive."""
    from scipy.optimize import nnls

    design = np.stack([np.ones_like(x), x], axis=1) / y[:, None]
    (latency, each), _ = nnls(design, np.ones_like(y))
    return np.array([max(latency, 1e-12), 1 / max(each, 1 / FASTEST)])
