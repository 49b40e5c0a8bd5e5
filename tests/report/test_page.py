from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hpcsim import metrics
from hpcsim.errors import InputError
from hpcsim.report import compare_report, write_report
from hpcsim.simulation.folder import RunFolder, write


class Words(HTMLParser):
    """The texts of a page, and the tags that could fetch or run something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.texts.append(" ".join(data.split()))

    @property
    def all(self) -> str:
        return " ".join(self.texts)


def read_page(path: Path) -> Words:
    return Words(path.read_text(encoding="utf-8"))


def test_the_page_says_what_the_summary_says(run_at: Any) -> None:
    folder = run_at()
    page = write_report(folder)
    assert page == folder / "report.html"
    words = read_page(page).all
    assert "tiny.swf under easy" in words
    assert "3 jobs · 8 cores · 83 min simulated · seed 7" in words
    # 6 x 4000 + 4 x 1000 core-seconds of 8 x 5000
    assert "The machine was 70.0 % in use" in words
    assert "the longest wait was 66 min" in words
    assert "1 job never started" in words
    assert "hpcsim simulate tiny.swf" in words


def test_every_section_is_there(run_at: Any) -> None:
    words = read_page(write_report(run_at())).all
    for title in (
        "The machine through time",
        "How long jobs wait",
        "Who waits",
        "core by core",
        "How users fare",
        "Who is slowed down most",
        "Figures by group",
        "What was made of the input",
        "How to run it again",
    ):
        assert title in words


def test_the_page_is_one_file_without_scripts(run_at: Any) -> None:
    page = read_page(write_report(run_at()))
    assert page.tags.count("img") == 5
    assert all(source.startswith("data:image/svg+xml;base64,") for source in page.sources)
    assert not {"script", "link", "iframe", "object"} & set(page.tags)


def test_same_run_same_page(run_at: Any) -> None:
    first = write_report(run_at()).read_bytes()
    assert write_report(run_at()).read_bytes() == first


def test_what_the_input_says_is_never_markup(run_at: Any) -> None:
    evil = '<script>alert("x")</script>'
    rows = [(0, 0, 500, 1, evil), (0, 0, 90, 1, r"$\frac$"), (0, 10, 99, 1, "南京")] * 5
    repairs = [{"what": evil, "kind": evil, "count": 1, "first_lines": [evil]}, evil]
    folder = run_at(
        rows=rows,
        policy=evil,
        provenance={"command": evil, "repairs": repairs, evil: {evil: evil}},
        queue=[evil, "q", "r"] * 5,
    )
    page = read_page(write_report(folder))
    assert "script" not in page.tags
    assert page.all.count(evil) >= 8
    assert "南京" in page.all
    compared = read_page(compare_report([folder, folder], folder / "compare.html"))
    assert "script" not in compared.tags


def test_a_run_from_elsewhere_may_say_anything(run_at: Any) -> None:
    folder = run_at(policy="x" * 100_000)
    summary = json.loads((folder / "summary.json").read_text())
    summary |= {"mean_wait_s": "long", "max_wait_s": 10**400, "utilization": [1], "jobs": True}
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "provenance.json").write_text('{"command": {"a": "\\ud800"}, "repairs": {"b": 1}}')
    page = write_report(folder)
    assert page.stat().st_size < 1_500_000
    assert "nothing was repaired" in read_page(page).all


@pytest.mark.parametrize(
    "series",
    [
        {"time_s": [0.0, 0.0, 0.0], "busy_cores": [1.0] * 3, "queued_cores": [1.0] * 3},
        {"time_s": [2.0, 1.0], "busy_cores": [1.0] * 2, "queued_cores": [1.0] * 2},
    ],
)
def test_a_series_that_goes_nowhere_is_not_drawn(run_at: Any, series: dict[str, Any]) -> None:
    folder = run_at()
    pq.write_table(pa.table(series), folder / "series.parquet")
    assert "The machine through time" not in read_page(write_report(folder)).all


def test_a_series_without_numbers_is_refused(run_at: Any) -> None:
    folder = run_at()
    pq.write_table(pa.table({"time_s": ["noon"]}), folder / "series.parquet")
    with pytest.raises(InputError, match="time_s holds no numbers"):
        write_report(folder)


def test_the_command_and_the_names_are_found_where_the_simulation_puts_them(run_at: Any) -> None:
    folder = run_at(provenance={"command": ["hpcsim", "simulate", "my trace.swf"]})
    (folder / "scenario.toml").write_text(
        '[workload]\nfile = "my trace.swf"\n[policy]\nname = "easy-sjbf"\ncycle = "event"\n'
    )
    words = read_page(write_report(folder)).all
    assert "my trace.swf under easy-sjbf" in words
    assert "hpcsim simulate 'my trace.swf'" in words
    assert "cycle event" in words


def test_repairs_are_listed_with_their_first_lines(run_at: Any) -> None:
    repairs = [
        {"kind": "dropped", "count": 12, "first_lines": [4, 9], "what": "no processors"},
    ]
    words = read_page(write_report(run_at(provenance={"repairs": repairs}))).all
    assert re.search(r"no processors\s+dropped\s+12\s+4, 9", words)
    assert "nothing was repaired" not in words
    assert "nothing was repaired" in read_page(write_report(run_at())).all


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(0, None, None, 1, None)],
        [(0, 0, 0, 1, "a")],
        [(0, 0, None, 1, "a")],
        [(5, 5, 6, 8, "a")],
        [(0, 0, 10, 1, "a"), (0, 0, 10, 900, "b")],
    ],
    ids=["empty", "never started", "no length", "still running", "one job", "beyond the machine"],
)
def test_odd_runs_have_a_page_too(run_at: Any, rows: list[Any]) -> None:
    folder = run_at(rows=rows)
    assert "How to run it again" in read_page(write_report(folder)).all
    assert compare_report([folder], folder / "compare.html").exists()


def test_what_is_no_run_is_refused(tmp_path: Path, run_at: Any) -> None:
    with pytest.raises(InputError, match="no run folder"):
        write_report(tmp_path / "nowhere")
    folder = run_at()
    (folder / "summary.json").write_text(json.dumps({"cores": "many"}))
    with pytest.raises(InputError, match="how many cores"):
        write_report(folder)
    with pytest.raises(InputError, match="no run to compare"):
        compare_report([], tmp_path / "compare.html")


def test_a_page_that_cannot_be_written_is_an_input_error(run_at: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        compare_report([run_at()], tmp_path / "nowhere" / "compare.html")


def test_compared_runs_stand_side_by_side(run_at: Any, tmp_path: Path) -> None:
    slow = [(0, 0, 4000, 6, "ann"), (60, 8000, 9000, 4, "bo"), (90, None, None, 8, "bo")]
    folders = [run_at("a", policy="easy"), run_at("b", rows=slow, policy="fcfs")]
    page = compare_report(folders, tmp_path / "compare.html")
    words = read_page(page)
    assert "tiny.swf: 2 policies" in words.all
    assert (
        "The mean wait is lowest under easy (33 min) and highest under fcfs (66 min)." in words.all
    )
    assert re.search(r"mean wait\s+33 min\s+66 min\s+\+101.5 %", words.all)
    assert words.tags.count("img") == 3


def test_runs_of_one_policy_go_by_their_folders(run_at: Any, tmp_path: Path) -> None:
    page = compare_report([run_at("monday"), run_at("friday")], tmp_path / "compare.html")
    assert re.search(r"monday\s+friday", read_page(page).all)


def test_a_published_schedule_has_a_small_page(data: Path, tmp_path: Path) -> None:
    with gzip.open(data / "expected/pyss/KTH-SP2.easy.swf.gz", "rt") as lines:
        rows = np.array([line.split() for line in lines if line[0] != ";"], dtype=np.float64)
    start = rows[:, 1] + rows[:, 2]
    jobs = pa.table(
        {
            "job_id": rows[:, 0].astype(np.int64),
            "submit_s": rows[:, 1],
            "start_s": start,
            "end_s": start + rows[:, 3],
            "wait_s": rows[:, 2],
            "cores": rows[:, 4].astype(np.int32),
            "limit_s": rows[:, 8],
            "runtime_s": rows[:, 3],
            "state": pa.array(["COMPLETED"] * len(rows)),
            "user": rows[:, 11].astype(np.int32),
            "backfilled": rows[:, 15] == 1,
        }
    )
    run = RunFolder(
        jobs, metrics.series(jobs, 100), pa.table({}), summary=metrics.summarize(jobs, cores=100)
    )
    page = write_report(write(run, tmp_path / "run"))
    assert "28,481 jobs · 100 cores" in read_page(page).all
    assert page.stat().st_size < 1_500_000
