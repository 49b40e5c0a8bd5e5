"""What was measured: a session of `hpcsim bench`, or what HPCC, STREAM and OSU printed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hpcsim.errors import InputError, Problem
from kernels.harness import fingerprint as prints
from kernels.harness import results as kept
from kernels.harness.errors import HarnessError
from kernels.harness.fingerprint import Fingerprint
from kernels.harness.results import IDLE_SHARE, Result, idle_share
from kernels.harness.store import Store, opened

RESULTS = "results.json"
STORES = (".sqlite", ".db")
MOST_BYTES = 256 << 20
HINT = "`hpcsim bench run --out DIR` writes a folder; outputs of HPCC, STREAM and OSU are read too"


@dataclass(frozen=True)
class Bench:
    """Verified results and the machine that they were measured on.

    `fingerprint` is None for outputs of other programs, which do not say what they ran on.
    """

    results: tuple[Result, ...]
    fingerprint: Fingerprint | None
    disturbances: tuple[str, ...]
    source: str
    checksum: str
    started: str = ""

    @property
    def machine(self) -> str:
        """A short name of the hardware."""
        return self.fingerprint.machine if self.fingerprint else "unknown"

    def of(self, kernel: str) -> list[Result]:
        """The verified results of a kernel."""
        return [result for result in self.results if result.kernel == kernel]


def read_bench(paths: Sequence[Path], session: int = -1) -> Bench:
    """The measurements in `paths`: one folder, JSON file or store, or any number of outputs.

    `session` is one of a store's, -1 its last; 0 takes the latest of each measurement.
    Raises InputError with every file that cannot be read, and where nothing verified is in them.
    """
    if not paths:
        raise InputError(Problem("nothing to calibrate from", hint=HINT))
    if len(paths) == 1:
        found = _one(paths[0], session)
    else:
        found = _outputs(paths)
    if not found.results:
        raise InputError(Problem("no verified figure in it", found.source, hint=HINT))
    return found


def _one(path: Path, session: int) -> Bench:
    if path.is_dir():
        document = path / RESULTS
        if document.is_file():
            return _document(document)
        return _outputs(sorted(each for each in path.iterdir() if each.is_file()))
    if not path.exists():
        raise InputError(Problem("there is no such file or folder", str(path), hint=HINT))
    if path.suffix in STORES:
        return _store(path, session)
    return _document(path) if path.suffix == ".json" and _is_ours(path) else _outputs([path])


def _is_ours(path: Path) -> bool:
    return '"fingerprint"' in _text(path)


def _document(path: Path) -> Bench:
    """A session as `bench export` and `bench run --out` write it."""
    text = _text(path)
    try:
        data = json.loads(text)
        found = [kept.from_json(json.dumps(each)) for each in data["results"]]
        machine = prints.from_json(json.dumps(data["fingerprint"]))
    except HarnessError as error:
        raise InputError(Problem(str(error), str(path))) from None
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        problem = Problem(f"not a session of the suite: {error}", str(path), hint=HINT)
        raise InputError(problem) from None
    said = tuple(str(each) for each in data.get("disturbances", ()))
    started = str(data.get("started", ""))
    return Bench(_verified(found), machine, said, str(path), _checksum([text]), started)


def _store(path: Path, session: int) -> Bench:
    try:
        with opened(path) as store:
            chosen = store.session(session or -1)
            found = store.results(chosen.id) if session else _all_of(store, chosen.machine)
    except HarnessError as error:
        raise InputError(Problem(problem) for problem in error.problems) from None
    texts = [kept.to_json(result) for result in found]
    return Bench(
        _verified(found),
        chosen.fingerprint,
        chosen.disturbances,
        f"{path}, session {chosen.id}" if session else f"{path}, all sessions",
        _checksum(texts),
        chosen.started,
    )


def _all_of(store: Store, machine: str) -> list[Result]:
    """The latest of each measurement that a machine has in the store."""
    latest: dict[str, Result] = {}
    for each in store.sessions():
        if each.machine == machine:
            latest |= {result.key: result for result in store.results(each.id)}
    return list(latest.values())


def _outputs(paths: Iterable[Path]) -> Bench:
    from kernels.harness.imports import read_all

    files = list(paths)
    try:
        found = read_all(files)
    except HarnessError as error:
        raise InputError(Problem(problem) for problem in error.problems) from None
    source = ", ".join(str(file) for file in files)
    return Bench(_verified(found), None, (), source, _checksum(_text(file) for file in files))


def _verified(found: Iterable[Result]) -> tuple[Result, ...]:
    return tuple(result for result in found if result.figure is not None)


def _checksum(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode("utf-8"))
    return digest.hexdigest()


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(Problem("the file is too large", str(path)))
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", str(path))) from None


def seconds(result: Result) -> tuple[float, ...]:
    """The repeats of a result, one run each; of an imported figure its value alone, if a time.

    Where a program on one thread had to wait for its core, its processor time is taken instead.
    """
    if not result.samples_s:
        figure: Any = result.figure
        return (figure.value,) if figure is not None and figure.unit == "s" else ()
    paired = len(result.cpu_s) == len(result.samples_s)
    if paired and idle_share(result.samples_s, result.cpu_s) > IDLE_SHARE:
        return result.cpu_s
    return result.samples_s
