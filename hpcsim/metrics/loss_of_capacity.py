"""How much of the machine stood idle while somebody waited."""

from __future__ import annotations


def loss_of_capacity(
    idle_while_queued_core_s: float, machine_cores: int, begin_s: float, finish_s: float
) -> float:
    """Core-seconds idle while at least one job waited, over all core-seconds, as a share of 1.

    It is what fragmentation and policy cost, as against a machine that is idle because nobody
    asks. Zhang, Franke, Moreira and Sivasubramaniam, "Improving parallel job scheduling by
    combining gang scheduling and backfilling techniques", IPDPS 2000. NaN if no time passes.
    """
    span = finish_s - begin_s
    return idle_while_queued_core_s / (machine_cores * span) if span > 0 else float("nan")
