"""PBS Professional and Torque scripts (`#PBS`), as qsub reads their directives."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import groupby

from ..findings import Findings
from ..model import Dependency, DependencyKind, JobDescription, Workflow
from ..slurm.getopt import BadOption, Given, Option, Table, parse
from ..slurm.submission import Context
from ..source import Source
from ._directives import read_directives
from ._fields import Fields
from ._pbs_resources import Resources

NAME = "pbs"
SUFFIXES = (".pbs",)
_WITH_VALUE = "aAcCejJklmMNopPqrStuvW"
_WITHOUT = "fhIVXz"
OPTIONS = Table(
    [Option("", "required", letter, letter) for letter in _WITH_VALUE]
    + [Option("", "none", letter, letter) for letter in _WITHOUT]
)
_KINDS: dict[str, DependencyKind] = {
    "after": "after",
    "afterok": "afterok",
    "afternotok": "afternotok",
    "afterany": "afterany",
    "afterokarray": "afterok",
    "afternotokarray": "afternotok",
    "afteranyarray": "afterany",
}
_TEXTS = {"N": "name", "q": "partition", "S": "shell", "M": "mail_user"}


def looks_like(head: str) -> bool:
    """Whether the beginning of a file has directives of PBS."""
    return any(line.startswith("#PBS ") for line in head.split("\n"))


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """The job; one that selects several kinds of chunks is several components."""
    script = read_directives(source, "#PBS", findings)
    fields = Fields(findings, {"shell": script.shell, "script": script.body})
    resources = Resources(fields)
    for _, line in groupby(script.words, key=lambda word: word.line):
        parsed = parse(tuple(line), OPTIONS)
        for item in parsed.given:
            if isinstance(item, BadOption):
                fields.refuse(item)
            else:
                _option(item, fields, resources)
        if parsed.rest and not any(isinstance(item, BadOption) for item in parsed.given):
            word = parsed.rest[0]
            message = "qsub takes no words after the options of a directive"
            findings.error(message, line=word.line, option="#PBS", value=word.text)
    fields.item = None
    if not script.words:
        findings.warning("no #PBS directive before the first command", line=1)
    fields.values.setdefault("name", source.basename)
    return Workflow(jobs=_components(fields, resources))


def _components(fields: Fields, resources: Resources) -> tuple[JobDescription, ...]:
    common = dict(fields.values)
    jobs = []
    for chunk in resources.chunks():
        fields.values = {**common, **chunk}
        jobs.append(fields.job())
    return tuple(jobs)


def _option(item: Given, fields: Fields, resources: Resources) -> None:
    fields.item = item
    letter, value = item.key, item.value or ""
    if letter == "l":
        resources.read(value)
    elif letter in _TEXTS:
        fields.set(_TEXTS[letter], value or None)
    elif letter in "oe":
        # A host may stand before the path.
        path = value.partition(":")[2] if re.match(r"[\w.-]+:", value) else value
        fields.set("stdout" if letter == "o" else "stderr", path or None)
    elif letter in "AP":
        if letter == "A" or "account" not in fields.values:
            fields.set("account", value or None)
        else:
            fields.extra.append(("project", value))
    elif letter in "Jt":
        fields.array(value)
    elif letter == "v":
        fields.exports(value)
    elif letter == "V":
        fields.extra.append(("export", "ALL"))
    elif letter == "W":
        _attributes(value, fields)
    else:
        _other(letter, value, fields)


def _other(letter: str, value: str, fields: Fields) -> None:
    if letter == "h":
        fields.set("hold", True)
    elif letter == "r":
        if value.lower() not in ("y", "n"):
            fields.error("should be y or n")
        fields.set("requeue", value.lower() == "y")
    elif letter == "m":
        _mail(value, fields)
    elif letter == "a":
        fields.set("begin", _begin(value, fields))
    elif letter == "j":
        if value not in ("oe", "eo", "n"):
            fields.error("should be oe, eo or n")
        elif value == "eo":
            fields.extra.append(("join", "eo"))
    elif letter == "I":
        fields.error("an interactive job has no script", hint="leave it out of the script")
    else:
        fields.extra.append((letter, value or None))


def _mail(value: str, fields: Fields) -> None:
    if not value or set(value) - set("abefn"):
        fields.error("should be letters of abe, or n")
    names = (("b", "BEGIN"), ("e", "END"), ("a", "FAIL"))
    found = ",".join(name for letter, name in names if letter in value)
    fields.set("mail_type", "NONE" if "n" in value else found or None)


def _begin(value: str, fields: Fields) -> str | None:
    """`[[CC]YY]MMDDhhmm[.SS]` or `hhmm`."""
    digits, dot, seconds = value.partition(".")
    formats = {12: "%Y%m%d%H%M", 10: "%y%m%d%H%M"}
    try:
        if dot and not re.fullmatch("[0-5][0-9]", seconds):
            raise ValueError(seconds)
        at = datetime.strptime(digits, formats[len(digits)])
        return at.replace(second=int(seconds or 0)).isoformat(timespec="seconds")
    except (KeyError, ValueError):
        if not dot and re.fullmatch(r"([0-9]{4}){1,2}", digits):
            fields.extra.append(("a", value))
            fields.warning("the day depends on when it is submitted")
        else:
            fields.error("should be [[CC]YY]MMDDhhmm[.SS]")
        return None


def _attributes(text: str, fields: Fields) -> None:
    """`-W name=value,...`; the value of `depend` may itself hold commas."""
    for part in re.split(r",(?=[a-z_]+=)", text):
        name, equals, value = part.partition("=")
        if not equals:
            fields.error("should be name=value", part)
        elif name == "depend":
            _depend(value, fields)
        else:
            fields.extra.append(("W", f"{name}={value}"))


def _depend(text: str, fields: Fields) -> None:
    found: list[Dependency] = []
    for part in text.split(","):
        kind, _, jobs = part.partition(":")
        if kind not in _KINDS:
            fields.extra.append(("depend", part))
            fields.warning(f"{kind} has no counterpart", part)
            continue
        for job in jobs.split(":"):
            match = re.fullmatch(r"([^\s.\[\]]+)(?:\[([0-9]*)\])?(?:\.\S*)?", job)
            if match is None:
                fields.error("does not name a job after the colon", part)
                continue
            element = None if match[2] is None else (match[2] or "*")
            found.append(Dependency(kind=_KINDS[kind], job=match[1], element=element))
    fields.set("dependencies", tuple(found) or None)
