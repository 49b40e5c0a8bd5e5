"""The kernels of the group `io`: right bytes, nothing left behind, clear words without room."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from kernels import registry
from kernels.contract import KernelError
from kernels.harness.cases import Case
from kernels.harness.rounds import Hall, Rules, measure


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    monkeypatch.setenv("HPCSIM_BENCH_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", registry.names("io"))
def test_each_is_right_as_often_as_wanted_and_leaves_nothing(name, scratch):
    (result,) = measure([Case(name, "tiny")], Rules(least=3, most=3, budget_s=20), Hall())
    assert (result.status, len(result.samples_s)) == ("ok", 3)
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("name", ["file_write", "file_read"])
def test_a_wrong_byte_is_found(name):
    kernel = registry.load(name)
    inputs = kernel.inputs(kernel.size("tiny"), np.random.default_rng(1))
    kernel.before(inputs)
    output = kernel.run(inputs)
    assert kernel.check(inputs, output).ok
    inputs.content[12_345] ^= 1
    assert not kernel.check(inputs, output).ok
    kernel.release(inputs)


def test_a_lost_file_is_found():
    kernel = registry.load("file_create")
    inputs = kernel.inputs(kernel.size("tiny"), np.random.default_rng(1))
    kernel.before(inputs)
    made = kernel.run(inputs)
    next(inputs.folder.iterdir()).unlink()
    assert kernel.check(inputs, made).error == 1
    kernel.release(inputs)


def test_no_room_and_no_folder_are_told(monkeypatch, tmp_path):
    kernel = registry.load("file_write")
    monkeypatch.setattr(psutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(KernelError, match="name another folder with --scratch"):
        kernel.inputs(kernel.size("tiny"), np.random.default_rng(1))
    monkeypatch.undo()
    monkeypatch.setenv("HPCSIM_BENCH_DIR", str(tmp_path / "missing"))
    with pytest.raises(KernelError, match="cannot be written"):
        kernel.inputs(kernel.size("tiny"), np.random.default_rng(1))


def test_a_block_that_is_no_multiple_of_a_page_is_told():
    kernel = registry.load("file_read")
    with pytest.raises(KernelError, match="block_kib = 3 is no multiple of 4"):
        kernel.inputs(kernel.size("tiny", block_kib=3), np.random.default_rng(1))
