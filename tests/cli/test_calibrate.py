"""`hpcsim calibrate` from end to end: fit, page, simulate with it, impact, validate."""

from __future__ import annotations

import json

import pytest

OSU = "# OSU MPI Latency Test v7.4\n# Size          Latency (us)\n" + "".join(
    f"{2**k}   {1.5 + 2**k / 12e3:.3f}\n" for k in range(0, 22)
)
STREAM = """STREAM version $Revision: 5.10 $
Array size = 10000000 (elements)
Triad:     200000.0     0.1     0.1     0.1
Solution Validates: avg error less than 1.0e-13 on all three arrays
"""
SMALL = ("--set", "horizon_days=0.1", "--only", "research")


@pytest.fixture
def outputs(tmp_path):
    """Figures that other programs printed."""
    for name, text in (("osu", OSU), ("stream", STREAM)):
        (tmp_path / f"{name}.txt").write_text(text)
    return tmp_path / "osu.txt", tmp_path / "stream.txt"


def test_from_figures_to_a_file_and_a_page(hpcsim, outputs, tmp_path):
    done = hpcsim(
        "calibrate", *outputs, "--from", "nanjing", "--site", "nanjing", "--out", tmp_path / "c"
    )
    assert done.status == 0
    assert "published 2,340 (+1.0%)" in done.out
    page = (tmp_path / "c" / "calibration.html").read_text()
    assert "What each class of job waits for" in page
    assert "1.61 GHz" in page
    kept = json.loads((tmp_path / "c" / "calibration.json").read_text())
    assert kept["version"] == 1
    assert kept["machine"]["node_bandwidth_gbs"]["value"] == 200.0


def test_simulate_with_and_without(hpcsim, outputs, tmp_path):
    hpcsim("calibrate", *outputs, "--from", "nanjing", "--out", tmp_path / "c")
    plain = hpcsim("simulate", "nanjing-quarter", *SMALL, "--json")
    with_it = hpcsim(
        "simulate", "nanjing-quarter", *SMALL, "--json", "--calibration", tmp_path / "c"
    )
    assert (plain.status, with_it.status) == (0, 0)
    assert "calibration" not in json.loads(plain.out)
    told = json.loads(with_it.out)["calibration"]
    assert 0 < told["sustained_tflops"] < told["peak_tflops"]
    assert told["sustained_tflops"] == pytest.approx(
        sum(told["sustained_tflops_by_class"].values())
    )


def test_a_run_keeps_what_its_times_rest_on(hpcsim, outputs, tmp_path):
    hpcsim("calibrate", *outputs, "--from", "nanjing", "--out", tmp_path / "c")
    run = tmp_path / "run"
    words = ("--calibration", tmp_path / "c", "--out", run)
    assert hpcsim("simulate", "nanjing-quarter", *SMALL, *words).status == 0
    kept = json.loads((run / "provenance.json").read_text())
    assert kept["calibration"]["source"].endswith("stream.txt")
    assert "Floating-point work" in (run / "report.html").read_text()


def test_impact_of_nothing_is_nothing(hpcsim, outputs, tmp_path):
    hpcsim("calibrate", *outputs, "--from", "nanjing", "--out", tmp_path / "c")
    done = hpcsim(
        "calibrate", "impact", tmp_path / "c", tmp_path / "c", "--set", "horizon_days=0.1", "--json"
    )
    found = json.loads(done.out)
    assert (done.status, found["more_core_h"], found["more_nodes"]) == (0, 0.0, 0.0)
    assert found["run_time_ratio_by_class"] == {}


def test_validate_tells_every_check(hpcsim, monkeypatch):
    monkeypatch.delenv("HPCSIM_DATA", raising=False)
    done = hpcsim("calibrate", "validate", "--json")
    found = json.loads(done.out)
    assert done.status == 0
    assert {each["verdict"] for each in found} == {"holds", "skipped"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("calibrate", "nothing-here"), "no such file"),
        (("calibrate", "nothing-here", "--site", "nanjin"), "did you mean nanjing"),
        (("simulate", "nanjing-quarter", "--calibration", "none.json"), "cannot be read"),
        (("simulate", "lublin:days=1", "--calibration", "none.json"), "is for scenarios"),
        (("calibrate", "impact", "a", "b"), "no such file"),
    ],
)
def test_wrong_input_is_told(hpcsim, words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = hpcsim(*words)
    assert done.status == 2
    assert said in done.err
    assert "Traceback" not in done.err
