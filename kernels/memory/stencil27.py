"""A 27-point stencil on a cubic grid."""

from __future__ import annotations

from ._stencil import Stencil, planes27


class Stencil27(Stencil):
    """Centre and the 26 nearest points."""

    name = "stencil27"
    title = "27-point stencil on a cubic grid"
    planes = staticmethod(planes27)
    points = 27
    flops = 30
    weights = (0.3, 0.05, 0.02, 0.02)


KERNEL = Stencil27()
