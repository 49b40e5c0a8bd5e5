"""`hpcsim simulate`, `compare` and `policies`: what they print and what they leave."""

from __future__ import annotations

import json
import re

import pyarrow.parquet as pq
import pytest

from hpcsim.cli import show

ASKED_FIGURES = {
    "jobs", "started_jobs", "timeout_jobs", "makespan_s", "mean_wait_s", "median_wait_s",
    "p90_wait_s", "p95_wait_s", "p99_wait_s", "max_wait_s", "mean_bounded_slowdown",
    "utilization", "core_wall_s", "wall_s", "jobs_per_s",
}  # fmt: skip
ASKED_COLUMNS = {
    "job_id", "submit_s", "start_s", "end_s", "wait_s", "cores", "limit_s", "runtime_s",
    "state", "user", "backfilled",
}  # fmt: skip


def test_json_is_the_summary_of_the_folder_and_nothing_else(hpcsim, trace, tmp_path):
    done = hpcsim("simulate", trace, "--json", "--no-report", "--out", tmp_path / "run", "--verify")
    assert done.status == 0
    assert done.out == (tmp_path / "run/summary.json").read_text()
    figures = json.loads(done.out)
    assert set(figures) >= ASKED_FIGURES
    assert (figures["jobs"], figures["mean_wait_s"], figures["max_wait_s"]) == (3, 3.0, 9.0)


def test_the_folder_holds_the_schedule(hpcsim, trace, tmp_path):
    hpcsim("simulate", trace, "--out", tmp_path / "run")
    jobs = pq.read_table(tmp_path / "run/jobs.parquet")
    assert set(jobs.column_names) >= ASKED_COLUMNS
    assert jobs.column("start_s").to_pylist() == [0, 10, 2]
    assert jobs.column("backfilled").to_pylist() == [False, False, True]
    assert "<html" in (tmp_path / "run/report.html").read_text()


def test_no_folder_is_left_where_none_is_asked_for(hpcsim, trace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert hpcsim("simulate", trace).status == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["trace.swf"]


def test_figures_for_people_go_to_standard_output_and_notes_beside_it(hpcsim, trace, tmp_path):
    text = trace.read_text() + trace.read_text().splitlines()[1].replace(" 6 ", " 9 ")
    trace.write_text(text + "\n")
    done = hpcsim("simulate", trace, "--out", tmp_path / "run", "--no-report")
    assert re.search(r"mean wait +3.00 s", done.out)
    assert "dropped 1" in done.err and "the run is in" in done.err


def test_a_generator_needs_no_file_and_the_seed_decides(hpcsim):
    first, again, other = (
        json.loads(hpcsim("simulate", "lublin:jobs=50", "--cores", 64, "--seed", s, "--json").out)
        for s in (1, 1, 2)
    )
    assert first["mean_turnaround_s"] == again["mean_turnaround_s"] != other["mean_turnaround_s"]
    assert first["jobs"] == 50


@pytest.mark.parametrize(
    ("words", "starts"),
    [
        (["--policy", "fcfs"], [0, 10, 20]),
        (["--policy", "conservative"], [0, 10, 2]),
        (["--cores", "100"], [0, 1, 2]),
        (["--cores", "7", "--oversized", "drop"], [0, 10]),
        (["--cycle", "4"], [0, 12, 24]),
    ],
)
def test_options_change_the_schedule(hpcsim, trace, tmp_path, words, starts):
    done = hpcsim("simulate", trace, "--out", tmp_path / "r", "--no-report", "--verify", *words)
    assert done.status == 0
    assert pq.read_table(tmp_path / "r/jobs.parquet").column("start_s").to_pylist() == starts


def test_a_load_stretches_the_gaps(hpcsim, trace):
    loads = [json.loads(hpcsim("simulate", trace, "--json", "--load", x).out) for x in (0.01, 5)]
    assert [figures["max_wait_s"] > 0 for figures in loads] == [False, True]


def test_warm_up_and_cool_down_leave_jobs_out(hpcsim, trace):
    done = hpcsim("simulate", trace, "--json", "--warmup", 1)
    assert json.loads(done.out)["jobs"] == 2


def test_compare_sets_policies_side_by_side(hpcsim, trace, tmp_path):
    words = ["--policy", "fcfs", "--policy", "easy", "--policy", "easy"]
    done = hpcsim("compare", trace, *words, "--json", "--out", tmp_path / "c")
    figures = json.loads(done.out)
    assert {name: f["mean_wait_s"] for name, f in figures.items()} == {"fcfs": 9.0, "easy": 3.0}
    found = sorted(entry.name for entry in (tmp_path / "c").iterdir())
    assert found == ["compare.html", "easy", "fcfs"]


def test_compare_for_people_folds_what_is_too_wide(hpcsim, trace):
    names = ["fcfs", "easy", "saf", "saf-easy", "saf-easy-sjbf", "sjf-easy-sjbf", "f1-easy-sjbf"]
    done = hpcsim("compare", trace, *(word for name in names for word in ("--policy", name)))
    assert max(map(len, done.out.splitlines())) <= 80
    assert all(re.search(rf"(?m) {name}( |$)", done.out) for name in names)
    assert "…" not in done.out


def test_a_long_title_does_not_break_the_table(capsys):
    show.print_summary({"jobs": 3, "mean_wait_s": 5400.0}, title="x" * 200)
    lines = capsys.readouterr().out.splitlines()
    assert "".join(lines[:3]) == "x" * 200
    assert [line.split() for line in lines[3:]] == [["jobs", "3"], ["mean", "wait", "1.5", "h"]]


def test_policies_are_listed_with_their_source(hpcsim):
    lines = hpcsim("policies").out.splitlines()
    assert any(line.startswith("easy ") and "Lifka" in line for line in lines)
    listed = json.loads(hpcsim("policies", "--json").out)
    assert len(listed) == len(lines)
    assert all(policy["source"] and policy["summary"] for policy in listed)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("utilization", 0.8532, "85.3%"),
        ("mean_wait_s", 59.6, "60 s"),
        ("mean_wait_s", 5.25, "5.25 s"),
        ("mean_wait_s", 86400 * 2.5, "2.5 d"),
        ("jobs", 1234567, "1,234,567"),
        ("mean_bounded_slowdown", 92.57654, "92.58"),
        ("max_wait_s", None, "-"),
    ],
)
def test_figures_as_a_person_writes_them(name, value, text):
    assert show.spoken(name, value) == text
