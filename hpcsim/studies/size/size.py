"""How large a centre must be, or what of it: searched over replications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hpcsim import words
from hpcsim.errors import InputError, Problem

from ..study.study import AS_IS, Changes, Study
from ..sweep.designs import grid
from .cost import cost
from .judge import Judge
from .question import Question
from .search import Found, smallest
from .verdict import ASSURANCE, Verdict


@dataclass(frozen=True)
class Sized:
    """The answer: the values that are enough (None: none is) and everything that was tried."""

    question: Question
    today: Mapping[str, Any]
    values: Mapping[str, Any] | None
    verdict: Verdict
    is_end: bool
    tried: tuple[Verdict, ...]

    @property
    def yuan(self) -> float | None:
        """What the answer costs beyond what there is today."""
        if self.values is None or not self.question.prices:
            return None
        prices = self.question.prices
        return cost(self.values, prices) - cost(self.today, prices)

    @property
    def sentence(self) -> str:
        """The answer in one sentence."""
        asked = " and ".join(target.said for target in self.question.targets)
        share = f"{100 * self.question.confidence:g} % of the futures"
        best = self.verdict
        if self.values is None:
            what = _spelled({axis.path: best.changes[axis.path] for axis in self.question.axes})
            came = " and ".join(
                f"a {name} of {words.figure(name, e.mean)}" for name, e in best.means.items()
            )
            return (
                f"Nothing that was tried keeps {asked} in {share}; {what} came nearest, with "
                f"{best.met} of {best.runs} runs and {came} on average."
            )
        end = " The range begins there: less might do as well." if self.is_end else ""
        return (
            f"{_spelled(self.values)} keeps {asked} in {share} ({best.met} of {best.runs} runs; "
            f"{self._against_today()}).{end}"
        )

    def _against_today(self) -> str:
        path = self.question.axes[0].path
        change = float((self.values or self.today)[path]) - float(self.today[path])
        if not change:
            return "as today"
        text = f"{abs(change):,g} {'more' if change > 0 else 'fewer'} than today"
        if self.yuan is not None:
            text += f", {abs(self.yuan):,.0f} yuan {'more' if self.yuan >= 0 else 'less'}"
        return text

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "answer": None if self.values is None else dict(self.values),
            "sentence": self.sentence,
            "today": dict(self.today),
            "confidence": self.question.confidence,
            "assurance": ASSURANCE,
            "targets": [str(target) for target in self.question.targets],
            "yuan": self.yuan,
            "verdict": self.verdict.as_dict(),
            "tried": [each.as_dict() for each in self.tried],
        }


def size(study: Study, question: Question, beside: Changes = AS_IS) -> Sized:
    """The least capacity that is enough, with the changes `beside` in force.

    Raises InputError where a target cannot be judged.
    """
    first, *others = question.axes
    today = {axis.path: study.subject.today(axis.path) for axis in question.axes}
    best: tuple[float, dict[str, Any], Found] | None = None
    every: list[Verdict] = []
    nearest: Found | None = None
    for rest in grid(others) if others else [{}]:
        found = smallest(first, today[first.path], _judge(study, question, rest, beside))
        every += found.tried.values()
        if found.value is None:
            if nearest is None or found.best.share.mean > nearest.best.share.mean:
                nearest = found
            continue
        values = {first.path: found.value, **rest}
        price = cost(values, question.prices) if question.prices else float(found.value)
        if best is None or price < best[0]:
            best = (price, values, found)
    tried = tuple(sorted(every, key=lambda each: float(each.changes[first.path])))
    if best is not None:
        _, values, found = best
        return Sized(question, today, values, found.best, found.is_end, tried)
    if nearest is None:
        raise InputError(Problem("nothing was tried"))
    return Sized(question, today, None, nearest.best, False, tried)


def _judge(study: Study, question: Question, rest: Changes, beside: Changes) -> Judge:
    path = question.axes[0].path
    return Judge(study, question, lambda value: {path: value, **rest, **beside})


def _spelled(values: Mapping[str, Any]) -> str:
    said = {k: f"{v:,}" if isinstance(v, int) else f"{v:,.4g}" for k, v in values.items()}
    return " with ".join(f"{path} = {text}" for path, text in said.items())
