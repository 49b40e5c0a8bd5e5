from __future__ import annotations

from pathlib import Path

import pytest

from hpcsim import site
from hpcsim.site.figures import derived, marked
from hpcsim.site.reference import reference
from hpcsim.site.toml import parse

SITES = Path(str(site.__file__)).parent / "sites"


def test_the_shipped_sites() -> None:
    assert site.names() == ("gpu-teaching", "nanjing", "one-node", "tiny")


def test_nanjing_is_what_is_published() -> None:
    nanjing = site.load("nanjing")
    assert nanjing.node_count == 879
    assert nanjing.cores == 871 * 40 + 8 * 80 == 35_480
    assert nanjing.peak_tflops == pytest.approx(2340, rel=0.01)
    assert nanjing.storage_pb == pytest.approx(55)
    assert len(nanjing.storage.tiers) == 4
    beside = {figure.name: figure.published for figure in derived(nanjing) if figure.published}
    assert beside == {"cores": 35_000, "peak_tflops": 2340, "storage_pb": 55}


def test_every_value_of_nanjing_says_where_it_comes_from() -> None:
    data = parse((SITES / "nanjing.toml").read_text(), "nanjing").data
    marks = {entry.path for entry in marked(site.load("nanjing"))}
    assert {path for path in _numbers(data) if not _has_mark(path, marks)} == set()


def _numbers(table: dict[str, object], path: str = "") -> list[str]:
    found: list[str] = []
    for key, value in table.items():
        if isinstance(value, dict) and key != "provenance":
            found += _numbers(value, f"{path}{key}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.append(f"{path}{key}")
    return found


def _has_mark(path: str, marks: set[str]) -> bool:
    return path in marks or path.rpartition(".")[0] in marks


def test_the_small_sites_in_figures() -> None:
    tiny = site.load("tiny")
    assert (tiny.node_count, tiny.cores, tiny.idle_kw, tiny.loaded_kw) == (4, 16, 0.4, 0.8)
    gpu = site.load("gpu-teaching")
    assert gpu.accelerators == 16
    assert gpu.node_type("gpu").countables == {"gpu:a100": 4, "nvme_tb": 4}
    assert gpu.node_type("gpu").rest_w == 180 + 4 * 55
    assert gpu.node_type("gpu").peak_tflops == pytest.approx(48 * 2.4 * 32 / 1000 + 4 * 9.7)
    assert gpu.node_type("cpu").work_w("hpl") == 400
    assert gpu.node_type("cpu").work_w("anything") == 300
    assert gpu.default_partition.name == "cpu"
    assert site.load("one-node").cores == 35_000


def test_a_pool_is_one_node_of_any_size() -> None:
    pool = site.pool(100)
    assert (pool.node_count, pool.cores) == (1, 100)
    assert [queue.name for queue in pool.queues] == ["all"]


def test_hours_have_the_price_of_their_band() -> None:
    prices = site.load("nanjing").tariff.yuan_per_kwh_by_hour
    assert prices == (0.3,) * 8 + (1.15,) * 3 + (0.68,) * 6 + (1.15,) * 5 + (0.68,) * 2


def test_bisection_narrows_at_oversubscribed_levels() -> None:
    text = """
    nodes.n = { count = 64, cores_per_socket = 1, memory_gib = 1 }
    network.bandwidth_gbs = 10
    network.levels.leaf = { nodes = 16, oversubscription = 2.0 }
    network.levels.core = { nodes = 64, oversubscription = 4.0 }
    """
    assert site.loads(text).bisection_gbs == 32 * 10 / 2


def test_the_documentation_has_every_key() -> None:
    page = (Path(__file__).parents[2] / "docs" / "site.md").read_text()
    assert reference() in page, (
        "put the output of hpcsim.site.reference.reference() in docs/site.md"
    )
