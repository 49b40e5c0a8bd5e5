"""What all commands that make many runs have in common: their options, and how a study opens."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import typer

from . import options as given
from . import scenario_options

if TYPE_CHECKING:
    from hpcsim.studies.study.metric import Metric
    from hpcsim.studies.study.study import Study
    from hpcsim.studies.subject import Subject

SCENARIO = typer.Argument(
    metavar="SCENARIO", help="A scenario, shipped or a TOML file; or a workload as for simulate."
)
_OUT = typer.Option(
    None, metavar="DIR", help="Folder of the study; what is finished in it is not run again."
)
_EXECUTOR = typer.Option(
    "processes", metavar="WHERE", help="Who makes the runs: processes, here, mpi, dask://host:port."
)
_WORKERS = typer.Option(None, metavar="N", help="Processes; as many as processors without.")
_STUDY_SEED = typer.Option(None, metavar="N", help="Seed of the study; the scenario's own without.")
_RESUME = typer.Option(
    False, "--resume", help="Go on with the study in --out, failed runs once more."
)
_DRY_RUN = typer.Option(
    False, "--dry-run", help="Say how many runs, how long and how much disk; make one of them."
)
_SBATCH = typer.Option(False, "--print-sbatch", help="Print this study as a job script for Slurm.")
_RESAMPLING = typer.Option(
    None, "--workload-resampling", metavar="WAY", help="New traces of a trace's users or weeks."
)
_REPORT = typer.Option(
    True, "--report/--no-report", help="Write report.html and report.pdf into the folder."
)
# What says how a workload is run; a scenario takes some of it as its settings.
RUN = ("cores", "site", "placement", "policy", "cycle", "estimates", "feedback", "load",
       "oversized", "warmup", "cooldown", "resampling")  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """The shared options of one command line."""

    context: typer.Context
    scenario: Any = SCENARIO  # a text; a list of them where a command compares
    out: Path | None = _OUT
    seed: int | None = _STUDY_SEED
    executor: str = _EXECUTOR
    workers: int | None = _WORKERS
    resume: bool = _RESUME
    dry_run: bool = _DRY_RUN
    print_sbatch: bool = _SBATCH
    report: bool = _REPORT
    as_json: bool = given.JSON
    sets: list[str] | None = scenario_options.SET
    only: str | None = scenario_options.ONLY
    calibration: Path | None = scenario_options.CALIBRATION
    cores: int | None = given.CORES
    site: str | None = given.SITE
    placement: str = given.PLACEMENT
    policy: Any = given.POLICY
    cycle: str = given.CYCLE
    estimates: str = given.ESTIMATES
    feedback: bool = given.FEEDBACK
    load: float | None = given.LOAD
    oversized: str = given.OVERSIZED
    warmup: float = given.WARMUP
    cooldown: float = given.COOLDOWN
    resampling: str | None = _RESAMPLING

    @property
    def said(self) -> dict[str, Any]:
        """The options that somebody has written."""
        return given.on_the_command_line(self.context)

    def subject(self, name: str | None = None, without: Sequence[str] = ()) -> Subject:
        """What the study runs; InputError with every mistake in its description.

        Options in `without` were meant for something else than the subject.
        """
        name = name or self.scenario
        said = {key: value for key, value in self.said.items() if key not in without}
        if scenario_options.means_scenario(name):
            return self._centre(name, {key: getattr(self, key) for key in RUN if key in said})
        scenario_options.refuse_for_workloads(self.sets, self.only, self.calibration)
        from hpcsim.studies.subject.workload import OnMachine

        values = {key: getattr(self, key) for key in RUN}
        values |= {"warmup_s": values.pop("warmup"), "cooldown_s": values.pop("cooldown")}
        return OnMachine.of(name, **values)

    def _centre(self, name: str, said: dict[str, Any]) -> Subject:
        from dataclasses import replace

        from hpcsim.simulation.world import choose
        from hpcsim.studies.subject.centre import Centre

        from .calibrate import simulated_with

        warmup_days = said.pop("warmup", 0.0) / 86400
        overrides = scenario_options.overrides(self.sets or [], said)
        subject = Centre.of(name, overrides, warmup_days)
        if self.calibration is not None:
            subject = replace(subject, calibration=simulated_with(self.calibration))
        if self.only is None:
            return subject
        return replace(subject, scenario=subject.scenario.only(choose(self.only)))

    @contextmanager
    def study(self, subject: Subject, metrics: Sequence[Metric] = ()) -> Iterator[Study]:
        """The study's runs, with a progress bar; InputError where it cannot be opened."""
        from hpcsim.errors import InputError, Problem
        from hpcsim.studies.executors import open_pool
        from hpcsim.studies.study.study import open_study

        from .show import progress, tell_of_compiling

        if self.resume and not (self.out and (self.out / "study.json").exists()):
            hint = "--out names the folder of the study to go on with"
            raise InputError(Problem("there is no study to resume", str(self.out or ""), hint=hint))
        if self.executor == "here":
            tell_of_compiling()
        with (
            open_pool(self.executor, self.workers) as pool,
            progress("runs", 1) as tell,
            open_study(
                subject, pool, seed=self.seed, metrics=metrics, out=self.out,
                retry=self.resume, tell=tell,
            ) as study,
        ):  # fmt: skip
            yield study

    def only_told(self, subject: Subject, runs: int, more: bool = False) -> bool:
        """Whether the command line asks for a forecast or a job script instead, then printed."""
        if self.print_sbatch:
            from hpcsim.studies.sbatch import job_script

            typer.echo(job_script(self.words(), self.workers, runs), nl=False)
        elif self.dry_run:
            from hpcsim.studies.outlook import outlook

            from .show import print_json, print_rows

            found = outlook(subject, runs, self.out, self.seed, self.workers, more)
            if self.as_json:
                print_json(found.as_dict())
            else:
                print_rows(found.rows(), f"{subject.title}: what it would take")
        return self.print_sbatch or self.dry_run

    def finish(
        self, study: Study, kind: str, question: str, sentence: str, found: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Keep what was found, and draw its pages, where there is a folder for them."""
        from hpcsim.studies.study.story import story

        answer = story(kind, question, sentence, study.subject, self.words(), found)
        study.finish(answer)
        if self.out is not None and self.report:
            from hpcsim.report.study import write_study_report

            write_study_report(self.out)
        return answer

    @staticmethod
    def words() -> list[str]:
        """The command as it was typed, without what says who makes the runs."""
        import sys

        return ["hpcsim", *sys.argv[1:]]


def study_command(command: Callable[..., None], **lists: Any) -> Callable[..., None]:
    """`command(asked, *, own options)` as a command that has the shared options too.

    `lists` are shared options of which there may be several here, as typer describes them.
    """
    shared = list(fields(Asked))
    hints = get_type_hints(Asked) | {"policy": str}
    own_hints = get_type_hints(command)
    own = [p for name, p in inspect.signature(command).parameters.items() if name != "asked"]

    @functools.wraps(command)
    def wrapper(**values: Any) -> None:
        asked = Asked(**{field.name: values.pop(field.name) for field in shared})
        command(asked, **values)

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("context", keyword, annotation=typer.Context),
        inspect.Parameter(
            "scenario",
            keyword,
            default=lists.get("scenario", SCENARIO),
            annotation=list[str] if "scenario" in lists else str,
        ),
        *(p.replace(kind=keyword, annotation=own_hints[p.name]) for p in own),
        *(
            inspect.Parameter(
                f.name,
                keyword,
                default=lists.get(f.name, f.default),
                annotation=list[str] if f.name in lists else hints[f.name],
            )
            for f in shared[2:]
        ),
    ]
    wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {p.name: p.annotation for p in parameters}
    del wrapper.__wrapped__
    return wrapper
