"""The run folder: what a simulation leaves behind, written whole or not at all.

Three tables (Parquet), the scenario (TOML), where it came from and what came out (JSON). The same
run gives the same bytes: no file holds a time stamp of its own, and keys keep the order in which
they were handed in. Everything above this module reads the folder, so anything that can write one
(a real scheduler's log, say) gets the same reports.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import InputError, Problem
from .encode import as_json, as_toml
from .tables import read_table, require_columns, write_table

JOBS, SERIES, EVENTS = "jobs.parquet", "series.parquet", "events.parquet"
SCENARIO, PROVENANCE, SUMMARY = "scenario.toml", "provenance.json", "summary.json"
REPORT = "report.html"
CENTRE = "centre"  # a folder of further tables, where a run has them
PARTS = (SCENARIO, PROVENANCE, JOBS, SERIES, EVENTS, SUMMARY)
MOST_TEXT_BYTES = 64 * 2**20


@dataclass(frozen=True)
class RunFolder:
    """A run: tables of jobs, of the machine through time and of events, and what describes it.

    `jobs` has a row a job in the input's order. A later part adds columns; readers ask by name.
    `centre` are the histories of a centre's subsystems by name; a run of a trace has none.
    """

    jobs: pa.Table
    series: pa.Table
    events: pa.Table
    scenario: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    centre: Mapping[str, pa.Table] = field(default_factory=dict)


def check_writable(out: Path, force: bool = False) -> None:
    """Raise InputError now if `write(run, out, force=force)` could not succeed later."""
    with _told_as_input_error(out):
        out.resolve()  # finds a loop of links and a name that no system can hold
        if _is_taken(out):
            _check_replaceable(out, force)
        with tempfile.TemporaryDirectory(prefix=".hpcsim-", dir=_nearest_folder(out)):
            pass


def write(run: RunFolder, out: Path, *, force: bool = False) -> Path:
    """Write `run` to the folder `out` and return it; an existing run goes only with `force`.

    The files are written to a hidden sibling, flushed to the disk, and renamed at the end, so a
    reader finds the old run or the new one and nothing between. Raises InputError.
    """
    check_writable(out, force)
    with _told_as_input_error(out):
        target = out.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".hpcsim-", dir=target.parent))
        try:
            _write_parts(run, aside)
            aside.chmod(0o777 & ~_umask())
            _put_in_place(aside, target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return out


def read(folder: Path) -> RunFolder:
    """The run in `folder`; InputError names everything that keeps it from being one."""
    with _told_as_input_error(folder):
        _check_complete(folder)
    jobs = read_table(folder / JOBS)
    require_columns(jobs, folder / JOBS)
    return RunFolder(
        jobs=jobs,
        series=read_table(folder / SERIES),
        events=read_table(folder / EVENTS),
        scenario=_read_toml(folder / SCENARIO),
        provenance=_read_json(folder / PROVENANCE),
        summary=_read_json(folder / SUMMARY),
        centre={
            path.stem: read_table(path) for path in sorted((folder / CENTRE).glob("*.parquet"))
        },
    )


def looks_like_run(folder: Path) -> bool:
    """Whether `folder` holds the parts of a run and nothing that is not of one."""
    names = {entry.name for entry in folder.iterdir()}
    return set(PARTS) <= names <= {*PARTS, REPORT, CENTRE} and _holds_tables(folder / CENTRE)


def _holds_tables(folder: Path) -> bool:
    """Whether nothing but tables lies in `folder`; it need not be there."""
    if not folder.exists() and not folder.is_symlink():
        return True
    if folder.is_symlink() or not folder.is_dir():
        return False
    return all(entry.suffix == ".parquet" and entry.is_file() for entry in folder.iterdir())


def _write_parts(run: RunFolder, folder: Path) -> None:
    write_table(run.jobs, folder / JOBS)
    write_table(run.series, folder / SERIES)
    write_table(run.events, folder / EVENTS)
    (folder / SCENARIO).write_text(as_toml(run.scenario), encoding="utf-8", newline="\n")
    (folder / PROVENANCE).write_text(as_json(run.provenance), encoding="utf-8", newline="\n")
    (folder / SUMMARY).write_text(as_json(run.summary), encoding="utf-8", newline="\n")
    written = [folder / name for name in PARTS]
    if run.centre:
        (folder / CENTRE).mkdir()
        for name, table in sorted(run.centre.items()):
            written.append(folder / CENTRE / f"{name}.parquet")
            write_table(table, written[-1])
        written.append(folder / CENTRE)
    for path in written:
        _flush(path)
    _flush(folder)


def _put_in_place(aside: Path, target: Path) -> None:
    """Rename `aside` to `target`; what stood there is removed last, or comes back."""
    if not target.exists():
        aside.rename(target)
    else:
        former = Path(tempfile.mkdtemp(prefix=".hpcsim-", dir=target.parent))
        target.rename(former)
        try:
            aside.rename(target)
        except OSError:
            former.rename(target)
            raise
        shutil.rmtree(former, ignore_errors=True)
    _flush(target.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    """The process's file mask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _nearest_folder(out: Path) -> Path:
    """The nearest ancestor of `out` that exists."""
    parent = out.absolute().parent
    while not parent.exists():
        parent = parent.parent
    return parent


def _is_taken(out: Path) -> bool:
    """Whether something other than an empty folder stands at `out`."""
    return out.is_symlink() or (out.exists() and not (out.is_dir() and not any(out.iterdir())))


def _check_replaceable(out: Path, force: bool) -> None:
    if not out.is_dir():
        raise InputError(
            Problem("the output folder is a file", str(out), hint="choose another --out")
        )
    if not any(out.iterdir()):
        return
    if not looks_like_run(out):
        raise InputError(
            Problem(
                "the output folder holds something that is not a run",
                str(out),
                rule="only a folder with a run's own files is ever replaced",
                hint="choose another --out, or move what is there",
            )
        )
    if not force:
        raise InputError(
            Problem(
                "the output folder already holds a run",
                str(out),
                hint="choose another --out, or replace it with --force",
            )
        )


def _check_complete(folder: Path) -> None:
    if not folder.is_dir():
        raise InputError(
            Problem("no run folder here", str(folder), hint="`hpcsim simulate --out` writes one")
        )
    missing = [name for name in PARTS if not (folder / name).is_file()]
    if missing:
        raise InputError(
            [Problem("a part of the run folder is missing", str(folder / name)) for name in missing]
        )


def _read_text(path: Path) -> str:
    if path.stat().st_size > MOST_TEXT_BYTES:
        raise InputError(
            Problem(
                "the file is too large",
                str(path),
                value=f"{path.stat().st_size} bytes",
                rule=f"at most {MOST_TEXT_BYTES} bytes",
            )
        )
    return path.read_text(encoding="utf-8")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(_read_text(path))
    except (ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(Problem(f"not valid JSON: {error}", str(path))) from None
    if not isinstance(value, dict):
        raise InputError(Problem("not a JSON object", str(path)))
    return value


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_read_text(path))
    except (ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(Problem(f"not valid TOML: {error}", str(path))) from None


@contextlib.contextmanager
def _told_as_input_error(path: Path) -> Iterator[None]:
    """Whatever the operating system refuses about `path` becomes an InputError."""
    try:
        yield
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(
            Problem(
                f"the folder cannot be used: {reason}",
                str(path),
                hint="choose a folder that you may write to and that has room",
            )
        ) from None
