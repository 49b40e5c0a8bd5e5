"""SQL over a study reads its runs and nothing else."""

from __future__ import annotations

import json

import pyarrow.csv
import pyarrow.parquet
import pytest

from hpcsim.errors import InputError
from hpcsim.studies.executors import open_pool
from hpcsim.studies.query import query
from hpcsim.studies.study.study import open_study


@pytest.fixture
def study(queue, tmp_path):
    with open_pool("here") as pool, open_study(queue, pool, out=tmp_path / "s") as made:
        made.run([{"cores": 4}, {"cores": 5}], range(3))
        made.finish({})
    return tmp_path / "s"


def test_runs_are_rows_and_figures_columns(study):
    found = query(study, "select cores, count(*) n, avg(jobs) jobs from runs group by 1 order by 1")
    assert found.to_pylist() == [
        {"cores": 4.0, "n": 3, "jobs": 2000.0}, {"cores": 5.0, "n": 3, "jobs": 2000.0},
    ]  # fmt: skip


def test_figures_and_costs(study):
    sql = "select point, min(value) v from figures where figure = 'jobs' group by 1 order by 1"
    assert query(study, sql).to_pylist() == [{"point": 0, "v": 2000.0}, {"point": 1, "v": 2000.0}]
    found = query(study, "select count(*) n from spent where cpu_s > 0 and error is null")
    assert found.to_pylist() == [{"n": 6}]


@pytest.mark.parametrize(
    ("sql", "tells"),
    [
        ("select cors from runs", "did you mean cores"),
        ("select * from rns", "tables: runs, figures, spent"),
        ("selec 1", "syntax error"),
        ("select 1; select 2", "not one select"),
        ("drop table runs", "not one select"),
        ("copy runs to 'x.csv'", "not one select"),
        ("set enable_external_access = true", "not one select"),
        ("attach 'ledger.sqlite' as l", "not one select"),
        ("select * from read_text('/etc/hostname')", "disabled by configuration"),
        ("select * from 'runs.parquet'", "disabled by configuration|does not exist"),
        ("select * from results", "tables: runs"),
    ],
)
def test_nothing_else_can_be_reached(study, sql, tells, monkeypatch):
    monkeypatch.chdir(study)
    before = sorted(study.iterdir())
    with pytest.raises(InputError, match=tells):
        query(study, sql)
    assert sorted(study.iterdir()) == before


def test_the_command(study, hpcsim, tmp_path):
    sql = "select cores, replication from runs order by all"
    done = hpcsim("query", study, sql, "--csv", tmp_path / "a.csv", "--parquet", tmp_path / "a")
    assert done.status == 0 and done.out == ""
    assert pyarrow.csv.read_csv(tmp_path / "a.csv").num_rows == 6
    assert pyarrow.parquet.read_table(tmp_path / "a.parquet").num_rows == 6
    assert json.loads(hpcsim("query", study, sql, "--json").out)[0] == {
        "cores": 4.0, "replication": 0,
    }  # fmt: skip
    assert "6 rows" in hpcsim("query", study, sql).out
    done = hpcsim("query", tmp_path, sql)
    assert done.status == 2 and "there is no study" in done.err
