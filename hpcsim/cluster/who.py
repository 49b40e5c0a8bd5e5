"""Whose jobs are whose, and where they want to go: columns of codes with their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

COLUMNS = ("user", "group", "account", "partition", "qos")


@dataclass(frozen=True, eq=False)
class Who:
    """Codes of each job's user, group, account, partition and QOS: int32[J], below 0 for none.

    `names[column][code]` is a code's name; a code without one is called by its number.
    """

    user: np.ndarray
    group: np.ndarray
    account: np.ndarray
    partition: np.ndarray
    qos: np.ndarray
    nice: np.ndarray
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, count: int, names: Mapping[str, Sequence[str]] | None = None,
           **columns: np.ndarray) -> Who:  # fmt: skip
        """The columns given, the others unknown."""
        unknown = np.full(count, -1, np.int32)
        nice = np.asarray(columns.pop("nice", np.zeros(count)), np.int32)
        filled = {name: np.asarray(columns.get(name, unknown), np.int32) for name in COLUMNS}
        return cls(**filled, nice=nice, names=names or {})

    def __len__(self) -> int:
        return len(self.user)

    def select(self, rows: np.ndarray) -> Who:
        """The columns of some jobs, in the order of `rows`."""
        columns = {name: getattr(self, name)[rows] for name in (*COLUMNS, "nice")}
        return Who(**columns, names=self.names)

    def name(self, column: str, code: int) -> str | None:
        """The name behind a code of a column, None where none is given."""
        if code < 0:
            return None
        known = self.names.get(column, ())
        return (known[code] if code < len(known) else "") or str(code)

    def kinds(self) -> tuple[np.ndarray, np.ndarray]:
        """The different rows of codes, int32[K, 5], and for each job which of them it is."""
        columns = np.stack([getattr(self, name) for name in COLUMNS], axis=1)
        if (columns == columns[:1]).all():
            return columns[:1], np.zeros(len(columns), np.int64)
        shift = columns.min(axis=0)
        sizes = columns.max(axis=0) - shift + 1
        if np.prod(sizes.astype(float)) < 2**62:
            # One number a row sorts many times faster than rows do.
            coded = np.ravel_multi_index(tuple((columns - shift).T), tuple(sizes))
            _, first, which = np.unique(coded, return_index=True, return_inverse=True)
            return columns[first], which
        kinds, which = np.unique(columns, axis=0, return_inverse=True)
        return kinds, which.ravel()
