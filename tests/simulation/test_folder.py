from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hpcsim.errors import InputError
from hpcsim.simulation import folder
from hpcsim.simulation.folder import RunFolder, check_writable, read, write


def tiny_run(wait_s: float = 5.0) -> RunFolder:
    jobs = pa.table(
        {
            "job_id": pa.array([7, 9], pa.int64()),
            "submit_s": [0.0, 10.0],
            "start_s": pa.array([wait_s, None], pa.float64()),
            "end_s": pa.array([60.0, None], pa.float64()),
            "wait_s": pa.array([wait_s, None], pa.float64()),
            "cores": pa.array([4, 8], pa.int32()),
            "limit_s": pa.array([100.0, None], pa.float64()),
            "runtime_s": [55.0, 20.0],
            "state": pa.array(["COMPLETED", "PENDING"]).dictionary_encode(),
            "user": pa.array([1, 2], pa.int32()),
            "backfilled": [False, False],
        }
    )
    series = pa.table({"time_s": [0.0, 30.0], "busy_cores": [3.3, 4.0]})
    events = pa.table({"time_s": pa.array([], pa.float64()), "kind": pa.array([], pa.string())})
    return RunFolder(
        jobs=jobs,
        series=series,
        events=events,
        scenario={"policy": "easy", "cycle": None, "nested": {"seed": 3, "path": Path("a/b")}},
        provenance={"command": "hpcsim simulate x", "repairs": [{"what": "ü", "count": 2}]},
        summary={"jobs": 2, "mean_wait_s": np.float64(wait_s), "utilization": float("nan")},
    )


def contents(path: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in path.iterdir()}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    run = tiny_run()
    write(run, tmp_path / "deep" / "run")
    again = read(tmp_path / "deep" / "run")
    assert again.jobs.equals(run.jobs)
    assert again.jobs.schema.equals(run.jobs.schema)
    assert again.series.equals(run.series)
    assert again.events.equals(run.events)
    assert again.scenario == {"policy": "easy", "nested": {"seed": 3, "path": "a/b"}}
    assert again.provenance == run.provenance
    assert again.summary == {"jobs": 2, "mean_wait_s": 5.0, "utilization": None}


def test_the_folder_holds_its_six_files_and_no_leftovers(tmp_path: Path) -> None:
    write(tiny_run(), tmp_path / "run")
    assert [entry.name for entry in tmp_path.iterdir()] == ["run"]
    assert sorted(contents(tmp_path / "run")) == sorted(folder.PARTS)


