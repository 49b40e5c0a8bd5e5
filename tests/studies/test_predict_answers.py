"""States from traces, runs and squeue; reasons and remedies that can be worked out by hand."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from hpcsim.cluster.policy import policy
from hpcsim.errors import InputError
from hpcsim.studies.predict.log import Log
from hpcsim.studies.predict.prediction import Predictor, Wanted, stretched
from hpcsim.studies.predict.question import ask_row
from hpcsim.studies.predict.reason import reason_of
from hpcsim.studies.predict.remedies import remedies
from hpcsim.studies.predict.sinfo import cores_by_partition
from hpcsim.studies.predict.state import State, load_state

INF = np.inf
QUEUE = """\
JOBID|PARTITION|USER|STATE|CPUS|TIME_LIMIT|SUBMIT_TIME|START_TIME|PRIORITY|REASON
1|day|ann|RUNNING|60|4:00:00|2027-02-01T06:00:00|2027-02-01T07:00:00|10|None
2|day|bob|RUNNING|30|2:00:00|2027-02-01T06:00:00|2027-02-01T08:30:00|10|None
3|day|bob|PENDING|50|2:00:00|2027-02-01T08:00:00|N/A|9|Resources
5|day|eve|PENDING|20|1-00:00:00|2027-02-01T08:10:00|N/A|12|Priority
6|day|eve|PENDING|10|1-00:00:00|2027-02-01T08:20:00|N/A|12|Dependency
7|night|eve|RUNNING|10|30|2027-02-01T08:20:00|2027-02-01T08:50:00|12|None
"""
SINFO = "PARTITION|CPUS(A/I/O/T)\nday*|90/10/28/128\nnight|10/0/0/10\n"
NINE = "2027-02-01T09:00"


def state(rows, now, cores=4):
    """A state of (submit, start, runtime, limit, cores) jobs, named a, b, c, ..."""
    submit, start, run, limit, size = np.array(rows, float).T
    codes = size.astype(np.int64), np.full(len(rows), -1), np.zeros(len(rows), np.int64)
    log = Log(submit, start, start + run, run, limit, *codes, cores)
    return State(log, now, policy("easy"), list("abcdefgh"[: len(rows)]))


BUSY = [(0, 0, 3600, 3600, 3), (10, INF, 600, 600, 4), (20, INF, 600, 7200, 2)]


def test_the_first_waits_for_resources_and_is_told_who_has_them():
    reason = reason_of(state(BUSY, 60), 4, 600, 1)
    assert (reason.name, reason.free_cores, reason.ahead) == ("Resources", 1, 0)
    assert [(b.id, b.running, b.cores, b.until_s) for b in reason.blockers] == [
        ("a", True, 3, 3540)
    ]


def test_the_next_waits_behind_the_first():
    reason = reason_of(state(BUSY, 60), 2, 7200, 2)
    assert (reason.name, reason.ahead, reason.ahead_cores) == ("Priority", 1, 4)
    assert "only 1 cores are free" in reason.text


def test_a_job_that_would_delay_the_first_is_told_how_short_it_must_be():
    reason = reason_of(state(BUSY, 60), 1, 7200)
    assert "would delay job b" in reason.text and "59 min" in reason.text


def test_what_is_larger_than_the_machine_never_starts():
    assert reason_of(state(BUSY, 60), 5, 60).name == "TooLarge"
    with pytest.raises(InputError, match="larger than the machine"):
        Predictor(state(BUSY, 60)).predict(Wanted("x", (5,), (60.0,)))


def test_a_shorter_limit_lets_a_job_pass_and_gains_the_wait():
    past = [(i, i, 60, 7200, 1) for i in range(0, 3000, 100)]
    now = state([*past, *((5000 + s, 5000 + b, *rest) for s, b, *rest in BUSY)], 5060)
    helps = remedies(Predictor(now, futures=50), Wanted("x", (1,), (7200.0,)))
    best = helps[0]
    assert best.wait_s == 0 and best.start_gain_s > 60 and best.cut_share < 0.5
    assert any("to pass the queue's head" in each.text for each in helps)


def test_a_running_job_has_no_reason_and_an_unknown_one_is_told_who_waits():
    now = state(BUSY, 60)
    assert ask_row(Predictor(now), 0)[0].text == "It runs already."
    with pytest.raises(InputError, match="these wait: b, c"):
        now.row_of("z")


def test_the_element_that_starts_last_ends_the_array():
    found = Predictor(state(BUSY, 60), futures=20).predict(Wanted("x", (4, 4), (60.0, 60.0)))
    assert (found.last_wait_s > found.waits_s).all()
    assert found.end_s[1] >= np.median(found.last_wait_s)


def test_stretched_futures_have_the_quantiles_that_were_asked_for():
    values = stretched(np.random.default_rng(1).permutation(1000.0 + np.arange(500)),
                       np.array([5.0, 50.0, 70.0]))  # fmt: skip
    assert np.quantile(values, (0.1, 0.5, 0.9)) == pytest.approx([5, 50, 70], rel=0.02)


@pytest.fixture
def queue(tmp_path):
    (tmp_path / "queue.txt").write_text(QUEUE)
    (tmp_path / "sinfo.txt").write_text(SINFO)
    return tmp_path / "queue.txt"


def test_squeue_text_is_a_state(queue):
    found = load_state(f"{queue}@{NINE}", sinfo=str(queue.parent / "sinfo.txt"))
    log = found.log
    assert (found.partition, found.partitions, log.machine_cores) == ("day", ("day", "night"), 100)
    assert [found.ids[row] for row in found.running] == ["1", "2"]
    # By priority; the one that waits for another job is not in the scheduler's queue.
    assert [found.ids[row] for row in found.waiting] == ["5", "3"]
    assert log.limit_s[found.waiting].tolist() == [86400, 7200]
    assert (found.now_s - log.start_s[found.running]).tolist() == [7200, 1800]
    other = load_state(f"{queue}@{NINE}", partition="night")
    assert other.log.machine_cores == 10


def number(value):
    return {"set": True, "infinite": False, "number": value}


@pytest.mark.parametrize("wrap", [number, lambda value: value])
def test_squeue_json_of_old_and_new_kind_is_a_state(tmp_path, wrap):
    begin = 1_800_000_000
    jobs = [
        {"job_id": 1, "job_state": ["RUNNING"], "cpus": wrap(6), "time_limit": wrap(60),
         "submit_time": wrap(begin), "start_time": wrap(begin + 60), "user_name": "ann",
         "partition": "day", "priority": wrap(1)},
        {"job_id": 2, "job_state": "PENDING", "cpus": wrap(4), "submit_time": wrap(begin + 90),
         "time_limit": {"set": False, "infinite": True, "number": 0}, "user_name": "bob",
         "start_time": wrap(0), "partition": "day", "priority": wrap(2)},
    ]  # fmt: skip
    path = tmp_path / "queue.json"
    path.write_text(json.dumps({"meta": {}, "jobs": jobs}))
    found = load_state(f"{path}@{begin + 120}", cores=8)
    assert found.log.cores.tolist() == [6, 4]
    assert found.log.limit_s.tolist() == [3600, INF]
    assert found.row_of("2") == int(found.waiting[0])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("JOBID STATE\n1 RUNNING\n", "does not say CPUS"),
        ("JOBID|STATE|CPUS|TIME_LIMIT\n1|RUNNING|x|1:00\n", "no job of a queue"),
        ("JOBID|STATE|CPUS|TIME_LIMIT\n1|RUNNING|4|soon\n", "the time limit 'soon'"),
        ('{"jobs": 3}', "no list of jobs"),
        ('{"jobs": [[]]}', "no object"),
        ('{"jobs": [{"job_id": 1, "job_state": "R", "cpus": []}]}', r"the number \[\]"),
        ('{"jobs": [{"job_id": 1, "job_state": "R", "cpus": 1, "time_limit": [3]}]}', "number"),
        ('{"jobs": [{"job_id": 1, "job_state": "R", "cpus": 1, "priority": NaN}]}', "number nan"),
        ("JOBID|STATE|CPUS|TIME\n1|RUNNING|4|" + "9" * 30 + "-00:00:00\n", "has run for"),
        ('{"jobs": ' + "[" * 100_000, "not JSON"),
        ("JOBID|STATE|CPUS\n", "no job in the queue"),
    ],
)
def test_what_is_no_queue_is_told(tmp_path, text, says):
    path = tmp_path / "queue"
    path.write_text(text)
    with pytest.raises(InputError, match=says):
        load_state(f"{path}@{NINE}")


def test_history_beside_a_queue_is_put_before_it(queue):
    past = queue.parent / "past.sacct"
    lines = ["JobID|User|Submit|Start|End|Elapsed|AllocCPUS|Timelimit|State"]
    for i in range(5):
        day = f"2027-01-{10 + i}"
        ran = f"{day}T06:00:00|{day}T06:00:00|{day}T06:10:00|00:10:00"
        lines.append(f"{100 + i}|bob|{ran}|50|02:00:00|COMPLETED")
    past.write_text("\n".join(lines) + "\n")
    plain = load_state(f"{queue}@{NINE}", cores=100)
    found = load_state(f"{queue}@{NINE}", cores=100, history=str(past))
    assert len(found.log) == len(plain.log) + 5
    assert found.users[found.log.user[found.row_of("104")]] == "bob"
    # Bob's jobs take 10 minutes, so the one that runs since half an hour may end at any time.
    waits = [Predictor(s).predict_row(s.row_of("3")).end_s[1] for s in (plain, found)]
    assert waits[1] < waits[0]


def test_a_trace_and_a_run_folder_at_one_moment_agree(hpcsim, trace, tmp_path):
    run = tmp_path / "run"
    assert hpcsim("simulate", trace, "--out", run, "--no-report", "--json").status == 0
    states = [load_state(f"{name}@5") for name in (trace, run)]
    for found in states:
        assert [found.ids[row] for row in found.running] == ["1", "3"]
        assert [found.ids[row] for row in found.waiting] == ["2"]
        assert found.log.machine_cores == 8


@pytest.mark.parametrize(
    ("when", "says"),
    [("", "which moment"), ("@soon", "no such moment"), ("@-5", "nothing had happened")],
)
def test_a_moment_that_is_none_is_told(trace, when, says):
    with pytest.raises(InputError, match=says):
        load_state(f"{trace}{when}")


def test_another_partition_is_a_remedy_where_its_size_is_known(hpcsim, queue):
    (queue.parent / "sinfo.txt").write_text(SINFO.replace("10/0/0/10", "10/90/0/100"))
    where = ("--state", f"{queue}@{NINE}", "--sinfo", queue.parent / "sinfo.txt", "--json")
    helps = json.loads(hpcsim("job", "why", "3", *where).out)["helps"]
    (night,) = [each for each in helps if each["text"] == "partition night"]
    assert night["wait_s"] == 0


def script(tmp_path, *options):
    path = tmp_path / "job.sh"
    path.write_text("#!/bin/bash\n" + "".join(f"#SBATCH {o}\n" for o in options) + "true\n")
    return path


def test_predict_and_why_answer_as_text_json_and_page(hpcsim, queue, tmp_path):
    file, page = script(tmp_path, "-n 20", "-t 60"), tmp_path / "page.html"
    where = ("--state", f"{queue}@{NINE}", "--cores", 100)
    done = hpcsim("job", "predict", file, *where, "--json", "-o", page)
    (job,) = json.loads(done.out)["jobs"]
    assert 0 < job["wait_s"]["p10"] <= job["wait_s"]["p50"] <= job["wait_s"]["p90"]
    assert page.read_text().count("data:image/svg") == 1
    sentence = hpcsim("job", "predict", file, *where).out.splitlines()[1]
    assert sentence.startswith("job.sh starts in ") and "8 in 10 between" in sentence
    assert sentence in page.read_text()
    shown = hpcsim("job", "why", "3", *where)
    assert shown.status == 0 and "Priority" in shown.out and "job 5 of user eve" in shown.out
    assert hpcsim("job", "why", file, *where, "--json").status == 0
    refused = hpcsim("job", "predict", script(tmp_path, "-n 2"), *where)
    assert refused.status == 2 and "no time limit" in refused.err


@pytest.mark.slow
def test_200_futures_of_3000_waiting_jobs_on_35000_cores_take_under_5_seconds():
    rng = np.random.default_rng(1)
    past, running, waiting = 20_000, 900, 3000
    count = past + running + waiting
    submit = np.sort(rng.uniform(0, 30 * 86400, count))
    limit = rng.integers(1, 48, count) * 1800.0
    now = float(submit[-1]) + 1
    start = submit.copy()
    start[past : past + running] = now - rng.uniform(0, 1800, running)
    start[past + running :] = np.inf
    submit[past : past + running] = np.minimum(submit[past : past + running], now - 1800)
    submit.sort()
    run = np.minimum(limit * rng.uniform(0, 1, count), limit)
    end = start + run
    end[past : past + running] = INF
    end[:past] = np.minimum(end[:past], now - 1)
    cores = rng.integers(1, 70, count)
    cores[past : past + running] = 38
    log = Log(submit, start, end, run, limit, cores, rng.integers(0, 200, count),
              np.zeros(count, np.int64), 35_000)  # fmt: skip
    found = State(log, now, policy("easy"), [str(i) for i in range(count)])
    wanted = Wanted("x", (512,), (86400.0,))
    Predictor(state(BUSY, 60)).predict(Wanted("x", (1,), (60.0,)))  # compiled before
    began = time.process_time()
    answer = Predictor(found).predict(wanted)
    assert time.process_time() - began < 5
    assert answer.wait_s[2] > 0 and len(found.waiting) == waiting


@pytest.mark.parametrize(
    "told",
    [
        '{"sinfo": [{"cpus": Infinity, "partition": "day"}]}',
        '{"sinfo": [{"cpus": {"allocated": 1, "idle": Infinity}}]}',
        '{"sinfo": [{"cpus": NaN}]}',
        '{"sinfo": [{"cpus": null}]}',
        '{"sinfo": [7]}',
        '{"nodes": 7}',
        '{"sinfo": [{"cpus": 4, "partition": {"name": ["day"]}, "partitions": [{}]}, []]}',
    ],
)
def test_a_listing_of_partitions_that_tells_no_numbers_is_refused(
    tmp_path: Path, told: str
) -> None:
    listing = tmp_path / "sinfo.json"
    listing.write_text(told)
    with pytest.raises(InputError, match="not what sinfo prints"):
        cores_by_partition(listing)
