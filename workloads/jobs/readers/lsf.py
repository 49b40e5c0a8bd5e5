"""LSF scripts (`#BSUB`), as bsub reads their directives."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby

from ..findings import Findings
from ..model import Workflow
from ..quantities import amount_bytes
from ..slurm.getopt import Given
from ..slurm.submission import Context
from ..slurm.words import Word
from ..source import Source
from ._directives import read_directives
from ._fields import Fields
from ._lsf_texts import begin, dependencies, requirements

NAME = "lsf"
SUFFIXES = (".lsf", ".bsub")
_FLAGS = frozenset(("-x", "-r", "-rn", "-H", "-B", "-N", "-I", "-Ip", "-Is", "-K", "-V", "-h"))
_TEXTS = {
    "-q": "partition",
    "-P": "account",
    "-i": "stdin",
    "-is": "stdin",
    "-o": "stdout",
    "-oo": "stdout",
    "-e": "stderr",
    "-eo": "stderr",
    "-cwd": "workdir",
    "-u": "mail_user",
    "-U": "reservation",
    "-L": "shell",
    "-Lp": "licenses",
}
_KEPT = """
    -a -app -alloc_flags -C -c -clusters -core_isolation -csm -D -data -datagrp -E -Ep -eptl -ext
    -F -f -freq -G -g -hl -hostfile -J_desc -jobaff -jsdl -jsdl_strict -k -ln_slots -ln_mem -M
    -mig -ncores -network -notify -p -Q -Q_ext -R -rcacct -rnc -S -s -sla -smt -sp -ss -stage
    -step_cgroup    -T -t -ti -tty -ul -v -Wt -We -wa -wt -XF -Z -Zs -cn_cu -cn_mem -mem_bind
"""
_WITH_VALUE = frozenset(
    (*_TEXTS, *_KEPT.split(), "-n", "-nnodes", "-W", "-J", "-w", "-b", "-m", "-gpu", "-env")
)


def looks_like(head: str) -> bool:
    """Whether the beginning of a file has directives of LSF."""
    return any(line.startswith("#BSUB ") for line in head.split("\n"))


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """The script as one job."""
    script = read_directives(source, "#BSUB", findings)
    fields = Fields(findings, {"shell": script.shell, "script": script.body})
    for _, line in groupby(script.words, key=lambda word: word.line):
        _line(list(line), fields)
    fields.item = None
    if not script.words:
        findings.warning("no #BSUB directive before the first command", line=1)
    fields.values.setdefault("name", source.basename)
    return Workflow(jobs=(fields.job(),))


def _line(words: list[Word], fields: Fields) -> None:
    """Options begin with one dash and are never glued to their values."""
    at = 0
    while at < len(words):
        word = words[at]
        fields.item = Given(word.text, None, word, word.text)
        at += 1
        if word.text in _FLAGS:
            _flag(word.text, fields)
        elif word.text not in _WITH_VALUE:
            fields.error("not an option of bsub" if word.text.startswith("-") else "not an option")
            return
        elif at == len(words):
            fields.error("needs a value")
        else:
            value = words[at].text
            fields.item = Given(word.text, value, word, word.text)
            _option(word.text, value, fields)
            at += 1


def _flag(name: str, fields: Fields) -> None:
    if name == "-x":
        fields.set("exclusive", "exclusive")
    elif name in ("-r", "-rn"):
        fields.set("requeue", name == "-r")
    elif name == "-H":
        fields.set("hold", True)
    elif name == "-B":
        events = fields.values.get("mail_type")
        fields.set("mail_type", "BEGIN,END" if events else "BEGIN")
    elif name == "-N":
        events = fields.values.get("mail_type")
        fields.set("mail_type", "BEGIN,END" if events else "END")
    else:
        fields.extra.append((name.lstrip("-"), None))


def _option(name: str, value: str, fields: Fields) -> None:
    readers: dict[str, Callable[[str, Fields], None]] = {
        "-n": _slots,
        "-nnodes": _nodes,
        "-W": _limit,
        "-J": _name,
        "-w": dependencies,
        "-R": requirements,
        "-M": _memory,
        "-b": begin,
        "-gpu": _gpu,
        "-env": lambda text, f: f.exports("ALL" if text.lower() == "all" else text),
        "-m": lambda text, f: f.set("nodelist", ",".join(re.sub(r"\+[0-9]*", "", text).split())),
    }
    if name in readers:
        readers[name](value, fields)
    elif name in _TEXTS:
        fields.set(_TEXTS[name], value)
    else:
        fields.extra.append((name.lstrip("-"), value))


def _slots(text: str, fields: Fields) -> None:
    least, comma, most = text.partition(",")
    low = fields.whole(least, "the slots")
    if comma:
        high = fields.whole(most, "the most slots")
        if low and high and high < low:
            fields.error("the most slots are fewer than the least")
        fields.extra.append(("n", text))
    fields.set("tasks", low)


def _nodes(text: str, fields: Fields) -> None:
    count = fields.whole(text, "the nodes")
    fields.set("nodes_min", count)
    fields.set("nodes_max", count)


def _limit(text: str, fields: Fields) -> None:
    """`[hours:]minutes`, perhaps for the speed of a named host."""
    clock, slash, host = text.partition("/")
    match = re.fullmatch(r"(?:([0-9]{1,7}):)?([0-9]{1,9})", clock)
    if match is None:
        fields.error("should be [HOURS:]MINUTES", hint="bsub counts minutes, not seconds")
        return
    if slash:
        fields.warning(f"the limit is scaled by the speed of {host}")
    fields.set("time_limit_s", (int(match[1] or 0) * 60 + int(match[2])) * 60)


def _name(text: str, fields: Fields) -> None:
    """`name[1-100:2]%8` is an array."""
    match = re.fullmatch(r"([^\[]*)\[([^\]]*)\](%[0-9]+)?", text)
    if match is None:
        fields.set("name", text)
        return
    fields.set("name", match[1] or None)
    fields.array(match[2] + (match[3] or ""))


def _memory(text: str, fields: Fields) -> None:
    """A limit for the job; kilobytes unless a unit is given."""
    amount = amount_bytes(text.rstrip("!"), "k")
    if amount is None:
        fields.error("should be a number with KB, MB, GB or TB")
    else:
        fields.extra.append(("M", text))


def _gpu(text: str, fields: Fields) -> None:
    count = re.search(r"(?:^|:)num=([0-9]{1,6})", text)
    fields.set("gpus_per_node", count[1] if count else "1")
    rest = ":".join(p for p in text.split(":") if not p.startswith("num=") and p != "-")
    if rest:
        fields.extra.append(("gpu", rest))
