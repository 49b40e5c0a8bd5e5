"""Directive lines in scripts of schedulers that quote as the shell does."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field

from ..findings import Findings
from ..slurm.words import Word
from ..source import MOST_SCRIPT_BYTES, Source


@dataclass
class Directives:
    """The interpreter, the words of all directives in order, and the commands."""

    shell: str | None = None
    words: list[Word] = field(default_factory=list)
    body: str | None = None


def read_directives(source: Source, magic: str, findings: Findings) -> Directives:
    """Collect the words behind `magic` up to the first command; `#` after a blank is a comment."""
    found = Directives()
    if len(source.data) > MOST_SCRIPT_BYTES:
        findings.error(f"a script of more than {MOST_SCRIPT_BYTES} bytes")
        return found
    lines = source.text.split("\n")
    if lines[0].startswith("#!"):
        found.shell = lines[0][2:].strip() or None
    for number, line in enumerate(lines):
        if line.startswith(magic):
            found.words += _words(line, magic, number + 1, findings)
        elif line.strip() and not line.lstrip().startswith("#"):
            found.body = "\n".join(lines[number:])
            _unread(lines, number, magic, findings)
            break
    return found


def _words(line: str, magic: str, number: int, findings: Findings) -> list[Word]:
    rest = line[len(magic) :]
    try:
        texts = shlex.split(rest.rstrip("\r"), comments=True)
    except ValueError as error:
        findings.error(f"{error} in this line", line=number, option=magic, value=rest.strip())
        return []
    column = len(line) - len(rest.lstrip()) + 1
    return [Word(text, number, column) for text in texts]


def _unread(lines: list[str], end: int, magic: str, findings: Findings) -> None:
    for number, line in enumerate(lines[end:], start=end + 1):
        if line.startswith(f"{magic} -"):
            findings.warning(
                f"this directive is never read: the commands begin in line {end + 1}",
                line=number,
                option=magic,
                value=line.strip(),
                hint="move it above the first command",
            )
