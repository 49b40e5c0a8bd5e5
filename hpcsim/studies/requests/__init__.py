"""What a request means at a site: where it fits, what it costs, what it wastes."""

from .check import Against, Checked, check
from .cluster import cluster_of, load_cluster
from .cost import Cost, cost_of
from .limits import limit_against
from .scaling import Curves, Scaling, beyond_knee
from .waste import waste_of

__all__ = [
    "Against",
    "Checked",
    "Cost",
    "Curves",
    "Scaling",
    "beyond_knee",
    "check",
    "cluster_of",
    "cost_of",
    "limit_against",
    "load_cluster",
    "waste_of",
]
