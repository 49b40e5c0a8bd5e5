"""numpy's columns to Arrow's and back, against pyarrow's own ways."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from workloads.arrow import column, texts, values

KINDS = st.sampled_from([np.bool_, np.int8, np.int32, np.int64, np.uint64, np.float32, np.float64])
ARRAYS = KINDS.flatmap(lambda kind: hnp.arrays(kind, st.integers(0, 40)))


@given(ARRAYS, st.integers(0, 2**40))
def test_the_same_as_pyarrow_makes(array, seed):
    known = np.random.default_rng(seed).random(len(array)) < 0.7
    assert column(array).equals(pa.array(array)) or has_nan(array)
    with_holes = column(array, known)
    assert with_holes.type == pa.array(array).type
    assert with_holes.null_count == np.count_nonzero(~known)
    np.testing.assert_array_equal(values(with_holes)[known], array[known])


@given(ARRAYS, st.integers(0, 5))
def test_there_and_back(array, cut):
    whole = column(array)
    np.testing.assert_array_equal(values(whole), array)
    np.testing.assert_array_equal(values(whole.slice(cut)), array[cut:])
    chunked = pa.chunked_array([whole.slice(0, cut), whole.slice(cut)], whole.type)
    np.testing.assert_array_equal(values(chunked), array)


def test_a_null_is_nan_false_or_zero():
    known = np.array([True, False])
    for kind, missing in ((np.float64, np.nan), (np.bool_, False), (np.int32, 0)):
        found = values(column(np.array([1, 1], kind), known))
        assert found.dtype == kind
        np.testing.assert_array_equal(found, np.array([1, missing], kind))


def test_strided_columns_and_none_at_all():
    rows = np.array([(1, 2.5), (3, 4.5)], dtype=[("a", np.int32), ("b", np.float64)])
    assert column(rows["b"]).to_pylist() == [2.5, 4.5]
    assert values(pa.chunked_array([], pa.float64())).shape == (0,)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_texts(words):
    assert texts(words).equals(pa.array(words, pa.string()))


@pytest.mark.parametrize(
    "made", ["column(np.arange(3))", "texts(['a'])", "values(column(np.ones(2)))"]
)
def test_pandas_sleeps_on(made):
    code = (
        "import sys, numpy as np; from workloads.arrow import column, texts, values;"
        f"{made}; sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def has_nan(array: np.ndarray) -> bool:
    return array.dtype.kind == "f" and bool(np.isnan(array).any())
