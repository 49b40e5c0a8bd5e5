"""Whether the machine was quiet: others' processor time, stolen time, the clock of the core."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import psutil

from .pulse import pulse

LOOK_S = 0.5
# Daemons of an idle machine stay below these.
OTHERS_CORES = 0.1
STOLEN_SHARE = 0.01
CLOCK_DRIFT = 0.05
NAMED = 3


@dataclass(frozen=True)
class Moment:
    """Counters of the machine and of this process with its children, all in seconds."""

    when_s: float
    busy_s: float
    stolen_s: float
    own_s: float
    load: float


def moment() -> Moment:
    """Now."""
    cpu = psutil.cpu_times()
    busy = cpu.user + cpu.system + getattr(cpu, "nice", 0.0) + getattr(cpu, "irq", 0.0)
    return Moment(
        when_s=time.monotonic(),
        busy_s=busy + getattr(cpu, "softirq", 0.0),
        stolen_s=getattr(cpu, "steal", 0.0),
        own_s=_own(),
        load=os.getloadavg()[0],
    )


def _own() -> float:
    """Processor time of this process, its ended children and its running descendants."""
    own = sum(os.times()[:4])
    for child in psutil.Process().children(recursive=True):
        try:
            own += sum(child.cpu_times()[:4])
        except psutil.Error:
            continue
    return own


class Watch:
    """Looks at the machine before and while something is measured."""

    def __init__(self) -> None:
        pulse()
        self._before = moment()
        time.sleep(LOOK_S)
        self._start = moment()
        self._processes = _processes()
        self._pulses = [pulse()]

    def beat(self) -> None:
        """Feel the clock once more; called between rounds."""
        self._pulses.append(pulse())

    def disturbances(self) -> tuple[str, ...]:
        """What disturbed the measurement, a sentence each; nothing on a quiet machine."""
        end = moment()
        said = [
            *_others("before the start", self._before, self._start),
            *_others("during the run", self._start, end),
            *_stolen(self._start, end),
            *_drift(self._pulses),
        ]
        if said:
            said += _names(self._processes)
        return tuple(said)


def quiet() -> tuple[str, ...]:
    """What disturbs the machine just now, looked at for half a second."""
    before = moment()
    time.sleep(LOOK_S)
    after = moment()
    return (*_others("now", before, after), *_stolen(before, after))


def _others(when: str, before: Moment, after: Moment) -> list[str]:
    elapsed = max(after.when_s - before.when_s, 1e-9)
    others = (after.busy_s - before.busy_s - (after.own_s - before.own_s)) / elapsed
    if others <= OTHERS_CORES:
        return []
    cores = os.cpu_count() or 1
    return [f"other processes used {others:.1f} of {cores} cores {when} (load {after.load:.1f})"]


def _stolen(before: Moment, after: Moment) -> list[str]:
    elapsed = max(after.when_s - before.when_s, 1e-9)
    share = (after.stolen_s - before.stolen_s) / elapsed / (os.cpu_count() or 1)
    return [f"the host took {share:.1%} of the processor time (steal)"] * (share > STOLEN_SHARE)


def _drift(pulses: list[float]) -> list[str]:
    change = max(pulses) / min(pulses) - 1.0
    if change <= CLOCK_DRIFT:
        return []
    return [f"the core's clock, or its share of it, went down by {change:.0%} for some time"]


def _processes() -> dict[int, float]:
    found = {}
    for each in psutil.process_iter():
        try:
            found[each.pid] = sum(each.cpu_times()[:2])
        except psutil.Error:
            continue
    return found


def _names(before: dict[int, float]) -> list[str]:
    """The processes that used most since, without this one and its descendants."""
    me = psutil.Process()
    mine = {me.pid, *(child.pid for child in me.children(recursive=True))}
    used = []
    for each in psutil.process_iter():
        try:
            spent = sum(each.cpu_times()[:2]) - before.get(each.pid, 0.0)
            if each.pid not in mine and spent > LOOK_S / 10:
                used.append((spent, f"{each.name()} ({each.pid}) {spent:.1f} s"))
        except psutil.Error:
            continue
    top = [text for _, text in sorted(used, reverse=True)[:NAMED]]
    return ["most of it: " + ", ".join(top)] if top else []
