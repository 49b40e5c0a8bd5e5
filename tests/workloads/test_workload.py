"""The table of jobs itself."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads import Workload
from workloads.errors import InputError


def three(**other):
    columns = {"submit_s": [0, 10, 20], "runtime_s": [5, 8, 100], "cores": [2, 1, 4]}
    return Workload.of(columns | other, machine_cores=8)


def test_what_is_not_given_is_unknown():
    w = three()
    assert w.job_id.tolist() == [1, 2, 3]
    assert w.limit_s.tolist() == [5, 8, 100]
    assert w.user.tolist() == [-1, -1, -1]
    assert np.isnan(w.memory_per_core_mib).all()


def test_rows_are_sorted_by_submit_and_stay_in_input_order_within():
    columns = {"submit_s": [9, 3, 3], "runtime_s": [1, 2, 3], "cores": [1, 1, 1]}
    w = Workload.of(columns | {"job_id": [7, 8, 5]})
    assert w.job_id.tolist() == [8, 5, 7]
    assert w.runtime_s.tolist() == [2, 3, 1]


def test_offered_load_counts_what_the_limit_leaves():
    w = three(limit_s=[5, 8, 50])
    assert w.offered_load(8) == (2 * 5 + 1 * 8 + 4 * 50) / (8 * 20)


def test_a_load_is_set_by_stretching_the_gaps():
    w = three().with_load(0.5, 8)
    assert w.offered_load(8) == pytest.approx(0.5)
    gaps = np.diff(w.submit_s)
    assert gaps[0] == pytest.approx(gaps[1])
    assert w.runtime_s.tolist() == three().runtime_s.tolist()


def test_a_load_cannot_be_set_without_gaps():
    with pytest.raises(InputError, match="all at once"):
        three(submit_s=[4, 4, 4]).with_load(0.5, 8)


def test_oversized_and_select():
    w = three()
    assert w.oversized(2).tolist() == [2]
    assert w.select(w.cores <= 2).job_id.tolist() == [1, 2]
    assert w.select([0, 2]).job_id.tolist() == [1, 3]


def test_labels_name_codes():
    w = Workload.of(
        {"submit_s": [0], "runtime_s": [1], "cores": [1], "user": [1]},
        labels={"user": ("", "ann")},
    )
    assert w.label("user", 1) == "ann"
    assert w.label("user", 0) == "0"
    assert w.label("queue", 3) == "3"


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("submit_s", [0, -1, 2]),
        ("submit_s", [0, np.inf, 2]),
        ("runtime_s", [1, np.nan, 1]),
        ("limit_s", [1, -1, 1]),
        ("cores", [1, 0, 1]),
    ],
)
def test_impossible_values_name_column_and_job(column, values):
    with pytest.raises(InputError, match=f"{column} of job 2"):
        three(**{"job_id": [1, 2, 3], column: values}).validate()


def test_columns_of_different_length_are_refused():
    with pytest.raises(InputError, match="differ in length"):
        three(user=[1, 2])


def test_a_job_costs_at_most_150_bytes():
    assert three().nbytes / 3 == 81


def test_it_travels_to_another_process():
    w = three(user=[0, 0, 1])
    assert pickle.loads(pickle.dumps(w)).equals(w)
    assert not three().equals(w)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=2, max_size=20))
def test_any_load_can_be_set(jobs):
    submit, runtime = zip(*jobs, strict=True)
    w = Workload.of({"submit_s": submit, "runtime_s": runtime, "cores": np.ones(len(jobs))})
    if w.span_s() > 0:
        assert w.with_load(0.7, 3).offered_load(3) == pytest.approx(0.7)
        assert w.with_load(0.7, 3).submit_s[0] == w.submit_s[0]
