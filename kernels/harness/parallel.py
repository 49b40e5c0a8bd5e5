"""Parallel cases as the suite sees them: ranks are started, their results come line by line."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from . import launch
from .cases import Case
from .errors import HarnessError
from .prepared import unmeasured
from .ranks import LIBRARY, RESULT, Plan, adapter
from .results import Result, from_json
from .rounds import Rules

# Starting, compiling and making inputs come on top of the budget for measuring.
GRACE_S = 180.0
LAST_WORDS = 300
# A rank is one core's: a library with threads of its own would take the others'.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass
class Heard:
    """What the ranks have said so far."""

    results: dict[str, Result] = field(default_factory=dict)
    library: str = ""


def measure_ranks(
    cases: Sequence[Case], rules: Rules, keep: Callable[[Result], None]
) -> tuple[list[Result], str]:
    """The results of parallel cases, in their order, and the MPI library that carried them.

    Cases of one number of ranks share one start. What cannot be started is a skipped result
    with the reason; what had no result when the ranks ended is a failed one.
    """
    heard = Heard()
    for ranks in sorted({case.ranks for case in cases}):
        mine = tuple(case for case in cases if case.ranks == ranks)
        share = rules.budget_s * len(mine) / len(cases)
        try:
            launch.available()
            said = _start(Plan(mine, replace(rules, budget_s=share)), ranks, heard, keep)
            status = "failed"
        except HarnessError as error:
            said, status = str(error), "skipped"
        for case in mine:
            if case.key not in heard.results:
                heard.results[case.key] = unmeasured(case, status, said)
                keep(heard.results[case.key])
    return [heard.results[case.key] for case in cases], heard.library


def _start(plan: Plan, ranks: int, heard: Heard, keep: Callable[[Result], None]) -> str:
    """Run the ranks to their end; a sentence on how they ended."""
    with tempfile.TemporaryDirectory(prefix="hpcsim-ranks-") as folder:
        file = Path(folder) / "plan.json"
        file.write_bytes(adapter().dump_json(plan))
        program = [sys.executable, "-m", "mpi4py", "-m", f"{__package__}.ranks", str(file)]
        errors = Path(folder) / "errors"
        with errors.open("w+", encoding="utf-8") as stderr:
            process = subprocess.Popen(
                [*launch.starter(ranks), *program],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                env={**os.environ, **dict.fromkeys(ONE_THREAD, "1")},
            )
            limit_s = plan.rules.budget_s + GRACE_S
            timer = threading.Timer(limit_s, process.kill)
            timer.start()
            try:
                _listen(process.stdout, heard, keep)
                status = process.wait()
            finally:
                timer.cancel()
                process.kill()
        return _ending(status, errors, timer.finished.is_set() and status < 0, limit_s)


def _listen(lines: IO[str] | None, heard: Heard, keep: Callable[[Result], None]) -> None:
    for line in lines or ():
        if line.startswith(RESULT):
            result = from_json(line.removeprefix(RESULT))
            heard.results[result.key] = result
            keep(result)
        elif line.startswith(LIBRARY):
            heard.library = line.removeprefix(LIBRARY).strip()


def _ending(status: int, errors: Path, killed: bool, limit_s: float) -> str:
    if killed:
        return f"the ranks had no result after {limit_s:.0f} s and were ended"
    lines = errors.read_text(encoding="utf-8", errors="replace").split("\n")
    telling = (line.strip() for line in reversed(lines) if "Error" in line or "Exception" in line)
    said = next(telling, "")
    return f"the ranks ended with status {status}: {said[:LAST_WORDS] or 'no result'}"
