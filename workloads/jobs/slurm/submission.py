"""A whole submission: script, environment and command line, component by component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..findings import Findings
from ..source import Source
from .conf import Cluster
from .controller import check_cluster, check_texts
from .foreign import translate
from .getopt import BadOption, Given, parse
from .local import check_machine
from .options import ENVIRONMENT, PER_COMPONENT, TABLE
from .request import Request, build_request
from .script import Script, check_bytes, read_script
from .settings import Settings
from .values import ValueReader
from .words import Word

MOST_COMPONENTS = 128
"""Slurm's own limit on the components of a heterogeneous job."""


@dataclass(frozen=True)
class Context:
    """What is known besides the file: the cluster, the time, options from elsewhere.

    `environment` is empty where SBATCH_* and SLURM_* shall not count; `now` is local time.
    """

    now: datetime
    cluster: Cluster | None = None
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Submission:
    """What sbatch sends: a set of options and a request for each component, and the script."""

    script: Script
    components: tuple[tuple[Settings, Request], ...]


def read_submission(source: Source, context: Context, findings: Findings) -> Submission:
    """Read and check a batch script as sbatch and its controller would; mistakes go to findings."""
    check_bytes(source, findings)
    script = read_script(source, findings)
    command_line = _command_line(context.arguments)
    count = max(len(script.components), len(command_line))
    if count > MOST_COMPONENTS:
        findings.error(f"more than {MOST_COMPONENTS} components in a heterogeneous job")
        count = MOST_COMPONENTS
    reader = ValueReader(context.now, context.environment)
    done: list[tuple[Settings, Request]] = []
    for number in range(count):
        settings = Settings(findings, reader)
        if done:
            kept = done[-1][0].by_key.items()
            settings.by_key = {k: v for k, v in kept if k not in PER_COMPONENT}
        words = script.components[number] if number < len(script.components) else []
        arguments = command_line[min(number, len(command_line) - 1)]
        _apply(settings, words, script, arguments, context)
        if count > 1 and settings.text("array"):
            settings.error("a heterogeneous job cannot be an array (--array)", "array")
        done.append((settings, _check(settings, context.cluster)))
    _share_no_node(done)
    return Submission(script, tuple(done))


def _share_no_node(components: Sequence[tuple[Settings, Request]]) -> None:
    """Two components cannot require the same node: each is an allocation of its own."""
    taken: set[str] = set()
    for settings, request in components:
        both = sorted(taken & set(request.nodelist))
        if both:
            message = f"Invalid node name specified: {both[0]} is required by two components"
            settings.error(f"{message} (--nodelist)", "nodelist")
            return
        taken.update(request.nodelist)


def _check(settings: Settings, cluster: Cluster | None) -> Request:
    request = build_request(settings, cluster)
    check_texts(settings, cluster)
    if cluster is not None:
        check_machine(settings, cluster)
        check_cluster(settings, request, cluster)
    return request


def _command_line(arguments: Sequence[str]) -> list[list[Word]]:
    """The options given on the command line, split at `:` into components."""
    parts: list[list[Word]] = [[]]
    for argument in arguments:
        if argument == ":":
            parts.append([])
        else:
            parts[-1].append(Word(argument))
    return parts


def _apply(
    settings: Settings,
    words: Sequence[Word],
    script: Script,
    arguments: Sequence[Word],
    context: Context,
) -> None:
    """Script first, then foreign directives, the environment, and last the command line."""
    if "SBATCH_IGNORE_PBS" in context.environment:
        _one_variable(settings, "SBATCH_IGNORE_PBS", "ignore-pbs", context)
    given = parse(arguments, TABLE).given
    keys = {item.key for item in given if isinstance(item, Given)}
    _directives(settings, words)
    if script.foreign is not None and not {"ignore-pbs"} & (keys | settings.by_key.keys()):
        translate(*script.foreign, settings)
    for variable, key in ENVIRONMENT:
        if variable in context.environment:
            _one_variable(settings, variable, key, context)
    settings.apply_all(given, "command line")
    for key in sorted({"help", "usage", "version"} & keys):
        settings.error(f"--{key} prints and submits nothing", key, "leave it out to submit the job")
    if "wrap" in keys:
        message = "Script arguments not permitted with --wrap option"
        settings.error(message, "wrap", "give either a script or --wrap")


def _directives(settings: Settings, words: Sequence[Word]) -> None:
    """Apply the options of a script; what sbatch gives up at is one mistake of its line."""
    findings = settings.findings
    while words:
        parsed = parse(words, TABLE)
        _say_abbreviations(parsed.given, findings)
        settings.apply_all(parsed.given, "script")
        if not parsed.rest:
            return
        word = parsed.rest[0]
        if not any(error.line == word.line for error in findings.errors):
            findings.error(
                f"Invalid directive found in batch script: {word.text}",
                option="#SBATCH",
                value=word.text,
                line=word.line,
                column=word.column,
                hint="put values with blanks in quotes and comments behind #",
            )
        words = [other for other in parsed.rest if other.line != word.line]


def _one_variable(settings: Settings, variable: str, key: str, context: Context) -> None:
    value = context.environment[variable]
    settings.apply(Given(key, value, Word(value), variable, variable), "environment")


def _say_abbreviations(given: Sequence[Given | BadOption], findings: Findings) -> None:
    for item in given:
        if isinstance(item, Given) and item.written.startswith("--") and item.written != item.name:
            findings.warning(
                f"{item.written} is read as {item.name}",
                option=item.name,
                value=item.value,
                line=item.word.line,
                column=item.word.column,
                hint=f"write {item.name} in full",
            )
