"""A measurement as it is kept, shown and compared; also one that another program made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from ..contract import Figure as Quoted
from ..contract import Work
from .errors import HarnessError
from .statistics import Summary, summarize

Status = Literal["ok", "wrong", "failed", "skipped"]
OWN = "hpcsim"
# More than this without a core is more than a timer's tick.
IDLE_SHARE = 0.03
# A session that was disturbed, as by a clock that sank, may be off by so much as a whole.
DISTURBED = 0.10


@dataclass(frozen=True)
class Figure:
    """The figure that users quote, with its 95 % interval and its best.

    `low` and `high` bound the figure itself, whichever direction is better.
    """

    value: float
    unit: str
    low: float
    high: float
    best: float
    higher_is_better: bool


@dataclass(frozen=True)
class Rivalry:
    """A native program timed in the same rounds; `ratio` above 1 means that ours is faster."""

    name: str
    samples_s: tuple[float, ...]
    ratio: float


@dataclass(frozen=True)
class Result:
    """One measurement. A figure stands in it only if its output was verified.

    `held_bytes` are those of all arrays of its inputs, which say in which memory it lives;
    `cpu_s` is the processor time of each sample, where it would be the whole time on a quiet core,
    and `beats_s` the seconds of the pulse around it (pulse.py), which tell the clock that it had.
    """

    key: str
    kernel: str
    group: str
    title: str
    size: str
    parameters: dict[str, float]
    threads: int
    ranks: int
    status: Status
    statement: str
    error: float | None = None
    tolerance: float | None = None
    samples_s: tuple[float, ...] = ()
    cpu_s: tuple[float, ...] = ()
    beats_s: tuple[float, ...] = ()
    summary: Summary | None = None
    figure: Figure | None = None
    work: Work | None = None
    held_bytes: int = 0
    path: str = ""
    rivalry: Rivalry | None = None
    warnings: tuple[str, ...] = ()
    complete: bool = True
    program: str = OWN

    def without_figures(self, status: Status, statement: str) -> Result:
        """The same measurement with nothing in it that could be quoted."""
        return replace(
            self,
            status=status,
            statement=statement,
            samples_s=(),
            cpu_s=(),
            beats_s=(),
            summary=None,
            figure=None,
            rivalry=None,
        )


def in_beats(result: Result) -> tuple[float, ...]:
    """Each sample in beats of the core's own clock; nothing where that was not felt."""
    if len(result.beats_s) != len(result.samples_s):
        return ()
    return tuple(time / beat for time, beat in zip(result.samples_s, result.beats_s, strict=True))


def idle_share(samples_s: Sequence[float], cpu_s: Sequence[float]) -> float:
    """The share of the time in which a program that wanted a core had none."""
    shares = sorted(cpu / wall for cpu, wall in zip(cpu_s, samples_s, strict=False) if wall)
    return 1.0 - shares[len(shares) // 2] if shares else 0.0


def quoted(kind: Quoted, work: Work, summary: Summary) -> Figure:
    """The figure of a kernel from its exact work and its time."""
    if kind == "latency":
        each = 1 / max(work.items, 1)
        low, high = summary.low_s * each, summary.high_s * each
        return Figure(summary.median_s * each, "s", low, high, summary.best_s * each, False)
    amount, unit = {
        "flops": (work.flops, "flop/s"),
        "bytes": (work.bytes_moved, "B/s"),
        "items": (work.items, f"{work.unit}/s"),
    }[kind]
    times = (summary.median_s, summary.high_s, summary.low_s, summary.best_s)
    value, low, high, best = (amount / max(time, 1e-12) for time in times)
    return Figure(value, unit, low, high, best, True)


def rivalry(name: str, ours_s: tuple[float, ...], theirs_s: tuple[float, ...]) -> Rivalry:
    """How a native program did beside ours, median over median."""
    ratio = summarize(theirs_s).median_s / summarize(ours_s).median_s
    return Rivalry(name, theirs_s, ratio)


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Result)


def to_json(result: Result) -> str:
    """The result as a JSON object; a NaN becomes null."""
    return str(_adapter().dump_json(result).decode("utf-8"))


def to_data(result: Result) -> dict[str, Any]:
    """The result as plain data for a JSON document."""
    data: dict[str, Any] = _adapter().dump_python(result, mode="json")
    return data


def from_json(text: str | bytes) -> Result:
    """The result that `to_json` wrote; HarnessError for anything else."""
    from pydantic import ValidationError

    try:
        result: Result = _adapter().validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise HarnessError(f"not a kept measurement: {place}: {first['msg']}") from None
    return result
