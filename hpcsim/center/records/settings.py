"""The section `records` of a scenario: who sends, what takes it in, who uses it."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import model_validator

from ..contract import Settings, Surge, quantity


class Partner(Settings):
    """A platform that sends records and has jobs run on them."""

    message_share: float = quantity(
        0.0, "messages, next to all institutions' 1", unit="1", source="A", ge=0, le=1
    )
    every_h: float = quantity(24.0, "between its batches of jobs", unit="h", source="A", gt=0)
    at_h: float = quantity(0.0, "first batch of the run", unit="h", source="A", ge=0)
    tasks: int = quantity(1, "tasks of a batch", unit="1", source="A", ge=0, le=10_000)
    cores: int = quantity(1, "cores of a task", unit="1", source="A", ge=1)
    minutes: float = quantity(10.0, "length of a task", unit="min", source="A", gt=0)


class Nights(Settings):
    """Extraction and statistics: what runs when, and by when it has to be done."""

    opens_h: float = quantity(0.5, "window opens", unit="h", source="R 0.8", ge=0, lt=24)
    closes_h: float = quantity(6.0, "window closes", unit="h", source="R 0.8", gt=0, le=24)
    nodes: int = quantity(20, "nodes of the extraction", unit="1", source="A", ge=0, le=10_000)
    node_cores: int = quantity(40, "cores of a node", unit="1", source="D", ge=1)
    node_memory_gib: float = quantity(150.0, "asked for a node", unit="GiB", source="A", gt=0)
    extract_h: float = quantity(2.0, "length of the extraction", unit="h", source="A", gt=0)
    queries: int = quantity(200, "statistics tasks", unit="1", source="A", ge=0, le=100_000)
    query_min: float = quantity(10.0, "length of each", unit="min", source="A", gt=0)
    report_days: int = quantity(5, "first days of a month", unit="day", source="A", ge=0, le=28)
    monthly: float = quantity(3.0, "times the work on them", unit="1", source="A", ge=0)
    quarterly: float = quantity(5.0, "the same after a quarter", unit="1", source="A", ge=0)
    annual: float = quantity(10.0, "the same after a year", unit="1", source="A", ge=0)


def _partners() -> dict[str, Partner]:
    return {
        "jiangbei": Partner(message_share=0.03, every_h=1, tasks=10, minutes=5),
        "provincial_statistics": Partner(at_h=6, tasks=4, cores=20, minutes=60),
    }


class RecordsSettings(Settings):
    """The health records of some 80 million residents, and what is done with them."""

    institutions: int = quantity(200, "that send", unit="1", source="S", ge=0, le=100_000)
    size_sigma: float = quantity(
        0.8, "spread (of the logarithm) of their sizes", unit="1", source="A", ge=0, le=3
    )
    visits_per_day: float = quantity(
        388_000.0,
        "visits at all sources",
        unit="1/day",
        source="D, A share",
        span=(247e3, 529e3),
        ge=0,
    )
    messages_per_visit: float = quantity(
        60.0, "messages sent on", unit="1", source="A", span=(15, 433), ge=0
    )
    message_kb: float = quantity(16.0, "size of one", unit="kB", source="S", span=(2, 40), gt=0)
    outpatient_share: float = quantity(
        0.62,
        "messages in the rhythm of visits; the wards' go round the clock",
        unit="1",
        source="A: peak of 2.6 times the mean",
        ge=0,
        le=1,
    )
    shift_min: float = quantity(
        20.0, "spread of the institutions' hours", unit="min", source="A", ge=0, le=240
    )
    day_variation: float = quantity(
        0.05, "spread of an institution's days", unit="1", source="A", ge=0, le=1
    )
    late: float = quantity(
        0.03,
        "late or sent again within 1-3 days",
        unit="1",
        source="A",
        span=(0.005, 0.1),
        ge=0,
        le=1,
    )
    resent: float = quantity(
        0.5, "of these, sent again though they had come", unit="1", source="A", ge=0, le=1
    )
    trace: Path | None = quantity(
        None, "time_s, messages; instead of drawing", unit="path", source="A"
    )
    scale: float = quantity(1.0, "times all demand", unit="1", source="A", ge=0)
    surges: tuple[Surge, ...] = quantity((), "stretches of more", unit="section", source="A")
    capacity_per_s: float = quantity(
        900.0, "messages that the ingest service takes", unit="1/s", source="A", gt=0
    )
    period_min: int = quantity(
        15, "between writes to the store", unit="min", source="A", ge=1, le=1440
    )
    residents: float = quantity(80e6, "people on file", unit="1", source="S", ge=0)
    stored_mb_per_resident: float = quantity(
        0.4, "kept of one by the start", unit="MB", source="A", span=(0.1, 2), ge=0
    )
    stored_per_raw: float = quantity(
        0.2, "bytes kept of a byte received", unit="1", source="A", ge=0, le=10
    )
    tier: str = quantity("warm", "where records are kept", unit="name", source="A")
    nights: Nights = quantity(Nights(), "nightly work", unit="section", source="A")
    partners: dict[str, Partner] = quantity(
        _partners(), "platforms that send and use", unit="section", source="S exist; numbers A"
    )
    mining_per_day: float = quantity(
        20.0, "research jobs on records", unit="1/day", source="A", ge=0, le=1e5
    )
    mining_mean_h: float = quantity(4.0, "mean length of one", unit="h", source="A", gt=0)

    @model_validator(mode="after")
    def _window_opens_before_it_closes(self) -> Self:
        if self.nights.closes_h <= self.nights.opens_h:
            raise ValueError("nights.closes_h must be later than nights.opens_h")
        return self
