"""Read and write workloads in whatever format a file is in."""

from __future__ import annotations

import gzip
import importlib
import pkgutil
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Protocol, cast

from . import formats
from .errors import InputError, Problem, nearest
from .parsing.source import MAX_BYTES, Source
from .repairs import Repairs
from .workload import Workload


class Format(Protocol):
    """What a module of `workloads.formats` offers."""

    NAMES: tuple[str, ...]

    def sniff(self, source: Source) -> int:
        """How surely this is the format, 0 to 100."""

    def read(self, source: Source) -> tuple[Workload, Repairs]:
        """The workload in the file."""

    def write(self, workload: Workload, file: IO[bytes]) -> tuple[str, ...]:
        """Write it; names of columns that are lost."""


@cache
def known_formats() -> dict[str, Format]:
    """The formats by name."""
    names = sorted(m.name for m in pkgutil.iter_modules(formats.__path__) if m.name[0] != "_")
    modules = {n: importlib.import_module(f"{formats.__name__}.{n}") for n in names}
    return {n: cast(Format, m) for n, m in modules.items() if hasattr(m, "sniff")}


def read(
    path: str | Path, *, strict: bool = False, max_bytes: int = MAX_BYTES
) -> tuple[Workload, Repairs]:
    """Read a workload and tell what had to be repaired, dropped or assumed.

    The format is found by content and name. `strict` makes every repair an error. At most
    `max_bytes` unpacked bytes are read. Raises InputError with all that is wrong.
    """
    source = Source(Path(path), max_bytes)
    sure = {name: form.sniff(source) for name, form in known_formats().items()}
    best = max(sure, key=lambda name: sure[name])
    if not sure[best]:
        raise InputError(_unknown(source, sure))
    workload, repairs = known_formats()[best].read(source)
    if strict:
        repairs.forbid()
    return workload, repairs


def _unknown(source: Source, known: dict[str, int]) -> Problem:
    if not source.head.strip():
        return source.problem("the file is empty", 1, rule="a trace has at least one job")
    line = source.head.partition(b"\n")[0]
    return source.problem(
        "this is no workload in any known format",
        1,
        value=line.decode(errors="replace"),
        rule="formats: " + ", ".join(known),
        hint="an SWF line has 18 numbers; a table needs submit_s, runtime_s and cores",
    )


def write(workload: Workload, path: str | Path) -> tuple[str, ...]:
    """Write a workload in the format that the name ends in (`.gz` packs it).

    Writes aside and renames at the end, so that a broken run leaves nothing. Returns the names of
    columns that hold something that the format has no place for. Raises InputError where the name
    says no format or the place cannot be written.
    """
    path = Path(path)
    form = _writer(path)
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as aside:
            temporary = Path(aside.name)
            try:
                lost = _write_into(form, workload, cast(IO[bytes], aside), path.suffix == ".gz")
                temporary.chmod(0o644)
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise InputError(_unwritable(path, error)) from None
    return lost


def _write_into(form: Format, workload: Workload, file: IO[bytes], packed: bool) -> tuple[str, ...]:
    if not packed:
        lost = form.write(workload, file)
    else:
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as zipped:
            lost = form.write(workload, cast(IO[bytes], zipped))
    file.flush()
    return lost if form in _tables() else (*lost, *workload.wishes)


def _tables() -> tuple[Format, ...]:
    """The formats that have a place for wishes."""
    return known_formats()["csv"], known_formats()["parquet"]


def _writer(path: Path) -> Format:
    name = path.name.lower().removesuffix(".gz")
    endings = {e: f for f in known_formats().values() if hasattr(f, "write") for e in f.NAMES}
    for ending, form in endings.items():
        if name.endswith(ending):
            return form
    hint = nearest(Path(name).suffix, list(endings))
    rule = "the name's ending chooses the format"
    raise InputError(Problem("cannot write this format", str(path), rule=rule, hint=hint))


def _unwritable(path: Path, error: OSError) -> Problem:
    hint = "choose a folder that exists and that you may write to"
    return Problem(f"cannot write: {error.strerror}", str(path), hint=hint)
