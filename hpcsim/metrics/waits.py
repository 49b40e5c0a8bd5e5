"""How long jobs waited, and how long they took from submission to end."""

from __future__ import annotations

from .distribution import described
from .kinds import Floats


def wait_s(submit_s: Floats, start_s: Floats) -> Floats:
    """Start minus submission, in seconds (Standard Workload Format, field 3)."""
    return start_s - submit_s


def turnaround_s(submit_s: Floats, end_s: Floats) -> Floats:
    """End minus submission, in seconds; also called response or flow time.

    Feitelson and Rudolph, "Metrics and benchmarking for parallel job scheduling", JSSPP 1998.
    """
    return end_s - submit_s


def wait_figures(waits_s: Floats) -> dict[str, float]:
    """Mean, median, p90, p95, p99 and maximum of the waits of jobs that started, in seconds."""
    return described(waits_s, "wait_s")


def turnaround_figures(turnarounds_s: Floats) -> dict[str, float]:
    """Mean, median, p90, p95, p99 and maximum turnaround of jobs that ended, in seconds."""
    return described(turnarounds_s, "turnaround_s")
