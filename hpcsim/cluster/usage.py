"""What users have used, forgotten by halves: core-seconds that decay without end.

Between two starts or ends a user's running jobs use at a constant rate, so what is left of it at
any later moment is a closed form: nothing is lost between two computations, and no step is chosen.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, inline="always")
def accrue(use, now, decay):
    """Bring `use` (fields used, rate, at) to this moment; `decay` is ln 2 over the half-life."""
    passed = now - use.at
    if passed > 0:
        lost = -np.expm1(-decay * passed)
        use.used = use.used * (1.0 - lost) + use.rate * lost / decay
    use.at = now
