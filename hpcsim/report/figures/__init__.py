"""One file a figure; each has a `PLOT`, and is on the page because it lies here."""

from __future__ import annotations

import importlib
import pkgutil

from ..plot import Plot


def plots() -> tuple[Plot, ...]:
    """Every figure of this folder, in the order of the page."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found = [importlib.import_module(f"{__name__}.{name}").PLOT for name in names]
    return tuple(sorted(found, key=lambda plot: plot.order))
