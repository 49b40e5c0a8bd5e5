"""Whatever stands in a file, a reader gives a valid workload or one clear error."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workloads
from workloads.errors import InputError

GOOD = b"1 0 5 10 4 -1 -1 4 20 -1 1 3 1 -1 1 -1 -1 -1\n"
TOKENS = """1 -1 0 7.5 -3 1e9 - + . x 1-2 nan inf ; , 1_0 0x1 1&2 --1 1.2.3 é
9999999999999999999999999"""
TOKEN = st.sampled_from([*TOKENS.encode().split(), b"\xff"])
LINE = st.one_of(
    st.lists(TOKEN, min_size=15, max_size=22).map(b" ".join),
    st.just(GOOD.strip()),
    st.binary(max_size=60),
)
SEEDS = {
    "w.swf": b"; MaxProcs: 4\n" + GOOD,
    "w.json": b'{"nb_res":4,"jobs":[{"id":1,"subtime":0,"res":1,"profile":"a"}],'
    b'"profiles":{"a":{"type":"delay","delay":1}}}',
    "w.csv": b"submit_s,runtime_s,cores,user\n0,5,1,ann\n3,4,1,\n",
}


def read(name, content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            workload, repairs = workloads.read(path)
        except InputError as error:
            assert error.problems
            assert all(problem.source == str(path) for problem in error.problems)
        else:
            workload.validate()
            assert len(workload)
            assert all(repair.count >= 1 for repair in repairs)


@given(st.lists(LINE, max_size=6), st.sampled_from([b"\n", b"\r\n", b"\r"]))
@settings(max_examples=300)
def test_lines_of_anything(lines, end):
    read("w.swf", end.join(lines))


@pytest.mark.parametrize("name", SEEDS)
@given(st.data())
@settings(max_examples=150)
def test_good_files_with_bytes_changed(name, data):
    content = bytearray(SEEDS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    read(name, bytes(content))


@pytest.mark.parametrize("name", [*SEEDS, "w.parquet", "w"])
@given(st.binary(max_size=300))
@settings(max_examples=60)
def test_bytes_of_anything(name, content):
    read(name, content)
