"""Some of the jobs: those in whose rows a column, or what follows from one, has a value."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InputError, Problem, nearest

# What a job is for, by its queue; a queue that is not named here is a class by itself.
CLASSES = {"sequencing": "clinical"}
DERIVED = {"class": "queue", "product": "executable"}
_MOST_VALUES = 100


def labelled(jobs: pa.Table, name: str) -> pa.ChunkedArray:
    """Column `name` as texts in a dictionary column, a value a job.

    Beside the table's own columns there are `class` (what a job is for: `clinical` for the
    pipelines of patients' samples, else its queue) and `product` (the executable up to its slash:
    `nipt`, `wgs`). InputError, with the columns that there are, where there is none of that name.
    """
    source = DERIVED.get(name, name)
    if source not in jobs.column_names:
        known = columns(jobs)
        raise InputError(Problem(f"jobs cannot be told apart by {name}", hint=nearest(name, known)))
    column = jobs.column(source)
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(pc.cast(column, pa.string()))
    if name not in DERIVED:
        return column
    return pa.chunked_array([_renamed(chunk, name) for chunk in column.chunks])


def columns(jobs: pa.Table) -> list[str]:
    """The names by which `labelled` can tell jobs apart: texts and whole numbers."""
    own = [
        field.name
        for field in jobs.schema
        if not pa.types.is_floating(field.type) and field.name != "job_id"
    ]
    return sorted([*own, *(name for name, source in DERIVED.items() if source in own)])


def values(jobs: pa.Table, name: str) -> list[str]:
    """The values that `labelled` knows, those included that no job happens to have."""
    found: set[str] = set()
    for chunk in labelled(jobs, name).chunks:
        found.update(value for value in chunk.dictionary.to_pylist() if value is not None)
    return sorted(found)[:_MOST_VALUES]


def selected(jobs: pa.Table, where: Mapping[str, str]) -> pa.Table:
    """The jobs in which every column named in `where` has the value that stands there."""
    for name, value in where.items():
        chunks = [
            pc.equal(chunk.dictionary, value).take(chunk.indices)
            for chunk in labelled(jobs, name).chunks
        ]
        jobs = jobs.filter(pa.chunked_array(chunks, pa.bool_()))
    return jobs


def _renamed(column: pa.DictionaryArray, name: str) -> pa.DictionaryArray:
    old = column.dictionary.to_pylist()
    new = [CLASSES.get(v, v) if name == "class" else v.partition("/")[0] for v in old]
    known = list(dict.fromkeys(new))
    place = pa.array([known.index(v) for v in new], pa.int32())
    return pa.DictionaryArray.from_arrays(place.take(column.indices), pa.array(known, pa.string()))
