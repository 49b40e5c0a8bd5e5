"""A JSON document read with care: every wrong type is one finding with its path."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import printable
from .findings import Findings
from .source import Source

MOST_TEXT = 4 * 2**20
_HALF = re.compile(r"\\[uU](0000)?[dD][89a-fA-F]")
_NAMES = {str: "a text", bool: "true or false", list: "a list", dict: "an object"}


def load_json(source: Source, findings: Findings) -> Tree | None:
    """The document, or None with a finding where it is not JSON."""
    try:
        text = source.data.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_no_constant)
        refuse_halves(value, text)
    except json.JSONDecodeError as error:
        findings.error(f"not JSON: {error.msg}", line=error.lineno, column=error.colno)
    except UnicodeDecodeError as error:
        line = source.data[: error.start].count(b"\n") + 1
        findings.error("not UTF-8", line=line)
    except RecursionError:
        findings.error("nested too deeply")
    except ValueError as error:
        findings.error(f"not JSON: {error}")
    else:
        return Tree(value, "", findings)
    return None


def refuse_halves(value: object, text: str) -> None:
    r"""ValueError where `value`, written as `text`, has half of a pair such as `\ud800`.

    It is no character, and no file that is written later could hold it.
    """
    if not _HALF.search(text):
        return
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            left += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            left += each
        elif isinstance(each, str) and not each.isascii():
            try:
                each.encode()
            except UnicodeEncodeError as error:
                half = ascii(each[error.start])[1:-1]
                raise ValueError(f"{half} is half of a surrogate pair and no character") from None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


@dataclass(frozen=True)
class Tree:
    """A value and the path to it. Asking for what is not there gives None and no finding."""

    value: object
    path: str
    findings: Findings

    def __bool__(self) -> bool:
        return self.value is not None

    def error(self, message: str, hint: str | None = None) -> None:
        """A mistake at this place."""
        shown = None if isinstance(self.value, (dict, list)) else str(self.value)[:200]
        self.findings.error(
            f"{self.path or 'document'}: {message}", option=self.path, value=shown, hint=hint
        )

    def _typed(self, kind: type) -> bool:
        if isinstance(self.value, kind) and not (kind is not bool and isinstance(self.value, bool)):
            return True
        if self.value is not None:
            self.error(f"should be {_NAMES.get(kind, 'a number')}")
        return False

    def get(self, *names: str) -> Tree:
        """The first of several names that is there."""
        if isinstance(self.value, dict):
            for name in names:
                if self.value.get(name) is not None:
                    return Tree(self.value[name], f"{self.path}.{name}".lstrip("."), self.findings)
        return Tree(None, f"{self.path}.{names[0]}".lstrip("."), self.findings)

    def required(self, name: str) -> Tree:
        """The value of a name that has to be there."""
        found = self.get(name)
        if not found:
            found.error("is missing")
        return found

    def is_object(self) -> bool:
        """Whether it is an object; a finding if it is something else."""
        return self._typed(dict)

    def names(self) -> list[str]:
        """The names of an object."""
        return [str(k) for k in self.value] if isinstance(self.value, dict) else []

    def pairs(self) -> Iterator[tuple[str, Tree]]:
        """Names and values of an object."""
        if self._typed(dict) and isinstance(self.value, dict):
            for name, value in self.value.items():
                yield (
                    str(name),
                    Tree(value, f"{self.path}.{printable(str(name), 40)}", self.findings),
                )

    def items(self) -> Iterator[Tree]:
        """The items of a list."""
        if self._typed(list) and isinstance(self.value, list):
            for at, value in enumerate(self.value):
                yield Tree(value, f"{self.path}[{at}]", self.findings)

    def text(self) -> str | None:
        """A text, None if it is absent or no text."""
        if self._typed(str) and isinstance(self.value, str):
            return self.value[:MOST_TEXT]
        return None

    def label(self) -> str | None:
        """A text or a number taken as one: ids are either."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return str(self.value)
        return self.text()

    def flag(self) -> bool | None:
        """True or false."""
        return self.value if self._typed(bool) and isinstance(self.value, bool) else None

    def number(self, least: float = 0.0) -> float | None:
        """A finite number that is at least `least`."""
        value = self.value
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.error("should be a number")
        elif not math.isfinite(value) or value < least or value > 1e300:
            self.error(f"should be a number of at least {least:g}")
        else:
            return float(value)
        return None

    def whole(self, least: int = 0) -> int | None:
        """A whole number that is at least `least`; 4.0 is one."""
        found = self.number(least)
        if found is None:
            return None
        if found != int(found) or found > 2**63:
            self.error("should be a whole number below 2^63")
            return None
        return int(self.value) if isinstance(self.value, int) else int(found)
