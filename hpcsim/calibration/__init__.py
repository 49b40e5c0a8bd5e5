"""From kernel results to a machine model to how long a job takes."""

from .bench import Bench, read_bench
from .carry import calibrate, carried, project
from .curve import Curve, curve_of
from .document import Calibration, as_shipped, draw, load, save
from .estimate import Estimate
from .programs import Program, programs
from .run_times import RunTimes

__all__ = [
    "Bench",
    "Calibration",
    "Curve",
    "Estimate",
    "Program",
    "RunTimes",
    "as_shipped",
    "calibrate",
    "carried",
    "curve_of",
    "draw",
    "load",
    "programs",
    "project",
    "read_bench",
    "save",
]
