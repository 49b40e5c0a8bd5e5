"""Exact conservative backfilling: a planned start for every waiting job."""

from .layout import Plan, grow, make_plan
from .plan import (
    extend,
    next_start,
    plan_arrival,
    plan_cancel,
    plan_end,
    planned_start,
    pop_start,
)
from .schedule import schedule

__all__ = [
    "Plan",
    "extend",
    "grow",
    "make_plan",
    "next_start",
    "plan_arrival",
    "plan_cancel",
    "plan_end",
    "planned_start",
    "pop_start",
    "schedule",
]
