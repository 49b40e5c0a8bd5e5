"""A quicker start of numba for commands."""

from __future__ import annotations

import importlib
import sys

_BLAS = "scipy.linalg.cython_blas"


def numba_without_blas() -> None:
    """Import numba without the BLAS that it offers to compiled functions.

    None here multiplies matrices inside compiled code, and scipy's linear algebra takes a quarter
    of a second to import. Only for commands: who imports the library keeps `np.dot` in his own
    compiled functions.
    """
    if "numba" in sys.modules or _BLAS in sys.modules:
        return
    sys.modules[_BLAS] = None  # type: ignore[assignment]  # what cannot be imported
    try:
        importlib.import_module("numba.np.arraymath")  # looks for it once, now
    finally:
        del sys.modules[_BLAS]
