"""Dumps of sacct: rows as real ones are, and the totals of real ones."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from workloads import io
from workloads.errors import InputError

HEADER = "JobID|JobName|User|Submit|Start|Elapsed|State|NNodes|NCPUS|ReqMem|Timelimit\n"
ROWS = """\
7|sim|ann|2026-01-01T00:00:00|2026-01-01T00:01:00|01:00:00|COMPLETED|2|8|4Gn|02:00:00
7.batch|batch||2026-01-01T00:00:00|2026-01-01T00:01:00|01:00:00|COMPLETED|1|4||
8_1|a|b|bob|2026-01-01T00:00:10|2026-01-01T00:00:10|1-00:00:01|TIMEOUT|1|2|1Gc|UNLIMITED
9|x|ann|2026-01-01T00:00:20|Unknown|00:00:00|CANCELLED by 7|1|1|1G|01:00:00
10|y|ann|2026-01-01T00:00:30|2026-01-01T00:00:40|00:00:05|RUNNING|1|1|1G|01:00:00
"""


@pytest.fixture
def dump(tmp_path: Path):
    def read(text: str):
        path = tmp_path / "dump.txt"
        path.write_text(text)
        return io.read(path)

    return read


def test_jobs_that_ran_are_kept_and_the_others_told(dump):
    workload, repairs = dump(HEADER + ROWS)
    assert workload.job_id.tolist() == [7, 8]
    assert workload.submit_s.tolist() == [0, 10]
    assert workload.runtime_s.tolist() == [3600, 86401]
    assert workload.limit_s.tolist() == [7200, math.inf]
    assert workload.cores.tolist() == [8, 2]
    assert workload.memory_per_core_mib.tolist() == [1024, 1024]
    assert workload.recorded_wait_s.tolist() == [60, 0]
    assert workload.recorded_status.tolist() == [1, 0]
    assert [workload.label("executable", c) for c in workload.executable.tolist()] == ["sim", "a|b"]
    assert [(r.kind, r.first_lines) for r in repairs] == [
        ("noted", (3,)),
        ("dropped", (5,)),
        ("dropped", (6,)),
    ]


def test_a_row_may_go_over_several_lines(dump):
    header = "JobID|Submit|Start|ElapsedRaw|State|NCPUS|TimelimitRaw|SubmitLine|User\n"
    row = "1|2026-01-01T00:00:00|2026-01-01T00:00:00|5|COMPLETED|1|1|sh -c '\n b\n'|ann\n"
    workload, _ = dump(header + row + row.replace("1|", "2|", 1))
    assert workload.job_id.tolist() == [1, 2]
    assert workload.limit_s.tolist() == [60, 60]
    assert workload.label("user", int(workload.user[1])) == "ann"


def test_memory_of_old_versions_is_marked_by_a_bit(dump):
    text = HEADER + ROWS.splitlines()[0].replace("4Gn", "2147486648Mn") + "\n"
    assert dump(text)[0].memory_per_core_mib.tolist() == [3000]


@pytest.mark.parametrize("text", ["", "JobID|State\n1|COMPLETED\n", HEADER, HEADER + "1|2\n"])
def test_what_has_no_jobs_is_refused(dump, text):
    with pytest.raises(InputError):
        dump(text)


REAL = {
    "sacct_sacct_simple.log": (4, 100),
    "sacct_sacct_dump2101.log": (6, 225),
    "sacct_sacct_submitline_multiline.log": (3, 580),
    "xdmod_phillips.log.gz": (4046, 33021),
}
"""Jobs that ran, and the sum of their cores."""


def test_real_dumps(data: Path):
    folder = data / "traces_other"
    found = {}
    for name in REAL:
        workload, _ = io.read(folder / name)
        found[name] = (len(workload), int(workload.cores.sum()))
    assert found == REAL


def test_a_dump_of_two_hundred_jobs_says_what_the_log_of_completed_jobs_says(data: Path):
    folder = data / "slurm" / "truth" / "multifactor_quiet_run1"
    workload, repairs = io.read(folder / "sacct.txt")
    lines = (folder / "jobcomp.log").read_text().splitlines()
    cores = {int(f["JobId"]): int(f["ProcCnt"]) for f in map(_fields, lines)}
    found = dict(zip(workload.job_id.tolist(), workload.cores.tolist(), strict=True))
    assert len(repairs) == 0
    assert found == cores


def _fields(line: str) -> dict[str, str]:
    return dict(pair.partition("=")[::2] for pair in line.split(" ") if "=" in pair)
