"""Named random streams: two policies meet the same demand, and a new subsystem disturbs none."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """The generator of subsystem `name` in the run with `seed`.

    The name is hashed into the seed sequence's spawn key, so a stream depends on nothing but its
    own name and the run's seed.
    """
    key = zlib.crc32(name.encode())
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(key,)))
