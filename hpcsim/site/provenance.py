"""How far a value may be trusted: sourced, derived, recalled or assumed."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

KINDS = {"S": "sourced", "D": "derived", "R": "recalled", "A": "assumed"}
_FORM = re.compile(
    r"(?P<kind>[SDRA])"
    r"(?: +(?P<confidence>0?\.[0-9]+|[01]|1\.0))?"
    r"(?: +\[(?P<low>[-+0-9.e_]+)\.\.(?P<high>[-+0-9.e_]+)\])?"
    r": +(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
)
RULE = 'write it like "R 0.7 [110..220]: two sockets at rest", with S, D, R or A in front'


class Mark(BaseModel):
    """Where a value comes from, written `S: text`, `D: text`, `R 0.7: text` or `A: text`.

    S is sourced (the text names the source), D derived (the text gives the arithmetic), R recalled
    from memory with a confidence between 0 and 1, A an assumption so that the model runs. A range
    in brackets, `A [110..220]: text`, says between which values the truth is expected.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["S", "D", "R", "A"]
    text: str
    confidence: float | None = Field(default=None, ge=0, le=1)
    low: float | None = None
    high: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = _FORM.fullmatch(value)
        if not found:
            raise ValueError(RULE)
        if found["kind"] == "R" and found["confidence"] is None:
            raise ValueError('R needs a confidence between 0 and 1, like "R 0.7: text"')
        return found.groupdict()

    @model_serializer
    def __str__(self) -> str:
        confidence = "" if self.confidence is None else f" {self.confidence:g}"
        between = "" if self.low is None else f" [{self.low:g}..{self.high:g}]"
        return f"{self.kind}{confidence}{between}: {self.text}"

    def covers(self, value: float) -> bool:
        """Whether `value` lies in the range of the mark; a mark without a range covers all."""
        return self.low is None or self.high is None or self.low <= value <= self.high
