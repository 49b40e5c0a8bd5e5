"""What the value of each sbatch option means, and which values are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from . import enums, times
from .amounts import (
    ACCEPTED_MEMORY,
    BadCountError,
    BadNumberError,
    mebibytes,
    node_count,
    whole_number,
)
from .clock import ACCEPTED, BadTimeError, parse_moment
from .cstring import int32, strtol

NICE_MOST = 2**31 - 3
POSITIVE = (
    "cores-per-socket",
    "cpus-per-gpu",
    "cpus-per-task",
    "mincpus",
    "ntasks",
    "ntasks-per-core",
    "ntasks-per-gpu",
    "ntasks-per-node",
    "ntasks-per-socket",
    "ntasks-per-tres",
    "sockets-per-node",
    "threads-per-core",
)


class RefusedError(ValueError):
    """A value that sbatch refuses: its own message, and the way out."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class ValueReader:
    """Reads values; what depends on the clock or the environment is handed in."""

    now: datetime
    environment: Mapping[str, str] = field(default_factory=dict)

    def read(self, key: str, text: str | None) -> object:
        """What `text` means as the value of option `key`; `RefusedError` with sbatch's words."""
        if key in ("begin", "deadline"):
            return self._moment(key, text or "")
        if key == "distribution":
            layout = enums.distribution(text or "", self.environment.get("SLURM_DIST_PLANESIZE"))
            return _known(layout, key, "block, cyclic, plane=SIZE or arbitrary, then :block ...")
        read = _READERS.get(key)
        return text if read is None else read(text)

    def _moment(self, key: str, text: str) -> object:
        try:
            return parse_moment(text, self.now)
        except BadTimeError as bad:
            raise RefusedError(f"Invalid --{key} specification: {bad}", ACCEPTED) from None


def _known(value: object, key: str, hint: str) -> object:
    if value is None or value is False:
        raise RefusedError(f"Invalid --{key} specification", hint)
    return value


def _is_one(key: str, test: Callable[[str], bool], hint: str, text: str | None) -> object:
    _known(test(text or ""), key, hint)
    return text


def _limit(key: str, text: str | None) -> object:
    minutes = times.limit_minutes(text or "")
    hint = times.ACCEPTED
    if text and text[-1:] in "smhd" and text[:-1].isdigit():
        hint = f"no unit letters; write {_in_minutes(text)} for {text}, or {times.ACCEPTED}"
    return _known(minutes, key, hint)


def _in_minutes(text: str) -> str:
    each = {"s": "0:{}", "m": "{}", "h": "{}:00:00", "d": "{}-0"}
    return each[text[-1]].format(text[:-1])


def _memory(key: str, text: str | None) -> object:
    return _known(mebibytes(text or ""), key, f"{ACCEPTED_MEMORY}; no fractions")


def _whole(key: str, positive: bool, text: str | None) -> object:
    try:
        return whole_number(f"--{key}", text or "", positive)
    except BadNumberError as bad:
        equals = (text or "").startswith("=")
        hint = f"write --{key}=N, or the letter and the number without =" if equals else None
        raise RefusedError(str(bad), hint or "a whole number, at least 1") from None


def _nodes(text: str | None) -> object:
    try:
        return node_count(text or "")
    except BadCountError as bad:
        raise RefusedError(f"{bad} (--nodes)", "a number or MIN-MAX; k and m are factors") from None


def _nice(text: str | None) -> object:
    number = 100 if text is None else strtol(text)[0]
    if abs(number) > NICE_MOST:
        raise RefusedError(f"Invalid --nice value, out of range (+/- {NICE_MOST})")
    return int32(number)


def _priority(text: str | None) -> object:
    if (text or "").upper() == "TOP":
        return times.NO_VALUE - 1
    number = strtol(text or "")[0]
    if number < 0:
        raise RefusedError("Priority must be >= 0 (--priority)")
    if number >= times.NO_VALUE:
        raise RefusedError(f"Priority must be < {times.NO_VALUE} (--priority)")
    return number


def _exclusive(text: str | None) -> object:
    words = {"exclusive": "exclusive", "oversubscribe": "ok", "user": "user", "mcs": "mcs"}
    return _known(words.get((text or "exclusive").lower()), "exclusive", "user, mcs, or no value")


def _open_mode(text: str | None) -> object:
    known = {"a": "a", "t": "t"}.get((text or "")[:1].lower())
    return _known(known, "open-mode", "append or truncate")


