"""The packages know each other in one direction only, as `setup.cfg` says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]


def lint(config, folder, path=""):
    environment = os.environ | {"PYTHONPATH": str(path), "COLUMNS": "120"}
    command = [*LINT, "--config", str(config), "--no-cache"]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


def test_imports_go_down_and_never_up():
    done = lint("setup.cfg", ROOT, ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_a_wrong_import_would_be_seen(tmp_path):
    """The same tool, over a world of two packages in which one contract is broken."""
    for package, text in {"low": "import high\n", "high": ""}.items():
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(text)
    (tmp_path / "setup.cfg").write_text(
        "[importlinter]\nroot_packages =\n    low\n    high\n"
        "[importlinter:contract:one]\nname = one\ntype = forbidden\n"
        "source_modules =\n    low\nforbidden_modules =\n    high\n"
    )
    done = lint("setup.cfg", tmp_path, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 broken" in done.stdout
