"""A page of one question: a sentence, pictures, tables and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..html import Picture, Table, render, write_page


@dataclass(frozen=True)
class Page:
    """What stands on the page, from above to below."""

    kind: str
    title: str
    under: str
    lead: str
    figures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()
    notes_title: str = "Notes"
    notes: Sequence[str] = ()

    def write(self, path: Path) -> Path:
        """Write the page, one file that needs nothing else; InputError where that cannot be."""
        return write_page(render("job/page.html", **vars(self)), path)
