"""What befalls a workload: nodes that break, checkpoints against that, jobs that fail."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hpcsim.center.failures import Outages, failures, none, read
from hpcsim.center.failures.checkpoint import daly_s, job_mtbf_s, young_s
from hpcsim.cluster.lifelines import Lives
from hpcsim.cluster.lives import COMPLETES, FAILS, WANTS_MEMORY
from hpcsim.cluster.machine import MOST_MIB, Machine, Shapes
from hpcsim.errors import InputError, Problem
from hpcsim.rng import stream
from hpcsim.site import Site

RULES = ("none", "young", "daly")
MOST_DOUBLINGS = 2.0  # a job that runs out of memory needs up to four times what it asked for


@dataclass(frozen=True)
class Mishaps:
    """What may go wrong in a run on the nodes of `site`; raises InputError for what cannot be.

    `failing` and `hungry` are the shares of jobs that fail by themselves and that run out of
    memory; `checkpoint` is none, young, daly or seconds of work.
    """

    site: Site
    seed: int = 0
    failures: bool = False
    events: Path | None = None
    requeues: int = 3
    checkpoint: str = "none"
    write_s: float = 60.0
    restart_s: float = 60.0
    failing: float = 0.0
    hungry: float = 0.0
    recorded: Outages | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        problems = list(self._problems())
        if self.events is not None:
            try:
                object.__setattr__(self, "recorded", read(self.events, self.site))
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)

    def _problems(self) -> Iterator[Problem]:
        if self.failures and self.events is not None:
            hint = "give one of --failures and --events"
            yield Problem("failures are drawn or read from a file, not both", hint=hint)
        if self.failures and not self.site.failures.sources:
            rule = "a site file has them as in [failures.sources.node]"
            yield Problem("the site has no sources of failures", self.site.name, rule=rule)
        if self.requeues < 0:
            yield Problem("a job comes again 0 times or more", value=str(self.requeues))
        if self.checkpoint not in RULES and not _is_seconds(self.checkpoint):
            rule = "none, young, daly, or seconds of work between two checkpoints"
            yield Problem("no such checkpoint rule", value=self.checkpoint, rule=rule)
        for name, seconds in (("a checkpoint", self.write_s), ("a restart", self.restart_s)):
            if not 0 <= seconds < math.inf:
                yield Problem(f"{name} takes 0 seconds or more", value=str(seconds))
        if min(self.failing, self.hungry) < 0 or not self.failing + self.hungry <= 1:
            rule = "shares of jobs from 0 to 1, together at most 1"
            value = f"{self.failing:g} and {self.hungry:g}"
            yield Problem("no such shares of jobs that fail", value=value, rule=rule)

    @property
    def breaks(self) -> bool:
        """Whether nodes go down."""
        return self.failures or self.events is not None

    def outages(self, horizon_s: float) -> Outages:
        """The outages that begin before `horizon_s`; more time adds some and changes none."""
        if self.recorded is not None:
            return self.recorded
        if not self.failures:
            return none()
        return failures(self.site, stream(self.seed, "failures"), horizon_s)

    def lives(self, runtime_s: np.ndarray, shapes: Shapes, machine: Machine) -> Lives | None:
        """The lives of jobs in the order of their rows; None where they have nothing of note.

        Raises InputError where some shall run out of memory and none asks for any.
        """
        if self.checkpoint == "none" and self.failing == 0 and self.hungry == 0:
            return None
        if self.hungry > 0 and not shapes.memory_mib.any():
            raise InputError(
                Problem(
                    "no job can run out of memory: none asks for any",
                    "--out-of-memory",
                    value=f"{self.hungry:g}",
                    rule="who runs out of what he has asked for asks for twice as much",
                    hint="give the workload a column memory_per_core_mib or memory_per_node_mib",
                )
            )
        fate, share = self._fates(shapes)
        asked = shapes.memory_mib
        rng = stream(self.seed, "memory of jobs")
        wanted = np.ceil(asked * 2.0 ** (MOST_DOUBLINGS * (1 - rng.random(len(asked)))))
        hungry = fate == WANTS_MEMORY
        return Lives(
            work=runtime_s * share,
            whole=runtime_s,
            interval=self._intervals(shapes),
            write=np.full(len(asked), self.write_s),
            restart=np.full(len(asked), self.restart_s if self.checkpoint != "none" else 0.0),
            need=np.where(hungry, np.minimum(wanted, MOST_MIB), asked).astype(np.int32),
            most=most_memory(shapes, machine),
            fate=fate,
        )

    def _fates(self, shapes: Shapes) -> tuple[np.ndarray, np.ndarray]:
        """How each job ends by itself, and the share of its run time until then."""
        rng = stream(self.seed, "fates of jobs")
        drawn, share = rng.random((2, len(shapes.nodes)))
        fate = np.full(len(drawn), COMPLETES, np.int8)
        fate[drawn < self.failing] = FAILS
        fate[(drawn >= self.failing) & (drawn < self.failing + self.hungry)] = WANTS_MEMORY
        fate[(fate == WANTS_MEMORY) & (shapes.memory_mib == 0)] = COMPLETES
        return fate, np.where(fate == COMPLETES, 1.0, share)

    def _intervals(self, shapes: Shapes) -> np.ndarray:
        if self.checkpoint == "none":
            return np.full(len(shapes.nodes), np.inf)
        if self.checkpoint not in RULES:
            return np.full(len(shapes.nodes), float(self.checkpoint))
        mtbf = job_mtbf_s(self.site, shapes.nodes)
        rule = young_s if self.checkpoint == "young" else daly_s
        return np.maximum(rule(self.write_s, mtbf), 1.0)


def most_memory(shapes: Shapes, machine: Machine) -> np.ndarray:
    """int32[J]: the most memory a node that each job could ask for and still fit the machine."""
    if not machine.by_node:
        return shapes.memory_mib
    asked = np.stack([shapes.nodes, shapes.cores, shapes.mask], axis=1)
    kinds, which = np.unique(asked, axis=0, return_inverse=True)
    most = np.zeros(len(kinds), np.int32)
    for i, (nodes, cores, mask) in enumerate(kinds):
        able = (machine.cores >= cores) & ((machine.mask & mask) == mask)
        memory = np.sort(machine.memory_mib[able])[::-1]
        most[i] = memory[nodes - 1] if len(memory) >= nodes else 0
    return np.maximum(most[which.reshape(-1)], shapes.memory_mib)


def _is_seconds(text: str) -> bool:
    try:
        return 0 < float(text) < math.inf
    except ValueError:
        return False
