"""Batsim's JSON: jobs by profile."""

from __future__ import annotations

import json

import numpy as np
import pytest

import workloads
from workloads.errors import InputError

PROFILES = {
    "ten": {"type": "DelayProfile", "delay": 10},
    "old": {"type": "delay", "delay": 2.5},
    "twice": {"type": "SequentialCompositionProfile", "repeat": 2, "seq": ["ten", "old"]},
    "nested": {"type": "composed", "seq": ["twice", "ten"]},
    "flops": {"type": "ParallelTaskHomogeneousProfile", "cpu": 1e9, "com": 0},
    "known": {"type": "TraceReplayProfile", "expected_execution_time": 7},
    "loop": {"type": "composed", "seq": ["loop"]},
}


def job(number=1, profile="ten", submit=0, res=1, **other):
    return {"id": number, "subtime": submit, "res": res, "profile": profile} | other


def batsim(tmp_path, *jobs, **other):
    path = tmp_path / "w.json"
    path.write_text(json.dumps({"nb_res": 4, "jobs": jobs, "profiles": PROFILES} | other))
    return path


@pytest.mark.parametrize(
    ("profile", "runtime"), [("ten", 10), ("old", 2.5), ("twice", 25), ("nested", 35), ("known", 7)]
)
def test_a_profile_is_a_run_time(tmp_path, profile, runtime):
    w, repairs = workloads.read(batsim(tmp_path, job(profile=profile, walltime=50, res=3)))
    assert (w.runtime_s[0], w.limit_s[0], w.cores[0], w.machine_cores) == (runtime, 50, 3, 4)
    assert not repairs


def test_what_computes_runs_for_its_walltime_and_that_is_said(tmp_path):
    path = batsim(tmp_path, job(1, "flops", walltime=99), job(2, "flops"))
    w, repairs = workloads.read(path)
    assert w.runtime_s.tolist() == [99]
    assert [(r.kind, r.first_lines) for r in repairs] == [("assumed", (1,)), ("dropped", (2,))]


@pytest.mark.parametrize("walltime", [{}, {"walltime": -1}])
def test_no_walltime_is_no_limit(tmp_path, walltime):
    w, _ = workloads.read(batsim(tmp_path, job(**walltime)))
    assert np.isinf(w.limit_s[0])


def test_ids_that_are_names_are_kept_as_labels(tmp_path):
    w, _ = workloads.read(batsim(tmp_path, job("a", submit=5), job("b"), job("c", res=9)))
    assert [w.label("job_id", n) for n in w.job_id] == ["b", "a"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (job(submit=-1), "job 1 .*no usable subtime .*'-1'"),
        (job(res=0), "no usable res"),
        (job(res=1.5), "no usable res"),
        (job(profile="tenn"), "did you mean ten"),
        (job(profile="loop"), "contains itself"),
        (job(walltime="long"), "no usable walltime"),
        (job(profile=None), "names no known profile"),
        (7, "job 1 is no object"),
    ],
)
def test_a_mistake_names_the_job(tmp_path, wrong, said):
    with pytest.raises(InputError, match=said):
        workloads.read(batsim(tmp_path, wrong))


NO_WORKLOADS = ("{", "[]", "{}", '{"jobs": 3}', '{"jobs": []}', '{"jobs": [{"id": NaN}]}')


@pytest.mark.parametrize("text", [*NO_WORKLOADS, "[" * 99_999, '{"jobs": [' + "9" * 9999 + "]}"])
def test_what_is_no_workload_is_an_error(tmp_path, text):
    path = tmp_path / "w.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"w\.json"):
        workloads.read(path)


def test_sequences_within_sequences_cost_no_more_than_their_number(tmp_path):
    deep = {f"p{n}": {"type": "composed", "seq": [f"p{n - 1}"] * 9} for n in range(1, 50)}
    deep["p0"] = {"type": "delay", "delay": 1}
    w, _ = workloads.read(batsim(tmp_path, job(profile="p9", walltime=1), profiles=deep))
    assert w.runtime_s[0] == 9**9


EXPECTED = "expected/batsim/workloads"


@pytest.mark.parametrize("name", ["test_compo_sequence_delay", "test_compo_sequence_ptaskcomp"])
def test_sequences_take_the_time_that_their_authors_expect(data, name):
    path = data / EXPECTED / f"{name}.json"
    document = json.loads(path.read_text())
    w, _ = workloads.read(path)
    times = {
        j["id"]: document["profiles"][j["profile"]]["expected_execution_time"]
        for j in document["jobs"]
    }
    found = {w.label("job_id", n): t for n, t in zip(w.job_id, w.runtime_s, strict=True)}
    assert found == times


def test_every_shared_workload_reads(data):
    files = sorted((data / EXPECTED).glob("*.json"))
    jobs = {path.stem: len(workloads.read(path)[0]) for path in files}
    assert jobs["example_workload_hpc_seed1_jobs250"] == 250
    assert jobs["test_batsim_paper_workload_seed1"] == 800
    assert len(jobs) == len(files) > 15
