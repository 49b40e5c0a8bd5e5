"""The cores of a job against the curve of its program."""

from __future__ import annotations

import pytest

from hpcsim.errors import InputError
from hpcsim.site import load
from hpcsim.studies.requests import Curves, beyond_knee
from workloads.jobs import JobDescription

CURVES = Curves(load("nanjing"))
SORT = "module load samtools\nsamtools sort -@ 28 x.bam\n"


def judged(script: str, **asked: object):
    return CURVES.of(JobDescription(script=script, **asked))


def test_sorting_on_28_cores_as_it_was_published():
    # 0.213 on 28 cores: by Amdahl 0.1368 is serial, the knee at six, four keep 0.71.
    job = JobDescription(script=SORT, cpus_per_task=28, time_limit_s=7200)
    found = CURVES.of(job)
    assert (found.program, found.job_class, found.cores) == ("samtools sort", "sort", 28)
    assert found.told_by == "`samtools sort` in line 2 of the commands"
    assert found.efficiency == pytest.approx(0.213, abs=1e-3)
    assert (found.knee, found.enough_cores) == (6, 4)
    assert found.enough_efficiency == pytest.approx(1 / (1 + 3 * 0.13684), abs=1e-3)
    # 56 core-hours; the work needs 56 * 0.213 / 0.709 on four cores.
    assert found.saved_core_h == pytest.approx(56 * (1 - 0.213 / 0.709), rel=2e-3)
    assert found.longer == pytest.approx(28 * 0.213 / (4 * 0.709), rel=2e-3)
    waste = beyond_knee(found)
    assert waste.message.startswith(
        "28 cores lie beyond the knee of samtools sort (told by `samtools sort` in line 2 of the "
        "commands): they are used to 21%; the knee is at 6 (59%), and up to 4 keep 70% or more"
    )
    assert waste.hint == "asking for 4 saves 39.2 core-hours (70%) and takes 2.1 times as long"


@pytest.mark.parametrize(
    ("script", "asked", "warned"),
    [
        (SORT, {"cpus_per_task": 8}, False),
        (SORT, {"cpus_per_task": 9}, True),
        ("bwa mem -t 40 ref x y > z", {"cpus_per_task": 40}, False),
        ("bwa mem -t 40 ref x y > z", {"tasks": 80, "nodes_min": 2}, True),
        # bwa needs the cores that samtools would waste.
        ("bwa mem ref x y | samtools sort -", {"cpus_per_task": 30}, False),
        # Each task has two cores of its own.
        ("srun samtools sort x", {"tasks": 28, "cpus_per_task": 2}, False),
        ("srun samtools sort x", {"tasks": 2, "cpus_per_task": 28}, True),
        ("srun gmx_mpi mdrun", {"nodes_min": 8, "tasks_per_node": 40}, False),
        ("srun gmx_mpi mdrun", {"nodes_min": 64, "tasks_per_node": 40}, True),
        ("java -Xmx8g -jar gatk-package-4.2.jar ApplyBQSR -I x", {"cpus_per_task": 16}, True),
        ("gatk --java-options -Xmx4g ApplyBQSR -I x", {"cpus_per_task": 2}, False),
    ],
)
def test_warned_only_far_beyond_the_knee(script, asked, warned):
    found = judged(script, **asked)
    assert (beyond_knee(found) is not None) == warned


@pytest.mark.parametrize(
    "script",
    [
        "./solver",
        "./solver\nsamtools sort x",
        "python train.py",
        "samtools view x",
        "parallel samtools sort ::: a b",
        "samtools sort a &\nsamtools sort b &\nwait",
        "echo samtools sort",
        "# samtools sort",
        "",
    ],
)
def test_no_program_is_guessed(script):
    assert judged(script, cpus_per_task=400) is None


def test_a_program_may_be_told():
    curves = Curves(load("nanjing"), program="samtools sort")
    found = curves.of(JobDescription(script="./wrapped.sh", cpus_per_task=28))
    assert (found.told_by, found.saved_core_h is None) == ("--program", False)
    with pytest.raises(InputError, match="did you mean samtools sort"):
        Curves(load("nanjing"), program="samtool sort")


def test_an_array_counts_for_all_its_elements():
    from workloads.jobs import Array

    one = judged(SORT, cpus_per_task=28, time_limit_s=3600)
    many = judged(SORT, cpus_per_task=28, time_limit_s=3600, array=Array(ranges=((1, 10),)))
    assert many.saved_core_h == pytest.approx(10 * one.saved_core_h)
