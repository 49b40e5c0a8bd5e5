"""Caps of a site as the core's table: a row for each user, account, QOS that has any."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hpcsim.site.partitions import Partition
from hpcsim.site.qos import Caps, Qos
from hpcsim.units import MINUTE_S

from .reasons import reason_code
from .standing import METER
from .state import records

NO_CAP = 2**62
NONE = Caps()
OF_QOS, OF_USERS, OF_ACCOUNTS, OF_ASSOCIATIONS = (
    reason_code(name)
    for name in ("QOSGrpJobsLimit", "QOSMaxJobsPerUserLimit", "MaxJobsPerAccount",
                 "AssocGrpJobsLimit")
)  # fmt: skip


class MeterTable:
    """Rows of METER that grow as users come; a row keeps its number and what it has counted."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, ...], int] = {}
        self._caps: list[tuple[Caps, int]] = []

    def __len__(self) -> int:
        return len(self._caps)

    def rows_of(self, user: str, accounts: dict[str, Caps], account: str, partition: Partition,
                qualities: dict[str, Qos], qos: Qos) -> list[int]:  # fmt: skip
        """The rows that hold for jobs of a user and account, in a partition, of a QOS.

        `accounts`: the caps of the account and those above it; `qualities`: every QOS by name.
        """
        scopes: Iterator[tuple[tuple[str, ...], Caps, int]] = _of_qos(("",), qos, user, account)
        found = [self._row(*scope) for scope in scopes if scope[1] != NONE]
        if partition.qos is not None:
            inside = _of_qos((partition.name,), qualities[partition.qos], user, account)
            found += [self._row(*scope) for scope in inside if scope[1] != NONE]
        if partition.max_cores_per_user is not None:
            caps = Caps(cores=partition.max_cores_per_user)
            found.append(self._row(("partition", partition.name, user), caps, OF_USERS))
        for name, caps in accounts.items():
            if caps != NONE:
                found.append(self._row(("account", name), caps, OF_ASSOCIATIONS))
        return found

    def _row(self, key: tuple[str, ...], caps: Caps, reason: int) -> int:
        if key not in self._rows:
            self._rows[key] = len(self._caps)
            self._caps.append((caps, reason))
        return self._rows[key]

    def caps(self, row: int) -> Caps:
        """The caps of a row."""
        return self._caps[row][0]

    def table(self, old: np.ndarray) -> np.ndarray:
        """The rows for the core; those in `old` keep what they have counted."""
        table = records(METER, max(1, len(self)))
        table[: len(old)] = old
        for i, (caps, reason) in enumerate(self._caps):
            row = table[i]
            row["reason"] = reason
            row["most_jobs"] = _or_none(caps.running_jobs)
            row["most_submitted"] = _or_none(caps.submitted_jobs)
            row["most_cores"] = _or_none(caps.cores)
            row["most_nodes"] = _or_none(caps.nodes)
            row["most_used"] = _core_s(caps.core_minutes)
            row["most_ahead"] = _core_s(caps.running_core_minutes)
        return table


def _of_qos(
    inside: tuple[str, ...], qos: Qos, user: str, account: str
) -> Iterator[tuple[tuple[str, ...], Caps, int]]:
    """Key, caps and reason of what a QOS says of all its jobs, of a user's and an account's.

    `inside` tells the partition in which they are counted, where it is the partition's own QOS.
    """
    yield ("qos", *inside, qos.name), qos.group, OF_QOS
    yield ("qos-user", *inside, qos.name, user), qos.per_user, OF_USERS
    yield ("qos-account", *inside, qos.name, account), qos.per_account, OF_ACCOUNTS


def _or_none(cap: int | None) -> int:
    return NO_CAP if cap is None else cap


def _core_s(core_minutes: float | None) -> float:
    return np.inf if core_minutes is None else core_minutes * MINUTE_S
