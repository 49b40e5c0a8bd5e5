"""A case ready to be timed: inputs made, compiled, warmed up and verified."""

from __future__ import annotations

import dataclasses
import math
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .. import registry
from ..contract import Check, Kernel
from .cases import Case
from .hooks import Prepares, Releases
from .processor import usable_cores
from .pulse import pulse
from .results import IDLE_SHARE, Result, idle_share, quoted, rivalry
from .statistics import Summary, summarize

# Below this a timer's own cost and an interrupt show; short runs are timed several at once.
LEAST_SAMPLE_S = 4e-3
MOST_CALLS = 10_000
TRIES = 4
# What looks shorter than this may be a shorter run that had to wait for its core.
PAUSE_S = 0.1


class Prepared:
    """One case with its inputs and its samples so far.

    `like` is a case of the same kernel and size on other threads, whose inputs are used again.
    """

    def __init__(
        self, case: Case, seed: int = 0, rivals: bool = False, like: Prepared | None = None
    ) -> None:
        self.case = case
        self.kernel: Kernel[Any, Any, Any] = registry.load(case.kernel)
        self.group = registry.group_of(case.kernel)
        self.inputs: Any = like.inputs if like is not None else self._fresh(seed)
        self.rival = self.kernel.native() if rivals else None
        self.samples_s: list[float] = []
        self.rival_s: list[float] = []
        self.cpu_s: list[float] = []
        self.beats_s: list[float] = []
        self.calls = 1
        self.output: Any = None
        self.checked: Check | None = None
        self.complete = False
        self._summarized: Summary | None = None

    def _fresh(self, seed: int) -> Any:
        size = self.kernel.size(self.case.size, **dict(self.case.changes))
        key = zlib.crc32(self.case.kernel.encode())
        return self.kernel.inputs(size, np.random.default_rng([seed, key]))

    def warm_up(self) -> bool:
        """Compile, verify and find how many calls make a sample; False if the output is wrong."""
        self._timed(self._ours, 1)
        self.checked = self.kernel.check(self.inputs, self.output)
        if not self.checked.ok:
            return False
        if not isinstance(self.kernel, Prepares):
            self.calls = self._enough_calls()
        if self.rival is not None:
            self._timed(self._theirs, 1)
        return True

    def _enough_calls(self) -> int:
        """Calls that last long enough; the best of a few tries, as a pause would make it one."""
        seconds = self._timed(self._ours, 1)
        for _ in range(TRIES):
            if seconds < PAUSE_S:
                seconds = min(seconds, self._timed(self._ours, 1))
        return min(MOST_CALLS, max(1, math.ceil(LEAST_SAMPLE_S / max(seconds, 1e-9))))

    def sample(self) -> None:
        """Time one sample of ours and one of the rival."""
        if self.calls > 1:
            self._ours()
        felt = self._busy_all_the_time()
        beat = pulse() if felt else 0.0
        cpu = time.process_time()
        self.samples_s.append(self._timed(self._ours, self.calls) / self.calls)
        self.cpu_s.append((time.process_time() - cpu) / self.calls)
        if felt:
            self.beats_s.append((beat + pulse()) / 2)
        if self.rival is not None:
            if self.calls > 1:
                self._theirs()
            self.rival_s.append(self._timed(self._theirs, self.calls) / self.calls)
        self._summarized = None

    def verify(self) -> bool:
        """Whether the last output is still right."""
        self._timed(self._ours, 1)
        self.checked = self.kernel.check(self.inputs, self.output)
        return self.checked.ok

    @property
    def summary(self) -> Summary:
        """Of the samples so far; there must be one."""
        if self._summarized is None:
            self._summarized = summarize(self.samples_s)
        return self._summarized

    def before(self) -> None:
        """What the kernel wants done before a run and outside of its time."""
        if isinstance(self.kernel, Prepares):
            self.kernel.before(self.inputs)

    def result(self) -> Result:
        """What is known so far."""
        work = self.kernel.work(self.inputs)
        summary = self.summary
        check = self.checked or Check(False, math.nan, 0.0, "never verified")
        rival = None
        if self.rival is not None and self.rival_s:
            rival = rivalry(self.rival.name, tuple(self.samples_s), tuple(self.rival_s))
        found = Result(
            **described(self.case, self.kernel, self.group),
            status="ok",
            statement=check.statement,
            error=check.error,
            tolerance=check.tolerance,
            samples_s=tuple(self.samples_s),
            cpu_s=tuple(self.cpu_s) if self._busy_all_the_time() else (),
            beats_s=tuple(self.beats_s),
            summary=summary,
            figure=quoted(self.kernel.figure, work, summary),
            work=work,
            held_bytes=nbytes(self.inputs),
            path=self.kernel.path(),
            rivalry=rival,
            warnings=self._warnings(),
            complete=self.complete,
        )
        return found if check.ok else found.without_figures("wrong", wrong(check))

    def release(self) -> None:
        """Let go of files and arrays."""
        if isinstance(self.kernel, Releases):
            self.kernel.release(self.inputs)
        self.inputs = self.output = None

    def _warnings(self) -> tuple[str, ...]:
        cores, threads = usable_cores(), self.case.threads
        if threads > cores:
            return (f"{threads} threads share {cores} cores",)
        idle = idle_share(self.samples_s, self.cpu_s) if self._busy_all_the_time() else 0.0
        if idle <= IDLE_SHARE:
            return ()
        return (f"had no core for {idle:.0%} of the time: other work ran on it",)

    def _busy_all_the_time(self) -> bool:
        """Whether its time would be processor time if nobody else wanted the core."""
        return self.group not in ("io", "mpi") and self.case.threads == 1

    def _timed(self, function: Callable[[], None], calls: int) -> float:
        self.before()
        begin = time.perf_counter()
        for _ in range(calls):
            function()
        return time.perf_counter() - begin

    def _ours(self) -> None:
        self.output = self.kernel.run(self.inputs, self.case.threads)

    def _theirs(self) -> None:
        if self.rival is not None:
            self.rival.call(self.inputs, self.case.threads)


def wrong(check: Check) -> str:
    """What to say of an output that failed its check."""
    found = "not a number" if math.isnan(check.error) else f"{check.error:.3g}"
    return f"{check.statement}: {found}, allowed {check.tolerance:.3g}; no figure is reported"


def described(case: Case, kernel: Kernel[Any, Any, Any], group: str) -> dict[str, Any]:
    """The fields of a result that say what was measured."""
    return {
        "key": case.key,
        "kernel": case.kernel,
        "group": group,
        "title": kernel.title,
        "size": case.size,
        "parameters": dict(case.changes),
        "threads": case.threads,
        "ranks": case.ranks,
    }


def unmeasured(case: Case, status: Any, statement: str) -> Result:
    """The result of a case that could not be measured."""
    kernel = registry.load(case.kernel)
    return Result(
        **described(case, kernel, registry.group_of(case.kernel)),
        status=status,
        statement=statement,
    )


def nbytes(inputs: Any) -> int:
    """The bytes of all arrays in the inputs of a kernel, however they are nested."""
    return sum(array.nbytes for array in _arrays(inputs))


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            yield from _arrays(getattr(value, each.name))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _arrays(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _arrays(each)
