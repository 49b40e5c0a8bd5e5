"""Health records: institutions, their messages, the ingest service, nightly statistics."""

from .settings import RecordsSettings
from .store import Records, RecordsPorts

__all__ = ["Records", "RecordsPorts", "RecordsSettings"]
