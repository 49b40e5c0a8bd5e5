"""OSU Micro-Benchmarks: one table over message sizes, or one line."""

from __future__ import annotations

import re
from dataclasses import replace

from ..results import Result
from .printed import NUMBER, Reader, Run, first, result

HEAD = re.compile(r"^# OSU MPI(.+?)(?: Test)?\s+v(\S+)\s*$", re.MULTILINE)
GAP = r"[ \t]+"
ROW = re.compile(
    rf"^(\d+){GAP}({NUMBER})(?:{GAP}({NUMBER}))?(?:{GAP}{NUMBER})*[ \t]*$", re.MULTILINE
)
LONE = re.compile(rf"^\s*({NUMBER})\s*$", re.MULTILINE)


def _read(text: str) -> list[Result]:
    """A file may hold the tables of several tests, one after the other."""
    heads = list(HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    results = []
    for head, end in zip(heads, ends, strict=True):
        results.extend(_table(head.group(1).strip(), head.group(2), text[head.end() : end]))
    return results


def _table(test: str, version: str, text: str) -> list[Result]:
    columns = first(r"^# (?:Size)?(.*(?:\(us\)|MB/s).*)$", text)
    unit = "us" if "(us)" in columns else "MB/s"
    name = test.lower().replace(" ", "_")
    run = Run("osu", f"OSU {version}, {columns}; it checks no data unless asked to")
    rows = ROW.findall(text)
    if not rows:
        return [result(run, name, float(value), unit) for value in LONE.findall(text)[:1]]
    results = []
    for size, value, second in rows:
        sized = replace(run, parameters={"bytes": float(size)})
        results.append(result(sized, f"{name}/{size}", float(value), unit))
        if second and "Messages/s" in columns:
            results.append(
                result(
                    sized,
                    f"{name.removesuffix('_/_message_rate')}_messages/{size}",
                    float(second),
                    "messages/s",
                )
            )
    return results


READER = Reader("OSU", lambda text: HEAD.search(text) is not None, _read)
