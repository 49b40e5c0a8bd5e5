"""The subsystems side by side: connected by ports, and independent of one another's demand."""

from datetime import date

import numpy as np
import pytest
import simpy
from pydantic import BaseModel

from hpcsim.center.biobank import Biobank, BiobankSettings
from hpcsim.center.calendar import Calendar, CalendarSettings
from hpcsim.center.contract import Settings, marks
from hpcsim.center.graph import PipelineGraph
from hpcsim.center.imports import Imports, ImportsPorts, ImportsSettings
from hpcsim.center.records import Records, RecordsPorts, RecordsSettings
from hpcsim.center.sequencing import Sequencing, SequencingPorts, SequencingSettings
from hpcsim.rng import stream

ALL = (CalendarSettings, SequencingSettings, RecordsSettings, BiobankSettings, ImportsSettings)


def centre(names, days=12.0, seed=7):
    """The named subsystems in one world, with a machine that takes twice as long as it should."""
    env = simpy.Environment()
    calendar = Calendar(date(2026, 3, 2), days)
    graphs = []

    def submit(graph, done):
        graphs.append(graph)
        if len(graph.watched):
            env.process(finish(graph, done))

    def finish(graph, done):
        ends = env.now + 2 * graph.unbounded_ends_s()[graph.watched]
        for task, end in sorted(zip(graph.watched, ends, strict=True), key=lambda pair: pair[1]):
            yield env.timeout(end - env.now)
            done(np.array([task]), np.array([end]))

    made = {}
    if "sequencing" in names:
        made["sequencing"] = Sequencing(
            env, SequencingSettings(), calendar, stream(seed, "sequencing"),
            SequencingPorts(submit_graph=submit),
        )  # fmt: skip
    if "records" in names:
        made["records"] = Records(
            env, RecordsSettings(), calendar, stream(seed, "records"),
            RecordsPorts(submit_graph=submit),
        )  # fmt: skip
    if "biobank" in names:
        made["biobank"] = Biobank(env, BiobankSettings(), calendar, stream(seed, "biobank"))
    if "imports" in names:
        deliver = made["biobank"].deliver_tubes if "biobank" in made else lambda count: None
        made["imports"] = Imports(
            env, ImportsSettings(), calendar, stream(seed, "imports"),
            ImportsPorts(deliver_tubes=deliver),
        )  # fmt: skip
    for subsystem in made.values():
        subsystem.start()
    env.run(until=calendar.horizon_s)
    for subsystem in made.values():
        subsystem.check()
    return made, graphs


EVERYTHING = ("sequencing", "records", "biobank", "imports")


def test_all_together_and_each_alone_see_the_same_demand():
    together, _ = centre(EVERYTHING)
    for name in ("sequencing", "records", "imports"):
        alone, _ = centre([name])
        for table, rows in alone[name].records().items():
            assert rows.equals(together[name].records()[table]), (name, table)
    alone, _ = centre(["biobank"])
    asked = [job.came_s for job in alone["biobank"].orders]
    assert asked == [job.came_s for job in together["biobank"].orders]


def test_imported_tubes_reach_the_biobank():
    together, _ = centre(EVERYTHING)
    racks = together["biobank"].records()["tube_racks"].to_pandas()
    imported = racks.loc[racks["source"] == "imports", "tubes"].sum()
    assert imported == together["imports"].figures()["tubes_to_biobank"] > 0


def test_ends_that_come_one_by_one_are_enough():
    together, graphs = centre(["sequencing"])
    figures = together["sequencing"].figures()
    assert figures["samples_delivered"] > 1000
    assert figures["pipeline_tasks"] == sum(len(graph) for graph in graphs)


def test_every_graph_is_sound():
    _, graphs = centre(EVERYTHING, days=8)
    for graph in graphs:
        check_graph(graph)


def check_graph(graph: PipelineGraph) -> None:
    tasks = len(graph)
    for column in (graph.memory_mib, graph.runtime_s, graph.limit_s, graph.name_code):
        assert len(column) == tasks
    assert graph.indptr[0] == 0
    assert graph.indptr[-1] == len(graph.children)
    owner = np.repeat(np.arange(tasks), np.diff(graph.indptr))
    assert (owner < graph.children).all(), "parents stand before children"
    assert (graph.runtime_s <= graph.limit_s).all()
    assert (graph.cores >= 1).all()
    assert (graph.cores <= 40).all()
    assert (graph.memory_mib <= 192 * 1024).all()
    assert set(graph.awaited) <= set(graph.watched)
    assert graph.name_code.max(initial=0) < len(graph.names)


@pytest.mark.parametrize("kind", ALL)
def test_every_setting_says_its_unit_and_its_source(kind):
    found = {mark.path: mark for mark in marks(kind())}
    for path in leaves(kind()):
        assert path in found, path
        assert found[path].source[0] in "SDRA", path
        assert found[path].unit


def leaves(settings: Settings, path: str = "") -> list[str]:
    paths = []
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        here = f"{path}.{name}" if path else name
        if isinstance(value, BaseModel):
            paths += leaves(value, here)
        elif isinstance(value, dict):
            for key, item in value.items():
                paths += leaves(item, f"{here}.{key}")
        else:
            paths.append(here)
    return paths


@pytest.mark.parametrize("kind", ALL)
def test_settings_survive_their_own_file_form(kind):
    settings = kind()
    assert kind.model_validate(settings.model_dump(mode="json")) == settings
    with pytest.raises(ValueError, match="extra"):
        kind.model_validate({"no_such_key": 1})
