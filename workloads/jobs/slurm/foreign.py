"""What sbatch makes of `#PBS` and `#BSUB` lines: a small translation, applied after its own."""

from __future__ import annotations

import re

from ..findings import Findings
from .cstring import strtol
from .getopt import Given, Option, Parsed, Table, parse
from .hostlist import shorten
from .settings import Settings
from .words import Word

_BSUB_OPTIONS = (
    Option("cwd", short="c"),
    Option("error_file", short="e"),
    Option("job_name", short="J"),
    Option("hostname", short="m"),
    Option("memory_limit", short="M"),
    Option("", short="n", sets="n"),
    Option("output_file", short="o"),
    Option("queue_name", short="q"),
    Option("time", short="W"),
    Option("exclusive", "none", "x"),
)
_PBS_OPTIONS = (
    Option("start_time", short="a"),
    Option("account", short="A"),
    Option("checkpoint", short="c"),
    Option("working_dir", short="C"),
    Option("error", short="e"),
    Option("hold", "none", "h"),
    Option("interactive", "none", "I"),
    Option("join", short="j"),
    Option("job_array", short="J"),
    Option("keep", short="k"),
    Option("resource_list", short="l"),
    Option("mail_options", short="m"),
    Option("mail_user_list", short="M"),
    Option("job_name", short="N"),
    Option("out", short="o"),
    Option("priority", short="p"),
    Option("destination", short="q"),
    Option("rerunable", short="r"),
    Option("script_path", short="S"),
    Option("array", short="t"),
    Option("running_user", short="u"),
    Option("variable_list", short="v"),
    Option("all_env", "none", "V"),
    Option("attributes", short="W"),
    Option("no_std", "none", "z"),
)
_BSUB, _PBS = Table(_BSUB_OPTIONS), Table(_PBS_OPTIONS)
_BSUB_TO = {
    "cwd": "chdir",
    "error_file": "error",
    "job_name": "job-name",
    "output_file": "output",
    "queue_name": "partition",
    "time": "time",
    "exclusive": "exclusive",
}
_PBS_TO = {
    "start_time": "begin",
    "account": "account",
    "error": "error",
    "out": "output",
    "hold": "hold",
    "job_array": "array",
    "array": "array",
    "mail_user_list": "mail-user",
    "job_name": "job-name",
    "priority": "nice",
    "destination": "partition",
}
_PBS_IGNORED = re.compile(r"(?:arch|host|opsys|other|pmem|pvmem|software|vmem)=[^,]*,?")
_PBS_PLAIN = {
    "cput=": ("time", ","),
    "file=": ("tmp", ","),
    "mem=": ("mem", ","),
    "nice=": ("nice", ","),
    "pcput=": ("time", ","),
    "walltime=": ("time", ","),
    "mpiprocs=": ("ntasks-per-node", ":"),
    "ncpus=": ("mincpus", ":"),
    "select=": ("nodes", ":"),
}


def translate(magic: str, words: list[Word], settings: Settings) -> None:
    """Apply the directives of another scheduler the way sbatch does."""
    bsub = magic == "#BSUB"
    if bsub:
        words = [
            Word("-c", word.line, word.column) if word.text == "-cwd" and at % 2 == 0 else word
            for at, word in enumerate(words)
        ]
    parsed = parse(words, _BSUB if bsub else _PBS)
    for item in parsed.given:
        if not isinstance(item, Given):
            settings.apply_all((item,), "script")
        elif bsub:
            _bsub(item, settings)
        else:
            _pbs(item, settings)
    _refuse_rest(parsed, magic, settings.findings)


def _refuse_rest(parsed: Parsed, magic: str, findings: Findings) -> None:
    if parsed.rest:
        word = parsed.rest[0]
        findings.error(
            f"Invalid argument: {word.text}",
            option=magic,
            value=word.text,
            line=word.line,
            column=word.column,
        )


def _set(settings: Settings, item: Given, key: str, value: str | None) -> None:
    settings.apply(Given(key, value, item.word, item.written, item.written), "script")


def _bsub(item: Given, settings: Settings) -> None:
    value = item.value or ""
    if item.key == "n":
        least, comma, most = value.partition(",")
        if comma and not most:
            settings.findings.error(
                f"#BSUB -n format not correct given: '{value}'",
                option="-n",
                value=value,
                line=item.word.line,
            )
            return
        _set(settings, item, "ntasks", most if comma else least)
    elif item.key == "hostname":
        _set(settings, item, "nodelist", value.replace(" ", ","))
    elif item.key == "memory_limit":
        _set(settings, item, "mem-per-cpu", f"{value}K" if value[-1:].isdigit() else value)
    else:
        _set(settings, item, _BSUB_TO[item.key], item.value)


