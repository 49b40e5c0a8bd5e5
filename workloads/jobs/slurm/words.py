"""The words of a directive line: sbatch's own quoting, which is not the shell's."""

from __future__ import annotations

from dataclasses import dataclass

from .cstring import SPACE


@dataclass(frozen=True)
class Word:
    """One argument and the place where it begins; `line` is None for the command line."""

    text: str
    line: int | None = None
    column: int | None = None


class BadLineError(ValueError):
    """A line that sbatch gives up on at once."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True)
class Split:
    """The words of a line and the text that sbatch drops without a word of its own."""

    words: tuple[Word, ...]
    dropped: str = ""


def split(text: str, line: int, column: int, hetjob_blanked: bool = True) -> Split:
    """Split what follows the magic word (`text`, which starts in `column`) into words.

    Quotes of both kinds group, a backslash takes the next character as it is, also within single
    quotes, and `#` begins a comment anywhere outside quotes, also within a word. An empty pair of
    quotes ends the line: the rest is dropped. A line that begins with `hetjob` has no words.
    """
    words: list[Word] = []
    at = 0
    while True:
        while at < len(text) and text[at] in SPACE:
            at += 1
        if hetjob_blanked and (length := separator_length(text, at)):
            return Split(tuple(words), text[at + length :].strip(SPACE))
        if text.startswith(":", at):
            raise BadLineError(f"Unexpected `:` in [{text[at:]}]", column + at)
        word, end = _word(text, at, column)
        if not word:
            rest = text[end:].lstrip(SPACE)
            return Split(tuple(words), "" if rest.startswith("#") else rest)
        words.append(Word(word, line, column + at))
        at = end


def separator_length(text: str, at: int = 0) -> int:
    """The length of `hetjob` or `packjob` where `text[at:]` begins with one as a word, else 0."""
    for separator in ("hetjob", "packjob"):
        end = at + len(separator)
        if text[at:end].lower() == separator and (end == len(text) or text[end] in SPACE):
            return len(separator)
    return 0


def _word(text: str, at: int, column: int) -> tuple[str, int]:
    found: list[str] = []
    quote = ""
    start = at
    escaped = False
    while at < len(text) and (quote or text[at] not in SPACE):
        letter = text[at]
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
            at += 1
            continue
        elif quote:
            if letter == quote:
                quote = ""
                at += 1
                continue
        elif letter in "\"'":
            quote = letter
            at += 1
            continue
        elif letter == "#":
            break
        found.append(letter)
        at += 1
    if quote:
        raise BadLineError(f"Unmatched `{quote}` in [{text[start:]}]", column + start)
    return "".join(found), at
