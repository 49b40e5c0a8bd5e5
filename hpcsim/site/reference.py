"""The reference page of the site file, made from the model itself."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from .model import Site
from .read import inner_model


def reference() -> str:
    """Every table and key of a site file in Markdown: key, default, meaning."""
    return "\n".join(_table(Site, "", "the file itself"))


def _table(model: type[BaseModel], path: str, heading: str) -> list[str]:
    lines = [f"### {heading}", "", "| key | default | meaning |", "| --- | --- | --- |"]
    below: list[str] = []
    for name, field in model.model_fields.items():
        inner = inner_model(field.annotation)
        if name == "provenance" or (name == "name" and path):
            continue
        if inner is None:
            lines.append(f"| `{name}` | {_default(field)} | {_escaped(field.description)} |")
        else:
            inner_path = f"{path}{name}." + ("<name>." if _many(field.annotation) else "")
            below += ["", *_table(inner, inner_path, f"`[{inner_path[:-1]}]`")]
    return lines + below


def _many(annotation: Any) -> bool:
    return any(argument is Ellipsis for argument in get_args(annotation))


def _default(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined:
        return "required"
    if default is None or default in ("", (), {}):
        return "none"
    if isinstance(default, dict):
        return ", ".join(f"`{name} = {value}`" for name, value in default.items())
    return f"`{str(default).lower()}`" if isinstance(default, bool) else f"`{default}`"


def _escaped(text: str | None) -> str:
    return (text or "").replace("|", "\\|")
