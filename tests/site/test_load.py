from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpcsim import site
from hpcsim.errors import InputError
from hpcsim.site.model import Site

TWO_NODES = """
[nodes.thin]
count = 2
cores_per_socket = 4
memory_gib = 8
"""

WRONG = """title = "wrong in many ways"
[nodes.thin]
count = "871"
core_per_socket = 20
memory_gib = -1
loaded_w = { hpl = 488 }
provenance.count = "guessed"
provenance.memory_gb = "A: a typing error"
[partitions.normal]
nodes = ["thn", "thin[4-"]
max_node = 3
qos = "hi"
[partitons.fat]
[accounts.a]
parent = "b"
[accounts.b]
parent = "a"
[tariff.bands.valley]
yuan_per_kwh = 1
hours = [[0, 8], [7, 25]]
"""


def problems(text: str) -> dict[str, tuple[int | None, str | None]]:
    with pytest.raises(InputError) as caught:
        site.loads(text, "my.toml")
    return {p.message: (p.line, p.hint) for p in caught.value.problems}


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    found = problems(WRONG)
    lines = {message: line for message, (line, _) in found.items()}
    assert lines == {
        "nodes.thin.count should be a valid integer": 3,
        "nodes.thin.cores_per_socket is missing": 2,
        "nodes.thin.core_per_socket is no key of this table": 4,
        "nodes.thin.memory_gib should be greater than 0": 5,
        "nodes.thin.loaded_w needs a value named default": 6,
        'nodes.thin.provenance.count write it like "R 0.7 [110..220]: two sockets at rest", '
        "with S, D, R or A in front": 7,
        "partitions.normal.nodes[0] is not a node type": 10,
        "partitions.normal.nodes[1] does not name nodes": 10,
        "partitions.normal.max_node is no key of this table": 11,
        "partitions.normal.qos is not among the qos": 12,
        "partitons is no key of this table": 13,
        "accounts.a.parent the way up runs in a circle": 15,
        "accounts.b.parent the way up runs in a circle": 17,
        "tariff.bands.valley.hours[1] is not from < to within 0 to 24": 20,
    }


def test_an_unknown_key_names_the_nearest_known_one() -> None:
    found = problems(WRONG)
    assert "cores_per_socket" in str(found["nodes.thin.core_per_socket is no key of this table"][1])
    assert "partitions" in str(found["partitons is no key of this table"][1])
    assert "thin" in str(found["partitions.normal.nodes[0] is not a node type"][1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "nodes is missing"),
        ("nodes = {}", "nodes holds no node types"),
        ("nodes = 3", "nodes should be a valid tuple"),
        (TWO_NODES + 'features = ["a b"]', "is no name"),
        (TWO_NODES + "idle_w = nan", "nodes.thin.idle_w should be a finite number"),
        (TWO_NODES + "idle_w = true", "nodes.thin.idle_w should be a valid number"),
        (TWO_NODES + "idle_w = 5\nloaded_w = 3", "nodes.thin.loaded_w.default is below idle_w = 5"),
        (TWO_NODES + 'name = "thick"', "nodes.thin.name the table has a name already"),
        (TWO_NODES + "provenance.cout = 'A: x'", "provenance.cout marks a value that is not there"),
        (TWO_NODES + "provenance.count = 'A [3..9]: x'", "does not hold the value 2"),
        (TWO_NODES + "provenance.count = 'R: x'", "R needs a confidence"),
        (TWO_NODES + "[partitions.p]\nnodes = ['thin[2]']", "there is no thin[2]"),
        (TWO_NODES + "[partitions.p]\nnodes = ['thin[1-0]']", "the range 1-0 runs backwards"),
        (TWO_NODES + "[partitions.p]\nmax_nodes = 3", "is more than the 2 nodes of the partition"),
        (TWO_NODES + "[partitions.p]\nmin_nodes = 2\nmax_nodes = 1", "is above max_nodes = 1"),
        (
            TWO_NODES + "[partitions.p]\nmax_time_h = 1\ndefault_time_h = 2",
            "is above max_time_h = 1",
        ),
        (
            TWO_NODES + "[partitions.p]\ndefault = true\n[partitions.q]\ndefault = true",
            "p is the default partition already",
        ),
        (TWO_NODES + "[qos.a]\npreempts = ['b']", "qos.a.preempts[0] is not among the qos"),
        (TWO_NODES + "[accounts.root]", "root is always there"),
        (TWO_NODES + "[accounts.a]\nparent = 'b'", "accounts.a.parent is not among the accounts"),
        (
            TWO_NODES + "[failures.sources.s]\nscope='switch'\nmtbf_h=1\nmean_repair_h=1",
            "there are no switches",
        ),
        (TWO_NODES + "[prices.qos_factors]\nx = 2", "prices.qos_factors.x is not among the qos"),
        (TWO_NODES + "[tariff.bands.a]\nyuan_per_kwh = 1\nhours = [[0, 23]]", "without a price"),
        ('default_qos = "x"' + TWO_NODES, "default_qos is not among the qos"),
        ("a = [", "not TOML"),
        ("a = " + "[" * 100_000, "not TOML"),
        ("a = " + "9" * 10_000, "not TOML"),
        ("a." * 100_000 + "b = 1", "a key of more than 64 parts"),
    ],
)
def test_each_rule_has_its_words(text: str, message: str) -> None:
    assert any(message in told for told in problems(text))


