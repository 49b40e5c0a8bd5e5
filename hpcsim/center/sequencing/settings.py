"""The section `sequencing` of a scenario: products, stations, flow cells, sequencers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator

from hpcsim.errors import nearest

from ..contract import Settings, Surge, quantity
from .pipelines import shipped


class Product(Settings):
    """What a clinic orders: how often, how much sequence, how soon."""

    samples_per_year: float = quantity(
        0.0, "samples that arrive in a year", unit="1/a", source="A", ge=0, le=1e8
    )
    gb: float = quantity(1.0, "raw sequence a sample", unit="Gb", source="D", gt=0, le=1e5)
    promise_days: float = quantity(10.0, "promised turnaround", unit="day", source="A", gt=0)
    flow_cell: str = quantity("s4", "kind of flow cell it goes on", unit="name", source="A")
    pipeline: str = quantity("wgs", "pipeline that analyses it", unit="name", source="D")
    report_h: float = quantity(
        24.0, "from the last task to the signed report", unit="h", source="A", ge=0
    )


class Station(Settings):
    """A step of the laboratory: instruments that each take a plate of samples."""

    instruments: int = quantity(100, "instruments", unit="1", source="A", ge=0, le=100_000)
    plate: int = quantity(1, "samples an instrument takes at once", unit="1", source="A", ge=1)
    longest_wait_h: float = quantity(
        0.0, "after which a plate starts though not full", unit="h", source="A", ge=0
    )
    work_h: float = quantity(1.0, "mean time a plate takes", unit="h", source="A", gt=0)
    spread: Literal["constant", "exponential", "lognormal"] = quantity(
        "lognormal", "distribution of that time", unit="name", source="A"
    )
    variation: float = quantity(
        0.2, "standard deviation over mean of a lognormal", unit="1", source="A", gt=0, le=5
    )
    one_product: bool = quantity(
        False, "whether a plate holds one product only", unit="yes or no", source="A"
    )


class FlowCell(Settings):
    """A kind of flow cell and the run that reads it."""

    sequencer: str = quantity("novaseq6000", "type that reads it", unit="name", source="A")
    gb: float = quantity(3000.0, "sequence that it yields", unit="Gb", source="S", gt=0)
    run_h: float = quantity(44.0, "length of a run", unit="h", source="S", gt=0)
    longest_wait_h: float = quantity(
        48.0, "after which it runs though not full", unit="h", source="A", ge=0
    )


class SequencerType(Settings):
    """Sequencers of one type."""

    count: int = quantity(1, "sequencers", unit="1", source="A", ge=0, le=10_000)
    positions: int = quantity(1, "flow cells a run", unit="1", source="S", ge=1, le=16)
    turnaround_h: float = quantity(
        4.0, "wash and load between runs", unit="h", source="R 0.7", span=(2, 24), ge=0
    )
    failed_runs: float = quantity(
        0.03, "runs that fail", unit="1", source="R 0.6", span=(0.01, 0.06), ge=0, le=1
    )


def _stations() -> dict[str, Station]:
    return {
        "accession": Station(instruments=100, work_h=0.25),
        "extraction": Station(instruments=300, plate=24, longest_wait_h=4, work_h=4),
        "qc": Station(instruments=200, plate=24, longest_wait_h=2, work_h=1.5),
        "library": Station(
            instruments=800, plate=24, longest_wait_h=8, work_h=24, one_product=True
        ),
        "pooling": Station(instruments=200, plate=24, longest_wait_h=4, work_h=2, one_product=True),
    }


def _flow_cells() -> dict[str, FlowCell]:
    return {
        "s4": FlowCell(),
        "s2": FlowCell(gb=1000, run_h=36, longest_wait_h=72),
        "t7": FlowCell(sequencer="hiseqx_t7", gb=1500, run_h=24),
        "nipt": FlowCell(sequencer="small", gb=50, run_h=10, longest_wait_h=24),
        "panel": FlowCell(sequencer="small", gb=50, run_h=12, longest_wait_h=24),
    }


def _sequencers() -> dict[str, SequencerType]:
    return {
        "novaseq6000": SequencerType(count=12, positions=2),
        "hiseqx_t7": SequencerType(count=8, positions=4),
        "small": SequencerType(count=20),
    }


def _product(
    per_year: float, gb: float, days: float, cell: str, pipeline: str, report_h: float = 24.0
) -> Product:
    return Product(
        samples_per_year=per_year,
        gb=gb,
        promise_days=days,
        flow_cell=cell,
        pipeline=pipeline,
        report_h=report_h,
    )


PRODUCTS = ("nipt", "panel", "wes", "wgs", "rna", "tumour_normal")
SOURCE = "D design mix; promise, cell and report A"


class SequencingSettings(Settings):
    """The sequencing platform; the products add up to 450,000 samples a year and some pairs."""

    nipt: Product = quantity(
        _product(330_000, 0.5, 7, "nipt", "nipt"), "prenatal test", unit="section", source=SOURCE
    )
    panel: Product = quantity(
        _product(50_000, 5, 7, "panel", "panel"), "drug-target panel", unit="section", source=SOURCE
    )
    wes: Product = quantity(
        _product(40_000, 12, 15, "t7", "wes"), "exome", unit="section", source=SOURCE
    )
    wgs: Product = quantity(
        _product(20_000, 100, 20, "s4", "wgs", 48), "30x genome", unit="section", source=SOURCE
    )
    rna: Product = quantity(
        _product(10_000, 8, 15, "s2", "rna"), "transcriptome", unit="section", source=SOURCE
    )
    tumour_normal: Product = quantity(
        _product(50, 370, 20, "s4", "tumour-normal", 72),
        "pair of a tumour's and its normal genome",
        unit="section",
        source="A",
    )
    stations: dict[str, Station] = quantity(
        _stations(), "the laboratory, in order; some 1,600 instruments", unit="section", source="A"
    )
    flow_cells: dict[str, FlowCell] = quantity(
        _flow_cells(), "kinds of flow cell", unit="section", source="S yields, A use"
    )
    sequencers: dict[str, SequencerType] = quantity(
        _sequencers(), "40 sequencers; the split is a guess", unit="section", source="A"
    )
    trace: Path | None = quantity(
        None, "orders: ordered_s, product; instead of drawing", unit="path", source="A"
    )
    scale: float = quantity(1.0, "times all demand", unit="1", source="A", ge=0)
    surges: tuple[Surge, ...] = quantity((), "stretches of more", unit="section", source="A")
    opens_h: float = quantity(8.0, "couriers come from", unit="h", source="A", ge=0, le=24)
    closes_h: float = quantity(18.0, "couriers come until", unit="h", source="A", ge=0, le=24)
    lead_in_days: float = quantity(
        7.0, "orders of so many days before the start are in the lab", unit="day", source="A", ge=0
    )
    waiting_at_start_days: float = quantity(
        1.0, "libraries of the last such days wait for flow cells", unit="day", source="A", ge=0
    )
    failed_qc: float = quantity(
        0.03,
        "samples that fail before the library",
        unit="1",
        source="R 0.6",
        span=(0.01, 0.08),
        ge=0,
        le=1,
    )
    qc_station: str = quantity("qc", "station that finds them", unit="name", source="A")
    top_up: float = quantity(
        0.05, "samples below their yield", unit="1", source="R 0.6", span=(0.02, 0.1), ge=0, le=0.9
    )
    top_up_part: float = quantity(
        0.3, "of a sample's sequence that a top-up adds", unit="1", source="A", gt=0, le=1
    )
    scatter_tasks_per_genome: int = quantity(
        60, "tasks of one genome", unit="1", source="A", span=(50, 7336), ge=60, le=7336
    )
    runtime_variation: float = quantity(
        0.25, "standard deviation over mean of a task's time", unit="1", source="A", ge=0, le=2
    )
    raw_gb_per_gb: float = quantity(0.65, "base calls a Gb", unit="GB", source="S", ge=0)
    fastq_gb_per_gb: float = quantity(0.90, "reads a Gb", unit="GB", source="S", ge=0)
    cram_gb_per_gb: float = quantity(0.3125, "alignments a Gb", unit="GB", source="S", ge=0)
    vcf_gb_per_gb: float = quantity(0.0625, "variants a Gb", unit="GB", source="S", ge=0)
    raw_tier: str = quantity("hot", "where runs stream to", unit="name", source="A")
    kept_tier: str = quantity("warm", "where results are kept", unit="name", source="A")
    national_samples_per_year: float = quantity(
        8e6, "clinical samples sequenced in the country", unit="1/a", source="R 0.3", gt=0
    )
    claimed_national_share: float = quantity(
        0.40, "what the press says; not consistent with 450,000", unit="1", source="S"
    )

    @property
    def products(self) -> dict[str, Product]:
        """The products by name, in a fixed order."""
        return {name: getattr(self, name) for name in PRODUCTS}

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        for name, product in self.products.items():
            _known(f"{name}.flow_cell", product.flow_cell, self.flow_cells)
            _known(f"{name}.pipeline", product.pipeline, shipped())
        for name, cell in self.flow_cells.items():
            _known(f"flow_cells.{name}.sequencer", cell.sequencer, self.sequencers)
        _known("qc_station", self.qc_station, self.stations)
        if self.closes_h <= self.opens_h:
            raise ValueError("closes_h must be later than opens_h")
        return self


def _known(place: str, name: str, known: Iterable[str]) -> None:
    names = list(known)
    if name not in names:
        raise ValueError(f"{place} = {name!r} is not known; {nearest(name, names)}")
