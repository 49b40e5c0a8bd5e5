"""What a study says to people: its question, its answer, what it rests on, how to repeat it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..sbatch import to_repeat
from ..subject import Subject


def story(
    kind: str,
    question: str,
    sentence: str,
    subject: Subject,
    words: Sequence[str],
    found: Mapping[str, Any],
) -> dict[str, Any]:
    """The answer of a study with everything that its page needs, for `answer.json`.

    `kind` is the command, `words` the command line, `found` what the command has found.
    """
    return {
        "kind": kind,
        "title": subject.title,
        "question": question,
        "sentence": sentence,
        **found,
        "assumptions": [
            {
                "path": each.path,
                "value": each.value,
                "unit": each.unit,
                "source": each.source,
                "what": each.what,
                "span": None if each.span is None else list(each.span),
            }
            for each in subject.assumptions()
        ],
        "repeat": to_repeat(words),
    }
