"""Figures that other benchmarks printed. A program is a file of this folder with a READER."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from ..errors import HarnessError
from ..results import Result
from .printed import Reader

MOST_BYTES = 16 << 20


@cache
def readers() -> tuple[Reader, ...]:
    """The readers of all programs."""
    modules = (
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    )
    return tuple(module.READER for module in modules if hasattr(module, "READER"))


def read(text: str, name: str = "output") -> list[Result]:
    """The figures in an output; HarnessError where no program's output is recognised."""
    for reader in readers():
        if reader.recognizes(text):
            found = reader.read(text)
            if not found:
                raise HarnessError(f"{name}: an output of {reader.program} without any figure")
            return found
    programs = ", ".join(reader.program for reader in readers())
    raise HarnessError(f"{name}: not an output that is known; known programs: {programs}")


def read_all(files: Iterable[Path]) -> list[Result]:
    """The figures of all files; HarnessError tells every file that cannot be read.

    Where two files have a figure of one name, the later ones are numbered.
    """
    results: list[Result] = []
    problems: list[str] = []
    for file in files:
        try:
            results.extend(read(_text(file), str(file)))
        except HarnessError as error:
            problems.extend(error.problems)
    if problems:
        raise HarnessError(problems)
    return list(_numbered(results))


def _numbered(results: list[Result]) -> Iterable[Result]:
    seen: dict[str, int] = {}
    for result in results:
        seen[result.key] = seen.get(result.key, 0) + 1
        again = seen[result.key]
        yield result if again == 1 else replace(result, key=f"{result.key}#{again}")


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise HarnessError(f"{file}: more than {MOST_BYTES >> 20} MiB; no output is that long")
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise HarnessError(f"{file}: cannot be read: {error.strerror}") from None
