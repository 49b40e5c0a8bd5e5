"""The programs that a job's commands name: read as text, so that nothing is ever run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .model import JobDescription

MOST_TEXT = 256 * 2**10
"""Nobody writes the commands of a job after so much text by hand."""
_LAUNCHERS = "srun mpirun mpiexec mpiexec.hydra orterun prterun aprun jsrun ibrun mpprun"
LAUNCHERS = frozenset(_LAUNCHERS.split())
"""What starts a program once a task."""
_WRAPPERS = """
    time nice ionice nohup exec env numactl timeout taskset command stdbuf eval java
    singularity apptainer docker podman shifter charliecloud ch-run conda mamba micromamba
"""
WRAPPERS = frozenset(_WRAPPERS.split())
"""What starts one program that is named later in the same command."""
MANY = frozenset(("parallel", "xargs"))
"""What starts a program many times side by side."""
_KEYWORDS = frozenset(("if", "then", "else", "elif", "fi", "while", "until", "do", "done", "esac"))
_BRACKETS = frozenset(("{", "}", "!"))
_NO_COMMANDS = frozenset(("for", "case", "select", "function", "in"))
"""Words that begin what is no command up to its end."""
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_HERE = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")


@dataclass(frozen=True)
class Command:
    """One command: its words as written, and how its program is started.

    `line` counts from the first line of the commands. `launched`: once a task; `wrapped`: the
    program is a later word; `many`: it runs side by side with others.
    """

    words: tuple[str, ...]
    line: int
    launched: bool = False
    wrapped: bool = False
    many: bool = False

    def programs(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """(base name, arguments) of the word that is the program, or of each that may be it."""
        for at, word in enumerate(self.words if self.wrapped else self.words[:1]):
            yield word.replace("\\", "/").rpartition("/")[2], self.words[at + 1 :]


def commands_of(job: JobDescription) -> tuple[Command, ...]:
    """The commands of the script and of the steps; lines that no shell would take are left out."""
    found = [command for step in job.steps for command in _started(step.argv, 1)]
    if job.script:
        for line, text in _lines(job.script[:MOST_TEXT]):
            found += _commands(text, line)
    return tuple(found)


def _lines(script: str) -> Iterator[tuple[int, str]]:
    """Lines with their continuations, without the bodies of here-documents."""
    rows = script.split("\n")
    at = 0
    while at < len(rows):
        start, text = at, rows[at]
        while text.endswith("\\") and at + 1 < len(rows):
            at += 1
            text = text[:-1] + rows[at]
        at += 1
        here = _HERE.search(text)
        if here is not None:
            while at < len(rows) and rows[at].lstrip("\t") != here[2]:
                at += 1
            at += 1
        yield start + 1, text


def _commands(text: str, line: int) -> Iterator[Command]:
    """The commands between `|`, `;`, `&` and brackets of one line."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;()<>")
    lexer.whitespace_split = True
    try:
        tokens = list(lexer)
    except ValueError:
        return
    words: list[str] = []
    target = False
    for token in [*tokens, ";"]:
        if set(token) <= set("<>&") and set(token) & set("<>"):
            target = True
        elif set(token) <= set("|&;()"):
            yield from _started(words, line, many=token == "&")
            words = []
        elif target:
            target = False
        else:
            words.append(token)


def _started(words: Sequence[str], line: int, many: bool = False) -> Iterator[Command]:
    """The command behind keywords, assignments and what only starts it."""
    left = list(words)
    launched = wrapped = False
    while left:
        name = left[0].rpartition("/")[2]
        if name in LAUNCHERS or name in WRAPPERS or name in MANY:
            launched |= name in LAUNCHERS
            many |= name in MANY
            wrapped = True
        elif not wrapped and name in _NO_COMMANDS:
            return
        elif not wrapped and (name in _KEYWORDS | _BRACKETS or _ASSIGNMENT.match(left[0])):
            pass
        else:
            break
        left.pop(0)
    if left:
        yield Command(tuple(left), line, launched, wrapped, many)
