"""What a user of the suite can get wrong, told in sentences that name the way out."""

from __future__ import annotations

from collections.abc import Iterable


class HarnessError(ValueError):
    """The suite cannot do what is asked; `problems` holds a sentence for each mistake."""

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))
