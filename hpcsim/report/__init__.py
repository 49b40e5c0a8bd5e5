"""Figures and pages: reads run folders, computes nothing."""

from .compare import compare_report
from .page import write_report

__all__ = ["compare_report", "write_report"]
