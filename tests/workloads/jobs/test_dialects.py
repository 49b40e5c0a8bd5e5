"""The same job by hand in several dialects is one model, and comes back from each."""

from __future__ import annotations

import pytest

from workloads.jobs import Array, Dependency, FileRef, JobDescription, Step, Workflow
from workloads.jobs.writing import write_jobs

SBATCH = """#!/bin/bash
#SBATCH --job-name=sim
#SBATCH -N 2 -n 8 --ntasks-per-node=4 -c 2
#SBATCH --mem=16G
#SBATCH -t 1:30:00
#SBATCH -p day -A physics
#SBATCH -o out.txt -e err.txt
#SBATCH --array=1-10%3
#SBATCH -d afterok:123
#SBATCH --mail-type=BEGIN,END --mail-user=a@b.c
#SBATCH --no-requeue --export=X=1
#SBATCH --begin=2030-01-02T03:04:00
srun ./model
"""
PBS = """#!/bin/bash
#PBS -N sim
#PBS -l select=2:ncpus=8:mpiprocs=4:mem=16gb
#PBS -l walltime=01:30:00
#PBS -q day -A physics
#PBS -o out.txt -e err.txt
#PBS -J 1-10%3
#PBS -W depend=afterok:123
#PBS -m be -M a@b.c
#PBS -r n -v X=1
#PBS -a 203001020304
srun ./model
"""
LSF = """#!/bin/bash
#BSUB -J "sim[1-10]%3"
#BSUB -n 8
#BSUB -R "rusage[mem=16GB] span[ptile=4] affinity[core(2)]"
#BSUB -W 1:30
#BSUB -q day
#BSUB -P physics
#BSUB -o out.txt
#BSUB -e err.txt
#BSUB -w "done(123)"
#BSUB -B
#BSUB -N
#BSUB -u a@b.c
#BSUB -rn
#BSUB -env "X=1"
#BSUB -b 2030:1:2:3:4
srun ./model
"""
TOML = """[job]
name = "sim"
nodes_min = 2
nodes_max = 2
tasks = 8
tasks_per_node = 4
cpus_per_task = 2
memory_per_node_mib = 16384
time_limit_s = 5400
partition = "day"
account = "physics"
stdout = "out.txt"
stderr = "err.txt"
array = { ranges = [[1, 10]], throttle = 3 }
dependencies = [{ kind = "afterok", job = "123" }]
mail_type = "BEGIN,END"
mail_user = "a@b.c"
requeue = false
environment = [["X", "1"]]
begin = "2030-01-02T03:04:00"
shell = "/bin/bash"
script = "srun ./model\\n"
"""
SCRIPTS = {"job.sh": SBATCH, "job.pbs": PBS, "job.lsf": LSF, "job.toml": TOML}

TES = """{"name": "align", "resources": {"cpu_cores": 4, "ram_gb": 8.589934592},
 "inputs": [{"url": "file:///a.fq", "path": "/a.fq"}],
 "executors": [{"image": "bwa", "command": ["bwa", "mem", "a b"], "stdout": "/out"}]}"""
JSDL = """<JobDefinition xmlns="http://schemas.ggf.org/jsdl/2005/11/jsdl"><JobDescription>
<JobIdentification><JobName>align</JobName></JobIdentification>
<Application><POSIXApplication xmlns="http://schemas.ggf.org/jsdl/2005/11/jsdl-posix">
<Executable>bwa</Executable><Argument>mem</Argument><Argument>a b</Argument>
</POSIXApplication></Application>
<Resources><IndividualCPUCount><Exact>4</Exact></IndividualCPUCount>
<IndividualPhysicalMemory><LowerBoundedRange>8589934592</LowerBoundedRange></IndividualPhysicalMemory>
</Resources>
<DataStaging><FileName>/a.fq</FileName><Source><URI>file:///a.fq</URI></Source></DataStaging>
</JobDescription></JobDefinition>"""