def test_a_whole_machine_larger_than_memory_is_refused() -> None:
    many = "".join(
        f"[nodes.t{i}]\ncount=1000000\ncores_per_socket=1\nmemory_gib=1\n" for i in range(3)
    )
    assert "nodes holds more than 1,000,000 nodes" in problems(many)


def test_of_very_many_mistakes_the_first_are_told_and_the_rest_counted() -> None:
    told = problems("".join(f"key{i} = 1\n" for i in range(1000)) + TWO_NODES)
    assert len(told) == 101
    assert "900 more mistakes" in told


def test_long_chains_and_many_names_take_no_long_time() -> None:
    chain = "".join(f"[accounts.a{i}]\nparent = 'a{i + 1}'\n" for i in range(5000))
    assert list(problems(TWO_NODES + chain)) == ["accounts.a4999.parent is not among the accounts"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for bad, words in [
        (tmp_path / "none.toml", "No such file"),
        (tmp_path, "Is a directory"),
        (_file(tmp_path / "latin.toml", b'title = "\xe9"'), "is not UTF-8 at byte 9"),
        (_file(tmp_path / "huge.toml", b"#" * 2_000_000), "is larger than"),
    ]:
        with pytest.raises(InputError, match=words):
            site.load(bad)


def _file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_file_is_named_after_itself_or_says_its_name(tmp_path: Path) -> None:
    path = _file(tmp_path / "my site.toml", TWO_NODES.encode())
    assert site.load(str(path)).name == "my-site"
    assert site.loads('name = "ours"' + TWO_NODES).name == "ours"


def test_an_unknown_site_names_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean nanjing"):
        site.load("nanjin")


def test_what_a_model_says_reads_back_the_same() -> None:
    for name in site.names():
        one = site.load(name)
        assert Site.model_validate(one.model_dump(mode="json")) == one


def test_control_characters_never_reach_a_terminal() -> None:
    with pytest.raises(InputError) as caught:
        site.loads('title = "\\u001b[31m"\n"\\u001b]0;x" = 1\n' + TWO_NODES)
    assert "\x1b" not in str(caught.value)


@given(st.text(max_size=200))
def test_any_text_is_a_site_or_an_input_error(text: str) -> None:
    with pytest.raises(InputError):
        site.loads(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(Site.model_fields)), VALUES)
def test_any_value_in_any_section_is_accepted_or_told(section: str, value: object) -> None:
    from hpcsim.site.shelf import from_document
    from hpcsim.site.toml import Document, parse

    data = {**parse(TWO_NODES, "x").data, section: value}
    try:
        from_document(Document(data, "x", {}))
    except InputError as error:
        assert error.problems
