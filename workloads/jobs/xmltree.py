"""XML that may be hostile: no entities, no document type, no network, bounded depth and size."""

from __future__ import annotations

from typing import Any

from .findings import Findings
from .source import Source

MOST_XML_BYTES = 8 * 2**20


def load_xml(source: Source, findings: Findings) -> Any:
    """The root element, or None with a finding. A document type declaration is refused."""
    from lxml import etree

    if len(source.data) > MOST_XML_BYTES:
        findings.error(f"an XML document of more than {MOST_XML_BYTES // 2**20} MiB")
        return None
    if b"\0" in source.data:
        findings.error("not UTF-8; other encodings are refused")
        return None
    if b"<!DOCTYPE" in source.data or b"<!ENTITY" in source.data:
        findings.error(
            "document types and entities are refused",
            hint="remove the <!DOCTYPE ...>; a job description needs none",
        )
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        return etree.fromstring(source.data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position if error.position else (None, None)
        findings.error(f"not XML: {error.msg}", line=line, column=column)
    except ValueError as error:
        findings.error(f"not XML: {error}")
    return None


def local(element: Any) -> str:
    """The name of an element without its namespace; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Any, *names: str) -> list[Any]:
    """The children of these names; none for None."""
    if element is None:
        return []
    return [child for child in element if local(child) in names]


def child(element: Any, *path: str) -> Any:
    """The first element along a path of names, None if there is none."""
    for name in path:
        found = children(element, name)
        if not found:
            return None
        element = found[0]
    return element


def text(element: Any, *path: str) -> str | None:
    """The text of the element along a path; None where it is absent or blank."""
    found = child(element, *path)
    if found is None:
        return None
    return "".join(found.itertext()).strip() or None
