"""Figures as engineers read them: three digits and a prefix."""

from __future__ import annotations

from .results import Figure, Result

_LARGE = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
_SMALL = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
LEAST_RATE = 1.0


def quantity(value: float, unit: str) -> str:
    """`1.234e10, "B/s"` as `12.3 GB/s`; seconds as s, ms, µs or ns."""
    if unit == "s":
        size, name = next(((s, n) for s, n in _SMALL if abs(value) >= s), _SMALL[-1])
        return f"{_digits(value / size)} {name}"
    if abs(value) < LEAST_RATE:
        return f"{value:.3g} {unit}"
    size, prefix = next((s, p) for s, p in _LARGE if abs(value) >= s)
    spaced = unit if unit in ("B/s", "flop/s", "B", "flop") else f" {unit}"
    return f"{_digits(value / size)} {prefix}{spaced}".replace("  ", " ")


def _digits(value: float) -> str:
    size = abs(value)
    return f"{value:.0f}" if size >= 99.95 else f"{value:.1f}" if size >= 9.995 else f"{value:.2f}"


def shown(figure: Figure) -> str:
    """`12.3 GB/s  11.9 .. 12.5 GB/s`: the value and its 95 % interval."""
    value = quantity(figure.value, figure.unit)
    if figure.low == figure.high:
        return value
    return f"{value} ({quantity(figure.low, figure.unit)} .. {quantity(figure.high, figure.unit)})"


def line(result: Result) -> str:
    """One line of a result: what was measured, what came out, how sure it is."""
    if result.figure is None or result.summary is None:
        figure = result.statement if result.figure is None else shown(result.figure)
        return f"{result.key:34} {'' if result.status == 'ok' else result.status + ': '}{figure}"
    best = quantity(result.figure.best, result.figure.unit)
    told = f"best {best:14} n {result.summary.n:<3} {result.path}"
    text = f"{result.key:34} {shown(result.figure):44} {told}"
    if result.rivalry:
        text += f"; {result.rivalry.ratio:.2f} x {result.rivalry.name}"
    return text + "".join(f"\n    ! {warning}" for warning in result.warnings)
