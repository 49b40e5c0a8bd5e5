"""The README is true: every command in it runs, in the order in which it stands there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = [
    line.partition("  #")[0].strip()
    for block in BLOCKS
    for line in block.replace("\\\n", " ").splitlines()
    if line.strip() and not line.startswith("#")
]
OWN = [command for command in COMMANDS if command.startswith("hpcsim ")]
# Measures the machine for minutes, or is about a whole installation: run elsewhere.
ELSEWHERE = ("git ", "cd ", "make ", "pip ", "hpcsim bench")


def test_there_are_commands_and_each_is_of_a_known_kind():
    assert len(OWN) > 8
    assert all(command.startswith(("hpcsim ", *ELSEWHERE)) for command in COMMANDS)


def test_every_command_runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    for command in OWN:
        if command.startswith(ELSEWHERE):
            continue
        words = shlex.split(command)[1:]
        done = subprocess.run(
            [sys.executable, "-c", "from hpcsim.cli import main; main()", *words],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"


def test_make_targets_exist():
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
    named = {command.split()[1] for command in COMMANDS if command.startswith("make ")}
    assert named and named <= targets


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", TEXT))))
def test_links_lead_somewhere(link):
    assert (ROOT / link).exists()
