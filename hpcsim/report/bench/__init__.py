"""The page of the benchmark suite: what the machine can do, how far from its limits."""

from .page import write_bench_report

__all__ = ["write_bench_report"]