def _pbs(item: Given, settings: Settings) -> None:
    value = item.value or ""
    if item.key == "resource_list":
        _resources(item, value, settings)
    elif item.key == "mail_options":
        _set(settings, item, "mail-type", _mail(value))
    elif item.key == "variable_list":
        before = settings.text("export")
        _set(settings, item, "export", f"{before},{value}" if before else value)
    elif item.key == "attributes":
        if value[:7].lower() == "depend=":
            _set(settings, item, "dependency", value[7:])
        elif value[:6].lower() != "umask=":
            settings.findings.warning(
                f"Ignored PBS attributes: {value}", option="-W", value=value, line=item.word.line
            )
    elif item.key in _PBS_TO:
        _set(settings, item, _PBS_TO[item.key], item.value)


def _mail(value: str) -> str:
    letters = value.lower()
    if "n" in letters:
        return "NONE"
    names = (("b", "BEGIN"), ("e", "END"), ("a", "FAIL"))
    return ",".join(name for letter, name in names if letter in letters)


def _resources(item: Given, text: str, settings: Settings) -> None:
    """Walk through `-l`: a name is found wherever it stands, what is unknown is skipped."""
    at, gpus = 0, 0
    pro: dict[str, str] = {}
    while at < len(text):
        skipped = _PBS_IGNORED.match(text, at)
        if skipped:
            at = skipped.end()
            continue
        name = next((n for n in _PBS_PLAIN if text[at:].lower().startswith(n)), None)
        if name is not None:
            key, separator = _PBS_PLAIN[name]
            value, at = _value(text, at + len(name), separator)
            if key in ("mem", "tmp") and value[-1:].upper() == "B":
                value = value[:-1]
            pro[name] = value
            _set(settings, item, key, value)
        elif text.startswith("nodes=", at):
            value, at = _value(text, at + 6, ",")
            _nodes(item, value, settings)
        elif text.startswith("proc=", at):
            value, at = _value(text, at + 5, ",")
            before = settings.text("constraint")
            _set(settings, item, "constraint", f"{value},{before}" if before else value)
            at = _value(text, at, ",")[1]
        elif text[at : at + 12].lower() == "accelerator=":
            at += 12
            gpus = max(gpus, int(text[at : at + 4].lower() == "true"))
        elif text[at : at + 14].lower() == "naccelerators=":
            value, at = _value(text, at + 14, ",")
            gpus = strtol(value)[0]
        else:
            at += 1
    _after_resources(item, pro, gpus, settings)


def _after_resources(item: Given, pro: dict[str, str], gpus: int, settings: Settings) -> None:
    cpus, per_node = settings.number("mincpus"), settings.number("ntasks-per-node")
    if {"select=", "ncpus=", "mpiprocs="} <= pro.keys() and cpus and per_node and cpus > per_node:
        _set(settings, item, "cpus-per-task", str(cpus // per_node))
    if gpus > 0:
        before = settings.text("gres")
        _set(settings, item, "gres", f"{before},gpu:{gpus}" if before else f"gpu:{gpus}")


def _value(text: str, at: int, separator: str) -> tuple[str, int]:
    end = text.find(separator, at)
    return (text[at:], len(text)) if end < 0 else (text[at:end], end + 1)


def _nodes(item: Given, text: str, settings: Settings) -> None:
    """`nodes=2:ppn=4+node7`: counts add up, names become a node list."""
    per_node, count = 0, 0
    hosts: list[str] = []
    for piece in re.split(r"[+:]", text):
        if piece.startswith("gpus="):
            _set(settings, item, "gpus-per-node", piece[5:])
        elif piece.startswith("ppn="):
            per_node += strtol(piece, 4)[0]
        elif piece[:1].isdigit():
            count += strtol(piece)[0]
        elif piece[:1].isalpha():
            hosts.append(piece)
    if count:
        _set(settings, item, "nodes", str(count))
    if per_node:
        _set(settings, item, "ntasks", str(per_node * (count or 1)))
    if hosts:
        _set(settings, item, "nodelist", shorten(hosts))
