"""The options whose values are words: mail, signals, layouts, bindings, frequencies."""

from __future__ import annotations

import re

from .amounts import BadNumberError
from .cstring import LONG_MAX, is_blank, strtol

SIGNALS = {
    "HUP": 1,
    "INT": 2,
    "QUIT": 3,
    "ABRT": 6,
    "KILL": 9,
    "USR1": 10,
    "USR2": 12,
    "ALRM": 14,
    "TERM": 15,
    "CONT": 18,
    "STOP": 19,
    "TSTP": 20,
    "TTIN": 21,
    "TTOU": 22,
    "URG": 23,
    "XCPU": 24,
}
MAIL = (
    "ARRAY_TASKS",
    "INVALID_DEPEND",
    "BEGIN",
    "END",
    "FAIL",
    "REQUEUE",
    "STAGE_OUT",
    "TIME_LIMIT_50",
    "TIME_LIMIT_80",
    "TIME_LIMIT_90",
    "TIME_LIMIT",
)
_ALL_MAIL = ("INVALID_DEPEND", "BEGIN", "END", "FAIL", "REQUEUE", "STAGE_OUT")
_LAYOUTS = ("block", "cyclic", "fcyclic", "*")
_GOVERNORS = ("perf", "user", "onde")
"""Those that `CpuFreqGovernors` permits where it says nothing."""
_LIMITS = frozenset(
    ("AS", "CORE", "CPU", "DATA", "FSIZE", "MEMLOCK", "NOFILE", "NPROC", "RSS", "STACK")
)
_MEMORY_BINDINGS = frozenset(
    ("p", "prefer", "nosort", "sort", "q", "quiet", "v", "verbose", "no", "none", "rank", "local")
)


def mail_types(text: str) -> str | None:
    """The events named, in Slurm's order; unknown names are passed over, None if all are."""
    found: set[str] = set()
    for token in text.upper().split(","):
        if token == "NONE":
            return "NONE"
        found.update(_ALL_MAIL if token == "ALL" else {token} & set(MAIL))
    return ",".join(name for name in MAIL if name in found) or None


def unknown_mail_types(text: str) -> list[str]:
    """The names that Slurm passes over in silence."""
    return [t for t in text.split(",") if t and t.upper() not in {*MAIL, "ALL", "NONE"}]


def signal_and_lead(text: str) -> tuple[str, int, int] | None:
    """`[R][B][:]SIGNAL[@SECONDS]` as flags, number and seconds; None if it is not one."""
    flags = ""
    for letter in ("R", "B", "R"):
        if text[:1].upper() == letter and letter not in flags:
            flags, text = flags + letter, text[1:]
    name, at, lead = text.removeprefix(":").partition("@")
    number = _signal_number(name)
    if not 1 <= number <= 0xFFFF:
        return None
    if not at:
        return flags, number, 60
    seconds, end = strtol(lead)
    if end != len(lead) or not 0 <= seconds <= 0xFFFF:
        return None
    return flags, number, seconds


def _signal_number(name: str) -> int:
    number, end = strtol(name)
    if end:
        return number % 65536 if is_blank(name[end:]) else 0
    word = name.strip().upper()
    return SIGNALS.get(word.removeprefix("SIG"), 0)


def distribution(text: str, plane_size: str | None) -> str | None:
    """The layout of tasks over nodes, sockets and cores, normalised; None if it is not one."""
    if text[:5].lower() == "plane":
        size = text.partition("=")[2] if "=" in text else (plane_size or "")
        number, end = strtol(size)
        sound = end == len(size) and end > 0 and 0 < number < 2**31
        return f"plane={number}" if sound else None
    if not text or text.startswith(","):
        return None
    base, *flags = [piece for piece in text.lower().split(",", 1) if piece]
    if flags and flags[0] not in ("pack", "nopack"):
        return None
    levels = [level for level in base.split(":") if level]
    if not levels or len(levels) > 3:
        return None
    if len(levels) == 1 and base in ("arbitrary", "hostfile", "pack", "nopack"):
        return ",".join(["arbitrary" if base == "hostfile" else base, *flags])
    if levels[0] == "fcyclic" or any(level not in _LAYOUTS for level in levels):
        return None
    shown: list[str] = []
    for place, level in enumerate(levels):
        default = ("block", "cyclic", shown[1] if len(shown) > 1 else "")[place]
        shown.append(default if level == "*" else level)
    return ",".join([":".join(shown), *flags])


def is_memory_binding(text: str) -> bool:
    """Whether `--mem-bind` would take it."""
    for token in re.split(r",(?![0-9])(?![0-9a-fA-F]+(?:,|$))", text):
        word = token.lower()
        if word in _MEMORY_BINDINGS or word == "help":
            continue
        kind = re.fullmatch(r"(map_?mem|mask_?mem)[:=](.+)", word)
        digits = "[0-9]" if kind and kind[1].startswith("map") else "(?:0x)?[0-9a-f]"
        item = rf"{digits}+(\*[1-9][0-9]*)?"
        if kind is None or not re.fullmatch(rf"{item}(,{item})*", kind[2]):
            return False
    return True


