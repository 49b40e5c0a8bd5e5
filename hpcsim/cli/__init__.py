"""The command line: one file a command; it parses, calls and prints, nothing else."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `hpcsim`; exit 0 when done, 1 when the answer is no, 2 when the input is wrong."""
    import signal

    from workloads.errors import InputError

    from . import stopping
    from .app import app

    stopping.listen(signal.SIGINT)
    try:
        app()
    except InputError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2)
