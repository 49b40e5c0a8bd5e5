"""What is written comes back, whatever is in it; what cannot be written says so."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workloads
from workloads import Workload
from workloads.columns import COLUMNS
from workloads.errors import InputError

NAMES = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=5)
SECONDS = st.one_of(
    st.integers(0, 10**9).map(float), st.floats(0, 1e6, allow_nan=False).map(lambda x: round(x, 3))
)
CODE = st.integers(-1, 3)
JOB = st.fixed_dictionaries(
    {
        "submit_s": SECONDS,
        "runtime_s": SECONDS,
        "limit_s": SECONDS.map(lambda s: s + 1),
        "cores": st.integers(1, 64),
        "memory_per_core_mib": st.sampled_from([np.nan, 1, 512, 4096]),
        "user": CODE,
        "group": CODE,
        "queue": CODE,
        "partition": CODE,
        "executable": CODE,
        "think_time_s": st.sampled_from([np.nan, 0, 60]),
        "recorded_wait_s": st.sampled_from([np.nan, 0, 3600]),
        "recorded_status": st.sampled_from([-1, 0, 1, 5]),
    }
)


@st.composite
def some_workloads(draw):
    jobs = draw(st.lists(JOB, min_size=1, max_size=8))
    columns = {name: np.array([job[name] for job in jobs]) for name in jobs[0]}
    names = draw(st.lists(NAMES, min_size=4, max_size=4, unique=True))
    # a cancelled job without a run time would rightly not come back from SWF
    columns["runtime_s"] = np.where(columns["recorded_status"] == 5, 1, columns["runtime_s"])
    return Workload.of(
        columns,
        machine_cores=draw(st.sampled_from([64, 1000])),
        start_epoch_s=draw(st.sampled_from([None, 1e9])),
        labels={"queue": tuple(names)} if draw(st.booleans()) else {},
    )


def there_and_back(workload, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        lost = workloads.write(workload, path)
        back, repairs = workloads.read(path)
        assert [p.name for p in Path(folder).iterdir()] == [name]
    return back, repairs, lost


@given(some_workloads())
@settings(max_examples=60)
def test_swf(workload):
    back, repairs, lost = there_and_back(workload, "w.swf")
    assert lost == ()
    assert back.equals(workload)
    assert {r.kind for r in repairs} <= {"noted"}


@given(some_workloads())
@settings(max_examples=60)
@pytest.mark.parametrize("name", ["w.parquet", "w.csv", "w.csv.gz"])
def test_tables_keep_numbers_and_the_names_of_codes(name, workload):
    back, _, _ = there_and_back(workload, name)
    columns = back.columns()
    for column, values in workload.columns().items():
        if column in workload.labels:
            names = [workload.label(column, c) for c in values]
            assert [back.label(column, c) for c in columns[column]] == names
        else:
            assert np.array_equal(columns[column], values, equal_nan=True)


@given(some_workloads())
@settings(max_examples=60)
def test_batsim_keeps_what_it_has_a_place_for(workload):
    back, _, lost = there_and_back(workload, "w.json")
    kept = {c.name for c in COLUMNS} - set(lost) - {"machine_cores", "start_epoch_s"}
    assert kept >= {"job_id", "submit_s", "runtime_s", "limit_s", "cores"}
    for name in kept:
        assert np.array_equal(back.columns()[name], workload.columns()[name], equal_nan=True)


def test_no_limit_survives_in_every_format_that_has_it(tmp_path):
    w = workloads.generate("poisson:jobs=20", cores=4, seed=1)
    for name in ("w.json", "w.csv", "w.parquet"):
        assert np.isinf(there_and_back(w, name)[0].limit_s).all()
    assert "limit_s" in there_and_back(w, "w.swf")[2]


def test_the_same_workload_gives_the_same_bytes(tmp_path):
    w = workloads.generate("lublin:jobs=200", cores=64, seed=1)
    for name in ("w.swf", "w.swf.gz", "w.json", "w.csv", "w.parquet"):
        workloads.write(w, tmp_path / f"1{name}")
        workloads.write(w, tmp_path / f"2{name}")
        assert (tmp_path / f"1{name}").read_bytes() == (tmp_path / f"2{name}").read_bytes()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "w.json"
    path.write_text("old")
    w = workloads.generate("poisson:jobs=20", cores=4, seed=1)
    monkeypatch.setattr("workloads.formats.batsim.json.dumps", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        workloads.write(w, path)
    assert [p.name for p in tmp_path.iterdir()] == ["w.json"]
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("w.xyz", r"known: .*\.swf"),
        ("none/w.swf", "cannot write"),
        ("w.swff", r"did you mean \.swf"),
    ],
)
def test_a_place_that_cannot_be_written(tmp_path, name, said):
    w = workloads.generate("poisson:jobs=20", cores=4, seed=1)
    with pytest.raises(InputError, match=said):
        workloads.write(w, tmp_path / name)
