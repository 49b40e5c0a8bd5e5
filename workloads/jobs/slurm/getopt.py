"""Options as GNU `getopt_long` finds them: abbreviations, glued values, stop at the first word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from .words import Word

Argument = Literal["none", "required", "optional"]


@dataclass(frozen=True)
class Option:
    """One option: what it is called, whether it takes a value, and what it sets (`key`)."""

    name: str
    argument: Argument = "required"
    short: str = ""
    sets: str = ""

    @property
    def key(self) -> str:
        """The setting that this option changes; two names may change one."""
        return self.sets or self.name


class Table:
    """Options in the order in which getopt lists them, and found quickly."""

    def __init__(self, options: Iterable[Option]) -> None:
        self.options = tuple(options)
        self.by_name = {option.name: option for option in self.options}
        self.by_letter = {option.short: option for option in self.options if option.short}


@dataclass(frozen=True)
class Given:
    """An option that was given, as it was written."""

    key: str
    value: str | None
    word: Word
    written: str
    """How the option stands there: `--ti`, `-n`."""
    name: str = ""
    """The option's full name: `--time`, or `-n` where only a letter exists."""


@dataclass(frozen=True)
class BadOption:
    """An option that getopt refuses, in getopt's words."""

    message: str
    word: Word
    written: str
    value: str | None = None


@dataclass(frozen=True)
class Parsed:
    """What stood in a row of words; `rest` begins with the first that is no option."""

    given: tuple[Given | BadOption, ...]
    rest: tuple[Word, ...]


def parse(words: Sequence[Word], table: Table) -> Parsed:
    """Take options off the front of `words` until something that is not one."""
    found: list[Given | BadOption] = []
    at = 0
    while at < len(words):
        text = words[at].text
        if text == "--":
            at += 1
            break
        if not text.startswith("-") or text == "-":
            break
        if text.startswith("--"):
            at += _long(words, at, table, found)
        else:
            at += _short(words, at, table, found)
    return Parsed(tuple(found), tuple(words[at:]))


def _long(words: Sequence[Word], at: int, table: Table, found: list[Given | BadOption]) -> int:
    word = words[at]
    name, equals, value = word.text[2:].partition("=")
    written = f"--{name}"
    option = _match(word, name, table, found)
    if option is None:
        return 1
    full = f"--{option.name}"
    if option.argument == "none" and equals:
        found.append(BadOption(f"option '{full}' doesn't allow an argument", word, full, value))
        return 1
    if equals or option.argument != "required":
        found.append(Given(option.key, value if equals else None, word, written, full))
        return 1
    if at + 1 == len(words):
        found.append(BadOption(f"option '{full}' requires an argument", word, full))
        return 1
    found.append(Given(option.key, words[at + 1].text, word, written, full))
    return 2


def _match(word: Word, name: str, table: Table, found: list[Given | BadOption]) -> Option | None:
    if name in table.by_name:
        return table.by_name[name]
    near = [option for option in table.options if option.name.startswith(name)]
    if len({(option.key, option.argument) for option in near}) == 1:
        return near[0]
    if near:
        possible = " ".join(f"'--{option.name}'" for option in near)
        message = f"option '{word.text}' is ambiguous; possibilities: {possible}"
    else:
        message = f"unrecognized option '{word.text}'"
    value = word.text.partition("=")[2] or None
    found.append(BadOption(message, word, f"--{name}", value))
    return None


def _short(words: Sequence[Word], at: int, table: Table, found: list[Given | BadOption]) -> int:
    """Read a row of letters; the first that takes a value takes the rest, or the next word."""
    word = words[at]
    letters = word.text[1:]
    for place, letter in enumerate(letters):
        option = table.by_letter.get(letter)
        written = f"-{letter}"
        if option is None:
            found.append(BadOption(f"invalid option -- '{letter}'", word, written))
            continue
        full = f"--{option.name}" if option.name else written
        if option.argument == "none":
            found.append(Given(option.key, None, word, written, full))
            continue
        rest = letters[place + 1 :]
        if rest or option.argument == "optional":
            found.append(Given(option.key, rest or None, word, written, full))
            return 1
        if at + 1 == len(words):
            found.append(BadOption(f"option requires an argument -- '{letter}'", word, written))
            return 1
        found.append(Given(option.key, words[at + 1].text, word, written, full))
        return 2
    return 1
