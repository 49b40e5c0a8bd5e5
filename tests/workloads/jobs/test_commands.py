"""The programs in a job's commands, found as text."""

from __future__ import annotations

import pytest

from workloads.jobs import JobDescription, Step
from workloads.jobs.commands import commands_of


def programs(script: str) -> list[tuple[str, ...]]:
    return [command.words for command in commands_of(JobDescription(script=script))]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("bwa mem -t 8 ref a b > out.sam", [("bwa", "mem", "-t", "8", "ref", "a", "b")]),
        ("bwa mem x 2>&1 | samtools sort -", [("bwa", "mem", "x", "2"), ("samtools", "sort", "-")]),
        ("A=1 B=2 gatk \\\n  HaplotypeCaller", [("gatk", "HaplotypeCaller")]),
        ("# bwa mem\n  \n", []),
        ("for f in *.bam; do samtools index $f; done", [("samtools", "index", "$f")]),
        ("if [ -f x ]; then fastqc x; fi", [("[", "-f", "x", "]"), ("fastqc", "x")]),
        ("cat <<EOF > sub.sh\nbwa mem\nEOF\nSTAR", [("cat",), ("STAR",)]),
        ('echo "bwa mem" \'open', []),
    ],
)
def test_commands(script, found):
    assert programs(script) == found


def test_how_a_program_is_started():
    started = {
        script: commands_of(JobDescription(script=script))[0]
        for script in ("lmp", "srun -n 4 lmp", "time -v lmp", "lmp &", "parallel -j 4 lmp")
    }
    assert [(c.launched, c.wrapped, c.many) for c in started.values()] == [
        (False, False, False),
        (True, True, False),
        (False, True, False),
        (False, False, True),
        (False, True, True),
    ]
    assert ("lmp", ()) in list(started["srun -n 4 lmp"].programs())


def test_a_path_before_a_program_and_the_line_it_stands_in():
    (command,) = commands_of(JobDescription(script="\n\n/opt/bin/samtools sort x\n"))
    assert next(command.programs()) == ("samtools", ("sort", "x"))
    assert command.line == 3


def test_steps_are_commands_too():
    job = JobDescription(steps=(Step(argv=("mpirun", "-np", "8", "pw.x")),))
    assert ("pw.x", ()) in list(commands_of(job)[0].programs())


def test_a_huge_script_is_read_in_bounded_time():
    assert len(commands_of(JobDescription(script="a\n" * 3_000_000))) == 2**17
