"""The rules of sbatch one by one, each with what surprises about it."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest

from workloads.jobs import Source
from workloads.jobs.findings import Findings
from workloads.jobs.slurm.amounts import mebibytes, show_mebibytes
from workloads.jobs.slurm.arrays import parse_array
from workloads.jobs.slurm.clock import parse_moment
from workloads.jobs.slurm.conf import Cluster, read_conf
from workloads.jobs.slurm.hostlist import expand, shorten
from workloads.jobs.slurm.times import INFINITE, limit_minutes, show_minutes

CONF = """
ClusterName=small  # a comment
MaxArraySize=100
Licenses=ansys:4,matlab
GresTypes=gpu
NodeName=DEFAULT CPUs=8 \\
    RealMemory=16000
NodeName=n[1-4] Sockets=2 CoresPerSocket=4 Feature=fast,ib
NodeName=big CPUs=32 RealMemory=64000 Gres=gpu:2
PartitionName=DEFAULT State=UP
PartitionName=day Nodes=n[1-4] Default=YES MaxTime=1-0
PartitionName=all Nodes=ALL
"""


@pytest.fixture
def cluster() -> Cluster:
    return read_conf(Source("slurm.conf", CONF.encode()), Findings())


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1", 1),
        ("90", 90),
        ("0:01", 1),
        ("1:30", 2),
        ("2:0:0", 120),
        ("1-", 1440),
        ("1-1", 1500),
        ("1-1:1", 1501),
        ("1-0:0:1", 1441),
        ("0", INFINITE),
        ("UnLimited", INFINITE),
        ("-1", INFINITE),
        *(
            (bad, None)
            for bad in ("", "1h", "1.5", "1:2:3:4", "1:2-3", "--1", "1--2", "1-2:", " 5")
        ),
    ],
)
def test_time_limits(text, minutes):
    assert limit_minutes(text) == minutes


def test_time_limits_are_written_as_they_are_read():
    for minutes in (1, 59, 60, 1439, 1440, 100_000):
        assert limit_minutes(show_minutes(minutes)) == minutes


@pytest.mark.parametrize(
    ("text", "amount"),
    [("7", 7), ("1K", 1), ("1025k", 2), ("3MB", 3), ("2g", 2048), ("1Tb", 1048576), (" 5", 5)]
    + [(bad, None) for bad in ("", "G", "1.5G", "1P", "-1", "4 G", "4GiB", "4GBB", "0x10")],
)
def test_memory(text, amount):
    assert mebibytes(text) == amount


def test_memory_is_written_as_it_is_read():
    assert [show_mebibytes(n) for n in (0, 1, 1023, 1024, 1536, 2**20)] == [
        "0",
        "1",
        "1023",
        "1G",
        "1536",
        "1T",
    ]


NOW = datetime(2026, 11, 23, 11, 26, 18)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", "now"),
        ("now+90", "now+90"),
        ("now+2hours", "now+7200"),
        ("now-1day", "now-86400"),
        ("11:26", "2026-11-24T11:26:00"),
        ("11:27", "2026-11-23T11:27:00"),
        ("12:00am", "2026-11-24T00:00:00"),
        ("tomorrow", "2026-11-24T00:00:00"),
        ("tomorrowteatime", "2026-11-24T16:00:00"),
        ("1123", "2027-11-23T00:00:00"),
        ("12/24", "2026-12-24T00:00:00"),
        ("12/24/29-8:00", "2029-12-24T08:00:00"),
        ("2030-02-30", "2030-03-02T00:00:00"),
        ("2030-01-02T03:04:05", "2030-01-02T03:04:05"),
        *(
            (bad, None)
            for bad in ("", "Today", "13:00pm", "24:00", "9:5", "now+", "now+5x", "1332")
        ),
        *((bad, None) for bad in ("nowish", "2030-13-01", "today+1", "uts12", "99999999-99-99")),
    ],
)
def test_points_in_time(text, expected):
    try:
        found = parse_moment(text, NOW).text
    except ValueError:
        found = None
    assert found == expected


@pytest.mark.parametrize(
    ("text", "shown", "size"),
    [
        ("5", "5", 1),
        ("%2", "0%2", 1),
        ("0-", "0", 1),
        ("1-", None, 0),
        ("3-1", None, 0),
        ("1-9:3", "1,4,7", 3),
        ("[1-3],7]", "1-3,7", 4),
        ("1,,2", "1-2", 2),
        ("1-3%2,5%1", "1-3,5%2", 4),
        ("1-3%0", "1-3", 3),
        ("99", "99", 1),
        ("100", None, 0),
        ("1-5:0", None, 0),
        ("1;2", None, 0),
        ("-1", None, 0),
    ],
)
def test_arrays(text, shown, size):
    try:
        array = parse_array(text, 100)
    except ValueError:
        array = None
    assert (array and array.text, array.size if array else 0) == (shown, size)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("afterok:1", True),
        ("AFTEROK:1:2", True),
        ("afterok:1_3:2_*", True),
        ("afterok:1,afterany:2", True),
        ("afterok:1?afternotok:2", True),
        ("after:1+5", True),
        ("singleton", True),
        ("123,124", True),
        ("0", True),
        ("", True),
        ("afterok:1,", False),
        ("afterok:x", False),
        ("after:1+0", False),
        ("afterok 1", False),
        ("afterwards:1", False),
        ("singletons", False),
        ("123x", False),
        ("expand:1", False),
    ],
)
def test_dependencies(sbatch, text, valid):
    assert sbatch(f'--dependency="{text}"').valid is valid


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ("-N2", (2, 2, None)),
        ("-N 1-4", (1, 4, None)),
        ("-N-4", (1, 4, None)),
        ("-N 1k", (1024, 1024, None)),
        ("-N4 -n2", (2, 2, 2)),
        ("-N2-8 -n4", (2, 4, 4)),
        ("--nodes '3 '", (3, 3, None)),
        ("-w n[1-3] -n2", (None, None, 2)),
    ],
)
def test_nodes_and_tasks(sbatch, options, shape):
    job = sbatch(options).jobs[0]
    assert (job.nodes_min, job.nodes_max, job.tasks) == shape


@pytest.mark.parametrize("options", ["-N 4-2", "-N 2-", "-N 1.5", "-N abc", "-N '2 3'", "-n 2;"])
def test_bad_counts(sbatch, options):
    assert not sbatch(options).valid


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('-J "a b"', "a b"),
        ("-J 'a\\'b'", "a'b"),
        ('-J a" "b', "a b"),
        ("-J a#b", "a"),
        ("-J a\\#b", "a#b"),
        ('-J "a#b"', "a#b"),
        ("-J $HOME", "$HOME"),
        ("--job-name=", ""),
        ("-J a -J b", "b"),
    ],
)
def test_quoting_is_not_that_of_the_shell(sbatch, line, name):
    reading = sbatch(line)
    assert reading.valid
    assert reading.jobs[0].name == name


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('-J "open', 'Unmatched `"`'),
        ("-n2 : -n3", "Unexpected `:`"),
        ("-J a\\ b", "Invalid directive found in batch script: b"),
        ("-n2 word", "Invalid directive found in batch script: word"),
        ("--hold=yes", "option '--hold' doesn't allow an argument"),
        ("--no", "is ambiguous"),
        ("-y", "invalid option -- 'y'"),
        ("-J", "requires an argument"),
        ("--mem=1G --mem-per-cpu=1G", "mutually exclusive"),
        ("-S 1 --thread-spec=1", "mutually exclusive"),
        ("--hint=fast", "unrecognized --hint"),
        ("-m arbitrary", "With Arbitrary distribution"),
        ("--begin=now+2days --deadline=now+1day", "Incompatible begin and deadline"),
        ("--test-only", "submits nothing"),
    ],
)
def test_what_is_refused_is_refused_in_its_words(sbatch, line, message):
    assert message in sbatch(line).errors[0].message


def test_a_value_may_stand_in_the_next_directive(read):
    """All directives are one row of words: what lacks its value takes the next."""
    reading = read("#!/bin/sh\n#SBATCH --job-name\n#SBATCH -n2\ntrue\n")
    assert reading.jobs[0].name == "-n2"
    assert reading.jobs[0].tasks is None


def test_an_empty_pair_of_quotes_ends_the_line(sbatch):
    reading = sbatch('-n2 "" --mem=1G')
    assert reading.jobs[0].memory_per_node_mib is None
    assert reading.warnings[0].message == "sbatch drops the rest of this line"


def test_all_mistakes_of_a_script_are_told(read):
    text = "#!/bin/sh\n#SBATCH -t 1h\n#SBATCH word -n x\n#SBATCH --mem=1.5G -c0\ntrue\n"
    assert [(e.line, e.option) for e in read(text).errors] == [
        (2, "--time"),
        (3, "#SBATCH"),
        (4, "--mem"),
        (4, "--cpus-per-task"),
    ]


@pytest.mark.parametrize(
    "head",
    ["\ufeff#!/bin/sh\n", "\n#!/bin/sh\n", "#!/bin/sh\r\n", "#!/bin/sh\n#\0\n", "#SBATCH -n2\n"],
)
def test_what_is_no_script_is_refused(read, head):
    assert len(read(head + "#SBATCH -n2\ntrue\n").errors) == 1


@pytest.mark.parametrize(
    ("line", "warned"),
    [
        ("##SBATCH -n2", False),
        ("# SBATCH -n2", True),
        (" #SBATCH -n2", True),
        ("#sbatch -n2", True),
        ("# about sbatch", False),
    ],
)
def test_comments_that_look_like_directives(read, line, warned):
    reading = read(f"#!/bin/sh\n{line}\ntrue\n")
    assert reading.jobs[0].tasks is None
    assert bool(reading.warnings) is warned


def test_options_of_one_component_do_not_reach_the_next(read):
    text = "#!/bin/sh\n#SBATCH -n2 -t5 --mem-per-cpu=1G\n#SBATCH hetjob\n#SBATCH -c4\ntrue\n"
    jobs = read(text).jobs
    assert [(j.tasks, j.time_limit_s, j.memory_per_cpu_mib) for j in jobs] == [
        (2, 300, 1024),
        (None, 300, None),
    ]


def test_memory_of_one_component_reaches_the_next(read):
    """A surprise of sbatch 22.05, which then refuses another way to ask for memory."""
    text = "#!/bin/sh\n#SBATCH --mem=1G\n#SBATCH hetjob\n#SBATCH -n4{}\ntrue\n"
    assert [job.memory_per_node_mib for job in read(text.format("")).jobs] == [1024, 1024]
    assert not read(text.format(" --mem-per-cpu=1G")).valid


def test_components_on_the_command_line(read):
    jobs = read("#!/bin/sh\ntrue\n", arguments=("-N1", "-c2", ":", "-N3")).jobs
    assert [(j.nodes_min, j.cpus_per_task) for j in jobs] == [(1, 2), (3, None)]


@pytest.mark.parametrize(
    ("value", "held"), [("yes", True), ("", True), ("1", True), ("0", None), ("no", None)]
)
def test_a_switch_in_the_environment(read, value, held):
    job = read("#!/bin/sh\ntrue\n", environment={"SBATCH_NO_REQUEUE": value}).jobs[0]
    assert job.requeue is (False if held else None)


def test_memory_of_the_script_beats_another_way_in_the_environment(sbatch):
    job = sbatch("--mem=1G", environment={"SBATCH_MEM_PER_CPU": "2G"}).jobs[0]
    assert (job.memory_per_node_mib, job.memory_per_cpu_mib) == (1024, None)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        (
            "#PBS -l nodes=2:ppn=4,mem=2gb",
            {"nodes_min": 2, "tasks": 8, "memory_per_node_mib": 2048},
        ),
        ("#PBS -l select=2:ncpus=8:mpiprocs=4", {"nodes_min": 2, "cpus_per_task": 2}),
        ("#PBS -m ae -q day", {"mail_type": "END,FAIL", "partition": "day"}),
        ("#PBS -W depend=afterok:12", {"tasks": None}),
        ("#BSUB -n 2,8 -W 1:30", {"tasks": 8, "time_limit_s": 120}),
        ("#BSUB -M 2048", {"memory_per_cpu_mib": 2}),
    ],
)
def test_what_sbatch_makes_of_other_directives(read, cluster, line, asked):
    reading = read(f"#!/bin/sh\n{line}\ntrue\n", cluster=cluster)
    assert reading.dialect == "sbatch"
    assert {name: getattr(reading.jobs[0], name) for name in asked} == asked


def test_slurm_conf(cluster):
    assert (cluster.name, cluster.max_array_size) == ("small", 100)
    assert cluster.licenses == {"ansys": 4, "matlab": 1}
    assert [(g.names[-1], g.cpus, g.memory_mib) for g in cluster.groups] == [
        ("n4", 8, 16000),
        ("big", 32, 64000),
    ]
    day = cluster.partition("day")
    assert (day.max_time, len(day.nodes), day.is_default) == (1440, 4, True)


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ("-p night", "--partition"),
        ("-p day,night", "--partition"),
        ("-w n9", "--nodelist"),
        ("-w big", "--nodelist"),
        ("-x n[1-4]", "--exclude"),
        ("-w n1 -x n1", "--exclude"),
        ("-c 9", "--cpus-per-task"),
        ("--mincpus=9", "--mincpus"),
        ("-N1 -n9", "--ntasks"),
        ("--mem=16001", "--mem"),
        ("--tmp=1", "--tmp"),
        ("--sockets-per-node=3", "--sockets-per-node"),
        ("-C slow", "--constraint"),
        ("-C 'fast&('", "--constraint"),
        ("-L ansys:5", "--licenses"),
        ("-L other", "--licenses"),
        ("--gres=fpga", "--gres"),
        ("--gres=gpu:1", "--gres"),
        ("-p all --gres=gpu:3", "--gres"),
        ("-p all --gpus=3", "--gpus"),
        ("-p all --gpus-per-node=a100:1", "--gpus-per-node"),
        ("-p all --mem-per-gpu=1G", "--mem-per-gpu"),
        ("--partition=", "--partition"),
        ("--reservation=none", "--reservation"),
        ("-a 100", "--array"),
        ("--time-min=2-0 -t 3-0", "--time-min"),
        ("-M elsewhere", "--clusters"),
        ("--uid=no_such_user_", "--uid"),
        ("--bbf=/no/such", "--bbf"),
    ],
)
def test_what_this_cluster_refuses(sbatch, cluster, options, option):
    assert [e.option for e in sbatch(options, cluster=cluster).errors] == [option]


@pytest.mark.parametrize(
    "options",
    [
        *("-c 9 -p all", "-p day,all -c 9", "-c 9 --hold", "-C 'fast&ib'", "-L ansys:4"),
        *(
            "--gres=gpu:1 -p all",
            "--gres=none",
            "--gpus=2 -p all",
            "-a 0-99",
            "-N4 -n32",
            "-w n[1-2]",
            "-t 1-0",
        ),
        "--qos=any",
    ],
)
def test_what_this_cluster_accepts(sbatch, cluster, options):
    assert sbatch(options, cluster=cluster).findings == ()


@pytest.mark.parametrize("options", ["-n 33", "-N 5", "-t 2-0"])
def test_what_would_wait_for_ever_is_a_warning_unless_limits_are_enforced(sbatch, cluster, options):
    assert [len(sbatch(options, cluster=cluster).warnings)] == [1]
    strict = dataclasses.replace(cluster, enforce_part_limits="ALL")
    assert not sbatch(options, cluster=strict).valid


def test_host_lists():
    assert expand("a[1-3,07],b") == ["a1", "a2", "a3", "a07", "b"]
    assert shorten(["n08", "n09", "n10", "x"]) == "n[08-10],x"
