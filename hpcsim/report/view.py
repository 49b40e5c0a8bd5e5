"""A run as its figures see it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from ..errors import InputError, Problem
from ..metrics.groups import Measured, grouped, measure
from ..metrics.kinds import Floats
from ..metrics.records import Records, has, numbers, records
from ..metrics.waits import wait_s
from ..simulation.folder import SUMMARY, RunFolder, read

_FONT_END = 0x530  # DejaVu Sans draws Latin, Greek and Cyrillic
_LONGEST_LEGEND, _LONGEST_LABEL = 40, 200
_NAMED_BY = ("name", "file", "generator", "spec")


@dataclass(frozen=True)
class View:
    """A run read from its folder, its machine's size, and the name it goes by on a page."""

    run: RunFolder
    cores: int
    label: str

    @classmethod
    def of(cls, folder: Path) -> View:
        """The run in `folder`; InputError if it is none, or does not say its machine's size."""
        run = read(folder)
        cores = run.summary.get("cores")
        if not isinstance(cores, int) or isinstance(cores, bool) or not 0 < cores < 2**40:
            raise InputError(
                Problem(
                    "the summary does not say how many cores the machine has",
                    str(folder / SUMMARY),
                    value=repr(cores),
                    rule="`cores` is a whole number above 0",
                )
            )
        return cls(run, cores, str(fact(run, "policy") or folder.resolve().name)[:_LONGEST_LABEL])

    @cached_property
    def records(self) -> Records:
        """The times and sizes of the jobs, as arrays."""
        return records(self.run.jobs)

    @cached_property
    def waits_s(self) -> Floats:
        """The wait of each job, NaN where it never started."""
        return wait_s(self.records.submit_s, self.records.start_s)

    @cached_property
    def _measured(self) -> Measured:
        return measure(self.run.jobs)

    def grouped(self, by: str) -> pa.Table:
        """The figures of each group of jobs; see `metrics.grouped`."""
        return grouped(self.run.jobs, by, measured=self._measured)

    @cached_property
    def by_user(self) -> pa.Table | None:
        """The figures of each user; None if the jobs name none."""
        return self.grouped("user") if has(self.run.jobs, "user") else None

    @cached_property
    def begin_s(self) -> float:
        """The first submission, from which figures count time."""
        return float(self.records.submit_s.min()) if self.records.submit_s.size else 0.0

    @cached_property
    def time_s(self) -> Floats:
        """Where each interval of the series begins, counted from the first submission."""
        return numbers(self.run.series, "time_s") - self.begin_s

    @property
    def passes_time(self) -> bool:
        """Whether the series has intervals to draw."""
        return self.time_s.size >= 2 and bool((np.diff(self.time_s) > 0).all())

    @property
    def legend(self) -> str:
        """The label as the figures' font can write it."""
        shown = "".join(c if c.isprintable() and ord(c) < _FONT_END else "?" for c in self.label)
        return shown if len(shown) <= _LONGEST_LEGEND else shown[:_LONGEST_LEGEND] + "..."

    @cached_property
    def step_s(self) -> float:
        """The length of an interval of the series."""
        return float(np.diff(self.time_s[:2]).sum())


def fact(run: RunFolder, name: str) -> str | int | float | None:
    """What the run says about `name`, wherever it says it; None if nowhere.

    A part of its own ("policy") goes by what names it.
    """
    for said in (run.scenario, run.provenance, run.summary):
        for place in (said, *(part for part in said.values() if isinstance(part, dict))):
            value = place.get(name)
            if isinstance(value, dict):
                value = next((value[key] for key in _NAMED_BY if key in value), None)
            if isinstance(value, str | int | float):
                return value
    return None


def command_line(run: RunFolder) -> str:
    """The command that made the run, as a shell would take it; empty if it is not on record."""
    command = run.provenance.get("command")
    if isinstance(command, list):
        return shlex.join(str(word) for word in command)
    return command if isinstance(command, str) else ""
