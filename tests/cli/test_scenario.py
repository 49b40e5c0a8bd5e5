"""`hpcsim simulate SCENARIO` from end to end, on a tenth of the centre."""

import json

import pytest
from typer.testing import CliRunner

from hpcsim.cli.app import app
from hpcsim.errors import InputError
from hpcsim.report.center import write_center_report
from hpcsim.simulation import folder

SMALL = (
    "horizon_days=2",
    "site.nodes.thin.count=100",
    "demand.research.machine_cores=4000",
    "demand.research.classes.mpi.most_units=16",
    "demand.research.classes.test.most_units=400",
    "demand.records.nights.nodes=2",
)


def simulate(*arguments, small=True):
    sets = [word for text in (SMALL if small else ()) for word in ("--set", text)]
    return CliRunner().invoke(app, ["simulate", *arguments, *sets], catch_exceptions=False)


def test_a_run_leaves_its_folder_and_its_report(tmp_path):
    out = tmp_path / "run"
    result = simulate("nanjing-quarter", "--out", str(out), "--verify")
    assert result.exit_code == 0
    assert "time in the core" in result.output
    assert "time in Python's events" in result.output
    page = (out / "report.html").read_text()
    for title in ("The machine", "Sequencing platform", "Health records", "Biobank", "Imports",
                  "Research computing", "Storage", "Failures", "What it rests on"):  # fmt: skip
        assert f"<h2>{title}</h2>" in page
    run = folder.read(out)
    assert run.summary["centre"]["biobank"]["places"] == 10_000_000
    assert run.centre["samples"].num_rows > 0


def test_the_same_command_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        simulate("nanjing-quarter", "--out", str(tmp_path / name), "--no-report", "--seed", "5")
    kept = sorted((tmp_path / "one").rglob("*.parquet"))
    assert len(kept) > 20
    for path in [*kept, tmp_path / "one" / "scenario.toml"]:
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == other.read_bytes(), path.name


def test_a_kept_scenario_can_be_run_again(tmp_path):
    simulate("nanjing-quarter", "--out", str(tmp_path / "one"), "--no-report")
    kept = tmp_path / "one" / "scenario.toml"
    simulate(str(kept), "--out", str(tmp_path / "two"), "--no-report", small=False)
    first, second = folder.read(tmp_path / "one"), folder.read(tmp_path / "two")
    assert first.jobs.equals(second.jobs)


def test_one_subsystem_and_json():
    result = simulate("nanjing-quarter", "--only", "biobank", "--json")
    found = json.loads(result.stdout)
    assert set(found["centre"]) == {"biobank", "failures"}


@pytest.mark.parametrize(
    ("arguments", "tells"),
    [
        (("nanjing-quater",), "did you mean nanjing-quarter"),
        (("nanjing-quarter", "--load", "0.5"), "--load says nothing to a scenario"),
        (("nanjing-quarter", "--only", "biobnk"), "did you mean biobank"),
        (("nanjing-quarter", "--set", "demand.sequencing.scal=2"), "did you mean scale"),
        (("poisson:jobs=10", "--only", "biobank"), "--only is for scenarios"),
    ],
)
def test_mistakes_are_told(arguments, tells):
    with pytest.raises(InputError, match=tells):
        simulate(*arguments)


def test_a_report_of_nothing(tmp_path):
    out = tmp_path / "run"
    sets = [word for name in ("sequencing", "records", "biobank", "imports", "research")
            for word in ("--set", f"demand.{name}.enabled=false")]  # fmt: skip
    result = simulate("nanjing-quarter", "--set", "storage.enabled=false", *sets, "--out", str(out))
    assert result.exit_code == 0
    write_center_report(out)
    assert "No job started." in (out / "report.html").read_text()
