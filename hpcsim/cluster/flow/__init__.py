"""Bandwidth shared among the flows of the moment: compiled, exact between events.

`flows` is the way in from Python, `verbs` the way in from compiled loops. Nothing else of the
model is imported here, so that any compiled loop may use it.
"""