def _no_kill(text: str | None) -> object:
    known = {"set": "set", "off": "off", "no": "off"}.get((text or "set").lower())
    return _known(known, "no-kill", "off, or no value")


def _user_environment(text: str | None) -> object:
    rest = "" if text is None else text[strtol(text)[1] :]
    return _known(rest[:1].lower() in ("", "s", "l") or None, "get-user-env", "[SECONDS][S|L]")


def _switches(text: str | None) -> object:
    count, at, wait = (text or "").partition("@")
    number = _whole("switches", True, count)
    return number, (times.seconds(wait) if at else None)


def _delay(text: str | None) -> object:
    waited = times.seconds(text or "")
    return _known(None if waited == times.NO_VALUE else waited, "delay-boot", times.ACCEPTED)


def _wait_all(text: str | None) -> object:
    number = _whole("wait-all-nodes", False, text)
    return _known(isinstance(number, int) and number % 65536 <= 1, "wait-all-nodes", "0 or 1")


def _node_information(text: str | None) -> object:
    try:
        return enums.node_information(text or "")
    except BadNumberError as bad:
        raise RefusedError(str(bad), "sockets[:cores[:threads]]") from None


def _kill_on_invalid(text: str | None) -> object:
    known = {"yes": True, "no": False}.get((text or "").lower())
    if known is None:
        raise RefusedError("Invalid --kill-on-invalid-dep specification", "yes or no")
    return known


def _path(text: str | None) -> object:
    return "/dev/null" if (text or "").lower() == "none" else text


_READERS: dict[str, Callable[[str | None], object]] = {
    "time": partial(_limit, "time"),
    "time-min": partial(_limit, "time-min"),
    "mem": partial(_memory, "mem"),
    "mem-per-cpu": partial(_memory, "mem-per-cpu"),
    "mem-per-gpu": partial(_memory, "mem-per-gpu"),
    "tmp": partial(_memory, "tmp"),
    "nodes": _nodes,
    "nice": _nice,
    "priority": _priority,
    "exclusive": _exclusive,
    "open-mode": _open_mode,
    "no-kill": _no_kill,
    "get-user-env": _user_environment,
    "switches": _switches,
    "req-switch": partial(_whole, "switches", True),
    "wait4switch": lambda text: times.seconds(text or ""),
    "delay-boot": _delay,
    "wait-all-nodes": _wait_all,
    "extra-node-info": _node_information,
    "kill-on-invalid-dep": _kill_on_invalid,
    "input": _path,
    "output": _path,
    "error": _path,
    "core-spec": partial(_whole, "core-spec", False),
    "thread-spec": partial(_whole, "thread-spec", True),
    "mail-type": lambda text: _known(
        enums.mail_types(text or ""), "mail-type", "known: " + ", ".join((*enums.MAIL, "ALL"))
    ),
    "signal": lambda text: _known(
        enums.signal_and_lead(text or ""), "signal", "[B:]SIGNAL[@SECONDS], seconds below 65536"
    ),
    "mem-bind": partial(_is_one, "mem-bind", enums.is_memory_binding, "local, rank, map_mem:..."),
    "gpu-bind": partial(_is_one, "gpu-bind", enums.is_gpu_binding, "closest, single:N, ..."),
    "gpu-freq": partial(_is_one, "gpu-freq", enums.is_gpu_frequency, "low, high, N, memory=..."),
    "cpu-freq": partial(_is_one, "cpu-freq", enums.is_cpu_frequency, "p1[-p2][:governor]"),
    "propagate": lambda text: _limits_to_propagate(text),
    "profile": partial(_is_one, "profile", enums.is_profile, "none, all, energy, task, ..."),
    "acctg-freq": partial(_is_one, "acctg-freq", enums.is_accounting_frequency, "task=SECONDS"),
    "gres-flags": partial(
        _is_one,
        "gres-flags",
        lambda text: text.lower() in ("disable-binding", "enforce-binding"),
        "disable-binding or enforce-binding",
    ),
    "verbose": lambda text: 1 if text is None else _whole("verbose", False, text),
    **{key: partial(_whole, key, True) for key in POSITIVE},
}


def _limits_to_propagate(text: str | None) -> object:
    if not enums.are_limits(text or "ALL"):
        raise RefusedError(f"--propagate={text} is not valid.", "ALL, NONE or names such as STACK")
    return text or "ALL"
