"""`hpcsim simulate` with failures and power: the options, the folder, the page, the mistakes."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

WORKLOAD = "uniform:jobs=60,sizes=1-8,cores=16,load=0.5"


def test_failures_and_power_stand_in_the_folder_and_on_the_page(hpcsim, tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("time_s,kind,node,cause\n9000,down,0,disk\n12000,up,0,\n")
    out = tmp_path / "run"
    done = hpcsim("simulate", WORKLOAD, "--site", "tiny", "--events", events, "--checkpoint", "900",
                  "--power-cap", "0.7", "--switch-off", "600", "--out", out, "--json",
                  "--verify")  # fmt: skip
    assert done.status == 0
    summary = json.loads(done.out)
    assert summary["failures"]["node_outages"] == 1
    assert summary["power"]["max_node_kw"] <= 0.7 == summary["power"]["cap_kw"]
    assert summary["power"]["off_kwh"] > 0
    jobs = pq.read_table(out / "jobs.parquet")
    assert sum(jobs["energy_kwh"].to_pylist()) == pytest.approx(summary["power"]["jobs_kwh"])
    assert {"node_kw", "meter_kw"} <= set(pq.read_schema(out / "series.parquet").names)
    assert pq.read_table(out / "events.parquet")["kind"].to_pylist()[0] == "node down"
    page = (out / "report.html").read_text()
    assert "What broke, and what it drew" in page
    assert "Draw of the nodes" in page or "data:image/svg" in page


def test_the_same_seed_breaks_the_same_nodes(hpcsim):
    args = ("simulate", WORKLOAD, "--site", "nanjing", "--failures", "--failing", "0.2", "--json")
    first, again = (json.loads(hpcsim(*args).out)["failures"] for _ in range(2))
    assert first == again
    assert first["failed_jobs"] > 0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--failures",), "--failures needs the nodes of a site"),
        (("--power",), "--power needs the nodes of a site"),
        (("--site", "tiny", "--failures"), "no sources of failures"),
        (("--site", "tiny", "--checkpoint", "often"), "no such checkpoint rule"),
        (("--site", "tiny", "--power-cap", "-1"), "--power-cap is a number above 0"),
        (("--site", "tiny", "--power-cap", "0.4"), "the power cap is below what it draws"),
    ],
)
def test_what_cannot_be_is_told(hpcsim, given, told):
    done = hpcsim("simulate", WORKLOAD, *given)
    assert done.status == 2
    assert told in done.err


def test_a_scenario_says_itself_what_breaks(hpcsim):
    done = hpcsim("simulate", "nanjing-quarter", "--failures")
    assert done.status == 2
    assert "--failures is for workloads" in done.err
