"""What connects the subsystems: a builder each, in order of building; storage is there before.

Siblings do not know each other; here one's port becomes the other's method. A subsystem that is
switched off leaves the ports of the others at their defaults, which do nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from hpcsim.center.biobank import Biobank
from hpcsim.center.imports import Imports
from hpcsim.center.imports.desk import ImportsPorts
from hpcsim.center.records import Records, RecordsPorts
from hpcsim.center.research import Research, ResearchPorts
from hpcsim.center.sequencing import Sequencing, SequencingPorts
from hpcsim.center.storage import Storage

if TYPE_CHECKING:
    from .world import World

INGEST_HASTE = 4.0
Builder = Callable[["World", np.random.Generator], Any]


def _sequencing(world: World, rng: np.random.Generator) -> Sequencing:
    ports: dict[str, Any] = {"submit_graph": world.submissions.submit_graph}
    store = world.subsystems.get("storage")
    if isinstance(store, Storage):
        ports |= {
            "write_bytes": store.write_bytes,
            "keep_bytes": store.keep_bytes,
            "drop_bytes": store.drop_bytes,
        }
    settings = world.scenario.demand.sequencing
    return Sequencing(world.env, settings, world.calendar, rng, SequencingPorts(**ports))


def _records(world: World, rng: np.random.Generator) -> Records:
    ports: dict[str, Any] = {"submit_graph": world.submissions.submit_graph}
    store = world.subsystems.get("storage")
    if isinstance(store, Storage):
        ports["write_bytes"] = partial(_faster, store)
    settings = world.scenario.demand.records
    return Records(world.env, settings, world.calendar, rng, RecordsPorts(**ports))


def _faster(
    store: Storage, tier: str, owner: str, dataset: str, n_bytes: float, bytes_per_s: float
) -> simpy.Event | None:
    """The ingest writes faster than it receives: a write is over before the next, not with it."""
    return store.write_bytes(tier, owner, dataset, n_bytes, INGEST_HASTE * bytes_per_s)


def _biobank(world: World, rng: np.random.Generator) -> Biobank:
    return Biobank(world.env, world.scenario.demand.biobank, world.calendar, rng)


def _imports(world: World, rng: np.random.Generator) -> Imports:
    bank = world.subsystems.get("biobank")
    ports = ImportsPorts(deliver_tubes=bank.deliver_tubes) if isinstance(bank, Biobank) else None
    return Imports(world.env, world.scenario.demand.imports, world.calendar, rng, ports)


def _research(world: World, rng: np.random.Generator) -> Research:
    ports = ResearchPorts(submit=world.submissions.submit_research)
    return Research(world.env, world.scenario.demand.research, world.calendar, rng, ports)


BUILDERS: dict[str, Builder] = {
    "sequencing": _sequencing,
    "records": _records,
    "biobank": _biobank,
    "imports": _imports,
    "research": _research,
}
