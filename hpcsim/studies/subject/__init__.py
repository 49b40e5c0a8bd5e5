"""What studies run: a scenario of the centre, or a workload on a machine."""

from .subject import Known, Measured, Subject, figures_known

__all__ = ["Known", "Measured", "Subject", "figures_known"]
