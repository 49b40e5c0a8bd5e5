"""Real logs with all their dirt: how many jobs come out, and what is said about the others."""

from __future__ import annotations

import gzip
import time

import numpy as np
import pytest

import workloads

# file: jobs, cores of the machine, and (kind, count) of each repair
LOGS = {
    "ANL-Theta-2022-cqsimplus.swf.gz": (23_911, 4360, {("noted", 6264)}),
    "HPC2N-alea-subset.swf.gz": (3145, 240, {("dropped", 25), ("noted", 320), ("noted", 213)}),
    "KTH-SP2-1996.swf.gz": (28_489, 100, {("noted", 475), ("noted", 219)}),
    "MetaCentrum-wagap-2013.swf.gz": (
        17_898,
        None,
        {("repaired", 17_900), ("dropped", 2), ("noted", 702), ("repaired", 3485), ("repaired", 2)},
    ),
    "NASA-iPSC-1993-3.1-cln.swf.gz": (18_239, 128, {("assumed", 18_239)}),
    "UniLu-Gaia-2014-1.swf.gz": (51_860, 2004, {("dropped", 127), ("noted", 1500)}),
    "lublin_256.swf.gz": (10_000, 256, {("assumed", 10_000), ("assumed", 1)}),
    "CQGym-train.swf.gz": (3000, 4360, {("repaired", 3000), ("noted", 620)}),
    "tiny/ubccr-micro-jobs500.swf": (437, None, None),
    "tiny/alea-jaros1.swf": (12, None, {("repaired", 13), ("repaired", 1)}),
    "tiny/alea-jaros2.swf": (12, None, {("repaired", 13), ("repaired", 1), ("repaired", 2)}),
    "tiny/accasim-workload.swf": (25, None, set()),
    "tiny/gridsim-sdsc_blue-head.swf": (8, 1152, {("dropped", 2)}),
}


@pytest.mark.parametrize("name", LOGS)
def test_a_log_reads(data, name):
    jobs, cores, told = LOGS[name]
    w, repairs = workloads.read(data / "swf" / name)
    assert (len(w), w.machine_cores) == (jobs, cores)
    if told is not None:
        assert {(r.kind, r.count) for r in repairs} == told


def plain_rows(path):
    with gzip.open(path, "rt") as file:
        return np.array([[float(v) for v in t.split()] for t in file if not t.startswith(";")])


@pytest.mark.parametrize("name", ["KTH-SP2", "SDSC-SP2"])
def test_every_value_is_what_a_plain_reader_reads(data, name):
    path = data / "swf_derived" / f"{name}.pyssinput.swf.gz"
    w, repairs = workloads.read(path, strict=True)
    rows = plain_rows(path)
    for column, field in (("job_id", 1), ("submit_s", 2), ("runtime_s", 4), ("cores", 5)):
        assert np.array_equal(w.columns()[column], rows[:, field - 1])
    assert np.array_equal(w.limit_s, rows[:, 8])
    assert np.array_equal(w.user, rows[:, 11])
    assert not repairs


def test_names_that_stand_for_numbers(data):
    w, _ = workloads.read(data / "swf/tiny/ubccr-micro-jobs500.swf")
    assert w.label("user", w.user[0]) == "user5"
    assert w.label("group", w.group[0]) == "account2"
    assert w.label("partition", w.partition[0]) == "normal"


def test_a_large_log_is_read_in_no_time(data):
    path = data / "swf/CEA-Curie-2011-2.1-cln.swf.gz"
    started = time.process_time()
    w, repairs = workloads.read(path)
    took = time.process_time() - started
    assert len(w) == 303_036
    assert (repairs.count("dropped"), repairs.count("repaired")) == (9790, 0)
    assert took < 4, "some 0.9 s on a quiet machine; 450,000 jobs must take less than 2 s"


def test_a_trace_survives_every_format(data, tmp_path):
    w, _ = workloads.read(data / "swf_derived/KTH-SP2.pyssinput.swf.gz")
    for name in ("k.swf", "k.parquet", "k.csv", "k.json.gz"):
        workloads.write(w, tmp_path / name)
        back, repairs = workloads.read(tmp_path / name, strict=True)
        for column in ("job_id", "submit_s", "runtime_s", "limit_s", "cores"):
            assert np.array_equal(back.columns()[column], w.columns()[column])
        assert not repairs
