"""What a fit says: its parameters with intervals, whether the data carry them, and why not."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..estimate import Estimate, Part

Status = Literal["ok", "widened", "refused"]
MUCH_MISS, MOST_MISS = 0.12, 0.30


class Fit(Part):
    """A fitted curve; a refused one has no parameters.

    `low_x` and `high_x` bound what was measured: an answer outside is an extrapolation, and
    whoever gives one says so.
    """

    model: str
    what: str
    status: Status
    reason: str = ""
    points: int = 0
    low_x: float = 0.0
    high_x: float = 0.0
    rms: float = Field(default=0.0, description="root mean square of relative residuals")
    parameters: dict[str, Estimate] = Field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether there are parameters."""
        return self.status != "refused"

    def judged(self) -> Fit:
        """The same fit, refused or widened where it misses its own points by too much."""
        if self.rms > MOST_MISS:
            reason = f"{self.model} misses its points by {self.rms:.0%}: it is not their law"
            return refused(self.model, self.what, reason, self.points)
        if self.rms <= MUCH_MISS:
            return self
        reason = f"the points scatter by {self.rms:.0%} around it"
        wider = {name: each.widened(self.rms, each.note) for name, each in self.parameters.items()}
        said = f"{self.reason}; {reason}" if self.reason else reason
        return self.model_copy(update={"status": "widened", "reason": said, "parameters": wider})


def refused(model: str, what: str, reason: str, points: int = 0) -> Fit:
    """No curve, and why."""
    return Fit(model=model, what=what, status="refused", reason=reason, points=points)
