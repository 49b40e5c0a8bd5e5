"""Every waiting job has a planned start, and nobody may delay anybody's.

There is no pass to compile here: the plan is kept by `cluster.conservative` and driven by the
event loop of `cluster.planned`.
"""

SUMMARY = "every waiting job has a planned start that nobody may delay"
SOURCE = "Mu'alem, Feitelson, IEEE TPDS 12(6), 2001"
