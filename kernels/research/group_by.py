"""Group-by aggregation over a table of records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from ..arrays import Array, aligned
from ..contract import Check, Kernel, Rival, Work

FIELDS = 4


@dataclass(frozen=True)
class RecordsSize:
    """Records, hospitals and diagnoses."""

    records: int
    hospitals: int
    diagnoses: int


@dataclass(frozen=True)
class RecordsInputs:
    """Columns of the records, and a row of count, sum, smallest, largest for each group."""

    hospital: Array
    diagnosis: Array
    cost: Array
    diagnoses: int
    groups: Array


@njit(cache=True, nogil=True)
def aggregate(
    hospital: Array, diagnosis: Array, cost: Array, diagnoses: int, groups: Array
) -> None:
    """Count, sum, smallest and largest of each group, side by side in the memory."""
    groups[:, :2] = 0.0
    groups[:, 2] = np.inf
    groups[:, 3] = -np.inf
    for i in range(cost.size):
        group = np.uint64(hospital[i]) * np.uint64(diagnoses) + np.uint64(diagnosis[i])
        value = cost[i]
        groups[group, 0] += 1.0
        groups[group, 1] += value
        groups[group, 2] = min(groups[group, 2], value)
        groups[group, 3] = max(groups[group, 3], value)


class GroupBy(Kernel[RecordsSize, RecordsInputs, Array]):
    """Costs by hospital and diagnosis; frequent diagnoses come first, as in real records."""

    name = "group_by"
    title = "group-by aggregation of records"
    stands_for = "statistics of medical records: counts, costs and extremes by group"
    source = "SQL GROUP BY over two keys; the H2O.ai db-benchmark asks the same"
    figure = "items"
    sizes: ClassVar = {
        "tiny": RecordsSize(2_000, 5, 20),
        "cache": RecordsSize(50_000, 20, 100),
        "memory": RecordsSize(10_000_000, 200, 1_000),
    }

    def inputs(self, size: RecordsSize, rng: np.random.Generator) -> RecordsInputs:
        """Uniform hospitals, skewed diagnoses, lognormal costs."""
        hospital = rng.integers(0, size.hospitals, size.records, dtype=np.uint32)
        skewed = size.diagnoses * rng.random(size.records) ** 3
        cost = rng.lognormal(6.0, 1.2, size.records)
        groups = aligned((size.hospitals * size.diagnoses, FIELDS))
        return RecordsInputs(hospital, skewed.astype(np.uint32), cost, size.diagnoses, groups)

    def reference(self, inputs: RecordsInputs) -> Array:
        """A list for each group."""
        lists: list[list[float]] = [[] for _ in range(len(inputs.groups))]
        for hospital, diagnosis, cost in zip(
            inputs.hospital.tolist(), inputs.diagnosis.tolist(), inputs.cost.tolist(), strict=True
        ):
            lists[hospital * inputs.diagnoses + diagnosis].append(cost)
        return np.array(
            [(len(a), sum(a), min(a, default=np.inf), max(a, default=-np.inf)) for a in lists]
        )

    def run(self, inputs: RecordsInputs, threads: int = 1) -> Array:
        """One pass; groups have fixed places because keys are small numbers."""
        columns = (inputs.hospital, inputs.diagnosis, inputs.cost)
        aggregate(*columns, inputs.diagnoses, inputs.groups)
        return inputs.groups

    def work(self, inputs: RecordsInputs) -> Work:
        """Columns read once, groups written once; one addition a record."""
        n = inputs.cost.size
        return Work(n, 16 * n + inputs.groups.nbytes, n, "records")

    def check(self, inputs: RecordsInputs, output: Array) -> Check:
        """Counts, smallest and largest exactly, sums to rounding, by sorting on the group."""
        group = inputs.hospital.astype(np.int64) * inputs.diagnoses + inputs.diagnosis
        n = len(inputs.groups)
        counts = np.bincount(group, minlength=n)
        sums = np.bincount(group, weights=inputs.cost, minlength=n)
        low, high = np.full(n, np.inf), np.full(n, -np.inf)
        np.minimum.at(low, group, inputs.cost)
        np.maximum.at(high, group, inputs.cost)
        exact = np.column_stack([counts, low, high]) != output[:, [0, 2, 3]]
        if np.any(exact):
            return Check.equal(int(np.count_nonzero(exact)), "counts, smallest and largest values")
        error = float(np.max(np.abs(output[:, 1] - sums) / np.maximum(sums, 1.0)))
        return Check.within(error, 1e-12, "sums, relative; counts and extremes exactly")

    def path(self) -> str:
        """Scalar code."""
        return "numba"

    def native(self) -> Rival[RecordsInputs, Array]:
        """pandas, whose table is made outside of the time."""
        import pandas as pd

        last: list[tuple[RecordsInputs, pd.DataFrame]] = []

        def call(inputs: RecordsInputs, threads: int) -> Array:
            if not last or last[0][0] is not inputs:
                last[:] = [(inputs, _frame(inputs))]
            found = (
                last[0][1]
                .groupby(["hospital", "diagnosis"], sort=False)["cost"]
                .agg(["count", "sum", "min", "max"])
            )
            keys = found.index
            place = keys.get_level_values(0).to_numpy(np.int64) * inputs.diagnoses
            place = place + keys.get_level_values(1).to_numpy(np.int64)
            inputs.groups[:] = (0.0, 0.0, np.inf, -np.inf)
            inputs.groups[place] = found.to_numpy(np.float64)
            return inputs.groups

        return Rival("pandas", call)


def _frame(inputs: RecordsInputs):  # type: ignore[no-untyped-def]
    import pandas as pd

    columns = {"hospital": inputs.hospital, "diagnosis": inputs.diagnosis, "cost": inputs.cost}
    return pd.DataFrame(columns)


KERNEL = GroupBy()
