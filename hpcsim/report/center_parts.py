"""The sections of the centre's report, one a subsystem; a subsystem that was off has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..metrics.records import numbers
from ..simulation.folder import RunFolder
from . import center_figures as drawn
from .center_section import Section, figures_of, shown, tables_of, written
from .center_storage import storage
from .html import Table

PRODUCTS = ("nipt", "panel", "wes", "wgs", "rna", "tumour_normal")


def sections(run: RunFolder) -> Iterator[Section]:
    """A section for each subsystem that was there."""
    for name, make in MAKERS.items():
        if figures_of(run, name):
            yield make(run)


def _sequencing(run: RunFolder) -> Section:
    found = figures_of(run, "sequencing")
    names = {
        "samples_ordered": "samples ordered",
        "samples_delivered": "samples delivered",
        "samples_delivered_per_day": "delivered",
        "samples_rerun": "samples run again after a failed run",
        "samples_topped_up": "samples topped up",
        "samples_waiting_for_sequencer": "samples waiting for a sequencer at the end",
        "runs": "runs",
        "runs_failed": "runs failed",
        "runs_held_up_by_storage": "runs held up by storage",
        "kept_pb_per_year": "kept",
        "pipeline_core_h_per_day": "analysis",
        "national_share": "of the country's sequencing, computed",
        "national_share_claimed": "of the country's sequencing, as claimed",
    }
    return Section(
        "Sequencing platform",
        "From order to signed report: stations of the laboratory, flow cells, sequencers, "
        "pipelines on the cluster.",
        shown(found, names),
        [*drawn.samples(run.centre), *drawn.promises(found, PRODUCTS)],
        [_product_table(run), *tables_of(run, "lab_stations", STATIONS, "Stations"), _use(run)],
    )


STATIONS = {
    "station": "station",
    "instruments": "instruments",
    "samples": "samples",
    "utilization": "in use",
    "mean_wait_h": "mean wait",
}


def _product_table(run: RunFolder) -> Table:
    found = figures_of(run, "sequencing")
    rows = [
        (
            name.replace("_", "-"),
            *(
                written(f"{name}_{key}", found.get(f"{name}_{key}"))
                for key in (
                    "delivered", "turnaround_mean_days", "turnaround_p95_days", "promise_days",
                    "within_promise",
                )
            ),
        )
        for name in PRODUCTS
        if f"{name}_delivered" in found
    ]  # fmt: skip
    head = ("product", "delivered", "mean", "19 in 20 within", "promised, days", "within promise")
    return Table(head, rows, "Turnaround by product")


def _use(run: RunFolder) -> Table:
    found = figures_of(run, "sequencing")
    rows = [
        (key.removeprefix("sequencer_").removesuffix("_utilization"), written(key, value))
        for key, value in found.items()
        if key.startswith("sequencer_")
    ]
    return Table(("sequencer", "running or holding data"), rows, "Sequencers")


def _records(run: RunFolder) -> Section:
    names = {
        "messages": "messages",
        "messages_per_s": "on average",
        "messages_per_s_busiest_hour": "in the busiest hour of a working day",
        "received_gb_per_day": "received",
        "messages_late": "late",
        "messages_again": "sent again",
        "delay_max_s": "longest delay in the ingest",
        "minutes_held_by_store": "minutes in which the store held the ingest up",
        "store_tb": "store at the end",
        "store_growth_tb_per_year": "growth of the store",
        "nights": "nights of extraction and statistics",
        "nights_missed": "nights not done in their window",
        "night_mean_h": "a night's work takes",
        "mining_jobs": "research jobs on records",
    }
    kinds = _by_kind(run)
    return Section(
        "Health records",
        "Some 200 institutions and the Jiangbei platform send; the ingest takes in; nights, "
        "partners and researchers use.",
        shown(figures_of(run, "records"), names),
        drawn.messages(run.centre),
        [kinds] if kinds.rows else [],
    )


def _by_kind(run: RunFolder) -> Table:
    """Nights by what was due in them."""
    rows: list[tuple[str, ...]] = []
    nights = run.centre.get("record_nights")
    if nights is not None and nights.num_rows:
        listed = nights.to_pylist()
        for kind in dict.fromkeys(night["kind"] for night in listed):
            mine = [night for night in listed if night["kind"] == kind]
            took = [n["ended_s"] - n["submitted_s"] for n in mine if n["ended_s"] is not None]
            mean = f"{sum(took) / len(took) / 3600:.1f} h" if took else "–"
            missed = sum(night["missed"] is True for night in mine)
            rows.append((kind, str(len(mine)), mean, str(missed)))
    return Table(("work", "nights", "mean length", "missed"), rows, "Nights by what was due")


def _biobank(run: RunFolder) -> Section:
    names = {
        "tubes_stored": "tubes at the end",
        "fill": "places taken",
        "growth_tubes_per_year": "tubes more a year",
        "full_on": "full on",
        "full_on_earliest": "at the earliest",
        "full_on_latest": "at the latest",
        "income_yuan_per_year": "income a year",
        "orders": "orders",
        "order_turnaround_mean_h": "from order to door",
        "order_turnaround_p95_h": "19 in 20 within",
        "robot_utilization": "robots in use",
        "robot_failures": "robot failures",
        "misreads": "codes misread",
        "cooling_alarms": "cooling alarms",
    }
    return Section(
        "Biobank",
        "Ten million places at -80 °C in 21 banks, and the robots between racks and orders.",
        shown(figures_of(run, "biobank"), names),
        drawn.tubes(run.centre),
    )


def _imports(run: RunFolder) -> Section:
    found = figures_of(run, "imports")
    names = {
        "lots_applied": "lots applied for",
        "lots_released": "lots released",
        "lots_inspected": "lots inspected",
        "lots_rejected": "lots sent back",
        "application_to_release_mean_days": "from application to release",
        "before_application_to_release_mean_days": "the same under the rules before",
        "class_D_approval_mean_h": "approval of class D",
        "before_approval_mean_working_days": "approval under the rules before",
        "tubes_to_biobank": "tubes to the biobank",
        "tubes_to_lab": "tubes to the laboratory",
        "follow_ups_open": "under follow-up supervision",
    }
    text = "Each lot passes today's desk and, on the same chances, the rules before the platform."
    return Section("Imports", text, shown(found, names), drawn.approvals(found))


def _research(run: RunFolder) -> Section:
    names = {
        "jobs_came": "jobs",
        "jobs_per_day": "jobs",
        "users": "users",
        "utilization": "of the machine used",
        "utilization_asked": "of the machine asked for",
        "wait_mean_h": "mean wait",
        "wait_p95_h": "19 in 20 within",
        "failed_share": "jobs that fail",
        "request_accuracy_mean": "run time over requested time, mean",
        "income_yuan": "income",
        "partner_income_yuan": "of it from partners",
    }
    accounts = run.centre.get("research_accounts")
    pictures = []
    if accounts is not None and accounts.num_rows:
        pictures = drawn.bars(
            accounts["account"].to_pylist(),
            numbers(accounts, "core_h") / 1e6,
            "Core-hours by account",
            "Fields of the centre and partners; what users ask follows few very active ones.",
            "million core-hours",
        )
    classes = {"class": "class", "jobs": "jobs", "core_h": "used", "mean_wait_h": "mean wait"}
    payers = {"account": "account", "jobs": "jobs", "core_h": "used", "yuan": "pays"}
    return Section(
        "Research computing",
        "Medicine, life science, mathematics and information control, and the partners who pay.",
        shown(figures_of(run, "research"), names),
        pictures,
        [
            *tables_of(run, "research_classes", classes, "Classes of jobs"),
            *tables_of(run, "research_accounts", payers, "Accounts"),
        ],
    )


def _failures(run: RunFolder) -> Section:
    names = {
        "outages": "outages",
        "node_outages": "nodes in them",
        "node_availability": "nodes in service",
        "jobs_queued_again": "jobs queued again",
        "lost_core_h": "work lost",
    }
    text = "Nodes, racks, switches and the whole machine fail; what ran there is queued again."
    return Section("Failures", text, shown(figures_of(run, "failures"), names))


MAKERS: dict[str, Callable[[RunFolder], Section]] = {
    "sequencing": _sequencing,
    "records": _records,
    "biobank": _biobank,
    "imports": _imports,
    "research": _research,
    "storage": storage,
    "failures": _failures,
}
