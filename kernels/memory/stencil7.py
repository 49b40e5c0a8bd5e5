"""A 7-point stencil on a cubic grid."""

from __future__ import annotations

from ._stencil import Stencil, planes7


class Stencil7(Stencil):
    """Centre and the 6 nearest points."""

    name = "stencil7"
    title = "7-point stencil on a cubic grid"
    planes = staticmethod(planes7)
    points = 7
    flops = 8
    weights = (0.4, 0.1)


KERNEL = Stencil7()
