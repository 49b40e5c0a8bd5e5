"""The history on disk: what is kept survives, what is damaged is told."""

from __future__ import annotations

import pytest

from kernels.harness import results
from kernels.harness import store as stores
from kernels.harness.errors import HarnessError
from kernels.harness.fingerprint import differences, fingerprint, from_json, to_json
from kernels.harness.store import Store


def test_a_result_is_read_as_it_was_written(made):
    result = made("triad", [1.0, 2.0, 4.0])
    assert results.from_json(results.to_json(result)) == result


def test_what_was_kept_before_a_kill_is_there_afterwards(tmp_path, made):
    first = Store(tmp_path / "s.sqlite")
    session = first.begin("run", fingerprint())
    first.keep(session, made("triad", [1.0]))
    first.keep(session, made("triad", [1.0, 1.1]))
    again = Store(tmp_path / "s.sqlite")
    assert [len(r.samples_s) for r in again.results(session)] == [2]
    assert again.session(-1).finished is None


def test_sessions_by_number_and_from_the_end(store):
    numbers = [store.begin(label, fingerprint()) for label in ("a", "b", "c")]
    assert store.session(-1).label == "c"
    assert store.session(numbers[0]).label == "a"
    with pytest.raises(HarnessError, match="no session 99; the last is 3"):
        store.session(99)


def test_a_file_that_is_no_store_is_told(tmp_path):
    (tmp_path / "no.sqlite").write_text("this is a text, and long enough to be looked at" * 9)
    with pytest.raises(HarnessError, match="name another file with --store"):
        Store(tmp_path / "no.sqlite")


def test_a_damaged_measurement_is_told(store, made):
    session = store.begin("", fingerprint())
    store.keep(session, made("triad", [1.0]))
    store._db.execute("update result set payload = '{\"key\": 3}'")
    with pytest.raises(HarnessError, match="not a kept measurement"):
        store.results(session)


def test_the_default_store_is_the_users(monkeypatch, tmp_path):
    monkeypatch.delenv("HPCSIM_BENCH_STORE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert stores.default_path() == tmp_path / "hpcsim" / "bench.sqlite"
    monkeypatch.setenv("HPCSIM_BENCH_STORE", "/elsewhere/b.sqlite")
    assert str(stores.default_path()) == "/elsewhere/b.sqlite"


def test_a_pinned_core_type_is_a_difference_but_no_other_machine(monkeypatch):
    before = fingerprint()
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    after = fingerprint()
    assert after.machine == before.machine
    assert any("OPENBLAS_CORETYPE=Haswell" in sentence for sentence in differences(before, after))
    assert from_json(to_json(after)) == after
