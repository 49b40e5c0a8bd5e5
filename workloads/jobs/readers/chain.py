"""Shell scripts that submit several jobs with `sbatch --dependency`: read as text, never run."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field, replace

from ..findings import Findings
from ..graph import check_graph
from ..model import JobDescription, Workflow
from ..slurm.getopt import Given, parse
from ..slurm.options import TABLE
from ..slurm.submission import Context, read_submission
from ..slurm.words import Word
from ..source import Source
from .sbatch import describe

NAME = "slurm-chain"
SUFFIXES = ()
MOST_JOBS = 20_000
_FIRST = 4_000_000_000
"""No job of a real cluster has such a number: what lies above is a job of this script."""
_CALL = re.compile(r"^\s*(?:(\w+)=)?(?:\"?\$\(|`)?\s*sbatch\s+(.*)$")
_HERE = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_VARIABLE = re.compile(r"\$\{?(\w+)(?:##?[^}]*|%%?[^}]*)?\}?")


def looks_like(head: str) -> bool:
    """Whether it is no job itself and submits several, or one that waits for another."""
    before, calls = 0, []
    for line in head.split("\n"):
        if _CALL.match(line):
            calls.append(line)
        before += not calls and line.startswith("#SBATCH")
    depends = any(re.search(r"\s(-d|--dep)", line) for line in calls)
    return not before and (depends or len(calls) > 1)


@dataclass
class _Call:
    """One `sbatch` of the script: the variable that takes its number, its words, its script."""

    variable: str | None
    words: list[str]
    line: int
    lines: list[str] = field(default_factory=list)


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """A job for each `sbatch`; `$variable` in a dependency is the job whose number it holds."""
    calls = _calls(source.text.split("\n"), findings)
    numbers: dict[str, int] = {}
    jobs: list[JobDescription] = []
    for at, call in enumerate(calls[:MOST_JOBS], start=1):
        jobs.append(_job(call, at, numbers, context, findings))
        if call.variable is not None:
            numbers[call.variable] = at
    if len(calls) > MOST_JOBS:
        findings.error(f"more than {MOST_JOBS} jobs")
    check_graph(jobs, findings, others_exist=True)
    return Workflow(jobs=tuple(jobs))


def _calls(lines: list[str], findings: Findings) -> list[_Call]:
    found: list[_Call] = []
    at = 0
    while at < len(lines):
        start = at
        line = lines[at]
        while line.endswith("\\") and at + 1 < len(lines):
            at += 1
            line = line[:-1] + lines[at]
        at += 1
        match = _CALL.match(line)
        if match is None:
            continue
        text = match[2]
        here = _HERE.search(text)
        call = _Call(match[1], [], start + 1)
        if here:
            text = text[: here.start()]
            while at < len(lines) and lines[at] != here[2]:
                call.lines.append(lines[at])
                at += 1
            at += 1
        text = text.split("|")[0].rstrip().rstrip(')`"') if match[1] else text.split("|")[0]
        try:
            call.words = shlex.split(text, comments=True)
        except ValueError as error:
            findings.error(f"{error} in this call", line=start + 1, option="sbatch")
            continue
        found.append(call)
    return found


def _job(
    call: _Call, at: int, numbers: dict[str, int], context: Context, findings: Findings
) -> JobDescription:
    words = [Word(_resolve(word, numbers, call, findings), call.line) for word in call.words]
    parsed = parse(words, TABLE)
    script = parsed.rest[0].text if parsed.rest else ""
    wraps = [g.value for g in parsed.given if isinstance(g, Given) and g.key == "wrap"]
    body = "\n".join([*call.lines, ""])
    if not call.lines:
        body = f"#!/bin/sh\n{wraps[0] if wraps else f'sh {shlex.quote(script)}'}\n"
    options = tuple(word.text for word in words[: len(words) - len(parsed.rest)])
    inner = Context(context.now, context.cluster, options, context.environment)
    own = Findings()
    source = Source(script or "sbatch", body.encode("utf-8", "surrogateescape"))
    submission = read_submission(source, inner, own)
    for item in own.items:
        findings.add(replace(item, line=call.line, column=None))
    job = describe(submission, script.rpartition("/")[2] or "sbatch")[0]
    waits = tuple(d.model_copy(update={"job": _own(d.job)}) for d in job.dependencies)
    return job.model_copy(update={"id": f"job{at}", "dependencies": waits})


def _own(number: str | None) -> str | None:
    """The id of a job of this script; the number of another stays a number."""
    if number is None or not _FIRST < int(number) <= _FIRST + MOST_JOBS:
        return number
    return f"job{int(number) - _FIRST}"


def _resolve(word: str, numbers: dict[str, int], call: _Call, findings: Findings) -> str:
    """Variables that hold a job's number become the job's place in this script."""

    def known(match: re.Match[str]) -> str:
        if match[1] in numbers:
            return str(_FIRST + numbers[match[1]])
        if "after" in word:
            findings.error(
                f"the variable {match[1]} holds no job of this script",
                line=call.line,
                option="--dependency",
                value=word,
            )
        return match[0]

    return _VARIABLE.sub(known, word)
