"""Generic resources: `gpu`, `gpu:2`, `gpu:a100:2`, in the options that ask for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .settings import Settings

_OPTIONS = ("gpus", "gpus-per-node", "gpus-per-socket", "gpus-per-task")
_COUNT = re.compile(r"\+?[0-9]{1,18}[kKmMgGtTpP]?[bB]?")


def bad_gres(settings: Settings, known: frozenset[str]) -> None:
    """Note every request for a resource that this cluster does not have."""
    for key in (*_OPTIONS, "gres"):
        text = settings.text(key) or ""
        if key == "gres" and text.lower() == "none":
            continue
        for item in text.split(","):
            if item and not _sound(item if key == "gres" else f"gpu:{item}", known):
                _refuse(settings, key, known)
                break
    for key in ("cpus-per-gpu", "mem-per-gpu"):
        if key in settings and "gpu" not in known:
            _refuse(settings, key, known)


def _sound(item: str, known: frozenset[str]) -> bool:
    item = item.removeprefix("gres:")
    name, *rest = item.split(":", 2)
    if "" in rest or (len(rest) == 2 and not _COUNT.fullmatch(rest[1])):
        return False
    count = rest[-1] if rest and _COUNT.fullmatch(rest[-1]) else "1"
    return name in known or not count.lstrip("+0").rstrip("kKmMgGtTpPbB")


def _refuse(settings: Settings, key: str, known: frozenset[str]) -> None:
    names = ", ".join(sorted(known)) or "none"
    settings.error(
        f"Invalid generic resource (gres) specification (--{key})", key, f"known here: {names}"
    )


def items(text: str) -> Iterator[tuple[str, str | None, int]]:
    """`(name, type, count)` of each resource in a list that was found sound."""
    for item in text.split(","):
        name, *rest = item.removeprefix("gres:").split(":", 2)
        counted = bool(rest) and rest[-1].isdigit()
        kind = rest[0] if rest and not (counted and len(rest) == 1) else None
        if name:
            yield name, kind, int(rest[-1]) if counted else 1
