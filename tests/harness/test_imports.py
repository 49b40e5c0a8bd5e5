"""Figures read from real outputs are the ones that the programs printed."""

from __future__ import annotations

import re

import pytest

from kernels.harness.errors import HarnessError
from kernels.harness.imports import read, read_all


def figures(results):
    return {result.key: result.figure.value for result in results}


def test_hpcc_as_its_summary_says(outputs):
    found = figures(read_all([outputs / "hpcc.txt"]))
    assert found["hpcc/StarSTREAM_Triad"] == pytest.approx(47.7885e9, rel=1e-12)
    assert found["hpcc/HPL_Tflops"] == pytest.approx(0.000331716e12, rel=1e-12)
    assert found["hpcc/MPIRandomAccess_GUPs"] == pytest.approx(0.0608008e9, rel=1e-12)
    assert found["hpcc/MaxPingPongLatency_usec"] == pytest.approx(0.332778e-6, rel=1e-12)
    assert "hpcc/STREAM_VectorSize" not in found


def test_hpcg_as_its_report_says(outputs):
    (rating, *_) = results = read_all([outputs / "hpcg.txt"])
    assert rating.figure.value == pytest.approx(0.80142e9, rel=1e-12)
    assert (rating.ranks, rating.parameters) == (2, {"nx": 32.0, "ny": 16.0, "nz": 16.0})
    assert figures(results)["hpcg/Raw_Total_B/W_GB"] == pytest.approx(6.17954e9, rel=1e-12)


def test_stream_ior_mdtest_reframe(outputs):
    files = [outputs / name for name in ("stream.txt", "ior.txt", "mdtest.txt", "reframe.json")]
    found = figures(read_all(files))
    assert found["stream/Triad"] == pytest.approx(9056.5e6)
    assert found["ior/write"] == pytest.approx(1997.74 * 2**20)
    assert found["mdtest/File_creation"] == pytest.approx(11180.062)
    assert found["reframe/stream_test/triad_bw"] == pytest.approx(8872.5e6)


def test_ior_json_gives_the_means_of_its_summary(outputs):
    write, read_ = read_all([outputs / "ior.json"])
    assert write.figure.value == pytest.approx(4110.1540 * 2**20)
    assert (read_.figure.low, read_.figure.high) == pytest.approx(
        (16685.4460 * 2**20, 17857.6009 * 2**20)
    )


@pytest.mark.parametrize("file", ["osu_latency", "osu_bw", "osu_bibw", "osu_allreduce"])
def test_osu_every_row_of_its_table(outputs, file):
    text = (outputs / f"{file}.txt").read_text()
    scale = 1e-6 if "(us)" in text else 1e6
    printed = {int(n): float(v) * scale for n, v in re.findall(r"^(\d+)\s+(\S+)$", text, re.M)}
    results = read(text)
    assert {int(r.parameters["bytes"]): r.figure.value for r in results} == pytest.approx(printed)


def test_a_run_that_its_program_calls_wrong_has_no_figures(outputs):
    stream = (outputs / "stream.txt").read_text().replace("Solution Validates", "Failed Validation")
    hpcc = (outputs / "hpcc.txt").read_text().replace("Success=1", "Success=0")
    for result in [*read(stream), *read(hpcc)]:
        assert (result.status, result.figure) == ("wrong", None)


def test_what_is_no_output_is_told_for_every_file(tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "b.json").write_text('{"session_info": [1, 2')
    with pytest.raises(HarnessError) as told:
        read_all([tmp_path / "a.txt", tmp_path / "b.json", tmp_path / "c.txt"])
    assert [problem.partition(": ")[2][:20] for problem in told.value.problems] == [
        "not an output that i",
        "not an output that i",
        "cannot be read: No s",
    ]


def test_two_files_of_one_program_do_not_hide_each_other(outputs):
    results = read_all([outputs / "ior.txt", outputs / "ior.json"])
    assert [result.key for result in results] == [
        "ior/write",
        "ior/read",
        "ior/write#2",
        "ior/read#2",
    ]


def test_names_from_an_output_are_tame():
    text = "# OSU MPI <script>\x1b Latency Test v9\n# Size Latency (us)\n8 1.5\n"
    (result,) = read(text)
    assert re.fullmatch(r"osu/[\w./+:@%=,-]+", result.key)
