"""Finding kernels by name, without importing what they need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kernels import registry
from kernels.contract import KernelError

ISSUE = """
    fma_peak dgemm dgemm_blas lu fft1d fft3d
    stream_copy stream_scale stream_add stream_triad random_access pointer_chase spmv symgs hpcg
    stencil7 stencil27
    sw_pairs sw_long pairhmm kmer_count minimizer_chain fm_index record_sort bgzf_inflate
    nbody monte_carlo cox logistic group_by
"""


def test_every_kernel_is_found_in_its_group():
    assert set(ISSUE.split()) <= set(registry.names())
    assert registry.group_of("stream_triad") == "memory"
    assert "stream_triad" in registry.names("memory")
    assert "stream_triad" not in registry.names("compute")


def test_listing_imports_no_compiler():
    program = (
        "import sys; from kernels import registry; "
        "[registry.summary(name) for name in registry.names()]; "
        "print([m for m in ('numba', 'llvmlite', 'scipy', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_a_summary_is_the_first_line_of_the_file():
    assert registry.summary("stream_triad") == "STREAM triad: a = b + 3 c."


def test_an_unknown_name_lists_the_nearest():
    with pytest.raises(KernelError, match="'stream_traid'; the nearest are stream_triad"):
        registry.load("stream_traid")


def test_an_unknown_group_lists_the_known_ones():
    with pytest.raises(KernelError, match="no group of kernels 'speed'; there are compute, memory"):
        registry.names("speed")
