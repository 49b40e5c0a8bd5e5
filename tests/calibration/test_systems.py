"""HPL by the analytical model, beside systems that ran it."""

from __future__ import annotations

import math

import pytest

from hpcsim.calibration import hpl, systems
from hpcsim.calibration.clock import vector_clock_ghz
from hpcsim.calibration.ladder import looks_computed
from hpcsim.calibration.recorded import list_errors
from hpcsim.site.nodes import NodeType


def test_the_analytical_model_by_hand():
    grid = hpl.Grid(
        nodes=4, node_flops=1e12, latency_s=1e-6, bandwidth=1e10, memory_bytes=0, order=1e5
    )
    compute, messages = hpl.seconds(grid)
    assert compute == pytest.approx(2e15 / 3 / 4e12)
    wire = 8e-10 * 1e10 * 8 / 8
    starts = 1e-6 * 1e5 * (257 * 1 + 2) / 256
    assert messages == pytest.approx(wire + starts)
    assert hpl.parallel_share(grid) == pytest.approx(compute / (compute + messages))


def test_one_node_sends_nothing():
    assert hpl.parallel_share(hpl.Grid(1, 1e12, 1e-6, 1e9, 2**37)) == 1.0


def test_more_memory_and_faster_wires_keep_more():
    def share(memory, wire):
        return hpl.parallel_share(hpl.Grid(800, 2e12, 1e-6, wire, memory))

    assert share(2**38, 1e10) > share(2**36, 1e10) > share(2**36, 1e9)


def test_a_site_with_twice_the_latency_loses_a_little_and_half_the_wire_more():
    base = hpl.Grid(871, 2e12, 1e-6, 12e9, 192 * 2**30)
    late = hpl.Grid(871, 2e12, 2e-6, 12e9, 192 * 2**30)
    narrow = hpl.Grid(871, 2e12, 1e-6, 6e9, 192 * 2**30)
    whole, slow, thin = (hpl.parallel_share(grid) for grid in (base, late, narrow))
    assert whole > slow > thin


def node(**changes):
    data = {
        "name": "n", "count": 1, "sockets": 2, "cores_per_socket": 28, "clock_ghz": 2.7,
        "flop_per_cycle": 32, "socket_tdp_w": 205.0, "memory_gib": 192.0,
    }  # fmt: skip
    return NodeType(**(data | changes))


def test_the_anchor_is_reproduced_and_clocks_follow_power():
    frontera = hpl.node_flops(node()).value / 1e9
    assert frontera == pytest.approx(2900, rel=0.01)
    hot, cold = (
        vector_clock_ghz(node(socket_tdp_w=250.0)),
        vector_clock_ghz(node(socket_tdp_w=150.0)),
    )
    assert hot.value > vector_clock_ghz(node()).value > cold.value
    assert vector_clock_ghz(node(flop_per_cycle=16)).value == 2.7
    assert vector_clock_ghz(node(socket_tdp_w=1000.0)).value == 2.7


def test_published_systems_are_projected_from_their_nodes_alone():
    found = systems.projections()
    assert len(found) >= 10
    assert systems.median_error(found) < 0.10
    assert systems.coverage(found) >= 0.80
    ethernet = [each for each in found if each.system.network == "10G"]
    infiniband = [each for each in found if each.system.network == "IB"]
    lost = [
        sum(e.rmax.value / e.system.rpeak for e in some) / len(some)
        for some in (ethernet, infiniband)
    ]
    assert lost[0] < lost[1] - 0.08


def test_the_shipped_systems_are_on_the_list_and_do_not_look_computed(data):
    import pandas as pd

    names = ["system", "list", "rank", "cores", "power", "rmax", "processor"]
    rows = pd.read_csv(data / "bench" / "top500_all-attr.csv.gz", header=None, names=names)
    listed = rows[rows["list"] == 201811]
    for system in systems.published().list.systems:
        same = listed[
            (listed["cores"] == system.cores) & (listed["rmax"].sub(system.rmax).abs() < 1)
        ]
        assert len(same), system.name
        assert same["processor"].str.contains(system.processor).any()


def test_all_rows_of_the_list_whatever_their_network(data):
    errors, left_out = list_errors(data)
    assert len(errors) >= 30
    assert sorted(abs(errors))[len(errors) // 2] < 0.10
    assert left_out >= 20


def test_a_ladder_is_seen_and_honest_rows_are_not():
    cores = [32_000, 32_800, 33_600, 34_400, 35_200, 35_480]
    computed = [c * 0.0437 * (c / 32_000) ** -0.2 for c in cores[:5]]
    marked = looks_computed(["a"] * 6, cores, [*computed, 1604.0])
    assert marked.tolist() == [True] * 5 + [False]


def test_a_figure_listed_twice_counts_once():
    marked = looks_computed(["a", "a", "b"], [100, 100, 100], [5.0, 5.0, 5.0])
    assert marked.tolist() == [False, True, False]


def test_the_centre_keeps_more_of_its_peak_than_a_faster_clock_would():
    slow, fast = node(clock_ghz=2.1, socket_tdp_w=125.0, cores_per_socket=20), node()
    share = [hpl.node_flops(each).value / (each.peak_tflops * 1e12) for each in (slow, fast)]
    assert share[0] > share[1]
    assert math.isclose(share[1], 2900 / 4834, rel_tol=0.01)
