"""Fields of a job as a reader collects them, with findings that know their place."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..findings import Findings, Place
from ..model import JobDescription
from ..slurm.arrays import BadArrayError, parse_array
from ..slurm.getopt import BadOption, Given


@dataclass
class Fields:
    """A job in the making: what a field was set to last counts."""

    findings: Findings
    values: dict[str, object] = field(default_factory=dict)
    extra: list[tuple[str, str | None]] = field(default_factory=list)
    environment: list[tuple[str, str]] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    item: Given | None = None
    """The option that is being read: findings are about it."""

    def error(self, message: str, value: str | None = None, hint: str | None = None) -> None:
        """A mistake of the option that is being read."""
        item = self.item
        self.findings.error(
            f"{item.written}: {message}" if item else message,
            option=item.written if item else None,
            value=value if value is not None else (item.value if item else None),
            line=item.word.line if item else None,
            column=item.word.column if item else None,
            hint=hint,
        )

    def warning(self, message: str, value: str | None = None) -> None:
        """A doubtful thing about the option that is being read."""
        item = self.item
        self.findings.warning(
            f"{item.written}: {message}" if item else message,
            option=item.written if item else None,
            value=value if value is not None else (item.value if item else None),
            line=item.word.line if item else None,
            column=item.word.column if item else None,
        )

    def refuse(self, bad: BadOption) -> None:
        """An option that does not exist or lacks its value."""
        self.findings.error(
            bad.message, option=bad.written, line=bad.word.line, column=bad.word.column
        )

    def set(self, name: str, value: object) -> None:
        """Set a field; None changes nothing."""
        if value is not None:
            self.values[name] = value
            self.place(name)

    def place(self, *names: str) -> None:
        """Note that the option that is being read asks for these fields."""
        if self.item is not None:
            place = Place(self.item.written, self.item.value, self.item.word.line)
            self.places.update(dict.fromkeys(names, place))

    def whole(self, text: str, what: str, least: int = 1) -> int | None:
        """A whole number of at least `least`, or a mistake."""
        if text.isascii() and text.isdigit() and len(text) < 18 and int(text) >= least:
            return int(text)
        self.error(f"{what} should be a whole number of at least {least}", text)
        return None

    def array(self, text: str) -> None:
        """A job array in the way all schedulers write one."""
        try:
            self.set("array", parse_array(text))
        except BadArrayError as bad:
            self.error(f"not a job array: {bad}", text)

    def exports(self, text: str) -> None:
        """`NAME=VALUE,NAME,...`: variables that are set, and names that are passed on."""
        names: list[str] = []
        for entry in text.split(","):
            name, equals, value = entry.strip().partition("=")
            if equals and name:
                self.environment.append((name, value))
            elif name:
                names.append(name)
        if names:
            self.extra.append(("export", ",".join(names)))

    def job(self) -> JobDescription:
        """The job with all that was set."""
        self.findings.places.append(dict(self.places))
        return JobDescription(
            environment=tuple(self.environment),
            extra=tuple(sorted(self.extra, key=lambda pair: pair[0])),
            **self.values,  # type: ignore[arg-type]
        )
