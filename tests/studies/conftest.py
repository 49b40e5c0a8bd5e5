"""The command as a user types it, in this process."""

from __future__ import annotations

import sys
from collections import namedtuple

import pytest

from hpcsim.cli import main

Done = namedtuple("Done", "status out err")

LINE = "{id} {submit} -1 {run} {cores} -1 -1 {cores} {limit} -1 1 3 1 -1 1 -1 -1 -1\n"


@pytest.fixture
def hpcsim(monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["hpcsim", *map(str, words)])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code or 0
        return Done(status, *capsys.readouterr())

    return run


@pytest.fixture
def trace(tmp_path):
    """Three jobs on eight cores: the second waits for the first."""
    path = tmp_path / "trace.swf"
    jobs = [(1, 0, 10, 6, 10), (2, 1, 10, 8, 10), (3, 2, 5, 2, 8)]
    rows = [dict(zip(("id", "submit", "run", "cores", "limit"), job, strict=True)) for job in jobs]
    path.write_text("; MaxProcs: 8\n" + "".join(LINE.format(**row) for row in rows))
    return path
