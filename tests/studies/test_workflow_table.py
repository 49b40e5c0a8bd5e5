"""The table of docs/workflows.md, worked out again from the recorded instances."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hpcsim.cluster.machine import Machine
from hpcsim.cluster.policy import policy
from hpcsim.studies.follow.follow import follow
from hpcsim.studies.follow.tasks import Tasks, tasks_of
from workloads.jobs import read_jobs

DOCUMENT = Path(__file__).parents[2] / "docs" / "workflows.md"
CORES_A_NODE = 48
INSTANCES = {
    "helloworld chain 5": "helloworld_helloworld-chain-5-chameleon",
    "helloworld forkjoin 10": "helloworld_helloworld-forkjoin-10-chameleon",
    "1000genome 2ch": "pegasus_1000genome_1000genome-chameleon-2ch-100k-001",
    "1000genome 14ch": "pegasus_1000genome_1000genome-chameleon-14ch-100k-001",
    "1000genome 22ch": "pegasus_1000genome_1000genome-chameleon-22ch-100k-001",
    "cycles 1l-1c-9p": "pegasus_cycles_cycles-chameleon-1l-1c-9p-001",
    "epigenomics hep-1seq": "pegasus_epigenomics_epigenomics-chameleon-hep-1seq-100k-001",
    "epigenomics hep-4seq": "pegasus_epigenomics_epigenomics-chameleon-hep-4seq-100k-001",
    "montage dss-05d": "pegasus_montage_montage-chameleon-dss-05d-001",
    "soykb 10fastq": "pegasus_soykb_soykb-chameleon-10fastq-10ch-001",
    "srasearch 10a": "pegasus_srasearch_srasearch-chameleon-10a-001",
    "srasearch 30a": "pegasus_srasearch_srasearch-chameleon-30a-005",
}


def row(data: Path, name: str, file: str) -> str:
    """A row without its last column; the order of the three times is asserted on the way."""
    reading = read_jobs(data / f"wf/wfinstances/{file}.json.gz")
    tasks = tasks_of(reading.jobs, name)
    nodes, recorded = len(reading.workflow.machines), float(reading.workflow.makespan_s)
    enough = follow(tasks, Machine(int(tasks.cores.sum())), policy("easy"))
    found = follow(tasks, Machine(CORES_A_NODE * nodes), policy("easy"))
    assert enough.makespan_s == enough.ideal_s <= found.makespan_s <= recorded
    gap, levels = recorded - found.makespan_s, levels_of(tasks)
    cells = [
        *(name, f"{len(tasks):,}", f"{levels}", f"{nodes}"),
        *(f"{s:,.0f} s" for s in (enough.ideal_s, enough.makespan_s, found.makespan_s, recorded)),
        *(f"{gap / levels:,.0f} s", f"{gap / len(tasks):,.1f} s"),
    ]
    return "| " + " | ".join(cells) + " |"


def levels_of(tasks: Tasks) -> int:
    """Tasks on the longest chain."""
    level = np.ones(len(tasks), int)
    for _ in range(len(tasks)):
        before = level.copy()
        for task in range(len(tasks)):
            for child in tasks.children[tasks.indptr[task] : tasks.indptr[task + 1]].tolist():
                level[child] = max(level[child], level[task] + 1)
        if (level == before).all():
            break
    return int(level.max())


def test_the_table_is_what_the_instances_give_and_each_gap_is_explained(data):
    lines = DOCUMENT.read_text(encoding="utf-8").split("\n")
    found = [line for line in lines if line.startswith(tuple(f"| {name} |" for name in INSTANCES))]
    worked_out = [row(data, name, file) for name, file in INSTANCES.items()]
    assert [line[: line[:-1].rindex("|") + 1] for line in found] == worked_out
    assert all(len(line[line[:-1].rindex("|") + 1 : -1].strip()) > 20 for line in found)
