"""What the job tests share: a moment of submission, and reading a text as a file of that name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from workloads.jobs import Reading, Source, read_text

NOW = datetime(2026, 11, 23, 11, 26, 18)


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Read `text` as a file called `name`, at a fixed moment."""

    def reader(text: str | bytes, name: str = "case.sh", **more: object) -> Reading:
        data = text.encode() if isinstance(text, str) else text
        return read_text(Source(name, data), now=NOW, **more)

    return reader


@pytest.fixture
def sbatch(read: Callable[..., Reading]) -> Callable[..., Reading]:
    """Read one line of options as the directive of a batch script."""

    def reader(options: str, **more: object) -> Reading:
        return read(f"#!/bin/bash\n#SBATCH {options}\nsleep 1\n", **more)

    return reader
