"""Generic resources: `gpu`, `gpu:2`, `gpu:a100:2`, in the options that ask for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .settings import Settings

_OPTIONS = ("gpus", "gpus-per-node", "gpus-per-socket", "gpus-per-task")
_COUNT = re.compile(r"\+?[0-9]{1,18}[kKmMgGtTpP]?[bB]?")


def bad_gres(settings: Settings, known: frozenset[str]) -> bool:
    """Note every request for a resource that this cluster does not have; True if there is one."""
    before = len(settings.findings.errors)
    for key in (*_OPTIONS, "gres"):
        text = settings.text(key) or ""
        if key == "gres" and text.lower() == "none":
            continue
        if key == "gres" and key in settings and not text.strip(","):
            message = "Invalid Trackable RESource (TRES) specification: nothing is named (--gres)"
            settings.error(message, key, "leave the option out, or name a resource")
        for item in text.split(","):
            if item and not _sound(item if key == "gres" else f"gpu:{item}", known):
                _refuse(settings, key, known)
                break
    for key in ("cpus-per-gpu", "mem-per-gpu", "ntasks-per-gpu", "ntasks-per-tres"):
        if settings.number(key) and "gpu" not in known:
            _refuse(settings, key, known)
    asks = any(key in settings for key in _OPTIONS) or "gpu" in (settings.text("gres") or "")
    if "gpu" in known and settings.number("mem-per-gpu") and not asks:
        settings.error(
            "Invalid generic resource (gres) specification: memory for each GPU without any GPU "
            "(--mem-per-gpu)",
            "mem-per-gpu",
            "ask for GPUs with --gpus",
        )
    return len(settings.findings.errors) > before


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
        name, *rest = item.strip().removeprefix("gres:").split(":", 2)
        counted = bool(rest) and re.fullmatch(r"[0-9]{1,9}", rest[-1]) is not None
        kind = rest[0] if rest and not (counted and len(rest) == 1) else None
        if name and name.lower() != "none":
            yield name, kind, int(rest[-1]) if counted else 1


def wanted_of_node(settings: Settings) -> list[tuple[str, tuple[str, str | None, int]]]:
    """What each node has to have: the option that asks for it, and the resource."""
    found = [("gres", item) for item in items(settings.text("gres") or "")]
    for text in (settings.text("gpus-per-node") or "").split(","):
        found += [("gpus-per-node", item) for item in items(f"gpu:{text}" if text else "")]
    return found


def has_of(stock: str, name: str, kind: str | None) -> int:
    """How many of a resource (of any type, or of one) a node's `Gres=` names."""
    return sum(n for each, type_, n in items(stock) if each == name and kind in (None, type_))
