"""The optional columns of a workload."""

from __future__ import annotations

import numpy as np
import pytest

import workloads
from workloads.errors import InputError
from workloads.workload import Workload

HEAD = (
    "job_id,submit_s,runtime_s,limit_s,cores,nodes,gres,licences,features,dependency,held,begin_s"
)
TABLE = """
1,0,5,5,4,2,gpu:2,matlab:1,avx512,,,
2,1,5,5,1,,,,,afterok:1,1,30
3,0.5,5,5,1,,,matlab:1,,,,
"""


def table(tmp_path, text=HEAD + TABLE):
    path = tmp_path / "w.csv"
    path.write_text(text)
    return workloads.read(path)[0]


def test_wishes_follow_their_jobs(tmp_path):
    w = table(tmp_path)
    assert w.job_id.tolist() == [1, 3, 2]
    assert set(w.wishes) == {
        "nodes", "gres", "licences", "features", "dependency", "held", "begin_s",
    }  # fmt: skip
    assert w.wishes["nodes"].tolist() == [2, 0, 0]
    assert [w.label("licences", code) for code in w.wishes["licences"][:2]] == ["matlab:1"] * 2
    assert w.wishes["held"].tolist() == [0, 0, 1]
    assert np.isnan(w.wishes["begin_s"][:2]).all()
    assert w.wishes["begin_s"][2] == 30


@pytest.mark.parametrize("ending", ["csv", "parquet", "csv.gz"])
def test_tables_keep_them(tmp_path, ending):
    w = table(tmp_path)
    assert not workloads.write(w, tmp_path / f"again.{ending}") or ending != "parquet"
    assert workloads.read(tmp_path / f"again.{ending}")[0].equals(w)


def test_other_formats_say_that_they_lose_them(tmp_path):
    assert set(workloads.write(table(tmp_path), tmp_path / "w.swf")) >= {"nodes", "gres", "held"}


def test_a_selection_and_a_load_take_them_along(tmp_path):
    w = table(tmp_path)
    assert w.select([2]).wishes["begin_s"].tolist() == [30]
    slower = w.with_load(w.offered_load(4) / 2, 4)
    assert slower.submit_s.tolist() == [0, 1, 2]
    assert slower.wishes["begin_s"][2] == 31


def test_impossible_ones_are_told_together(tmp_path):
    with pytest.raises(InputError) as told:
        table(tmp_path, "submit_s,runtime_s,cores,nodes,begin_s\n0,1,1,-2,x\n")
    assert len(told.value.problems) == 2


def test_a_workload_without_wishes_is_as_small_as_ever():
    w = Workload.of({"submit_s": [0.0], "runtime_s": [1.0], "cores": [1]})
    assert not w.wishes
    assert w.nbytes == 81
