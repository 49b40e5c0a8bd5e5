"""Job descriptions: one model, a reader and a writer a dialect, every mistake told at once."""

from .api import read_cluster, read_jobs, read_text
from .findings import Finding
from .model import Array, Dependency, FileRef, JobDescription, Recorded, Step, Workflow
from .reading import Reading
from .source import Source, read_source

__all__ = [
    "Array",
    "Dependency",
    "FileRef",
    "Finding",
    "JobDescription",
    "Reading",
    "Recorded",
    "Source",
    "Step",
    "Workflow",
    "read_cluster",
    "read_jobs",
    "read_source",
    "read_text",
]
