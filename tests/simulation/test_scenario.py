"""Scenarios: what is shipped, what may be said, and how a mistake is told."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from hpcsim.center.contract import marks
from hpcsim.errors import InputError
from hpcsim.simulation.encode import as_toml
from hpcsim.simulation.scenario import Scenario, load, names, parse_override, resolved
from hpcsim.simulation.scenario.shelf import site_of


def said(name="nanjing-quarter", *sets):
    return load(name, [parse_override(text) for text in sets])


def refused(*sets):
    with pytest.raises(InputError) as caught:
        site_of(said("nanjing-quarter", *sets))
    return str(caught.value)


def test_what_is_shipped():
    assert names() == (
        "epidemic-surge", "nanjing-2x-sequencing", "nanjing-quarter", "nanjing-wgs-heavy",
        "nanjing-year", "outage-week", "spring-festival",
    )  # fmt: skip


@pytest.mark.parametrize("name", names())
def test_a_resolved_scenario_is_a_scenario_again(name, tmp_path):
    scenario = load(name)
    file = tmp_path / "scenario.toml"
    file.write_text(as_toml(resolved(scenario)))
    assert load(str(file)) == scenario
    assert tomllib.loads(file.read_text())["demand"]["sequencing"]["wgs"]["gb"] == 100


def test_a_value_is_overridden_by_its_place():
    scenario = said("nanjing-quarter", "demand.sequencing.wgs.samples_per_year=50000", "seed=7")
    assert scenario.demand.sequencing.wgs.samples_per_year == 50000
    assert scenario.demand.sequencing.wgs.promise_days == 20
    assert scenario.seed == 7


def test_lists_dates_and_names_are_values_too():
    scenario = said(
        "nanjing-quarter",
        "demand.records.surges=[{start_day=3, days=2, factor=4}]",
        "start=2028-02-28",
        "policy=easy-sjbf",
    )
    assert scenario.demand.records.surges[0].factor == 4
    assert scenario.start == date(2028, 2, 28)
    assert scenario.policy == "easy-sjbf"


def test_the_site_can_be_changed_in_place():
    assert site_of(said()).cores == 35_480
    scenario = said("nanjing-quarter", "site.nodes.thin.count=900")
    assert site_of(scenario).cores == 900 * 40 + 8 * 80
    assert scenario.demand == said().demand


def test_a_mistyped_key_is_told_with_its_nearest():
    text = refused("demand.sequencing.wgs.sample_per_year=3", "wgs.samples_per_year=1")
    assert "did you mean samples_per_year?" in text
    assert "demand.sequencing.wgs.samples_per_year" in text.splitlines()[-1]


@pytest.mark.parametrize(
    ("given", "tells"),
    [
        ("seed=-1", "seed"),
        ("policy=esy", "did you mean easy"),
        ("start=soon", "start"),
        ("site.nodes.thin.cout=3", "did you mean count?"),
        ("site=nanjin", "did you mean nanjing?"),
        ("horizon_days=0", "horizon_days"),
        ("policy=conservative", "cluster.nodes = false"),
        ("nothing", "section.key=value"),
        ("demand.biobank.stored=20000000", "do not fit"),
        ("title=a\x1b[31mb", "control characters"),
    ],
)
def test_a_wrong_value_is_told_with_its_place(given, tells):
    assert tells in refused(given)


def test_a_file_tells_the_line_of_every_mistake(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('policy = "esy"\n[demand.biobank]\npickers = -1\npikers = 2\n')
    with pytest.raises(InputError) as caught:
        load(str(file))
    lines = {problem.line for problem in caught.value.problems}
    assert lines == {1, 3, 4}
    assert "did you mean pickers" in str(caught.value)


def test_an_unknown_scenario_is_told_with_its_nearest():
    with pytest.raises(InputError, match="did you mean nanjing-quarter"):
        load("nanjing-quater")


def test_only_switches_everything_else_off():
    only = said().only(("biobank", "storage"))
    enabled = [name for name in ("sequencing", "records", "biobank", "imports", "research",
                                 "storage") if only.is_enabled(name)]  # fmt: skip
    assert enabled == ["biobank", "storage"]


def test_every_setting_says_its_unit_and_its_source():
    seen = 0
    for mark in marks(Scenario()):
        assert mark.source[0] in "SDRA", mark.path
        assert mark.unit, mark.path
        seen += 1
    assert seen > 300


def test_the_file_of_the_documentation_is_one(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "scenario.md").read_text()
    file = tmp_path / "documented.toml"
    file.write_text(page.split("```toml\n")[1].split("```")[0])
    scenario = load(str(file))
    assert scenario.demand.records.scale == 2
    assert not scenario.is_enabled("research")
    assert site_of(scenario).node_type("thin").count == 700
    for line in page.splitlines():
        if "--set" in line and line.startswith("hpcsim"):
            site_of(said("nanjing-quarter", line.split("--set ")[1]))
