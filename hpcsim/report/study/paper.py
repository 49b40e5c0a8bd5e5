"""The page on paper: the same words, pictures and tables as a PDF of A4 pages."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import fpdf
import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg

from ... import __version__
from ..html import Table
from ..job.page import Page
from .pictures import Drawn

_INK, _BLUE, _OCHRE, _MUTED, _LINE = (34, 49, 61), (23, 65, 92), (181, 98, 43), (93, 107, 118), 217
_DPI = 200
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # no time stamp: the same study gives the same bytes


class _Paper(fpdf.FPDF):  # type: ignore[misc]  # fpdf publishes no types
    """A4 with the page's fonts and a foot."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
        self.add_font("sans", "", fonts / "DejaVuSans.ttf")
        self.add_font("sans", "B", fonts / "DejaVuSans-Bold.ttf")
        self.add_font("serif", "", fonts / "DejaVuSerif.ttf")
        self.add_font("mono", "", fonts / "DejaVuSansMono.ttf")
        self.set_margins(18, 18)
        self.set_auto_page_break(True, 20)
        self.set_creation_date(_EPOCH)
        self.add_page()

    def footer(self) -> None:
        """Who wrote it, and which page it is."""
        self.set_y(-14)
        self.put(f"Written by hpcsim {__version__} · page {self.page_no()}", 7, _MUTED)

    def put(
        self, text: str, size: float, colour: tuple[int, int, int] = _INK, font: str = "sans",
        after: float = 0.0,
    ) -> None:  # fmt: skip
        """A paragraph."""
        self.set_font(font, "", size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(after)


def write_paper(page: Page, drawn: Sequence[Drawn], path: Path) -> Path:
    """Write the PDF aside and rename it to `path`; OSError where that cannot be."""
    paper = _Paper()
    paper.put(page.kind.upper(), 8, _OCHRE)
    paper.put(page.title, 19, _BLUE, "serif", 1)
    paper.put(page.under, 9, _MUTED, after=3)
    paper.put(page.lead, 11, after=4)
    for each in drawn:
        _picture(paper, each)
    for table in page.tables:
        _table(paper, table)
    paper.put(page.notes_title, 14, _BLUE, "serif", 1)
    for place, note in enumerate(page.notes):
        paper.put(note, 8, font="sans" if place else "mono", after=1)
    handle, aside = tempfile.mkstemp(prefix=".hpcsim-", suffix=".pdf", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(paper.output())
    Path(aside).chmod(0o644)
    Path(aside).replace(path)
    return path


def _picture(paper: _Paper, drawn: Drawn) -> None:
    buffer = io.BytesIO()
    FigureCanvasAgg(drawn.figure)
    drawn.figure.savefig(buffer, format="png", dpi=_DPI, metadata={"Software": None})
    wide, high = drawn.figure.get_size_inches()
    height = paper.epw * high / wide
    if paper.get_y() + height + 20 > paper.page_break_trigger:
        paper.add_page()
    paper.put(drawn.title, 14, _BLUE, "serif")
    paper.put(drawn.text, 8.5, _MUTED, after=1)
    paper.image(buffer, w=paper.epw, h=height)
    paper.ln(5)


def _table(paper: _Paper, table: Table) -> None:
    if paper.get_y() + 40 > paper.page_break_trigger:
        paper.add_page()
    paper.put(table.title, 14, _BLUE, "serif", 1)
    paper.set_font("sans", "", 7)
    paper.set_text_color(*_INK)
    paper.set_draw_color(_LINE)
    head = fpdf.fonts.FontFace(emphasis="BOLD", color=_MUTED)
    align = tuple("LEFT" if not i or i in table.words else "RIGHT" for i in range(len(table.head)))
    with paper.table(
        borders_layout="HORIZONTAL_LINES", headings_style=head, line_height=4, padding=0.8,
        text_align=align, col_widths=_widths(table),
    ) as drawn:  # fmt: skip
        for row in (table.head, *table.rows):
            cells = drawn.row()
            for cell in row:
                cells.cell(cell)
    paper.ln(5)


def _widths(table: Table) -> tuple[float, ...]:
    """Each column's part of the width, by its longest text within reason."""
    longest = [
        max(len(row[i]) for row in (table.head, *table.rows)) for i in range(len(table.head))
    ]
    return tuple(float(min(max(n, 7), 40)) for n in longest)
