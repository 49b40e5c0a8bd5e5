"""What all tests share: the folder of real traces, and a small profile for property tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "hpcsim", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("hpcsim")


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real traces and published schedules; without it the test is skipped."""
    folder = os.environ.get("HPCSIM_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("HPCSIM_DATA does not name the folder of traces and published schedules")
    return Path(folder)
