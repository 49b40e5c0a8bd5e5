"""`calibration.json`: the machine model, what it rests on, and what it says of a site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ValidationError

from hpcsim import __version__
from hpcsim.errors import InputError, Problem

from .assumptions import defaults
from .estimate import Estimate, Part
from .machine import MachineModel
from .projection import SiteProjection

VERSION: Literal[1] = 1
MOST_BYTES = 32 << 20


class Provenance(Part):
    """Where a calibration came from."""

    hpcsim: str
    source: str
    checksum: str
    machine: str
    started: str = ""
    disturbances: tuple[str, ...] = ()


class Calibration(Part):
    """A machine model, the assumptions that carry it elsewhere, and a site's projection.

    `assumptions` are factors that are 1 or values that no measurement here can tell: they are
    drawn with the rest, so that a study's spread holds them.
    """

    version: Literal[1] = VERSION
    provenance: Provenance
    machine: MachineModel
    assumptions: Mapping[str, Estimate]
    site: SiteProjection | None = None


def as_shipped() -> Calibration:
    """What holds where nothing was measured: no kernel's cost, no law, every assumption."""
    return Calibration(
        provenance=Provenance(
            hpcsim=__version__, source="as shipped", checksum="", machine="none measured"
        ),
        machine=MachineModel(name="none measured"),
        assumptions=defaults(),
    )


def load(path: Path) -> Calibration:
    """The calibration in a file, or in a folder's calibration.json.

    Raises InputError naming every place that is wrong.
    """
    file = path / "calibration.json" if path.is_dir() else path
    try:
        if file.stat().st_size > MOST_BYTES:
            raise InputError(Problem("the file is too large", str(file)))
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        hint = "`hpcsim calibrate BENCH --site SITE --out DIR` writes one"
        raise InputError(Problem(f"cannot be read: {error}", str(file), hint=hint)) from None
    try:
        return Calibration.model_validate_json(text)
    except ValidationError as error:
        raise InputError(_problems(error, file)) from None


def _problems(error: ValidationError, file: Path) -> list[Problem]:
    found = []
    for each in error.errors(include_url=False)[:20]:
        place = ".".join(str(piece) for piece in each["loc"]) or "the file"
        hint = f"this hpcsim reads version {VERSION}" if place == "version" else None
        found.append(Problem(f"{place}: {each['msg']}", str(file), hint=hint))
    return found


def save(calibration: Calibration, path: Path) -> Path:
    """Write a calibration; the same one gives the same bytes. InputError where that cannot be."""
    data = calibration.model_dump(mode="json", exclude_none=True)
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(Problem(f"cannot be written: {error.strerror}", str(path))) from None
    return path


def draw(calibration: Calibration, rng: np.random.Generator) -> Calibration:
    """One machine out of those that the calibration's intervals allow.

    Every measured and every assumed value is drawn from its interval, and has none afterwards;
    the site's projection, which follows from them, is left out. The same generator state gives
    the same calibration.
    """
    return calibration.model_copy(
        update={
            "machine": _drawn(calibration.machine, rng),
            "assumptions": _drawn(calibration.assumptions, rng),
            "site": None,
        }
    )


def _drawn(value: Any, rng: np.random.Generator) -> Any:
    if isinstance(value, Estimate):
        return value.drawn(rng)
    if isinstance(value, BaseModel):
        changed = {name: _drawn(getattr(value, name), rng) for name in type(value).model_fields}
        return value.model_copy(update=changed)
    if isinstance(value, Mapping):
        return {name: _drawn(inner, rng) for name, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(_drawn(inner, rng) for inner in value)
    return value
