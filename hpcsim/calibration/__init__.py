"""From kernel results to a machine model to how long a job takes."""

from .bench import Bench, read_bench
from .carry import calibrate, carried, project
from .document import Calibration, draw, load, save
from .estimate import Estimate
from .run_times import RunTimes

__all__ = [
    "Bench",
    "Calibration",
    "Estimate",
    "RunTimes",
    "calibrate",
    "carried",
    "draw",
    "load",
    "project",
    "read_bench",
    "save",
]
