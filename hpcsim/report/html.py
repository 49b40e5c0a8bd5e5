"""From values to a page: one template engine, everything escaped, nothing half-written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from .. import __version__
from ..errors import InputError, Problem


@dataclass(frozen=True)
class Table:
    """A table of a page: its head, its rows as texts, and which columns hold words."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    words: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Picture:
    """A drawn figure: its words, and its image as a data URI."""

    title: str
    text: str
    image: str


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: Any) -> str:
    """The page of `template` (a file of this folder) with `values`, escaped."""
    return _environment().get_template(template).render(version=__version__, **values)


def write_page(page: str, path: Path) -> Path:
    """Write `page` aside and rename it to `path`; InputError where that cannot be."""
    try:
        handle, aside = tempfile.mkstemp(prefix=".hpcsim-", suffix=".html", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(page)
        Path(aside).chmod(0o644)
        Path(aside).replace(path)
    except OSError as error:
        raise InputError(
            Problem(
                f"the report cannot be written: {error.strerror}",
                str(path),
                hint="choose a folder that you may write to and that has room",
            )
        ) from None
    return path
