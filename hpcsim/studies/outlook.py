"""What a study would take, from one of its runs: time, memory, disk."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .study.folder import LEDGER
from .study.ledger import Ledger
from .study.task import Key, Task, run_task, seed_of
from .subject import Subject

_PARQUET = 0.6  # bytes of the table to bytes of the ledger's text


@dataclass(frozen=True)
class Outlook:
    """Figures of a study that has not been made; `more` where its runs may become more."""

    runs: int
    more: bool
    finished: int
    workers: int
    run_s: float
    memory_mib: float
    wall_s: float
    disk_mib: float

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)

    def rows(self) -> list[tuple[str, str]]:
        """For people."""
        least = "at least " if self.more else ""
        return [
            ("runs", f"{least}{self.runs:,}"),
            ("of which the folder has", f"{self.finished:,}"),
            ("a run takes", f"{self.run_s:.1f} s and {self.memory_mib:,.0f} MiB"),
            (f"all on {self.workers} workers", f"{least}{self.wall_s / 60:,.1f} min"),
            ("on the disk", f"{least}{self.disk_mib:.1f} MiB"),
        ]


def outlook(
    subject: Subject,
    runs: int,
    out: Path | None,
    seed: int | None,
    workers: int | None,
    more: bool = False,
) -> Outlook:
    """Make one run, keep nothing, and say what `runs` of them would take."""
    root = subject.seed if seed is None else seed
    made = run_task(Task(Key("{}", 0), subject, {}, seed_of(root, 0)))
    if made.error is not None:
        from hpcsim.errors import InputError

        raise InputError(f"the first run fails: {made.error}")
    finished = 0
    if out is not None and (out / LEDGER).exists():
        with Ledger(out / LEDGER) as ledger:
            finished = len(ledger.finished())
    many = workers or os.cpu_count() or 1
    left = max(runs - finished, 0)
    text = len(json.dumps(dict(made.figures)))
    return Outlook(
        runs,
        more,
        finished,
        many,
        made.wall_s,
        made.memory_mib,
        made.wall_s * -(-left // many),
        runs * text * (1 + _PARQUET) / 2**20,
    )
