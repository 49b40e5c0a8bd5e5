"""The world: the SimPy environment, the cluster process, the results."""