@pytest.mark.parametrize("name", SCRIPTS)
def test_one_job_in_four_dialects_is_one_model(read, name):
    reading = read(SCRIPTS[name], name)
    assert not reading.findings
    assert reading.jobs == (
        JobDescription(
            name="sim",
            nodes_min=2,
            nodes_max=2,
            tasks=8,
            tasks_per_node=4,
            cpus_per_task=2,
            memory_per_node_mib=16384,
            time_limit_s=5400,
            partition="day",
            account="physics",
            stdout="out.txt",
            stderr="err.txt",
            array=Array(ranges=((1, 10),), throttle=3),
            dependencies=(Dependency(kind="afterok", job="123"),),
            mail_type="BEGIN,END",
            mail_user="a@b.c",
            requeue=False,
            environment=(("X", "1"),),
            begin="2030-01-02T03:04:00",
            shell="/bin/bash",
            script="srun ./model\n",
        ),
    )


@pytest.mark.parametrize("target", ["sbatch", "pbs", "lsf", "toml"])
def test_it_comes_back_from_each_of_them(read, target):
    before = read(SBATCH)
    written = write_jobs(before.workflow, target)
    again = read(written.text, f"job.{target}")
    assert written.losses == ()
    assert (again.dialect, again.jobs, again.findings) == (target, before.jobs, ())


def test_a_program_with_files_is_one_model_in_tes_and_jsdl(read):
    steps = (Step(argv=("bwa", "mem", "a b"), image="bwa", stdout="/out"),)
    job = JobDescription(
        name="align",
        cpus_per_task=4,
        memory_per_node_mib=8192,
        steps=steps,
        inputs=(FileRef(path="/a.fq", url="file:///a.fq"),),
    )
    assert read(TES, "a.json").jobs == (job,)
    plain = (Step(argv=("bwa", "mem", "a b")),)
    assert read(JSDL, "a.jsdl").jobs == (job.model_copy(update={"steps": plain}),)


@pytest.mark.parametrize(("text", "name"), [(TES, "a.tes"), (JSDL, "a.jsdl")])
def test_tes_and_jsdl_come_back(read, text, name):
    before = read(text, name)
    written = write_jobs(before.workflow, before.dialect)
    assert written.losses == ()
    assert read(written.text, name).jobs == before.jobs


def test_what_the_target_cannot_say_is_listed():
    job = JobDescription(
        name="x", partition="day", time_limit_s=60, tasks=4, licenses="ansys:2", script="run\n"
    )
    lost = write_jobs(Workflow(jobs=(job,)), "tes").losses
    assert lost == (
        "'x': tasks = '4'",
        "'x': licenses = 'ansys:2'",
        "'x': time_limit_s = '60'",
        "'x': partition = 'day'",
        "4 tasks: a TES task is one; all 4 cores are its",
        "no container image is named; docker.io/library/bash:5 is written in its place",
    )


OWN = """#!/bin/bash
#PBS -l select=1:ncpus=2:system=polaris
#PBS -l place=scatter
#PBS -l filesystems=home
#PBS -W umask=022
#PBS -k doe
run
"""


def test_what_only_one_dialect_has_comes_back_there_and_is_listed_elsewhere(read):
    before = read(OWN, "a.pbs")
    written = write_jobs(before.workflow, "pbs")
    assert written.losses == ()
    assert read(written.text, "a.pbs").jobs == before.jobs
    other = write_jobs(before.workflow, "sbatch")
    assert read(other.text, "a.sh").valid
    assert other.losses == (
        "'a.pbs': pbs:W 'umask=022'",
        "'a.pbs': pbs:chunk 'system=polaris'",
        "'a.pbs': pbs:k 'doe'",
        "'a.pbs': pbs:l 'filesystems=home'",
        "'a.pbs': pbs:place 'scatter'",
    )


def test_an_unknown_target_names_the_known_ones():
    with pytest.raises(ValueError, match="did you mean pbs"):
        write_jobs(Workflow(jobs=(JobDescription(),)), "pbss")


