"""Figures of the whole quarter that are derived in public sources, not tuned."""

import pytest

from hpcsim.simulation.scenario import load, parse_override
from hpcsim.simulation.world import World

CORE_H_A_DAY = 35_480 * 24


def figures(*sets, name="nanjing-quarter", only=None):
    scenario = load(name, [parse_override(text) for text in sets])
    made = World(scenario if only is None else scenario.only(only))
    made.run()
    made.check()
    return made.figures()


def test_thirty_days_of_records_biobank_and_imports():
    found = figures("horizon_days=30", only=("records", "biobank", "imports"))
    assert found["records"]["received_gb_per_day"] == pytest.approx(370, rel=0.05)
    assert found["records"]["messages_per_s"] == pytest.approx(270, rel=0.05)
    assert found["records"]["messages_per_s_busiest_hour"] == pytest.approx(700, rel=0.05)
    assert found["biobank"]["income_yuan_per_year"] == pytest.approx(30e6, rel=0.05)
    assert found["imports"]["class_D_approval_mean_h"] < 24
    assert 20 < found["imports"]["before_approval_mean_working_days"] < 30


@pytest.mark.slow
def test_a_quarter_of_everything():
    found = figures()
    sequencing, records = found["sequencing"], found["records"]
    assert sequencing["kept_pb_per_year"] == pytest.approx(3.8, rel=0.10)
    assert 0.013 < sequencing["pipeline_core_h_per_day"] / CORE_H_A_DAY < 0.017
    assert records["received_gb_per_day"] == pytest.approx(370, rel=0.05)
    assert found["biobank"]["income_yuan_per_year"] == pytest.approx(30e6, rel=0.08)
    production_h = sequencing["pipeline_core_h"] + records["record_core_h"]
    used = found["research"]["utilization"] + production_h / (90 * CORE_H_A_DAY)
    assert 0.65 < used < 0.85


@pytest.mark.slow
def test_forty_instruments_flat_out_on_genomes():
    sets = [f"demand.sequencing.{product}.samples_per_year=0"
            for product in ("nipt", "panel", "wes", "rna", "tumour_normal")]  # fmt: skip
    sets += [
        "demand.sequencing.wgs.samples_per_year=440000",
        "demand.sequencing.sequencers.novaseq6000.count=40",
        "demand.sequencing.sequencers.novaseq6000.turnaround_h=0",
        "demand.sequencing.sequencers.novaseq6000.failed_runs=0",
        "demand.sequencing.wgs.gb=110",
        "demand.sequencing.stations.library.instruments=4000",
        "demand.sequencing.stations.extraction.instruments=4000",
        "horizon_days=40",
    ]
    found = figures(*sets, only=("sequencing",))["sequencing"]
    raw_tb_a_day = found["kept_pb_per_year"] / 1.275 / 365.25 * 1000
    assert raw_tb_a_day == pytest.approx(131, rel=0.15)
    assert found["pipeline_core_h_per_day"] / CORE_H_A_DAY == pytest.approx(0.24, abs=0.04)
    assert found["kept_pb_per_year"] > 50
