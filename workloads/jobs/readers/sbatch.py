"""Slurm batch scripts with their command line and environment, read as sbatch reads them."""

from __future__ import annotations

from ..findings import Findings, Place
from ..model import Array, Dependency, JobDescription, Workflow
from ..slurm.arrays import BadArrayError, parse_array
from ..slurm.clock import Moment
from ..slurm.depend import BadDependencyError, parse_dependency
from ..slurm.hostlist import shorten
from ..slurm.request import Request
from ..slurm.settings import Settings
from ..slurm.submission import Context, Submission, read_submission
from ..slurm.times import INFINITE
from ..source import Source

NAME = "sbatch"
SUFFIXES = (".sbatch", ".slurm")

TEXTS = {
    "gpus": "gpus",
    "gpus-per-node": "gpus_per_node",
    "gpus-per-task": "gpus_per_task",
    "gres": "gres",
    "licenses": "licenses",
    "partition": "partition",
    "qos": "qos",
    "account": "account",
    "reservation": "reservation",
    "clusters": "clusters",
    "constraint": "constraint",
    "exclude": "exclude",
    "chdir": "workdir",
    "mail-user": "mail_user",
    "comment": "comment",
    "container": "container",
}
NUMBERS = {
    "ntasks-per-node": "tasks_per_node",
    "ntasks-per-socket": "tasks_per_socket",
    "ntasks-per-core": "tasks_per_core",
    "cpus-per-task": "cpus_per_task",
    "mincpus": "cpus_per_node_min",
    "mem": "memory_per_node_mib",
    "mem-per-cpu": "memory_per_cpu_mib",
    "mem-per-gpu": "memory_per_gpu_mib",
    "tmp": "disk_per_node_mib",
    "nice": "nice",
    "priority": "priority",
}
PLACED = (
    {"nodes": "nodes_min", "ntasks": "tasks", "time": "time_limit_s"}
    | {key: key.replace("-", "_") for key in ("exclusive", "array", "partition")}
    | NUMBERS
)
"""Options whose place is told with the job: what is asked there may be judged later."""
VALUES = {"input": "stdin", "output": "stdout", "error": "stderr", "mail-type": "mail_type"}
"""Options whose meaning, not their text, is a text."""
_HANDLED = """
    job-name nodes ntasks time time-min begin deadline array dependency nodelist exclusive
    contiguous requeue hold export switches req-switch wait4switch ignore-pbs help
    usage version quiet verbose test-only wrap
"""
_ELSEWHERE = frozenset(_HANDLED.split())


def looks_like(head: str) -> bool:
    """Whether the beginning of a file has directives of Slurm."""
    return any(line.startswith(("#SBATCH", "#SLURM")) for line in head.split("\n"))


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """Every component of the submission as a job."""
    submission = read_submission(source, context, findings)
    return Workflow(jobs=describe(submission, source.basename))


def describe(submission: Submission, default_name: str) -> tuple[JobDescription, ...]:
    """The components of a submission in the terms of the model."""
    for settings, _ in submission.components:
        settings.findings.places.append(_places(settings))
    return tuple(
        _describe(settings, request, submission, default_name)
        for settings, request in submission.components
    )


def _places(settings: Settings) -> dict[str, Place]:
    return {PLACED[s.key]: Place(s.written, s.text, s.line) for s in settings if s.key in PLACED}


def _describe(
    settings: Settings, request: Request, submission: Submission, default_name: str
) -> JobDescription:
    name = settings.text("job-name")
    fields: dict[str, object] = {"name": default_name if name is None else name}
    for key, field in TEXTS.items():
        fields[field] = settings.text(key)
    for key, field in NUMBERS.items():
        fields[field] = settings.number(key)
    for key, field in VALUES.items():
        setting = settings.get(key)
        fields[field] = setting.value if setting else None
    fields |= _counts(settings, request) | _times(settings) | _flags(settings)
    items, any_one = _dependencies(settings)
    pairs, names = _exports(settings.text("export"))
    extra = [(s.key, s.text) for s in settings if _is_extra(s.key)]
    if names is not None:
        extra.append(("export", names))
    extra += _switches(settings)
    if (shared := settings.get("exclusive")) is not None and shared.value == "ok":
        extra.append(("oversubscribe", None))
    return JobDescription(
        array=_array(settings),
        dependencies=items,
        dependency_any=any_one,
        environment=pairs,
        extra=tuple(sorted(extra, key=lambda pair: pair[0])),
        shell=submission.script.shell,
        script=submission.script.body or None,
        **fields,  # type: ignore[arg-type]
    )


def _switches(settings: Settings) -> list[tuple[str, str | None]]:
    """`--switches`, which the environment may say in two variables."""
    count, _, wait = (settings.text("switches") or "").partition("@")
    count = settings.text("req-switch") or count
    wait = settings.text("wait4switch") or wait
    return [("switches", f"{count}@{wait}" if wait else count)] if count else []


def _is_extra(key: str) -> bool:
    return not any(key in known for known in (TEXTS, NUMBERS, VALUES, _ELSEWHERE))


def _counts(settings: Settings, request: Request) -> dict[str, object]:
    found: dict[str, object] = {}
    if "nodes" in settings:
        found["nodes_min"] = max(request.min_nodes, 0)
        found["nodes_max"] = max(request.max_nodes, 0) or None
    if "ntasks" in settings:
        found["tasks"] = request.tasks if request.tasks >= 0 else None
    if "nodelist" in settings:
        text = settings.text("nodelist") or ""
        shortened = request.nodelist and request.nodelist_cut
        found["nodelist"] = shorten(request.nodelist) if shortened else text
    return found


def _times(settings: Settings) -> dict[str, object]:
    found: dict[str, object] = {}
    limit, least = settings.number("time"), settings.number("time-min")
    found["time_unlimited"] = limit == INFINITE
    found["time_limit_s"] = None if limit in (None, INFINITE) else limit * 60
    found["time_min_s"] = None if least in (None, INFINITE) else least * 60
    for key in ("begin", "deadline"):
        setting = settings.get(key)
        if setting is not None and isinstance(setting.value, Moment):
            found[key] = setting.value.text
    return found


def _flags(settings: Settings) -> dict[str, object]:
    found: dict[str, object] = {}
    for key in ("contiguous", "hold"):
        found[key] = True if key in settings else None
    requeue, exclusive = settings.get("requeue"), settings.get("exclusive")
    found["requeue"] = requeue.value if requeue else None
    found["exclusive"] = exclusive.value if exclusive and exclusive.value != "ok" else None
    return found


def _array(settings: Settings) -> Array | None:
    try:
        return parse_array(settings.text("array") or "")
    except BadArrayError:
        return None


def _dependencies(settings: Settings) -> tuple[tuple[Dependency, ...], bool]:
    try:
        found = parse_dependency(settings.text("dependency") or "")
    except BadDependencyError:
        return (), False
    return found.items, found.any_one


def _exports(text: str | None) -> tuple[tuple[tuple[str, str], ...], str | None]:
    """The variables that `--export` sets, and the names that it only passes on."""
    if text is None or any(quote in text for quote in "\"'\\"):
        return (), text
    items = text.split(",")
    pairs = tuple((n, v) for n, equals, v in (i.partition("=") for i in items) if equals and n)
    names = ",".join(item for item in items if "=" not in item)
    return pairs, names if names or not pairs else None
