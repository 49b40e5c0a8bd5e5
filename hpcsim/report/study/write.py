"""report.html and report.pdf of a study, from what its folder holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import InputError, Problem
from ..html import Picture
from ..job.page import Page
from ..plot import board_style, data_uri
from .paper import write_paper
from .pictures import Drawn, pictures
from .tables import assumptions, results, unsure

KINDS = {
    "replicate": "Replications",
    "compare": "Comparison",
    "sweep": "Sweep",
    "size": "Sizing",
    "forecast": "Forecast",
}


def write_study_report(folder: Path) -> tuple[Path, Path]:
    """Write both pages into the folder of a finished study; where they are.

    InputError where it holds no answer yet, or they cannot be written.
    """
    answer = _answer(folder)
    with board_style():
        drawn = pictures(answer)
        found = [Picture(each.title, each.text, data_uri(each.figure)) for each in drawn]
        page = _page(answer, found)
        return page.write(folder / "report.html"), _paper(page, drawn, folder / "report.pdf")


def _page(answer: Mapping[str, Any], found: Sequence[Picture]) -> Page:
    return Page(
        kind=KINDS[answer["kind"]],
        title=answer["question"],
        under=answer["title"],
        lead=answer["sentence"],
        figures=found,
        tables=[*results(answer), *unsure(answer), *assumptions(answer)],
        notes_title="How to repeat it",
        notes=[
            answer["repeat"],
            "Every run has a seed of its own from the study's; the same command gives the same "
            "runs, on one process or on many. runs.parquet holds them all; hpcsim query asks them.",
        ],
    )


def _paper(page: Page, drawn: Sequence[Drawn], path: Path) -> Path:
    try:
        return write_paper(page, drawn, path)
    except OSError as error:
        raise InputError(
            Problem(f"the report cannot be written: {error.strerror}", str(path))
        ) from None


def _answer(folder: Path) -> dict[str, Any]:
    path = folder / "answer.json"
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        hint = "the command that makes the study writes it at its end"
        raise InputError(Problem(f"there is no answer: {error}", str(path), hint=hint)) from None
    if not isinstance(found, dict) or found.get("kind") not in KINDS:
        raise InputError(Problem("not the answer of a study", str(path)))
    return found
