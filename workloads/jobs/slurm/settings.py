"""What a submission asks for, option by option, with where each was said and who wins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ..findings import Findings
from .getopt import BadOption, Given
from .options import BY_KEY, EARLY, OWN_NAME, SAME_SETTING
from .values import RefusedError, ValueReader

Origin = Literal["script", "environment", "command line"]


@dataclass(frozen=True)
class Setting:
    """One option as it was finally given; `value` is what `text` means."""

    key: str
    text: str | None
    value: object
    origin: Origin
    written: str
    line: int | None = None
    column: int | None = None


@dataclass
class Settings:
    """The options in force; a later one replaces an earlier one of the same key."""

    findings: Findings
    reader: ValueReader
    by_key: dict[str, Setting] = field(default_factory=dict)

    def __contains__(self, key: str) -> bool:
        return key in self.by_key

    def __iter__(self) -> Iterator[Setting]:
        return iter(self.by_key.values())

    def get(self, key: str) -> Setting | None:
        """The setting of an option, None if it was not given."""
        return self.by_key.get(key)

    def text(self, key: str) -> str | None:
        """The value of an option that is plain text."""
        setting = self.by_key.get(key)
        return None if setting is None else setting.text

    def number(self, key: str) -> int | None:
        """The value of an option that is a number."""
        setting = self.by_key.get(key)
        return setting.value if setting and isinstance(setting.value, int) else None

    def by_cli(self, key: str) -> bool:
        """Given on the command line or in the script, which sbatch holds to be the same."""
        return key in self.by_key and self.by_key[key].origin != "environment"

    def by_environment(self, key: str) -> bool:
        """Given by an environment variable alone."""
        return key in self.by_key and self.by_key[key].origin == "environment"

    def reset(self, key: str) -> None:
        """Forget an option."""
        self.by_key.pop(key, None)

    def error(self, message: str, key: str, hint: str | None = None) -> None:
        """A mistake that the option `key` made, with its place."""
        self._find("error", message, key, hint)

    def warning(self, message: str, key: str, hint: str | None = None) -> None:
        """A doubtful thing that the option `key` says, with its place."""
        self._find("warning", message, key, hint)

    def _find(
        self, severity: Literal["error", "warning"], message: str, key: str, hint: str | None
    ) -> None:
        setting = self.by_key.get(key)
        option = setting.written if setting else f"--{key}"
        note = self.findings.error if severity == "error" else self.findings.warning
        note(
            message,
            option=option,
            value=setting.text if setting else None,
            line=setting.line if setting else None,
            column=setting.column if setting else None,
            hint=hint,
        )

    def apply_all(self, items: tuple[Given | BadOption, ...], origin: Origin) -> None:
        """Take options as getopt found them; the refused become errors and change nothing."""
        for item in items:
            if isinstance(item, Given):
                if item.key in EARLY and origin == "script":
                    self._say_early(item)
                else:
                    self.apply(item, origin)
                continue
            self.findings.error(
                item.message,
                option=item.written,
                value=item.value,
                line=item.word.line,
                column=item.word.column,
                hint="sbatch --help lists the options; a long one begins with two dashes",
            )

    def _say_early(self, item: Given) -> None:
        self.findings.warning(
            f"{item.name} means nothing in a script; sbatch heeds it on the command line only",
            option=item.name,
            line=item.word.line,
            column=item.word.column,
        )

    def apply(self, item: Given, origin: Origin) -> None:
        """Take one option, or note why it is refused."""
        key = OWN_NAME.get(item.key, item.key)
        text = self._as_argument(key, item.value, origin)
        if text is False:
            self.reset(SAME_SETTING.get(key, (key, None))[0])
            return
        value_text = text if isinstance(text, str) else None
        place = item.word
        try:
            value = self.reader.read(key, value_text)
        except RefusedError as refused:
            self.findings.error(
                str(refused),
                option=item.name or f"--{key}",
                value=value_text,
                line=place.line,
                column=place.column,
                hint=refused.hint,
            )
            return
        shown = item.name or f"--{key}"
        if key in SAME_SETTING:
            key, value = SAME_SETTING[key]
        self.by_key.pop(key, None)
        self.by_key[key] = Setting(key, value_text, value, origin, shown, place.line, place.column)

    @staticmethod
    def _as_argument(key: str, text: str | None, origin: Origin) -> str | Literal[False] | None:
        """What an environment variable says of an option that takes no value, or perhaps one."""
        option = BY_KEY.get(key)
        kind = option.argument if option else "required"
        if text is None or kind == "required":
            return text
        if kind == "optional":
            return text or None
        is_set = text == "" or text.lower() == "yes" or _is_nonzero(text)
        return (None if key != "verbose" else text) if is_set else False


def _is_nonzero(text: str) -> bool:
    try:
        return int(text) != 0
    except ValueError:
        return False
