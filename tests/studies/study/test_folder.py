"""A study is a folder: nothing finished is lost, nothing is made twice, the bytes are the same."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time

import pyarrow.parquet as pq
import pytest

from hpcsim.errors import InputError
from hpcsim.studies.executors import open_pool
from hpcsim.studies.study.metric import parse_metric
from hpcsim.studies.study.study import open_study
from hpcsim.studies.subject import Measured

from .conftest import QUEUE, environment, kept, program, run


class Fragile:
    """A subject that fails with even seeds, and counts who ran."""

    name = title = "fragile"
    seed = 0

    def __init__(self, kills=False):
        self.kills = kills

    def changed(self, changes):
        return self

    def described(self):
        return {"fragile": True}

    def measure(self, seed, wanted, *, alone=False):
        if seed % 2 == 0:
            if self.kills:
                os._exit(9)
            raise RuntimeError(f"seed {seed} is even")
        return Measured({"odd": 1.0})


def test_a_failed_run_is_recorded_and_stops_no_other(tmp_path):
    with open_pool("here") as pool, open_study(Fragile(), pool, out=tmp_path / "s") as study:
        study.run([{}], range(20))
        study.finish({})
        results = study.every_result()
    failed = [r for r in results if r.error]
    assert 0 < len(failed) < 20 and len(results) == 20
    assert all(r.error == f"RuntimeError: seed {r.seed} is even" for r in failed)
    table = pq.read_table(tmp_path / "s" / "runs.parquet")
    assert table.column("failed").to_pylist() == [r.seed % 2 == 0 for r in results]
    assert table.column("odd").to_pylist() == [None if r.seed % 2 == 0 else 1.0 for r in results]


def test_a_worker_that_dies_takes_only_its_run_with_it(tmp_path):
    with open_pool("processes", 2) as pool, open_study(Fragile(kills=True), pool) as study:
        study.run([{}], range(6))
        results = study.every_result()
    assert [bool(r.error) for r in results] == [r.seed % 2 == 0 for r in results]
    assert any("the worker died" in (r.error or "") for r in results)


def test_failed_runs_are_made_again_only_if_asked(tmp_path):
    for retry, tries in ((False, 0), (True, 1)):
        with (
            open_pool("here") as pool,
            open_study(Fragile(), pool, out=tmp_path / "s", retry=retry) as study,
        ):
            before = {r.key for r in study.every_result()}
            study.run([{}], range(6))
            again = len(study.every_result()) - len(before)
        assert (again > 0) == (tries > 0 or not before)


def test_when_every_run_fails_it_is_the_question(queue):
    wrong = pytest.raises(InputError, match="every run failed: InputError: no such value")
    with open_pool("here") as pool, open_study(queue, pool) as study, wrong:
        study.run([{"coers": 4}], range(2))


def test_the_folder_of_another_question_is_not_touched(queue, tmp_path):
    with open_pool("here") as pool:
        with open_study(queue, pool, out=tmp_path / "s"):
            pass
        other = open_study(queue.changed({"cores": 5}), pool, out=tmp_path / "s")
        tells = r"another subject\.cores .*\n.*choose another --out"
        with pytest.raises(InputError, match=tells), other:
            pass
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "letter.txt").write_text("dear")
        no_study = open_study(queue, pool, out=tmp_path / "other")
        with pytest.raises(InputError, match="not a study"), no_study:
            pass


def test_one_leader_a_study(queue, tmp_path):
    with open_pool("here") as pool, open_study(queue, pool, out=tmp_path / "s") as study:
        study.run([{}], range(1))
        second = open_study(queue, pool, out=tmp_path / "s")
        with pytest.raises(InputError, match="another process is at this study"), second:
            pass


def test_more_runs_add_to_those_that_are_there(queue, tmp_path):
    with open_pool("here") as pool:
        for runs in (2, 4):
            with open_study(queue, pool, out=tmp_path / "s") as study:
                study.run([{}], range(runs))
                study.finish({})
        with open_study(queue, pool, out=tmp_path / "t") as study:
            study.run([{}], range(4))
            study.finish({})
    assert kept(tmp_path / "s") == kept(tmp_path / "t")


def test_points_meet_the_same_chances(here):
    here.run([{"cores": 4}, {"cores": 5}], range(3))
    seeds = [[r.seed for r in here.results({"cores": c})] for c in (4, 5)]
    assert seeds[0] == seeds[1] and len(set(seeds[0])) == 3
    waits = [here.values(parse_metric("mean_wait_s"), {"cores": c}) for c in (4, 5)]
    assert (waits[0] > waits[1]).all()


def finished(folder):
    """The runs that are done, with what they cost: made again, a run would cost something else."""
    ledger = folder / "ledger.sqlite"
    if not ledger.exists():
        return set()
    with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as db:
        tables = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchall()
        select = "SELECT replication, wall_s, cpu_s FROM runs WHERE state = 'done'"
        return set(db.execute(select).fetchall()) if tables else set()


def killed_after(command, folder, runs):
    """Let the command run until so many runs are done, and kill it without a warning."""
    nowhere = subprocess.DEVNULL
    stopped = subprocess.Popen(command, env=environment(), stdout=nowhere, stderr=nowhere)
    deadline = time.monotonic() + 120
    while stopped.poll() is None and len(finished(folder)) < runs:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    stopped.send_signal(signal.SIGKILL)
    stopped.wait()
    return finished(folder)


@pytest.mark.parametrize(
    "moments", [(3,), pytest.param((1, 9, 17, 25, 33), marks=pytest.mark.slow)]
)
def test_killed_at_any_moment_it_goes_on_and_ends_with_the_same_bytes(tmp_path, moments):
    words = ("replicate", "poisson:jobs=20000,servers=4,load=0.8", "--runs", "40", "--no-report")
    run(program(*words, "--executor", "here", "--out", tmp_path / "whole"))
    again = program(*words, "--workers", "2", "--out", tmp_path / "s")
    seen = set()
    for runs in moments:
        now = killed_after(again, tmp_path / "s", runs)
        assert seen <= now and runs <= len(now) < 40
        seen = now
    told = run([*again, "--json"])
    assert seen <= finished(tmp_path / "s")
    assert kept(tmp_path / "s") == kept(tmp_path / "whole")
    assert json.loads(told.stdout)["runs"] == 40


def test_what_it_would_take(tmp_path):
    told = run(program("replicate", QUEUE, "--runs", "1000", "--dry-run", "--json"))
    found = json.loads(told.stdout)
    assert found["runs"] == 1000 and found["finished"] == 0
    assert 0 < found["run_s"] < found["wall_s"]
    assert not list(tmp_path.iterdir())
