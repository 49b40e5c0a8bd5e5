"""Several subjects as one, so that one study holds their runs side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hpcsim.errors import InputError, Problem, nearest

from ..study.metric import Metric
from .subject import Assumption, Known, Measured, Subject

WHICH = "scenario"


@dataclass(frozen=True)
class Several:
    """Subjects by name; which one is run is the value of `scenario`, the first's without."""

    subjects: Mapping[str, Subject]

    @property
    def _first(self) -> Subject:
        return next(iter(self.subjects.values()))

    @property
    def name(self) -> str:
        """All names."""
        return " and ".join(self.subjects)

    @property
    def title(self) -> str:
        """The first one's where there is no other, else all names."""
        return self._first.title if len(self.subjects) == 1 else self.name

    @property
    def seed(self) -> int:
        """The first one's: all meet the same chances."""
        return self._first.seed

    def changed(self, changes: Mapping[str, Any]) -> Subject:
        """The subject that is named, with the other changes put in."""
        which = changes.get(WHICH, next(iter(self.subjects)))
        if which not in self.subjects:
            hint = nearest(str(which), list(self.subjects))
            raise InputError(Problem("no such scenario in this study", value=which, hint=hint))
        return self.subjects[which].changed({k: v for k, v in changes.items() if k != WHICH})

    def today(self, path: str) -> Any:
        """The first one's value."""
        return self._first.today(path)

    def paths(self) -> list[str]:
        """The first one's paths."""
        return self._first.paths()

    def described(self) -> dict[str, Any]:
        """All of them."""
        return {name: subject.described() for name, subject in self.subjects.items()}

    def measure(self, seed: int, wanted: Sequence[Metric], *, alone: bool = False) -> Measured:
        """One run of the first."""
        return self._first.measure(seed, wanted, alone=alone)

    def known(self, wanted: Sequence[Metric] = ()) -> Known:
        """What can be asked of all of them."""
        every = [subject.known(wanted) for subject in self.subjects.values()]
        figures = [f for f in every[0].figures if all(f in each.figures for each in every)]
        columns = {
            name: sorted({value for each in every for value in each.columns.get(name, ())})
            for name in every[0].columns
        }
        return Known(tuple(figures), columns)

    def assumptions(self) -> list[Assumption]:
        """The first one's."""
        return self._first.assumptions()
