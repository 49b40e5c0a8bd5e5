"""What a reader writes down while it reads: repairs by kind, and mistakes that stop it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..errors import InputError, Problem
from ..repairs import LINES_SHOWN, Kind, Repair, Repairs

MOST_PROBLEMS = 50
MOST_ALIKE = 5


class Ledger:
    """Counts repairs and gathers problems; a reader hands it down to every step."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._repairs: dict[tuple[Kind, str], tuple[int, tuple[int, ...]]] = {}

    def repair(self, kind: Kind, what: str, lines: np.ndarray | Iterable[int] = ()) -> None:
        """Count an irregularity on these lines (none given: one, of the file as a whole)."""
        numbers = lines if isinstance(lines, np.ndarray) else np.fromiter(lines, dtype=np.int64)
        count, first = self._repairs.get((kind, what), (0, ()))
        first += tuple(int(n) for n in numbers[: LINES_SHOWN - len(first)])
        self._repairs[kind, what] = (count + max(1, len(numbers)), first)

    def repair_where(self, kind: Kind, what: str, mask: np.ndarray, lines: np.ndarray) -> None:
        """Count an irregularity on the lines where `mask` is true, if there are any."""
        if mask.any():
            self.repair(kind, what, lines[mask])

    def problem(self, problem: Problem) -> None:
        """Keep a mistake; stop at once when there are more than anybody reads."""
        self.problems.append(problem)
        if len(self.problems) >= MOST_PROBLEMS:
            raise InputError(self.problems)

    def problem_where(
        self, mask: np.ndarray, lines: np.ndarray, values: np.ndarray, message: str, rule: str
    ) -> None:
        """Keep the first few of the mistakes where `mask` is true, and count the others."""
        rows = np.flatnonzero(mask)
        for row in rows[:MOST_ALIKE]:
            hint = (
                f"and on {len(rows) - MOST_ALIKE:,} more lines" if self._last(row, rows) else None
            )
            line, value = int(lines[row]), f"{values[row]:.15g}"
            self.problem(Problem(message, self.source, line, value=value, rule=rule, hint=hint))

    @staticmethod
    def _last(row: int, rows: np.ndarray) -> bool:
        return len(rows) > MOST_ALIKE and row == rows[MOST_ALIKE - 1]

    def repairs(self) -> Repairs:
        """What was done, in the order in which it was first met; InputError if anything stops."""
        if self.problems:
            raise InputError(self.problems)
        items = (
            Repair(kind, count, first, what)
            for (kind, what), (count, first) in self._repairs.items()
        )
        return Repairs(self.source, tuple(items))
