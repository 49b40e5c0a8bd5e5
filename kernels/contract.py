"""What a benchmark kernel is: inputs, reference, fast form, exact work and check, together."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeVar

import numpy as np

Figure = Literal["flops", "bytes", "items", "latency"]

SizeT = TypeVar("SizeT")
InputsT = TypeVar("InputsT")
OutputT = TypeVar("OutputT")


class KernelError(ValueError):
    """A kernel cannot be had as asked: an unknown name, an unknown size, a bad parameter."""


@dataclass(frozen=True)
class Work:
    """What one run does, counted exactly from the algorithm, whatever the code path.

    `flops` are floating-point additions, multiplications, divisions (a fused multiply-add is
    two); `bytes_moved` is the least traffic with main memory, each array counted once a pass
    that cannot stay in cache; `items` are what a user of the program counts, named by `unit`.
    """

    flops: int
    bytes_moved: int
    items: int
    unit: str

    @property
    def intensity(self) -> float:
        """Flops a byte, the place of the kernel on the roofline; 0 without flops."""
        return self.flops / self.bytes_moved if self.bytes_moved else 0.0


@dataclass(frozen=True)
class Check:
    """Whether an output is right: its error, what error is allowed, and what was compared."""

    ok: bool
    error: float
    tolerance: float
    statement: str

    @classmethod
    def within(cls, error: float, tolerance: float, statement: str) -> Check:
        """Right if `error` <= `tolerance`; NaN is wrong."""
        return cls(bool(error <= tolerance), float(error), float(tolerance), statement)

    @classmethod
    def equal(cls, wrong: int, statement: str) -> Check:
        """Right if nothing of what was compared is `wrong`."""
        return cls.within(float(wrong), 0.0, statement)


@dataclass(frozen=True)
class Rival(Generic[InputsT, OutputT]):
    """A native program that does the same: `call(inputs, threads)` gives a comparable output."""

    name: str
    call: Callable[[InputsT, int], OutputT]


class Kernel(ABC, Generic[SizeT, InputsT, OutputT]):
    """One benchmark kernel.

    `run` may overwrite work arrays that `inputs` holds, but gives the same output when it is
    called again, so that it can be timed as often as wanted. The output may be such a work
    array: check it before the next run.
    """

    name: ClassVar[str]
    """The name of the file it lies in."""
    title: ClassVar[str]
    """One line for a list."""
    stands_for: ClassVar[str]
    """The programs whose running time it explains."""
    source: ClassVar[str]
    """Where the definition comes from."""
    figure: ClassVar[Figure]
    """Which figure its users quote: flop/s, bytes/s, items/s, or seconds an item."""
    threaded: ClassVar[bool] = False
    """Whether `run` can use more than one thread."""
    sizes: ClassVar[Mapping[str, Any]]
    """Frozen dataclasses of parameters by name: tiny (tests), cache and memory (resident)."""

    def size(self, name: str = "cache", **changes: float) -> SizeT:
        """The parameters called `name`, with `changes` to single ones (a sweep).

        Raises KernelError for a name or a parameter that the kernel does not have, and for a
        changed value that is not a positive number.
        """
        if name not in self.sizes:
            raise KernelError(f"{self.name} has no size {name!r}; it has {', '.join(self.sizes)}")
        size = self.sizes[name]
        fields = [field.name for field in dataclasses.fields(size)]
        for key, value in changes.items():
            if key not in fields:
                raise KernelError(
                    f"{self.name} has no parameter {key!r}; it has {', '.join(fields)}"
                )
            if not np.isfinite(value) or value <= 0:
                raise KernelError(f"{self.name}: {key} = {value} is not a positive number")
        casts = {key: type(getattr(size, key))(value) for key, value in changes.items()}
        changed: SizeT = dataclasses.replace(size, **casts)
        return changed

    @abstractmethod
    def inputs(self, size: SizeT, rng: np.random.Generator) -> InputsT:
        """Inputs and work arrays of one size; the same generator state gives the same bytes."""

    @abstractmethod
    def reference(self, inputs: InputsT) -> OutputT:
        """The same output by plain readable code, for small sizes."""

    @abstractmethod
    def run(self, inputs: InputsT, threads: int = 1) -> OutputT:
        """The fast form."""

    @abstractmethod
    def work(self, inputs: InputsT) -> Work:
        """Exact counts of one run."""

    @abstractmethod
    def check(self, inputs: InputsT, output: OutputT) -> Check:
        """Whether `output` of `run` or of a rival is right; affordable at every size."""

    @abstractmethod
    def path(self) -> str:
        """Which code `run` takes on this machine: avx512, avx2, portable, a library's name."""

    def native(self) -> Rival[InputsT, OutputT] | None:
        """A native rival, or None where none is installed."""
        return None