def test_same_run_same_bytes(tmp_path: Path) -> None:
    write(tiny_run(), tmp_path / "a")
    write(tiny_run(), tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_notes_of_other_libraries_stay_out_of_the_bytes(tmp_path: Path) -> None:
    run = tiny_run()
    noted = run.jobs.replace_schema_metadata({"pandas": "written at noon"})
    write(RunFolder(noted, run.series, run.events, run.scenario), tmp_path / "a")
    assert pq.read_table(tmp_path / "a" / "jobs.parquet").schema.metadata is None


def test_json_keeps_the_order_of_keys(tmp_path: Path) -> None:
    write(tiny_run(), tmp_path / "run")
    assert list(json.loads((tmp_path / "run" / "summary.json").read_text())) == [
        "jobs",
        "mean_wait_s",
        "utilization",
    ]


def test_a_run_is_replaced_only_with_force(tmp_path: Path) -> None:
    out = tmp_path / "run"
    write(tiny_run(), out)
    with pytest.raises(InputError, match="already holds a run") as refused:
        write(tiny_run(6.0), out)
    assert "--force" in str(refused.value)
    assert read(out).summary["mean_wait_s"] == 5.0
    write(tiny_run(6.0), out, force=True)
    assert read(out).summary["mean_wait_s"] == 6.0
    assert [entry.name for entry in tmp_path.iterdir()] == ["run"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    write(tiny_run(), tmp_path / "run")
    assert read(tmp_path / "run").summary["jobs"] == 2


@pytest.mark.parametrize("extra", ["thesis.tex", "report.html.bak", ".git"])
def test_what_is_not_a_run_is_never_replaced(tmp_path: Path, extra: str) -> None:
    out = tmp_path / "run"
    write(tiny_run(), out)
    (out / extra).write_text("years of work")
    for force in (False, True):
        with pytest.raises(InputError, match="not a run"):
            write(tiny_run(), out, force=force)
    assert (out / extra).read_text() == "years of work"


def test_a_report_belongs_to_the_run(tmp_path: Path) -> None:
    out = tmp_path / "run"
    write(tiny_run(), out)
    (out / "report.html").write_text("<html>")
    write(tiny_run(), out, force=True)
    assert not (out / "report.html").exists()


@pytest.mark.parametrize("out", ["/proc/run", "/dev/null/run", "/proc/deep/run", "x" * 300, "a\0b"])
def test_a_place_that_cannot_be_written_is_refused_beforehand(tmp_path: Path, out: str) -> None:
    with pytest.raises(InputError) as refused:
        check_writable(tmp_path / out)
    assert refused.value.problems[0].source == str(tmp_path / out)


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(InputError, match="is a file"):
        check_writable(tmp_path / "run", force=True)
    with pytest.raises(InputError):
        check_writable(tmp_path / "run" / "below")


def test_checking_leaves_nothing_behind(tmp_path: Path) -> None:
    check_writable(tmp_path / "a" / "b" / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_halfway_leaves_the_former_run(tmp_path: Path) -> None:
    out = tmp_path / "run"
    write(tiny_run(), out)
    before = contents(out)
    broken = RunFolder(tiny_run().jobs, tiny_run().series, tiny_run().events, {"x": object()})
    with pytest.raises((InputError, TypeError)):
        write(broken, out, force=True)
    assert contents(out) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["run"]


def test_a_link_to_a_run_stays_a_link(tmp_path: Path) -> None:
    write(tiny_run(), tmp_path / "run")
    (tmp_path / "latest").symlink_to("run")
    write(tiny_run(6.0), tmp_path / "latest", force=True)
    assert (tmp_path / "latest").is_symlink()
    assert read(tmp_path / "run").summary["mean_wait_s"] == 6.0


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_the_folder_is_as_readable_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "any").mkdir()
    write(tiny_run(), tmp_path / "run")
    assert (tmp_path / "run").stat().st_mode == (tmp_path / "any").stat().st_mode


def test_reading_names_every_missing_part(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no run folder"):
        read(tmp_path / "nowhere")
    (tmp_path / "jobs.parquet").write_bytes(b"")
    with pytest.raises(InputError) as refused:
        read(tmp_path)
    assert len(refused.value.problems) == len(folder.PARTS) - 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("jobs.parquet", b"PAR1 and then nothing"),
        ("series.parquet", b""),
        ("summary.json", b"[1, 2]"),
        ("summary.json", b"{" * 100_000),
        ("provenance.json", b"\xff\xfe\x00"),
        ("provenance.json", b"[" * 100_000),
        ("scenario.toml", b"policy = easy"),
        ("scenario.toml", b"a = " + b"[" * 100_000),
    ],
)
def test_a_damaged_part_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    out = tmp_path / "run"
    write(tiny_run(), out)
    (out / name).write_bytes(content)
    with pytest.raises(InputError) as refused:
        read(out)
    assert refused.value.problems[0].source == str(out / name)


def test_columns_that_lack_or_hold_no_numbers_are_all_told(tmp_path: Path) -> None:
    out = tmp_path / "run"
    write(tiny_run(), out)
    jobs = tiny_run().jobs.drop_columns(["wait_s", "user"])
    jobs = jobs.set_column(1, "submit_s", pa.array(["noon", "night"]))
    pq.write_table(jobs, out / "jobs.parquet")
    with pytest.raises(InputError) as refused:
        read(out)
    assert [p.value for p in refused.value.problems] == ["wait_s", "user", "string"]


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("submit_s", [0.0, float("nan")], "no submission time"),
        ("submit_s", [0.0, None], "no submission time"),
        ("end_s", [0.0, float("inf")], "beyond any run"),
        ("runtime_s", [0.0, 1e300], "beyond any run"),
        ("cores", [1, -1], "fewer than 0 cores"),
        ("state", [1, 2], "wrong kind"),
        ("backfilled", ["yes", "no"], "wrong kind"),
    ],
)
def test_values_that_no_run_has_are_refused(
    tmp_path: Path, column: str, values: list[Any], told: str
) -> None:
    out = tmp_path / "run"
    write(tiny_run(), out)
    jobs = tiny_run().jobs
    jobs = jobs.set_column(jobs.column_names.index(column), column, pa.array(values))
    pq.write_table(jobs, out / "jobs.parquet")
    with pytest.raises(InputError, match=told):
        read(out)


def test_names_that_are_no_text_are_written_as_escapes(tmp_path: Path) -> None:
    run = tiny_run()
    odd = {"workload": os.fsdecode(b"caf\xe9.swf")}
    write(RunFolder(run.jobs, run.series, run.events, odd, odd), tmp_path / "run")
    assert read(tmp_path / "run").scenario["workload"] == "caf\\udce9.swf"


def test_a_run_is_written_without_pandas() -> None:
    code = "import sys, hpcsim.simulation.folder; print('pandas' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
