"""The page of a calibration: the machine, the site, what is sure and what is not."""

from .page import write_calibration_page

__all__ = ["write_calibration_page"]
