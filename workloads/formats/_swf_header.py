"""The head of an SWF file: `; Key: value` lines, as real logs write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..parsing.ledger import Ledger

_ENTRY = re.compile(r"^[;\s]*([A-Za-z][A-Za-z0-9 _-]{0,40}?)\s*:\s*(.*?)\s*$")
_NUMBER = re.compile(r"\d{1,15}")
_NAMED_CODE = re.compile(r"^(\d{1,6})\s+(\S.{0,200})")
NAMED = ("user", "group", "account", "queue", "partition", "executable")
MOST_NAMED_CODES = 1 << 20


@dataclass
class Header:
    """What the comments say that matters to a simulation."""

    values: dict[str, str] = field(default_factory=dict)
    """The first value of each key, keys in small letters."""
    names: dict[str, dict[int, str]] = field(default_factory=dict)
    """Names of queues, partitions and so on, by code."""

    def add(self, line: int, text: bytes, ledger: Ledger) -> None:
        """Take in one comment line."""
        try:
            words = text.decode()
        except UnicodeDecodeError:
            words = text.decode("latin-1")
            ledger.repair("repaired", "comment that is not UTF-8, read as Latin-1", (line,))
        entry = _ENTRY.match(words)
        if not entry:
            return
        key, value = entry[1].lower(), entry[2]
        named = _NAMED_CODE.match(value) if key in NAMED else None
        if named:
            self.names.setdefault(key, {})[int(named[1])] = named[2].strip()
        else:
            self.values.setdefault(key, value)

    def number(self, key: str) -> int | None:
        """The number that a key's value begins with, or None."""
        found = _NUMBER.match(self.values.get(key, ""))
        return int(found[0]) if found else None

    def machine_cores(self, ledger: Ledger) -> int | None:
        """MaxProcs, or MaxNodes where only that is known."""
        cores = self.number("maxprocs")
        if cores:
            return cores
        nodes = self.number("maxnodes")
        if nodes:
            ledger.repair("assumed", "no MaxProcs in the header: MaxNodes counts the processors")
        return nodes or None

    def labels(self) -> dict[str, tuple[str, ...]]:
        """Names by code for each coded column that has any."""
        found = {}
        for column, names in self.names.items():
            if max(names) < MOST_NAMED_CODES:
                found[column] = tuple(names.get(code, "") for code in range(max(names) + 1))
        return found
