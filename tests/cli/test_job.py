"""`hpcsim job` as a user meets it: exit status, JSON, and nothing dangerous on the screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hpcsim.cli.app import app

FIELDS = {
    "name",
    "nodes_min",
    "nodes_max",
    "tasks",
    "tasks_per_node",
    "cpus_per_task",
    "memory_per_node_mib",
    "memory_per_cpu_mib",
    "time_limit_s",
    "time_min_s",
    "array",
    "array_size",
    "array_throttle",
    "dependency",
    "partition",
    "qos",
    "account",
    "begin",
    "constraint",
    "gres",
    "licenses",
    "exclusive",
    "requeue",
    "nice",
    "nodelist",
    "exclude",
}


@pytest.fixture
def script(tmp_path: Path):
    def write(*options: str, name: str = "job.sh") -> str:
        lines = [f"#SBATCH {option}" for option in options]
        path = tmp_path / name
        path.write_text("\n".join(["#!/bin/bash", *lines, "sleep 1", ""]))
        return str(path)

    return write


def run(*arguments: str, **more: object):
    return CliRunner().invoke(app, ["job", *arguments], **more)


def test_a_valid_script_is_one_object_with_one_job(script):
    file = script("-n 4 --mem=2G", "--time=1:30", "--array=1-9:2%3", "-d afterok:12:13")
    result = run("check", file, "--json")
    (checked,) = json.loads(result.stdout)
    (job,) = checked["jobs"]
    assert result.exit_code == 0
    assert (checked["file"], checked["dialect"], checked["valid"]) == (file, "sbatch", True)
    assert job.keys() == FIELDS
    asked = {k: v for k, v in job.items() if v is not None}
    assert asked == {
        "name": "job.sh",
        "tasks": 4,
        "memory_per_node_mib": 2048,
        "time_limit_s": 120,
        "array": "1,3,5,7,9%3",
        "array_size": 5,
        "array_throttle": 3,
        "dependency": "afterok:12:13",
    }


def test_all_mistakes_are_told_at_once_each_with_its_line(script):
    result = run("check", script("-t 10m", "--foo", "--mem=4.5G"), "--json")
    (checked,) = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [(e["line"], e["option"]) for e in checked["errors"]] == [
        (2, "--time"),
        (3, "--foo"),
        (4, "--mem"),
    ]
    assert checked["errors"][0].keys() == {"line", "option", "value", "message", "hint"}


def test_the_command_line_beats_the_environment_and_that_the_script(script, monkeypatch):
    monkeypatch.setenv("SBATCH_PARTITION", "environment")
    monkeypatch.setenv("SBATCH_TIMELIMIT", "7")
    file = script("-p script", "-t 1")
    ways = {
        "script": ["check", file, "--json"],
        "environment": ["check", file, "--json", "--env"],
        "args": ["check", file, "--json", "--env", "--args", "-p args"],
    }
    found = {}
    for way, arguments in ways.items():
        job = json.loads(run(*arguments).stdout)[0]["jobs"][0]
        found[way] = (job["partition"], job["time_limit_s"])
    assert found == {
        "script": ("script", 60),
        "environment": ("environment", 420),
        "args": ("args", 420),
    }


@pytest.mark.parametrize("option", ["--site", "--slurm-conf"])
def test_a_slurm_conf_is_a_site(script, tmp_path, option):
    conf = tmp_path / "slurm.conf"
    conf.write_text("NodeName=n[1-2] CPUs=4\nPartitionName=day Nodes=ALL Default=YES\n")
    assert run("check", script("-c 4"), option, str(conf)).exit_code == 0
    result = run("check", script("-c 5"), option, str(conf))
    assert result.exit_code == 1
    assert "the largest node there has 4 CPUs" in result.stdout


def test_a_site_tells_where_it_can_run_what_it_costs_and_what_it_wastes(script):
    file = script("-n 1 -c 4 --mem=100G -t 2:00:00 -p cpu")
    result = run("check", file, "--site", "gpu-teaching", "--json")
    (checked,) = json.loads(result.stdout)
    (job,) = checked["jobs"]
    assert result.exit_code == 0
    assert job["partitions"] == ["cpu"]
    assert job["cost"]["core_h"] == 8
    (warning,) = checked["warnings"]
    assert (warning["line"], warning["option"], warning["value"]) == (2, "--mem", "100G")
    assert "78% of a node's memory and 12% of its cores" in warning["message"]
    assert job["scaling"] is None


SORTING = "#!/bin/bash\n#SBATCH -J x\n#SBATCH -c 28\n#SBATCH -t 2:00:00\nsamtools sort x.bam\n"


@pytest.fixture
def sorting(tmp_path):
    path = tmp_path / "sort.sh"
    path.write_text(SORTING)
    return str(path)


def test_cores_beyond_the_knee_are_told_where_they_are_asked_for(sorting):
    (checked,) = json.loads(run("check", sorting, "--site", "nanjing", "--json").stdout)
    (warning,) = checked["warnings"]
    assert checked["valid"]
    assert (warning["line"], warning["option"], warning["value"]) == (3, "--cpus-per-task", "28")
    assert warning["message"].startswith("28 cores lie beyond the knee of samtools sort (told by")
    scaling = checked["jobs"][0]["scaling"]
    assert (scaling["knee"], scaling["enough_cores"]) == (6, 4)
    text = run("check", sorting, "--site", "nanjing").stdout
    assert f"{sorting}:3: wasteful: 28 cores lie beyond the knee" in text
    assert "asking for 4 saves 39.2 core-hours" in text


def test_a_calibration_bends_the_curve_and_is_named(sorting, tmp_path):
    from hpcsim.calibration import as_shipped, save
    from hpcsim.calibration.fits import scaling
    from hpcsim.calibration.fits.resample import Point

    # Half of the inflating is serial, as measured on up to four threads.
    points = [Point(p, (0.5 + 0.5 / p,) * 2 + (0.5001 + 0.5 / p,)) for p in (1, 2, 4)]
    law = scaling(points, "bgzf_inflate/cache over threads")
    shipped = as_shipped()
    machine = shipped.machine.model_copy(update={"scaling": (law,)})
    told = shipped.provenance.model_copy(update={"machine": "my-node"})
    made = shipped.model_copy(update={"machine": machine, "provenance": told})
    file = str(save(made, tmp_path / "calibration.json"))
    (checked,) = json.loads(
        run("check", sorting, "--site", "nanjing", "--calibration", file, "--json").stdout
    )
    scaling = checked["jobs"][0]["scaling"]
    assert scaling["enough_cores"] < 4
    assert "bgzf_inflate as measured on up to 4 threads of my-node" in scaling["basis"]


def test_a_program_or_a_calibration_needs_a_site(sorting):
    for option in (("--program", "samtools sort"), ("--calibration", "x.json")):
        result = run("check", sorting, *option)
        assert result.exit_code != 0
        assert "need a site" in str(result.exception)


def test_a_limit_is_judged_by_history_at_its_line(sorting, tmp_path):
    past = tmp_path / "past.csv"
    rows = "".join(f"{i * 100},600,28,7200\n" for i in range(30))
    past.write_text("submit_s,runtime_s,cores,limit_s\n" + rows)
    (checked,) = json.loads(run("check", sorting, "--history", str(past), "--json").stdout)
    (warning,) = checked["warnings"]
    assert (warning["line"], warning["option"], warning["value"]) == (4, "--time", "2:00:00")
    assert warning["message"].startswith("a limit of 2.0 h where nineteen in twenty of 30 like")


def test_what_no_node_of_a_site_can_hold_is_refused(script):
    result = run("check", script("-c 500"), "--site", "nanjing")
    assert result.exit_code == 1
    assert "can run in no partition" in result.stdout


def test_an_unreadable_file_is_exit_status_2_and_the_others_are_still_checked(script):
    result = run("check", "/no/such/file", script("-n 2"), "--json")
    assert result.exit_code == 2
    assert [one["valid"] for one in json.loads(result.stdout)] == [False, True]


def test_control_characters_never_reach_the_terminal(script):
    result = run("check", script('--time="\x1b[31mred\x07"', "--\x1b]0;title=3"))
    assert result.exit_code == 1
    assert all(char.isprintable() or char == "\n" for char in result.stdout)


def test_convert_writes_a_script_that_asks_for_the_same(script, tmp_path):
    out = tmp_path / "again.sbatch"
    result = run("convert", script("-n 4 -J x"), "--to", "sbatch", "-o", str(out))
    assert result.exit_code == 0
    assert out.read_text() == ("#!/bin/bash\n#SBATCH --job-name=x\n#SBATCH --ntasks=4\nsleep 1\n")
