"""Alignment, pair models, k-mers, indexes and records on sequences that can be read."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.genomics import (
    _alignment,
    _bgzf,
    _fm,
    _hmm,
    _kmers,
    _minimizers,
    bgzf_inflate,
    kmer_count,
    minimizer_chain,
    pairhmm,
    record_sort,
    sw_long,
    sw_pairs,
)  # fmt: skip
from kernels.genomics._hmm import Region
from kernels.vector import isa

compiled = pytest.mark.skipif(not isa.COMPILED, reason="numba's compiler is switched off")
few = settings(max_examples=60)


def codes(text: str) -> np.ndarray:
    return np.array(["ACGT".index(base) for base in text], dtype=np.uint8)


sequences = st.text("ACGT", min_size=1, max_size=200).map(codes)


@pytest.mark.parametrize(
    ("query", "target", "score"),
    [
        ("ACGT", "ACGT", 8),
        ("A", "C", 0),
        ("AAACCCGGG", "AAACCGGG", 11),
        ("AAAACCCCGGGG", "AAAAGGGG", 8),
        ("TTACGTTT", "GGACGTGG", 8),
    ],
)
def test_scores_by_hand(query, target, score):
    q, t = codes(query), codes(target)
    assert _alignment.plain_score(q, t) == score
    assert sw_long.KERNEL.run(sw_long.PairInputs(q, t)) == score


@few
@given(sequences, sequences)
def test_long_pairs_score_as_the_recurrence_says(query, target):
    found = sw_long.KERNEL.run(sw_long.PairInputs(query, target))
    assert found == _alignment.plain_score(query, target)


@few
@given(st.integers(1, 70), st.integers(1, 40), st.integers(1, 60), st.integers(0, 99))
def test_short_pairs_score_as_the_recurrence_says(pairs, query, target, seed):
    kernel = sw_pairs.KERNEL
    inputs = kernel.inputs(sw_pairs.PairsSize(pairs, query, target), np.random.default_rng(seed))
    scores = kernel.run(inputs, 2)
    costs = _alignment.cost_array(_alignment.SCORING)
    pairs_of = zip(inputs.queries, inputs.targets, strict=True)
    assert scores.tolist() == [_alignment.scalar_score(q, t, costs) for q, t in pairs_of]


def test_parasail_gives_the_same_scores():
    score = _alignment.parasail_aligner()
    if score is None:
        pytest.skip("parasail is not installed")
    rng = np.random.default_rng(3)
    for length in (1, 17, 150, 700):
        pair = sw_long.KERNEL.inputs(sw_long.PairSize(length), rng)
        letters = _alignment.letters(pair.query), _alignment.letters(pair.target)
        assert sw_long.KERNEL.run(pair) == score(*letters)


@compiled
def test_a_pair_beyond_sixteen_bits_is_still_right():
    query = _alignment.random_bases(16_500, np.random.default_rng(0))
    assert sw_long.KERNEL.run(sw_long.PairInputs(query, query[:16_400])) == 32_800
    many = sw_pairs.PairsInputs(np.zeros((1, 16_500), np.uint8), query[None], np.zeros(1, np.int64))
    with pytest.raises(ValueError, match="use sw_long"):
        sw_pairs.KERNEL.run(many)


def region(reads: list[str], haplotypes: list[str], quality: int = 30) -> pairhmm.RegionInputs:
    def padded(texts: list[str]) -> np.ndarray:
        width = max(map(len, texts))
        return np.stack([np.pad(codes(t), (0, width - len(t))) for t in texts])

    bases = padded(reads)
    full = [np.full(bases.shape, q, np.uint8) for q in (quality, 45, 40)]
    lengths = [np.array([len(t) for t in texts]) for texts in (reads, haplotypes)]
    made = Region(bases, lengths[0], *full, 10, padded(haplotypes), lengths[1])
    return pairhmm.RegionInputs(made, np.zeros((len(reads), len(haplotypes))))


def test_one_base_against_one_base_by_hand():
    inputs = region(["A"], ["A"])
    match = (1 - 10**-3.0) * (1 - 10**-1.0)
    assert pairhmm.KERNEL.run(inputs)[0, 0] == pytest.approx(np.log10(match), abs=1e-6)
    wrong = region(["A"], ["C"])
    assert pairhmm.KERNEL.run(wrong)[0, 0] == pytest.approx(np.log10(1e-3 / 3 * 0.9), abs=1e-6)


@few
@given(
    st.lists(st.text("ACGT", min_size=1, max_size=30), min_size=1, max_size=40),
    st.lists(st.text("ACGT", min_size=1, max_size=40), min_size=1, max_size=2),
)
def test_reads_and_haplotypes_of_any_lengths(reads, haplotypes):
    inputs = region(reads, haplotypes)
    np.testing.assert_allclose(pairhmm.KERNEL.run(inputs, 2), expected(inputs), atol=1e-5)


def expected(inputs: pairhmm.RegionInputs) -> np.ndarray:
    r, error = inputs.region, _hmm.error_probabilities()
    out = np.zeros_like(inputs.out)
    for read, h in np.ndindex(out.shape):
        n = r.read_lengths[read]
        arrays = (r.reads, r.base_quality, r.insert_quality, r.delete_quality)
        out[read, h] = _hmm.double_likelihood(
            *(array[read, :n] for array in arrays), error[r.continuation],
            r.haplotypes[h, : r.haplotype_lengths[h]], error,
        )  # fmt: skip
    return out


def test_a_read_that_does_not_fit_is_done_again_in_double_precision():
    inputs = region(["A" * 90, "ACGT" * 20], ["C" * 120], quality=40)
    found = pairhmm.KERNEL.run(inputs)
    assert found[0, 0] < -90
    np.testing.assert_allclose(found, expected(inputs), atol=1e-5)


def test_counts_of_a_read_and_its_reverse_complement():
    reads = np.stack([codes("AACGT"), codes("ACGTT")])
    table = np.zeros(2 * 16, np.uint64)
    table[::2] = _kmers.EMPTY
    inputs = kmer_count.ReadsInputs(reads, 3, table)
    pairs = kmer_count.KERNEL.run(inputs).reshape(-1, 2)
    counts = {int(key): int(n) for key, n in pairs if key != _kmers.EMPTY}
    assert counts == {0b000001: 2, 0b000110: 4}


@given(st.text("ACGT", min_size=12, max_size=120), st.integers(1, 8))
@few
def test_minimizers_are_the_smallest_of_every_window(text, w):
    k, bases = 5, codes(text)
    found = _minimizers.minimizers(bases, k, w)
    with np.errstate(over="ignore"):
        words = [int(_fm.packed_words(bases[i : i + k], k)[0]) for i in range(len(text) - k + 1)]
        other = [int(_fm.packed_words(3 - bases[i : i + k][::-1], k)[0]) for i in range(len(words))]
        hashes = [
            int(_minimizers.mixed(np.uint64(min(a, b)))) for a, b in zip(words, other, strict=True)
        ]
    expected: list[int] = []
    for begin in range(len(words) - w + 1):
        best = min(range(begin, begin + w), key=lambda i: (hashes[i], i))
        if not expected or expected[-1] != best:
            expected.append(best)
    assert found.places.tolist() == expected
    assert found.hashes.tolist() == [hashes[i] for i in expected]
    assert found.strands.tolist() == [int(other[i] < words[i]) for i in expected]


def test_reads_of_both_strands_are_placed():
    kernel = minimizer_chain.KERNEL
    size = minimizer_chain.MappingSize(30_000, 8, 600, 15, 5)
    inputs = kernel.inputs(size, np.random.default_rng(1))
    out = kernel.run(inputs, 2)
    assert out[:, 1].tolist() == [1, 0] * 4
    assert (np.abs(out[:, 2] - inputs.truth) < 300).all()
    check = kernel.check(inputs, out)
    assert check.ok, check


def occurrences(text: str, pattern: str) -> int:
    index = _fm.build(codes(text))
    found = np.zeros(1, np.int64)
    args = (index.blocks, index.starts, index.sentinel, codes(pattern)[None])
    _fm.search(*args, found, 0, 1)
    return int(found[0])


@compiled
@few
@given(st.text("ACGT", min_size=1, max_size=700), st.text("ACGT", min_size=1, max_size=4))
def test_an_index_counts_every_occurrence(text, pattern):
    places = range(len(text) - len(pattern) + 1)
    assert occurrences(text, pattern) == sum(text.startswith(pattern, i) for i in places)


@compiled
def test_an_index_of_a_repetitive_text():
    assert occurrences("ACGT" * 100, "CGTA") == 99
    assert occurrences("A" * 500, "A" * 30) == 471


def test_records_with_equal_keys_keep_their_order():
    kernel = record_sort.KERNEL
    inputs = kernel.inputs(record_sort.RecordsSize(6), np.random.default_rng(0))
    inputs.records[:, 0] = [5, 3, 5, 0, 3, 5]
    inputs.records[:, 1] = range(6)
    assert kernel.run(inputs)[:, 1].tolist() == [3, 1, 4, 0, 2, 5]


@pytest.mark.parametrize("library", _bgzf.inflaters(), ids=lambda found: found.name)
def test_every_library_inflates_the_same(library):
    content = bytes(range(256)) * 600
    file = _bgzf.compress(content)
    places = list(_bgzf.blocks(file))
    assert [length for *_, length in places] == [0xFF00, 0xFF00, len(content) - 2 * 0xFF00]
    pieces = [library.inflate(file[begin:end], length) for begin, end, _, length in places]
    assert b"".join(pieces) == content
    assert [library.crc32(piece) for piece in pieces] == [crc for _, _, crc, _ in places]


def test_a_damaged_file_is_told():
    file = _bgzf.compress(b"ACGT" * 1_000)
    with pytest.raises(ValueError, match="no BGZF block at byte 0"):
        list(_bgzf.blocks(b"not gzip at all, and long enough"))
    with pytest.raises(ValueError, match="cut short"):
        list(_bgzf.blocks(file[:-1]))
    at = len(file) - _bgzf.TAIL.size
    crc = struct.pack("<I", 1)
    with pytest.raises(ValueError, match="wrong CRC"):
        bgzf_inflate.KERNEL.run(bgzf_inflate.FileInputs(file[:at] + crc + file[at + 4 :], b""))
