"""How long descriptions take to read, a workflow to follow, and a start to predict."""

import json
import os
import time
from datetime import datetime
from pathlib import Path

import pytest

from hpcsim.cluster.machine import Machine
from hpcsim.cluster.policy import policy
from hpcsim.studies.follow.follow import follow
from hpcsim.studies.follow.tasks import tasks_of
from hpcsim.studies.predict.prediction import Predictor, Wanted
from hpcsim.studies.predict.state import load_state
from workloads.jobs import Source, read_cluster, read_text

SCRIPTS, TASKS = 10_000, 7_000
MOST_READING_S, MOST_FOLLOWING_S, MOST_PREDICTING_S = 10.0, 2.0, 5.0
NOW = datetime(2026, 11, 23)
CONF = "NodeName=n[1-700] CPUs=50 RealMemory=256000\nPartitionName=all Nodes=ALL Default=YES\n"


@pytest.fixture
def data() -> Path:
    folder = os.environ.get("HPCSIM_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("HPCSIM_DATA does not name the folder of traces")
    return Path(folder)


def spent(benchmark, work):
    """Process time: what else runs on the machine does not count."""
    began = time.process_time()
    found = benchmark.pedantic(work, rounds=1)
    seconds = time.process_time() - began
    benchmark.extra_info["cpu_s"] = seconds
    return found, seconds


@pytest.mark.slow
@pytest.mark.parametrize("checked", [False, True], ids=["alone", "against a cluster"])
def test_ten_thousand_real_scripts(benchmark, data, tmp_path, checked):
    texts = [p.read_bytes() for name in ("slurm", "pbs", "lsf")
             for p in sorted((data / "scripts" / name).iterdir())]  # fmt: skip
    (tmp_path / "slurm.conf").write_text(CONF)
    cluster = read_cluster(tmp_path / "slurm.conf") if checked else None
    sources = [Source(f"s{i}.sh", texts[i % len(texts)] + b"\n# %d" % i) for i in range(SCRIPTS)]
    found, seconds = spent(
        benchmark, lambda: sum(len(read_text(s, cluster=cluster, now=NOW).jobs) for s in sources)
    )
    assert found >= SCRIPTS
    assert seconds < MOST_READING_S


def genome(tasks: int) -> bytes:
    """A workflow of the shape of 1000genome: individuals, their merge, and two analyses a pair."""
    rows, runs = [], []
    for chromosome in range(tasks // 28):
        names = [f"individuals_{chromosome}_{i}" for i in range(20)]
        merge, sift = f"merge_{chromosome}", f"sifting_{chromosome}"
        rows += [{"name": n, "id": n, "parents": []} for n in (*names, sift)]
        rows.append({"name": merge, "id": merge, "parents": names})
        rows += [
            {"name": f"{kind}_{chromosome}_{i}", "id": f"{kind}_{chromosome}_{i}",
             "parents": [merge, sift]}
            for kind in ("overlap", "frequency") for i in range(3)
        ]  # fmt: skip
    for at, row in enumerate(rows):
        runs.append({"id": row["id"], "runtimeInSeconds": 30 + at * 37 % 3600, "coreCount": 1})
    document = {"name": "genome", "schemaVersion": "1.5",
                "workflow": {"specification": {"tasks": rows, "files": []},
                             "execution": {"makespanInSeconds": 1, "executedAt": "2026-01-01",
                                           "tasks": runs}}}  # fmt: skip
    return json.dumps(document).encode()


@pytest.mark.slow
def test_a_genome_workflow_of_7000_tasks_from_its_file_to_its_end(benchmark):
    text, easy = genome(TASKS), policy("easy")

    def work():
        reading = read_text(Source("genome.json", text), now=NOW)
        assert reading.valid
        return follow(tasks_of(reading.jobs, "genome"), Machine(2000), easy)

    small = read_text(Source("genome.json", genome(28)), now=NOW)
    follow(tasks_of(small.jobs, "genome"), Machine(64), easy)  # whatever has to be imported
    found, seconds = spent(benchmark, work)
    assert len(found.tasks) == TASKS and found.unended == 0
    assert seconds < MOST_FOLLOWING_S


def queue_of(running: int, waiting: int) -> str:
    """What `squeue` prints of a machine on which so many jobs run and wait."""
    head = "JOBID|PARTITION|USER|STATE|CPUS|TIME_LIMIT|SUBMIT_TIME|START_TIME|PRIORITY|REASON"
    rows = [
        f"{i}|all|user{i % 90}|RUNNING|38|1-00:00:00|2026-11-22T{i % 24:02d}:00:00"
        f"|2026-11-23T{i % 8:02d}:{i % 60:02d}:00|1|None"
        for i in range(running)
    ]
    rows += [
        f"{running + i}|all|user{i % 90}|PENDING|{1 + i * 7 % 70}|{1 + i % 40}:00:00"
        f"|2026-11-23T08:{i % 60:02d}:00|N/A|1|Priority"
        for i in range(waiting)
    ]
    return "\n".join([head, *rows, ""])


@pytest.mark.slow
def test_a_start_on_35000_cores_with_3000_waiting(benchmark, tmp_path):
    (tmp_path / "squeue.txt").write_text(queue_of(900, 3000))
    state = load_state(f"{tmp_path}/squeue.txt@2026-11-23T09:30", cores=35_000)
    assert (len(state.running), len(state.waiting)) == (900, 3000)
    Predictor(state, futures=2).predict(Wanted("warm", (1,), (60.0,)))
    found, seconds = spent(
        benchmark, lambda: Predictor(state).predict(Wanted("job", (512,), (86400.0,)))
    )
    assert 0 < found.wait_s[0] <= found.wait_s[2]
    assert seconds < MOST_PREDICTING_S
