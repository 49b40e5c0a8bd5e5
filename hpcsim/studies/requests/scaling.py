"""A job's cores against the scaling curve of the program that it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hpcsim.calibration import Calibration, Curve, Program, as_shipped, curve_of, programs
from hpcsim.errors import InputError, Problem, nearest
from hpcsim.site import Site
from workloads.jobs import JobDescription
from workloads.jobs.commands import Command, commands_of
from workloads.jobs.shapes import shape_of

from .cost import core_hours_of, cores_held, node_type_of
from .finding import Waste

ENOUGH = 0.7
"""The efficiency up to which cores are worth asking for."""
TOLERATED = 2.0
"""How many times the cores of that efficiency may be asked for: memory may need them."""
CORES = ("cpus_per_task", "tasks", "tasks_per_node", "nodes_min")
_BESIDE = """
    . : [ [[ test true false echo printf cd pwd pushd popd export unset set shopt declare local
    source module ml load conda mamba activate deactivate umask ulimit trap wait sleep exit return
    shift read let mkdir rmdir cp mv rm ln ls cat head tail cut sort uniq wc grep egrep sed awk tr
    tee touch date hostname uname whoami df du find basename dirname realpath readlink chmod
    gzip gunzip zcat bgzip tabix tar md5sum rsync scontrol squeue sacct nproc lscpu free which
"""
BESIDE = frozenset(_BESIDE.split())
"""Commands that take no time worth a core; any other that is unknown leaves a job unjudged."""


@dataclass(frozen=True)
class Scaling:
    """What a program's curve says of the cores that a job asks for; hours are core-hours."""

    program: str
    job_class: str
    told_by: str
    basis: str
    cores: int
    efficiency: float
    knee: int
    knee_efficiency: float
    enough_cores: int
    enough_efficiency: float
    longer: float
    """How many times as long it takes on the cores that are enough."""
    saved_core_h: float | None
    """What is saved there if it would have run until its limit; None without one."""


@dataclass(frozen=True)
class _Judged:
    """A program of a job, what told it, the cores that one run of it has, its curve there."""

    program: Program
    said: str
    cores: int
    curve: Curve


@dataclass(frozen=True)
class Curves:
    """Programs' curves at a site; `program` names the one that all jobs run, if it was given."""

    site: Site
    calibration: Calibration = field(default_factory=as_shipped)
    program: str | None = None
    _known: dict[tuple[str, int], Curve] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.program is not None and self.program not in programs():
            hint = nearest(self.program, sorted(programs()))
            message = "no curve is known of this program"
            raise InputError(Problem(message, value=self.program, hint=hint))

    def of(self, job: JobDescription) -> Scaling | None:
        """What the curve says of a job; None where nothing tells the program that it runs."""
        kind = node_type_of(job, self.site)
        judged = []
        for program, said, launched in self._programs(job):
            each = launched and not program.spreads
            cores = shape_of(job).cpus_per_task if each else cores_held(job, kind)
            if cores > 0:
                judged.append(_Judged(program, said, cores, self._curve(program, kind.cores)))
        if not judged:
            return None
        # Of several programs the one that needs its cores most speaks for the job.
        best = max(judged, key=lambda each: each.curve.efficiency(each.cores))
        if len(judged) > 1:
            said = f"{best.said}, of {len(judged)} programs the one that uses them best"
            best = replace(best, said=said)
        return self._scaling(job, best)

    def _programs(self, job: JobDescription) -> list[tuple[Program, str, bool]]:
        if self.program is not None:
            return [(programs()[self.program], "--program", False)]
        return _told(commands_of(job))

    def _curve(self, program: Program, node_cores: int) -> Curve:
        key = (program.name, node_cores)
        if key not in self._known:
            self._known[key] = curve_of(program, self.site, self.calibration, node_cores)
        return self._known[key]

    def _scaling(self, job: JobDescription, best: _Judged) -> Scaling:
        program, curve, cores = best.program, best.curve, best.cores
        enough = curve.widest(ENOUGH)
        efficiency, enough_efficiency = curve.efficiency(cores), curve.efficiency(enough)
        hours = core_hours_of(job, self.site)
        saved = None if hours is None else hours * (1 - efficiency / enough_efficiency)
        return Scaling(
            program=program.name,
            job_class=program.kind,
            told_by=best.said,
            basis=_basis(program, curve, self.calibration),
            cores=cores,
            efficiency=efficiency,
            knee=curve.knee,
            knee_efficiency=curve.efficiency(curve.knee),
            enough_cores=enough,
            enough_efficiency=enough_efficiency,
            longer=cores * efficiency / (enough * enough_efficiency),
            saved_core_h=saved,
        )


def beyond_knee(found: Scaling) -> Waste | None:
    """The waste where more cores are asked for than the knee, and far more than are used well."""
    if found.cores <= found.knee or found.cores <= TOLERATED * found.enough_cores:
        return None
    message = (
        f"{found.cores:,} cores lie beyond the knee of {found.program} (told by {found.told_by}): "
        f"they are used to {found.efficiency:.0%}; the knee is at {found.knee:,} "
        f"({found.knee_efficiency:.0%}), and up to {found.enough_cores:,} keep {ENOUGH:.0%} or "
        f"more; {found.basis}"
    )
    saves = "saves" if found.saved_core_h is None else f"saves {found.saved_core_h:,.1f} core-hours"
    share = 1 - found.efficiency / found.enough_efficiency
    hint = (
        f"asking for {found.enough_cores:,} {saves} ({share:.0%}) and takes "
        f"{max(found.longer, 1.0):.1f} times as long"
    )
    return Waste(CORES, message, hint)


def _told(commands: Sequence[Command]) -> list[tuple[Program, str, bool]]:
    """The known programs among commands, and whether each is run once a task.

    None of them if others run that might be what needs the cores.
    """
    found: dict[str, tuple[Program, str, bool]] = {}
    for command in commands:
        known = _program(command)
        if known is None:
            if not all(name in BESIDE for name, _ in list(command.programs())[:1]):
                return []
        elif command.many:
            return []
        else:
            said = f"`{known.name}` in line {command.line} of the commands"
            found.setdefault(known.name, (known, said, command.launched))
    return list(found.values())


def _program(command: Command) -> Program | None:
    for name, arguments in command.programs():
        for program in programs().values():
            if program.is_run_by(name, arguments):
                return program
    return None


def _basis(program: Program, curve: Curve, calibration: Calibration) -> str:
    if program.spreads:
        kind = program.job_class
        words = f"by the assumed messages of the class {kind.name}"
    else:
        source = "published" if program.source == "S" else "assumed"
        words = f"{source} of {program.cores} cores: {program.efficiency:.0%}"
    if curve.laws:
        reach = max(fit.high_x for fit in curve.laws.values())
        words += (
            f"; {', '.join(sorted(curve.laws))} as measured on up to {reach:.0f} threads of "
            f"{calibration.provenance.machine}"
        )
    return words
