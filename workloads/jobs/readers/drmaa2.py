"""DRMAA version 2 job templates in JSON, with the names of the standard."""

from __future__ import annotations

import re
from datetime import datetime

from ..findings import Findings
from ..jsontree import Tree, load_json
from ..model import FileRef, JobDescription, Step, Workflow
from ..slurm.submission import Context
from ..source import Source

NAME = "drmaa2"
SUFFIXES = (".drmaa2", ".drmaa2.json")


def looks_like(head: str) -> bool:
    """Whether the beginning of a file is a job template."""
    start = head.lstrip("\ufeff \t\r\n")
    return start.startswith("{") and re.search(r'"remoteCommand"\s*:', head) is not None


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """The template as one job."""
    document = load_json(source, findings)
    if document is None or not document.is_object():
        return Workflow()
    return Workflow(jobs=(_job(document),))


def _job(template: Tree) -> JobDescription:
    command = template.required("remoteCommand").text()
    arguments = template.get("args")
    rest = [a for row in arguments.items() if (a := row.label()) is not None] if arguments else []
    least, most = template.get("minSlots").whole(1), template.get("maxSlots").whole(1)
    if least is not None and most is not None and most < least:
        template.get("maxSlots").error("is below minSlots")
    memory = template.get("minPhysMemory").whole()
    hosts = template.get("candidateMachines")
    names = [h for row in hosts.items() if (h := row.text())] if hosts else []
    emails = template.get("email")
    mail = [e for row in emails.items() if (e := row.text())] if emails else []
    environment = template.get("jobEnvironment")
    return JobDescription(
        name=template.get("jobName").text(),
        steps=(Step(argv=(command, *rest)),) if command is not None else (),
        tasks=least,
        memory_per_node_mib=None if memory is None else -(-memory // 1024),
        time_limit_s=_limit(template),
        begin=_moment(template.get("startTime")),
        deadline=_moment(template.get("deadlineTime")),
        partition=template.get("queueName").text(),
        account=template.get("accountingId", "accountingID").text(),
        reservation=template.get("reservationId", "reservationID").text(),
        nodelist=",".join(names) or None,
        hold=template.get("submitAsHold").flag() or None,
        requeue=template.get("rerunnable").flag(),
        workdir=template.get("workingDirectory").text(),
        stdin=template.get("inputPath").text(),
        stdout=template.get("outputPath").text(),
        stderr=template.get("errorPath").text(),
        mail_user=",".join(mail) or None,
        mail_type=_mail(template),
        environment=tuple((k, v.label() or "") for k, v in environment.pairs())
        if environment
        else (),
        inputs=_files(template.get("stageInFiles")),
        outputs=_files(template.get("stageOutFiles")),
        extra=tuple(_extra(template, least, most)),
    )


def _limit(template: Tree) -> int | None:
    limits = template.get("resourceLimits")
    if not limits:
        return None
    found = limits.get("WALLCLOCK_TIME", "wallclockTime")
    if isinstance(found.value, str) and found.value.isascii() and found.value.isdigit():
        return int(found.value) if len(found.value) < 12 else None
    return found.whole()


def _moment(value: Tree) -> str | None:
    """Seconds of the epoch or an ISO date and time."""
    try:
        if isinstance(value.value, str):
            at = datetime.fromisoformat(value.value)
        elif (seconds := value.number()) is not None:
            at = datetime.fromtimestamp(seconds)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        value.error("should be an ISO date and time, or seconds")
        return None
    return at.replace(tzinfo=None).isoformat(timespec="seconds")


def _mail(template: Tree) -> str | None:
    names = (("emailOnStarted", "BEGIN"), ("emailOnTerminated", "END"))
    return ",".join(event for name, event in names if template.get(name).flag()) or None


def _files(rows: Tree) -> tuple[FileRef, ...]:
    """Source address by target path."""
    pairs = rows.pairs() if rows else ()
    return tuple(FileRef(path=path.strip("'"), url=url.text()) for path, url in pairs)


def _extra(template: Tree, least: int | None, most: int | None) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    if most is not None and most != least:
        found.append(("maxSlots", str(most)))
    names = ("jobCategory", "machineOS", "machineArch", "priority")
    found += [(name, v) for name in names if (v := template.get(name).label()) is not None]
    if template.get("joinFiles").flag():
        found.append(("joinFiles", None))
    return found
