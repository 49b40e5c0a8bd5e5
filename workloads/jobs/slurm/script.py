"""The shape of a batch script: its interpreter, its directives, and where they end."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..findings import Findings
from ..source import MOST_SCRIPT_BYTES, Source
from .cstring import SPACE
from .words import BadLineError, Word, separator_length, split

MAGIC = ("#SBATCH", "#SLURM")
FOREIGN = ("#BSUB", "#PBS")
"""Directives of other schedulers that sbatch translates, the first that occurs at all."""
_MOST_FOREIGN_COMMANDS = 100


@dataclass
class Script:
    """What sbatch sees of a script.

    `components` holds the words of each component of a heterogeneous job (one for a plain job),
    `foreign` the words of the other scheduler's directives with the magic word they had.
    """

    shell: str | None = None
    body: str = ""
    components: list[list[Word]] = field(default_factory=lambda: [[]])
    foreign: tuple[str, list[Word]] | None = None


def check_bytes(source: Source, findings: Findings) -> None:
    """Note what makes sbatch refuse a file before it looks for directives."""
    data = source.data
    if not data:
        findings.error("Batch script is empty!", line=1)
    elif not data.strip(SPACE.encode()):
        findings.error("Batch script contains only whitespace!", line=1)
    elif not data.startswith(b"#!"):
        _not_a_script(data, findings)
    elif b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        findings.error("The script contains a NULL character '\\0'.", line=line)
    elif b"\r\n" in data:
        line = data[: data.index(b"\r\n")].count(b"\n") + 1
        findings.error(
            "Batch script contains DOS line breaks (\\r\\n) instead of UNIX line breaks (\\n).",
            line=line,
            hint="convert it, for example with dos2unix",
        )
    if len(data) > MOST_SCRIPT_BYTES:
        findings.error(f"The script is larger than {MOST_SCRIPT_BYTES} bytes")


def _not_a_script(data: bytes, findings: Findings) -> None:
    hint = "make #!/bin/bash the very first bytes of the file"
    if data.startswith(b"\xef\xbb\xbf"):
        hint = "the file begins with a byte order mark; save it as UTF-8 without one"
    elif data.lstrip().startswith(b"#!"):
        hint = "nothing may stand before #!, not even a blank line"
    findings.error(
        "This does not look like a batch script. The first line must start with #! followed "
        "by the path to an interpreter.",
        line=1,
        hint=hint,
    )


def read_script(source: Source, findings: Findings) -> Script:
    """Find the directives of a script; what sbatch passes over without a word is a warning."""
    script = Script()
    lines = source.text.split("\n")
    if lines[0].startswith("#!"):
        script.shell = lines[0][2:].strip(SPACE)
    end = _directives(lines, script, findings)
    script.body = "\n".join(lines[end:])
    _unread(lines, end, findings)
    script.foreign = _foreign(lines, findings)
    return script


def _directives(lines: list[str], script: Script, findings: Findings) -> int:
    """Collect the words of all directives; returns the number of the line of the first command."""
    for number, line in enumerate(lines):
        magic = next((magic for magic in MAGIC if line.startswith(magic)), None)
        if magic is not None:
            _directive(line, magic, number + 1, script, findings)
            continue
        stripped = line.lstrip(SPACE)
        if stripped and not stripped.startswith("#"):
            return number
    return len(lines)


def _directive(line: str, magic: str, number: int, script: Script, findings: Findings) -> None:
    rest = line[len(magic) :]
    if magic == "#SLURM":
        findings.warning(
            "Change from #SLURM to #SBATCH in your script and verify the options",
            line=number,
            option=magic,
        )
    start = len(rest) - len(rest.lstrip(SPACE))
    if separator_length(rest, start):
        script.components.append([])
    try:
        found = split(rest, number, len(magic) + 1)
    except BadLineError as bad:
        findings.error(str(bad), line=number, column=bad.column, value=rest.strip(SPACE))
        return
    if found.dropped:
        findings.warning(
            "sbatch drops the rest of this line",
            line=number,
            value=found.dropped,
            hint="an empty pair of quotes and the word hetjob end a line for sbatch",
        )
    script.components[-1] += found.words


def _unread(lines: list[str], end: int, findings: Findings) -> None:
    """Warn of lines that look like directives and are not."""
    for number, line in enumerate(lines):
        squeezed = line.replace(" ", "").replace("\t", "").upper()
        if not squeezed.startswith(("#SBATCH-", "#SBATCHHETJOB")):
            continue
        if number >= end and line.startswith("#SBATCH"):
            findings.warning(
                f"this directive is never read: the commands begin in line {end + 1}",
                line=number + 1,
                option="#SBATCH",
                value=line.strip(SPACE),
                hint="move it above the first command",
            )
        elif number < end and not line.startswith("#SBATCH"):
            findings.warning(
                "this is a comment, not a directive",
                line=number + 1,
                option="#SBATCH",
                value=line.strip(SPACE),
                hint="a directive begins with #SBATCH in the first column, in capitals",
            )


def _foreign(lines: list[str], findings: Findings) -> tuple[str, list[Word]] | None:
    for magic in FOREIGN:
        words: list[Word] = []
        commands = 0
        found = False
        for number, line in enumerate(lines, start=1):
            if not line.startswith(magic):
                commands += not line.startswith("#")
                if commands > _MOST_FOREIGN_COMMANDS:
                    break
                continue
            found = True
            try:
                words += split(line[len(magic) :], number, len(magic) + 1).words
            except BadLineError as bad:
                findings.error(str(bad), line=number, column=bad.column)
        if found:
            return magic, words
    return None
