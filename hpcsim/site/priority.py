"""Weights of multifactor priority and how use is forgotten."""

from __future__ import annotations

from pydantic import Field

from .types import Part, Positive, Whole


class Priority(Part):
    """priority = sum of weight x factor, each factor between 0 and 1, less nice."""

    age: Whole = Field(default=1000, description="weight of the time waited")
    size: Whole = Field(default=0, description="weight of the job's size")
    fairshare: Whole = Field(default=10000, description="weight of the user's place in the tree")
    partition: Whole = Field(default=0, description="weight of the partition's factor")
    qos: Whole = Field(default=0, description="weight of the QOS factor")
    max_age_h: Positive = Field(default=168.0, description="wait at which the age factor is 1, h")
    half_life_d: Positive = Field(default=7.0, description="use counts half after this time, d")
    period_s: Positive = Field(default=300.0, description="time between two computations, s")
    favor_small: bool = Field(default=False, description="whether small jobs have the size factor")
