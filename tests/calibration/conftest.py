"""The calibration of a machine whose speed is known, because it was made up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hpcsim.calibration import Bench, calibrate
from hpcsim.site import load

from .made_up import MACHINE, results


@pytest.fixture(scope="session")
def bench() -> Bench:
    """All that was made up, undisturbed."""
    return Bench(results(), MACHINE, (), "made up", "0" * 64, "2027-01-01T00:00:00+00:00")


@pytest.fixture(scope="session")
def calibration(bench):
    """Carried to the shipped site."""
    return calibrate(bench, load("nanjing"))


@pytest.fixture
def slower(bench):
    """The same machine with products at half the speed."""
    changed = tuple(
        replace(each, samples_s=tuple(2 * s for s in each.samples_s))
        if each.kernel in ("dgemm", "pairhmm")
        else each
        for each in bench.results
    )
    return calibrate(replace(bench, results=changed))
