"""Qualities of service: priority, caps, and who may preempt whom."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .types import Count, Name, Named, NotNegative, Part, Positive, Whole


class Caps(Part):
    """The most that running (or submitted) jobs may hold together; none: no cap."""

    running_jobs: Whole | None = Field(default=None, description="jobs that run at once")
    submitted_jobs: Whole | None = Field(default=None, description="jobs running or waiting")
    cores: Whole | None = Field(default=None, description="cores held at once")
    nodes: Whole | None = Field(default=None, description="nodes held at once")
    core_minutes: NotNegative | None = Field(
        default=None, description="core-minutes used, decayed as fairshare usage is"
    )
    running_core_minutes: NotNegative | None = Field(
        default=None, description="core-minutes that the limits of running jobs still allow"
    )


class JobCaps(Part):
    """The most that one job may ask for; none: no cap."""

    cores: Count | None = Field(default=None, description="cores of a job")
    nodes: Count | None = Field(default=None, description="nodes of a job")
    time_h: Positive | None = Field(default=None, description="limit of a job, h")
    core_minutes: Positive | None = Field(default=None, description="cores times limit of a job")


class Qos(Named):
    """A quality of service."""

    priority: Whole = Field(default=0, description="QOS factor, divided by the largest")
    group: Caps = Field(default=Caps(), description="caps over all jobs of the QOS")
    per_user: Caps = Field(default=Caps(), description="caps for each user")
    per_account: Caps = Field(default=Caps(), description="caps for each account")
    per_job: JobCaps = Field(default=JobCaps(), description="caps for each job")
    preempts: tuple[Name, ...] = Field(default=(), description="QOS whose running jobs give way")
    preempt: Literal["requeue", "cancel"] = Field(
        default="requeue", description="what happens to its own jobs when they give way"
    )
    grace_s: NotNegative = Field(default=0.0, description="notice before a preemption, s")
    usage_factor: NotNegative = Field(
        default=1.0, description="how much of a job's use counts for fairshare and core_minutes"
    )
