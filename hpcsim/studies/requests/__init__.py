"""What a request means at a site: where it fits, what it costs, what it wastes."""

from .cluster import cluster_of, load_cluster
from .cost import Cost, cost_of
from .limits import limit_against
from .waste import waste_of

__all__ = ["Cost", "cluster_of", "cost_of", "limit_against", "load_cluster", "waste_of"]
