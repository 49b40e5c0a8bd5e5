"""The parser of whole blocks agrees with the obvious one, line by line."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.parsing.lines import split
from workloads.parsing.source import Source

FIELDS = 3
NUMBER = st.one_of(st.integers(-99, 10**9).map(str), st.sampled_from(["0.25", "007", "-0"]))
BLANK = st.sampled_from([" ", "  ", "\t", " \t "])
LINE = st.one_of(
    st.tuples(BLANK | st.just(""), st.lists(NUMBER, max_size=5), BLANK).map(
        lambda t: t[0] + t[2].join(t[1])
    ),
    st.sampled_from(["", "   ", "; note", "  ;", "a b c", "1 2 x", "1 2 3 ; tail"]),
)


@given(st.lists(LINE, min_size=1, max_size=12), st.sampled_from(["\n", "\r\n", " \n"]))
@settings(max_examples=200)
def test_each_line_lands_where_it_belongs(lines, end):
    found = split("".join(line + end for line in lines).encode(), 10, FIELDS)
    words = {number: line.split() for number, line in enumerate(lines, start=10)}
    comments = {n for n, w in words.items() if w and w[0].startswith(";")}
    plain = {
        n: [float(t) for t in w]
        for n, w in words.items()
        if len(w) == FIELDS and not any(c.isalpha() or c == ";" for t in w for c in t)
    }
    assert dict(zip(found.lines.tolist(), found.values.T.tolist(), strict=True)) == plain
    assert {n for n, _ in found.comments} == comments
    odd = {n for n, w in words.items() if w} - comments - set(plain)
    assert {n for n, _ in found.odd} == odd


def test_what_only_looks_like_numbers_makes_the_block_odd():
    found = split(b"1 2 3\n1 2-2 3\n", 1, FIELDS)
    assert len(found.lines) == 0
    assert found.odd == [(1, b"1 2 3"), (2, b"1 2-2 3")]


def test_blocks_are_whole_lines_with_their_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr("workloads.parsing.source.BLOCK_BYTES", 7)
    path = tmp_path / "t"
    path.write_bytes(b"a\nbb\nccc\ndddddddddddd\n\ne")
    blocks = list(Source(path).blocks())
    assert b"".join(text for _, text in blocks) == path.read_bytes() + b"\n"
    assert all(text.endswith(b"\n") for _, text in blocks)
    lines = [(n + k, t) for n, text in blocks for k, t in enumerate(text.splitlines())]
    assert lines == list(enumerate([b"a", b"bb", b"ccc", b"dddddddddddd", b"", b"e"], start=1))
