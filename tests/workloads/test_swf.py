"""SWF files that hold a few jobs, and what must come out of them."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

import workloads
from workloads.errors import InputError


def line(job=1, submit=0, run=10, cores=4, limit=20, **other) -> str:
    fields = dict(enumerate([-1] * 18))
    fields |= {0: job, 1: submit, 3: run, 4: cores, 7: cores, 8: limit}
    fields |= {int(k[1:]) - 1: v for k, v in other.items()}
    return " ".join(str(v) for v in fields.values())


def swf(tmp_path, *lines, name="trace.swf", head="; MaxProcs: 100", end="\n"):
    path = tmp_path / name
    path.write_bytes((end.join([head, *lines]) + end).encode())
    return path


def told(repairs):
    return [(r.kind, r.count, r.first_lines) for r in repairs]


def test_a_clean_line_is_a_job(tmp_path):
    path = swf(tmp_path, "7 5 3 10 4 -1 -1 8 60 2048 1 11 12 13 14 15 -1 -1")
    w, repairs = workloads.read(path)
    row = {name: values[0] for name, values in w.columns().items()}
    assert (row["job_id"], row["submit_s"], row["runtime_s"], row["limit_s"]) == (7, 5, 10, 60)
    assert (row["cores"], row["memory_per_core_mib"], row["recorded_wait_s"]) == (8, 2, 3)
    assert (row["user"], row["group"], row["executable"]) == (11, 12, 13)
    assert (row["queue"], row["partition"], row["recorded_status"]) == (14, 15, 1)
    assert (row["preceding_job"], row["account"]) == (-1, -1)
    assert np.isnan(row["think_time_s"])
    assert w.machine_cores == 100
    assert [r.kind for r in repairs] == ["noted"]


def test_requested_processors_count_before_allocated(tmp_path):
    w, _ = workloads.read(swf(tmp_path, line(1, f5=6, f8=4), line(2, f5=6, f8=-1)))
    assert w.cores.tolist() == [4, 6]


def test_an_unknown_limit_is_the_run_time_and_said(tmp_path):
    w, repairs = workloads.read(swf(tmp_path, line(limit=-1, run=33)))
    assert w.limit_s.tolist() == [33]
    assert told(repairs) == [("assumed", 1, (2,))]


def test_jobs_that_never_ran_are_dropped(tmp_path):
    path = swf(tmp_path, line(1), line(2, run=0, f5=-1, f11=5), line(3, run=-1), line(4, run=0))
    w, repairs = workloads.read(path)
    assert w.job_id.tolist() == [1, 4]
    assert told(repairs) == [("dropped", 1, (3,)), ("dropped", 1, (4,))]


def test_lines_out_of_order_are_sorted_stably(tmp_path):
    w, repairs = workloads.read(swf(tmp_path, line(1, 50), line(2, 20), line(3, 20)))
    assert w.job_id.tolist() == [2, 3, 1]
    assert told(repairs) == [("repaired", 1, (3,))]


def test_repeated_numbers_are_kept(tmp_path):
    w, repairs = workloads.read(swf(tmp_path, line(1), line(1, 5)))
    assert w.job_id.tolist() == [1, 1]
    assert told(repairs) == [("assumed", 1, (3,))]


def test_jobs_larger_than_the_machine_are_dropped(tmp_path):
    w, repairs = workloads.read(swf(tmp_path, line(1, cores=101), line(2)))
    assert w.job_id.tolist() == [2]
    assert told(repairs) == [("dropped", 1, (2,))]
    with pytest.raises(InputError, match=r":2: job 9 .*101 cores.*MaxProcs"):
        workloads.read(swf(tmp_path, line(9, cores=101)))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("gap", [" ", "\t", "   "])
def test_any_blank_separates(tmp_path, gap, end):
    path = swf(tmp_path, gap + line(1).replace(" ", gap) + gap, line(2), end=end)
    w, repairs = workloads.read(path)
    assert w.job_id.tolist() == [1, 2]
    assert not repairs


def test_fields_beyond_the_eighteenth_are_skipped(tmp_path):
    w, repairs = workloads.read(swf(tmp_path, line(1) + " {1,2} q_2w x", line(2), line(3) + " 0"))
    assert w.job_id.tolist() == [1, 2, 3]
    assert told(repairs) == [("repaired", 1, (2,)), ("repaired", 1, (4,))]


def test_names_become_codes_with_labels(tmp_path):
    path = swf(tmp_path, line(1, f12="ann"), line(2, f12=7), line(3, f12="ann"), line(4))
    w, _ = workloads.read(path)
    assert [w.label("user", c) for c in w.user] == ["ann", "7", "ann", "-1"]
    assert w.user[3] == -1


def test_header_names_queues(tmp_path):
    head = ";   MaxNodes: 4 (each with 16)\n; Queue: 2 night\n;UnixStartTime: 99"
    w, repairs = workloads.read(swf(tmp_path, line(f15=2), head=head))
    assert (w.machine_cores, w.start_epoch_s) == (4, 99)
    assert w.label("queue", 2) == "night"
    assert told(repairs) == [("assumed", 1, ())]


def test_fractions_stay_in_times_and_round_up_in_counts(tmp_path):
    w, repairs = workloads.read(swf(tmp_path, line(run=1.5, f5=2, f8="2.5")))
    assert (w.runtime_s[0], w.cores[0]) == (1.5, 3)
    assert {r.kind for r in repairs} == {"noted", "repaired"}


def test_strict_allows_no_repair(tmp_path):
    path = swf(tmp_path, line(2, 50), line(1, limit=-1))
    with pytest.raises(InputError) as caught:
        workloads.read(path, strict=True)
    assert len(caught.value.problems) == 2
    workloads.read(swf(tmp_path, line(1), line(2)), strict=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (line(submit=-5), r":3: negative submit time \(found '-5'\)"),
        (line(run=-7), r":3: negative run time \(found '-7'\)"),
        (line(run="ten"), r":3: field 4 \(run time\) is not a number \(found 'ten'\)"),
        (line(f4="1e999"), r":3: field 4 is out of range"),
        (line(f4="9" * 39, f9="1e99", f2="1e400"), r":3: field 2 .*\n.* field 4 .*\n.* field 9"),
        (line(f8=3e9), r":3: impossible number of processors"),
        ("1 2 3", r":3: the line has 3 fields .*18 fields"),
        (line() + " " + "x" * 1_000_000, r":3: the line is too long"),
    ],
)
def test_a_mistake_names_its_line(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        workloads.read(swf(tmp_path, line(1), text))


def test_all_mistakes_are_told_at_once(tmp_path):
    with pytest.raises(InputError) as caught:
        workloads.read(swf(tmp_path, line(submit=-5), line(run="x"), line(limit=-9)))
    assert sorted(p.line for p in caught.value.problems) == [2, 3, 4]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"; MaxProcs: 4\n", "empty"),
        (b"\x00\x01\x02" * 99, ":1: not a text file"),
        (b"\xff\xfe\xf0 " * 20, ":1: byte 1 is not UTF-8"),
        (gzip.compress(line().encode() * 9999)[:300], "ends too early"),
        (b"\x1f\x8bnonsense", "cannot be read"),
    ],
)
def test_what_is_no_trace_is_one_clear_error(tmp_path, content, said):
    path = tmp_path / "trace.swf"
    path.write_bytes(content)
    with pytest.raises(InputError, match=said) as caught:
        workloads.read(path)
    assert len(caught.value.problems) == 1
    assert str(path) in str(caught.value)


def test_a_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.swf.gz"
    path.write_bytes(gzip.compress(b"; x\n" * 3_000_000))
    with pytest.raises(InputError, match="too large"):
        workloads.read(path, max_bytes=1_000_000)


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        workloads.read(tmp_path / "none.swf")
    with pytest.raises(InputError, match="not a file"):
        workloads.read(tmp_path)
