"""Demand from a file: each subsystem takes it, and every mistake is told with its line."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from hpcsim.center.biobank import Biobank, BiobankSettings
from hpcsim.center.calendar import Calendar
from hpcsim.center.imports import Imports, ImportsSettings
from hpcsim.center.records import Records, RecordsSettings
from hpcsim.center.sequencing import Sequencing, SequencingSettings
from hpcsim.center.trace import Column, read_trace
from hpcsim.errors import InputError
from hpcsim.rng import stream

DAY = 86400.0
COLUMNS = (Column("time_s"), Column("what", known=("rack", "order")))


def run(kind, settings, days=5.0):
    env = simpy.Environment()
    calendar = Calendar(date(2026, 3, 2), days)
    made = kind(env, settings, calendar, stream(1, "x"))
    made.start()
    env.run(until=calendar.horizon_s)
    made.check()
    made.records()
    return made


@pytest.fixture
def write(tmp_path):
    def put(text):
        path = tmp_path / "trace.csv"
        path.write_text(text)
        return path

    return put


def test_rows_are_ordered_in_time_and_names_coded(write):
    table = read_trace(write("what,time_s,more\norder,9,x\nrack,3,y\n"), COLUMNS)
    assert table["time_s"].tolist() == [3, 9]
    assert table["what"].tolist() == [0, 1]


def test_parquet_is_read_too(tmp_path):
    path = tmp_path / "trace.parquet"
    pq.write_table(pa.table({"time_s": [2.5, 1.0], "what": ["rack", "order"]}), path)
    assert read_trace(path, COLUMNS)["time_s"].tolist() == [1.0, 2.5]


def test_every_mistake_is_told_with_its_line(write):
    with pytest.raises(InputError) as caught:
        read_trace(write("time_s,what\n1,rack\n-2,rak\nsoon,order\n"), COLUMNS)
    told = str(caught.value)
    assert [problem.line for problem in caught.value.problems] == [3, 3, 4]
    assert "did you mean rack" in told
    assert "'-2'" in told
    assert "'soon'" in told


@pytest.mark.parametrize("text", ["", "time_s\n1\n", "time_s,what\n1,rack,3\n", "\x00\x01"])
def test_broken_files_are_one_clear_error(write, text):
    with pytest.raises(InputError, match=r"trace\.csv"):
        read_trace(write(text), COLUMNS)


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_trace(tmp_path / "none.csv", COLUMNS)


@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("t") / "trace.csv"
    path.write_bytes(b"time_s,what\n" + content)
    try:
        table = read_trace(path, COLUMNS)
    except InputError:
        return
    assert (np.diff(table["time_s"]) >= 0).all()


def test_sequencing_takes_a_trace(write):
    path = write("ordered_s,product\n100,wgs\n-3600,nipt\n50,nipt\n999999999,wgs\n")
    made = run(Sequencing, SequencingSettings(trace=path))
    assert made.samples.ordered_s.tolist() == [-3600, 50, 100]
    assert made.samples.product.tolist() == [0, 0, 3]


def test_imports_take_a_trace(write):
    path = write(f"applied_s,risk_class,tubes\n{DAY / 2},D,7\n{DAY},A,3\n")
    made = run(Imports, ImportsSettings(trace=path), days=90)
    assert made.lots.risk_class.tolist() == [3, 0]
    assert made.lots.tubes.tolist() == [7, 3]


def test_the_biobank_takes_a_trace(write):
    path = write("time_s,kind,tubes\n100,order,5\n50,rack,96\n200,order,2\n")
    made = run(Biobank, BiobankSettings(trace=path, stored=1000, capacity=2000))
    assert [len(job.tubes) for job in made.orders] == [5, 2]
    assert made.figures()["tubes_stored"] == 1000 + 96 - 7


def test_records_take_a_trace(write):
    path = write("time_s,messages\n0,10\n60,20\n70,5\n")
    made = run(Records, RecordsSettings(trace=path))
    assert made.arrived[:3].tolist() == [10, 25, 0]
    assert made.figures()["messages"] == 35
