"""The planner's page of a study, on a screen and on paper."""

from .write import write_study_report

__all__ = ["write_study_report"]
