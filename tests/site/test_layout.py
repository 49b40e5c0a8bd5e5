from __future__ import annotations

import pytest

from hpcsim import site
from hpcsim.site.layout import layout
from hpcsim.site.selectors import SelectorError, select

TWO_TYPES = """
[nodes.thin]
count = 3
sockets = 2
cores_per_socket = 2
memory_gib = 8
features = ["avx512"]
nodes_per_rack = 2

[nodes.gpu]
count = 2
cores_per_socket = 8
memory_gib = 0.5
resources = { fpga = 3 }
features = ["nvme"]

[nodes.gpu.accelerators.t4]
count = 2

[partitions.all]
[partitions.some]
nodes = ["gpu", "thin[0,2]"]

[network.levels.leaf]
nodes = 2
[network.levels.spine]
nodes = 4
"""


def test_nodes_as_columns() -> None:
    nodes = layout(site.loads(TWO_TYPES))
    assert nodes.names == ("thin0", "thin1", "thin2", "gpu0", "gpu1")
    assert nodes.node_type.tolist() == [0, 0, 0, 1, 1]
    assert nodes.cores.tolist() == [4, 4, 4, 8, 8]
    assert nodes.memory_mib.tolist() == [8192, 8192, 8192, 512, 512]
    assert nodes.rack.tolist() == [0, 0, 1, 2, 2]
    assert nodes.resource_names == ("fpga", "gpu:t4")
    assert nodes.resources.tolist() == [[0, 0, 0, 3, 3], [0, 0, 0, 2, 2]]
    assert nodes.switch.tolist() == [[0, 0, 1, 1, 2], [0, 0, 0, 0, 1]]
    assert nodes.partition.tolist() == [[True] * 5, [True, False, True, True, True]]
    assert nodes.feature_names == ("avx512", "nvme")
    assert nodes.feature.tolist() == [[True] * 3 + [False] * 2, [False] * 3 + [True] * 2]


def test_a_site_without_extras_has_empty_columns() -> None:
    nodes = layout(site.load("tiny"))
    assert nodes.resources.shape == nodes.switch.shape == nodes.feature.shape == (0, 4)
    assert nodes.names == ("node0", "node1", "node2", "node3")


def test_names_sort_as_their_numbers() -> None:
    names = layout(site.load("nanjing")).names
    assert (names[0], names[870], names[871]) == ("thin000", "thin870", "fat0")


def test_selectors() -> None:
    counts = {"thin": 10}
    assert select("thin", counts) == ("thin", [range(10)])
    assert select("thin[3]", counts) == ("thin", [range(3, 4)])
    assert select("thin[0-4,9]", counts) == ("thin", [range(5), range(9, 10)])


@pytest.mark.parametrize("text", ["thin[", "thin[]", "thin[-1]", "thin[1--2]", "thin[10]", "x", ""])
def test_selectors_that_name_no_nodes(text: str) -> None:
    with pytest.raises(SelectorError):
        select(text, {"thin": 10})
