"""What is written in a dialect is read back as the same job, whatever its texts and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.jobs import (
    Array,
    Dependency,
    FileRef,
    JobDescription,
    Recorded,
    Source,
    Step,
    Workflow,
    read_text,
)
from workloads.jobs.slurm.words import split
from workloads.jobs.writers.sbatch import directive
from workloads.jobs.writing import write_jobs

from .conftest import NOW

LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)
WORD = st.from_regex(r"[a-zA-Z0-9_.%/@]{1,12}", fullmatch=True)
COUNT = st.integers(1, 10**6)
ARRAY = st.lists(st.integers(0, 999), min_size=1, max_size=8, unique=True).map(
    lambda numbers: Array(ranges=tuple((2 * n, 2 * n) for n in sorted(numbers)))
)
DEPENDENCY = st.builds(
    Dependency,
    kind=st.sampled_from(["after", "afterany", "afterok", "afternotok"]),
    job=COUNT.map(str),
)


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


JOBS = st.builds(
    JobDescription,
    name=WORD,
    tasks=maybe(COUNT),
    tasks_per_node=maybe(st.integers(1, 500)),
    cpus_per_task=maybe(st.integers(1, 500)),
    memory_per_node_mib=maybe(COUNT),
    time_limit_s=maybe(st.integers(1, 10**6).map(lambda minutes: minutes * 60)),
    partition=maybe(WORD),
    account=maybe(WORD),
    stdout=maybe(WORD),
    begin=maybe(st.datetimes().map(lambda at: at.strftime("2%y1-%m-%dT%H:%M:%S"))),
    array=maybe(ARRAY),
    dependencies=st.lists(DEPENDENCY, max_size=3).map(tuple),
    requeue=maybe(st.booleans()),
    exclusive=maybe(st.sampled_from(["exclusive", "user"])),
    environment=st.lists(st.tuples(st.just("A"), WORD), max_size=1).map(tuple),
    shell=st.just("/bin/sh"),
    script=st.just("true\n"),
)
ANYTHING = st.builds(
    JobDescription,
    id=maybe(LINE),
    name=maybe(st.text(st.characters(exclude_categories=["Cs"]))),
    comment=maybe(LINE),
    script=maybe(st.text(st.characters(exclude_categories=["Cs"]))),
    priority=maybe(st.integers(-(2**62), 2**62)),
    time_unlimited=st.booleans(),
    inputs=st.lists(st.builds(FileRef, path=maybe(LINE), bytes=maybe(COUNT)), max_size=2).map(
        tuple
    ),
    steps=st.lists(st.builds(Step, argv=st.tuples(LINE, LINE)), max_size=2).map(tuple),
    recorded=maybe(st.builds(Recorded, runtime_s=maybe(st.floats(0, 1e9)), status=maybe(LINE))),
    extra=st.lists(st.tuples(LINE, maybe(LINE)), max_size=2).map(tuple),
)


@given(LINE)
def test_any_text_survives_as_the_value_of_a_directive(text):
    line = directive("comment", text)
    (word,) = split(line.removeprefix("#SBATCH"), 1, 8).words
    assert word.text == f"--comment={text}"


@settings(max_examples=80)
@given(st.lists(ANYTHING, min_size=1, max_size=3))
def test_toml_holds_everything(jobs):
    workflow = Workflow(jobs=tuple(jobs))
    written = write_jobs(workflow, "toml")
    assert written.losses == ()
    reading = read_text(Source("a.toml", written.text.encode()), now=NOW)
    assert reading.jobs == workflow.jobs


@settings(max_examples=150)
@given(JOBS)
def test_sbatch_holds_what_it_can_say(job):
    written = write_jobs(Workflow(jobs=(job,)), "sbatch")
    assert written.losses == ()
    reading = read_text(Source("a.sh", written.text.encode()), now=NOW)
    assert (reading.errors, reading.jobs) == ((), (job,))


@pytest.mark.parametrize("dialect", ["pbs", "lsf"])
@settings(max_examples=80)
@given(JOBS)
def test_what_is_written_for_others_is_valid_there(dialect, job):
    written = write_jobs(Workflow(jobs=(job,)), dialect)
    reading = read_text(Source(f"a.{dialect}", written.text.encode()), now=NOW)
    assert reading.errors == ()
    same = ("name", "partition", "account", "stdout", "array", "requeue", "script", "time_limit_s")
    (again,) = reading.jobs
    assert [getattr(again, f) for f in same] == [getattr(job, f) for f in same]
