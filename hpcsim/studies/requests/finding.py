"""What a request wastes: which field of the job says so, why it is waste, and the way out."""

from __future__ import annotations

from dataclasses import dataclass

from workloads.jobs import Finding, Reading


@dataclass(frozen=True)
class Waste:
    """One thing that is wasted; the first of `fields` that was asked for is where it stands."""

    fields: tuple[str, ...]
    message: str
    hint: str

    def finding(self, reading: Reading, job: int) -> Finding:
        """The same as a warning at the place in the file where it was asked for."""
        place = reading.place(job, *self.fields)
        return Finding(
            "warning", self.message, place.line, None, place.option, place.value, self.hint
        )
