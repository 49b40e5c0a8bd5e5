"""Sites by name or by file: those that are shipped, and those that users write."""

from __future__ import annotations

import functools
from pathlib import Path

from hpcsim.errors import InputError, Problem, nearest

from .model import Site
from .nodes import NodeType
from .read import validate
from .references import wrong_references
from .toml import Document, parse, read

SHIPPED = Path(__file__).parent / "sites"


def names() -> tuple[str, ...]:
    """The names of the shipped sites, in alphabetical order."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def load(site: str | Path) -> Site:
    """The shipped site of that name, or the site described in that file.

    What holds a slash or ends in `.toml` is a file. Raises InputError with every mistake of the
    file, or with the nearest names where there is no such site.
    """
    if isinstance(site, Path) or "/" in site or site.endswith(".toml"):
        return from_document(read(Path(site)))
    if site not in names():
        problem = Problem("there is no such site", value=site, hint=nearest(site, names()))
        raise InputError(problem)
    return _shipped(site)


def loads(text: str, source: str = "<text>") -> Site:
    """The site described by `text` in TOML; InputError with every mistake."""
    return from_document(parse(text, source))


def from_document(document: Document) -> Site:
    """The site that a parsed file describes; it is named after the file unless it says its name."""
    name = "".join(c if c.isalnum() else "-" for c in Path(document.source).stem)[:64].strip("-")
    return validate(Site, document, wrong_references(document.data), name=name or "site")


def pool(cores: int, *, memory_gib: float = 1e9) -> Site:
    """A site of one node with `cores` cores and, unless told, memory without end."""
    node = NodeType(name="pool", count=1, cores_per_socket=cores, memory_gib=memory_gib)
    return Site(name=f"pool-{cores}", title=f"one pool of {cores} cores", nodes=(node,))


@functools.cache
def _shipped(name: str) -> Site:
    return from_document(read(SHIPPED / f"{name}.toml"))