def is_gpu_binding(text: str) -> bool:
    """Whether `--gpu-bind` would take it."""
    for token in f"gpu:{text}".split(";"):
        device, colon, rest = token.partition(":")
        if not token:
            continue
        if not colon or device != "gpu" or not _one_gpu_binding(rest):
            return False
    return True


def _one_gpu_binding(text: str) -> bool:
    text = re.sub(r"^verbose,", "", text, flags=re.IGNORECASE)
    lowered = text.lower()
    if lowered[:1] in ("c", "n"):
        return True
    for prefix, digits in (("map_gpu:", "0123456789"), ("mask_gpu:", "0123456789abcdefx")):
        if lowered.startswith(prefix):
            return all(letter in digits + "*," for letter in lowered[len(prefix) :])
    for prefix in ("per_task:", "single:"):
        if lowered.startswith(prefix):
            return 0 <= strtol(lowered, len(prefix))[0] < LONG_MAX
    return False


def is_gpu_frequency(text: str) -> bool:
    """Whether `--gpu-freq` would take it: `high,memory=low,verbose`."""
    value = r"(?:low|medium|high|highm1|[0-9]{1,18})"
    tokens = [token for token in text.split(";")[0].split(",") if token]
    return bool(text) and all(re.fullmatch(rf"(?:memory=)?{value}|verbose", t) for t in tokens)


def is_cpu_frequency(text: str) -> bool:
    """Whether `--cpu-freq` would take it: `p1[-p2][:governor]` or a governor alone."""
    rest, colon, governor = text.partition(":")
    low, dash, high = rest.partition("-")
    if _is_governor(low):
        return not colon
    if not _is_frequency(low) or (dash and not _is_frequency(high)):
        return False
    if dash and _height(low) > _height(high):
        return False
    return not colon or (bool(dash) and _is_governor(governor))


def _is_governor(text: str) -> bool:
    return text.lower().startswith(_GOVERNORS)


def _is_frequency(text: str) -> bool:
    return text.lower().startswith(("lo", "him1", "highm1", "hi", "med")) or strtol(text)[0] != 0


def _height(text: str) -> int:
    """Where a frequency stands among others: numbers below names, as sbatch compares them."""
    names = ("lo", "him1", "highm1", "hi", "med")
    place = next((i for i, n in enumerate(names) if text.lower().startswith(n)), None)
    return strtol(text)[0] if place is None else 2**62 + (1, 4, 4, 3, 2)[place]


def are_limits(text: str) -> bool:
    """Whether `--propagate` would take it: ALL, NONE, or names of resource limits."""
    names = [name.removeprefix("RLIMIT_") for name in re.split(r"[, \t\n]+", text) if name]
    return text in ("ALL", "NONE") or all(name in _LIMITS for name in names)


def is_profile(text: str) -> bool:
    """Whether `--profile` would take it."""
    lowered = text.lower()
    return any(word in lowered for word in ("none", "all", "energy", "task", "lustre", "network"))


def is_accounting_frequency(text: str) -> bool:
    """Whether `--acctg-freq` would take it: seconds, or `energy=`, `task=`, ... seconds."""
    names = re.compile(r"(?:energy|task|filesystem|network)=")
    for token in text.lower().split(","):
        starts = [0, *(match.end() for match in names.finditer(token))]
        numbers = [(*strtol(token, start), start) for start in starts]
        if token and not any(end > start and value != -1 for value, end, start in numbers):
            return False
    return True


def node_information(text: str) -> tuple[int | None, int | None, int | None]:
    """Sockets, cores and threads of `-B`, None for any; `BadNumberError` for no count."""
    pieces = [piece[:47] for piece in text.split(":", 3)[:3]]
    names = ("first arg of -B", "second arg of -B", "third arg of -B")
    found = [_resource(piece, name) for piece, name in zip(pieces, names, strict=False)]
    return tuple(found + [None] * (3 - len(found)))  # type: ignore[return-value]


def _resource(text: str, name: str) -> int | None:
    if not text or text.startswith("*"):
        return None
    match = re.fullmatch(r"\s*\+?([0-9]{1,18})([kKmM]?)(?:-\s*\+?[1-9][0-9]{0,17}[kKmM]?.*)?", text)
    if match is None:
        raise BadNumberError(f'Invalid numeric value "{text}" for {name}.')
    number = int(match[1]) * {"": 1, "k": 1024, "m": 1048576}[match[2].lower()]
    if number > 2**31 - 1:
        raise BadNumberError(f"Numeric argument ({number}) to big for {name}.")
    return number