def test_chunks_of_different_kinds_are_components(read):
    jobs = read("#PBS -l select=1:ncpus=2+3:ncpus=4:ngpus=1\nrun\n", "a.pbs").jobs
    shapes = [(j.nodes_min, j.cpus_per_task, j.gpus_per_node) for j in jobs]
    assert shapes == [(1, 2, None), (3, 4, "1")]


def test_torque_shares_the_memory_of_the_job_among_its_nodes(read):
    (job,) = read("#PBS -l nodes=2:ppn=8,mem=10gb,walltime=30:00\nrun\n", "a.pbs").jobs
    assert (job.nodes_min, job.tasks_per_node, job.tasks) == (2, 8, 16)
    assert (job.memory_per_node_mib, job.time_limit_s) == (5120, 1800)


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("#PBS -l walltime=1h", "-l"),
        ("#PBS -l select=two", "-l"),
        ("#PBS -r maybe", "-r"),
        ("#PBS -Y 3", "-Y"),
        ("#PBS -N", "-N"),
        ('#PBS -N "open', "#PBS"),
    ],
)
def test_a_mistake_in_a_pbs_script_has_its_line_and_option(read, line, option):
    (error,) = read(f"#!/bin/sh\n{line}\nrun\n", "a.pbs").errors
    assert (error.line, error.option) == (2, option)


def test_a_begin_in_the_first_centuries_is_a_date(read):
    (job,) = read("#BSUB -b 30:1:2:3:4\nrun\n", "a.lsf").jobs
    assert job.begin == "0030-01-02T03:04:00"


@pytest.mark.parametrize("line", ["#BSUB -W 1h", "#BSUB -n many", "#BSUB --time=3", "#BSUB -q"])
def test_a_mistake_in_an_lsf_script_has_its_line(read, line):
    (error,) = read(f"#!/bin/sh\n#BSUB -J x\n{line}\nrun\n", "a.lsf").errors
    assert error.line == 3


@pytest.mark.parametrize(
    ("name", "text", "field", "place"),
    [
        ("a.sh", "#!/bin/sh\n#SBATCH -J x\n#SBATCH -t 5\n:", "time_limit_s", ("--time", "5", 3)),
        ("a.pbs", "#PBS -l walltime=5:00\n:", "time_limit_s", ("-l", "walltime=5:00", 1)),
        ("a.pbs", "#PBS -N x\n#PBS -l mem=4gb\n:", "memory_per_node_mib", ("-l", "mem=4gb", 2)),
        ("a.lsf", "#BSUB -J x\n#BSUB -n 4\n:", "tasks", ("-n", "4", 2)),
        ("a.toml", '[job]\nname = "x"\ntasks = 4\n', "tasks", ("tasks", "4", None)),
    ],
)
def test_where_a_field_was_asked_for(read, name, text, field, place):
    found = read(text, name).place(0, "nice", field)
    assert (found.option, found.value, found.line) == place


def test_the_command_line_has_no_line(read):
    reading = read("#!/bin/sh\n#SBATCH -t 5\n:", arguments=("-t", "9"))
    found = reading.place(0, "time_limit_s")
    assert (found.option, found.value, found.line) == ("--time", "9", None)


def test_no_node_beside_a_list_of_nodes_is_no_division_by_zero(read):
    from workloads.jobs.shapes import shape_of

    reading = read("#!/bin/sh\n#SBATCH -N 0\n#SBATCH -c 4\n:")
    assert reading.jobs[0].nodes_min == 0
    assert shape_of(reading.jobs[0]).cpus == 4


@pytest.mark.parametrize("seconds", ["18446744073709551616", "99", "x", "\u0663"])
def test_a_moment_of_pbs_has_two_digits_of_seconds(read, seconds):
    (error,) = read(f"#PBS -a 203001020304.{seconds}\n:", "a.pbs").errors
    assert error.message == "-a: should be [[CC]YY]MMDDhhmm[.SS]"
    assert read("#PBS -a 203001020304.05\n:", "a.pbs").jobs[0].begin == "2030-01-02T03:04:05"
