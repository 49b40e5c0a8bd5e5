"""CSV and Parquet under a workload's own column names."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

import workloads
from workloads.errors import InputError


def csv(tmp_path, text, name="w.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_three_columns_are_enough(tmp_path):
    w, repairs = workloads.read(csv(tmp_path, "submit_s,runtime_s,cores\n5,10,2\n0,7.5,1\n"))
    assert w.job_id.tolist() == [2, 1]
    assert w.limit_s.tolist() == [7.5, 10]
    assert {r.kind for r in repairs} == {"assumed", "repaired"}


def test_names_empty_cells_and_unknown_columns(tmp_path):
    text = (
        "job_id,submit_s,runtime_s,cores,limit_s,user,colour\n7,0,5,1,,ann,red\n8,1,5,1,9,,blue\n"
    )
    w, repairs = workloads.read(csv(tmp_path, text))
    assert (w.label("user", w.user[0]), w.user[1]) == ("ann", -1)
    assert np.isinf(w.limit_s[0])
    assert w.limit_s[1] == 9
    assert [(r.kind, r.first_lines) for r in repairs] == [("noted", ()), ("assumed", (2,))]


def test_jobs_without_run_time_or_cores_are_dropped(tmp_path):
    text = "submit_s,runtime_s,cores,limit_s\n0,,1,5\n1,5,,5\n2,5,0,5\n3,5,1,5\n"
    w, repairs = workloads.read(csv(tmp_path, text))
    assert w.job_id.tolist() == [4]
    assert [(r.count, r.first_lines) for r in repairs] == [(1, (2,)), (2, (3, 4))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("submit_s,runtime_s\n1,2\n", "no column cores"),
        ("submit,runtime_s,cores\n1,2,3\n", "did you mean submit"),
        ("submit_s,runtime_s,cores\n1,2,3\n1,x,3\n", r":3: runtime_s is not a number .*'x'"),
        ("submit_s,runtime_s,cores\n-4,2,3\n", r":2: negative submit_s .*'-4'"),
        ("submit_s,runtime_s,cores\n,2,3\n", ":2: no submit_s"),
        ("submit_s,runtime_s,cores\n1,2,3e9\n", ":2: cores is out of range"),
        ("submit_s,runtime_s,cores\n1,2\n", "not a table"),
        ("submit_s,runtime_s,cores\n", "at least one job"),
        ("submit_s,submit_s,runtime_s,cores\n1,1,1,1\n", "stands there twice"),
    ],
)
def test_a_mistake_names_its_line(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        workloads.read(csv(tmp_path, text))


def test_parquet_carries_the_machine(tmp_path):
    w = workloads.generate("uniform:jobs=50", cores=32, seed=1)
    path = tmp_path / "w.parquet"
    assert workloads.write(w, path) == ()
    back, repairs = workloads.read(path)
    assert back.equals(w)
    assert back.name == "uniform"
    assert not repairs


def test_a_broken_parquet_file_is_one_error(tmp_path):
    path = tmp_path / "w.parquet"
    path.write_bytes(b"PAR1" + b"nonsense" * 20)
    with pytest.raises(InputError, match="not a readable Parquet file"):
        workloads.read(path)


def test_parquet_with_too_many_rows_is_refused(tmp_path):
    path = tmp_path / "w.parquet"
    zeros = pa.array(np.zeros(100_000))
    parquet.write_table(pa.table({"submit_s": zeros, "runtime_s": zeros, "cores": zeros}), path)
    with pytest.raises(InputError, match="too large"):
        workloads.read(path, max_bytes=1_000_000)


def test_impossible_metadata_is_not_taken(tmp_path):
    one = pa.array([1.0])
    table = pa.table({"submit_s": one, "runtime_s": one, "cores": one})
    about = b'{"machine_cores": "many", "name": 3}'
    path = tmp_path / "w.parquet"
    parquet.write_table(table.replace_schema_metadata({b"hpcsim.workload": about}), path)
    w, _ = workloads.read(path)
    assert (w.machine_cores, w.name) == (None, "w")
