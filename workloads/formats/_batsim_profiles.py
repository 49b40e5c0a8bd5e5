"""How long Batsim's profiles run."""

from __future__ import annotations

import math
from typing import Any

from ..errors import Problem, nearest
from ..parsing.ledger import Ledger

DELAYS = ("delay", "DelayProfile")
SEQUENCES = ("composed", "sequence", "SequentialCompositionProfile")


def number(value: Any) -> float | None:
    """A finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 2**53 and math.isfinite(value) else None


class Profiles:
    """Run times by profile; each profile is worked out once."""

    def __init__(self, profiles: dict[str, Any], ledger: Ledger) -> None:
        self._profiles = profiles
        self._ledger = ledger
        self._known: dict[str, float | None] = {}
        self._open: list[str] = []

    def problem(
        self,
        message: str,
        value: str | None = None,
        rule: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Keep a mistake of this file."""
        source = self._ledger.source
        self._ledger.problem(Problem(message, source, value=value, rule=rule, hint=hint))

    def runtime(self, name: Any, who: str) -> float | None:
        """Seconds that a profile runs; None where that needs a platform, or it is a mistake."""
        if not isinstance(name, str) or not isinstance(self._profiles.get(name), dict):
            hint = nearest(str(name), list(self._profiles)[:1000])
            self.problem(f"{who} names no known profile", repr(name), hint=hint)
            return None
        if name in self._open or len(self._open) > 100:
            self.problem(f"profile {name!r} contains itself", " > ".join(self._open))
            return None
        if name not in self._known:
            self._open.append(name)
            self._known[name] = self._worked_out(name, self._profiles[name])
            self._open.pop()
        return self._known[name]

    def _worked_out(self, name: str, profile: dict[str, Any]) -> float | None:
        kind = profile.get("type")
        found: float | None = None
        if kind in DELAYS:
            found = number(profile.get("delay"))
            if found is None or found < 0:
                rule = "seconds, not negative"
                value = repr(profile.get("delay"))
                self.problem(f"profile {name!r} has no usable delay", value, rule)
        elif kind in SEQUENCES:
            found = self._sum(name, profile)
        recorded = number(profile.get("expected_execution_time"))
        return recorded if found is None and recorded is not None and recorded >= 0 else found

    def _sum(self, name: str, profile: dict[str, Any]) -> float | None:
        parts, times = profile.get("seq"), number(profile.get("repeat", profile.get("nb", 1)))
        if not isinstance(parts, list) or times is None or times < 0:
            rule = "a list seq of profiles and a count repeat"
            self.problem(f"profile {name!r} is no sequence", rule=rule)
            return None
        runtimes = [self.runtime(part, f"profile {name!r}") for part in parts]
        known = [r for r in runtimes if r is not None]
        return sum(known) * times if len(known) == len(runtimes) else None
