"""Small worlds for studies: an M/M/c queue whose answers are known, and the command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hpcsim.studies.executors import open_pool
from hpcsim.studies.study.study import open_study
from hpcsim.studies.subject.workload import OnMachine

ROOT = Path(__file__).parents[3]
QUEUE = "poisson:jobs=2000,servers=4,load=0.8"


@pytest.fixture
def queue():
    """2,000 jobs on four servers at load 0.8."""
    return OnMachine.of(QUEUE, cores=4)


@pytest.fixture
def here(queue):
    """A study of the queue in memory, its runs made by this process."""
    with open_pool("here") as pool, open_study(queue, pool) as study:
        yield study


def environment():
    return os.environ | {"PYTHONPATH": str(ROOT)}


def program(*words):
    """The command as another process runs it."""
    return [sys.executable, "-m", "hpcsim", *map(str, words)]


def run(command, **more):
    done = subprocess.run(
        command, env=environment(), capture_output=True, text=True, timeout=300, **more
    )
    assert done.returncode == 0, done.stderr
    return done


def kept(folder):
    """The bytes of a study but its ledger, which tells times and hosts."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if not path.name.startswith("ledger")
    }
