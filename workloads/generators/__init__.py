"""Generators of workloads, a module each; a module that lies here is a generator.

A generator module has `Settings`, a frozen dataclass of the keys that a user may set, and
`generate(settings, rng) -> Workload`. Modules whose name begins with an underscore are helpers.
"""
