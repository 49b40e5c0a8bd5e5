"""The options of sbatch and the environment variables that stand for them."""

from __future__ import annotations

from .getopt import Argument, Option, Table


def _option(row: str) -> Option:
    name, _, rest = row.partition(" ")
    kinds: dict[str, Argument] = {"-": "none", "=": "required", "?": "optional"}
    kind, _, short = rest.partition(" ")
    sets = {"tasks-per-node": "ntasks-per-node"}.get(name, "")
    return Option(name, kinds[kind], short, sets)


_OPTIONS = """
    account = A|acctg-freq =|array = a|batch =|begin = b|bb =|bbf =|
    cluster-constraint =|chdir = D|cluster =|clusters = M|comment =|container =|context =|
    contiguous -|constraint = C|core-spec = S|cores-per-socket =|cpu-freq =|cpus-per-gpu =|
    cpus-per-task = c|deadline =|delay-boot =|dependency = d|distribution = m|error = e|
    exclude = x|exclusive ?|export =|export-file =|extra-node-info = B|get-user-env ?|gid =|
    gpu-bind =|gpu-freq =|gpus = G|gpus-per-node =|gpus-per-socket =|gpus-per-task =|gres =|
    gres-flags =|help - h|hint =|hold - H|ignore-pbs -|input = i|job-name = J|
    kill-on-invalid-dep =|licenses = L|mail-type =|mail-user =|mcs-label =|mem =|mem-bind =|
    mem-per-cpu =|mem-per-gpu =|mincpus =|network =|nice ?|no-kill ? k|no-requeue -|
    nodefile = F|nodelist = w|nodes = N|ntasks = n|ntasks-per-core =|ntasks-per-gpu =|
    ntasks-per-node =|ntasks-per-socket =|ntasks-per-tres =|open-mode =|output = o|
    overcommit - O|oversubscribe - s|parsable -|partition = p|power =|prefer =|priority =|
    profile =|propagate ?|qos = q|quiet - Q|reboot -|requeue -|reservation =|signal =|
    sockets-per-node =|spread-job -|switches =|tasks-per-node =|test-only -|thread-spec =|
    threads-per-core =|time = t|time-min =|tmp =|uid =|use-min-nodes -|verbose - v|version - V|
    usage -|wait - W|wait-all-nodes =|wckey =|wrap =
"""
OPTIONS = tuple(_option(row.strip()) for row in _OPTIONS.split("|"))
TABLE = Table(OPTIONS)
BY_KEY = {option.key: option for option in reversed(OPTIONS)}
OWN_NAME = {"cluster": "clusters"}
"""Options that set what another option sets, though getopt holds them apart."""

SAME_SETTING: dict[str, tuple[str, object]] = {
    "no-requeue": ("requeue", False),
    "requeue": ("requeue", True),
    "oversubscribe": ("exclusive", "ok"),
}
"""Options that say yes or no to the same thing: the last one given wins."""

EARLY = frozenset({"help", "quiet", "usage", "verbose", "version", "wrap"})
"""Heeded on the command line only: in a script they are read and mean nothing."""

_PER_COMPONENT = """
    bb contiguous constraint core-spec cores-per-socket cpu-freq cpus-per-gpu cpus-per-task
    distribution exclusive extra-node-info gpu-bind gpu-freq gpus gpus-per-node gpus-per-socket
    gpus-per-task gres gres-flags licenses mail-type mail-user mem-bind mem-per-cpu mem-per-gpu
    mincpus network nodefile nodelist nodes ntasks ntasks-per-core ntasks-per-gpu
    ntasks-per-node ntasks-per-socket ntasks-per-tres overcommit oversubscribe partition power
    sockets-per-node spread-job switches thread-spec threads-per-core tmp use-min-nodes
"""
PER_COMPONENT = frozenset(_PER_COMPONENT.split())
"""What each component of a heterogeneous job states anew; the rest holds for all of them.

That `mem` and `hint` hold and `mem-per-cpu` does not is what sbatch 22.05 does.
"""

ENVIRONMENT: tuple[tuple[str, str], ...] = (
    ("SBATCH_ACCOUNT", "account"),
    ("SBATCH_ARRAY_INX", "array"),
    ("SBATCH_ACCTG_FREQ", "acctg-freq"),
    ("SBATCH_BATCH", "batch"),
    ("SBATCH_BURST_BUFFER", "bb"),
    ("SBATCH_CLUSTER_CONSTRAINT", "cluster-constraint"),
    ("SBATCH_CLUSTERS", "clusters"),
    ("SLURM_CLUSTERS", "clusters"),
    ("SBATCH_CONTAINER", "container"),
    ("SBATCH_CONSTRAINT", "constraint"),
    ("SBATCH_CORE_SPEC", "core-spec"),
    ("SBATCH_CPU_FREQ_REQ", "cpu-freq"),
    ("SBATCH_CPUS_PER_GPU", "cpus-per-gpu"),
    ("SBATCH_DEBUG", "verbose"),
    ("SBATCH_DELAY_BOOT", "delay-boot"),
    ("SBATCH_DISTRIBUTION", "distribution"),
    ("SBATCH_EXCLUSIVE", "exclusive"),
    ("SBATCH_EXPORT", "export"),
    ("SBATCH_GET_USER_ENV", "get-user-env"),
    ("SBATCH_GRES", "gres"),
    ("SBATCH_GRES_FLAGS", "gres-flags"),
    ("SBATCH_GPUS", "gpus"),
    ("SBATCH_GPU_BIND", "gpu-bind"),
    ("SBATCH_GPU_FREQ", "gpu-freq"),
    ("SBATCH_GPUS_PER_NODE", "gpus-per-node"),
    ("SBATCH_GPUS_PER_SOCKET", "gpus-per-socket"),
    ("SBATCH_GPUS_PER_TASK", "gpus-per-task"),
    ("SLURM_HINT", "hint"),
    ("SBATCH_HINT", "hint"),
    ("SBATCH_JOB_NAME", "job-name"),
    ("SBATCH_MEM_BIND", "mem-bind"),
    ("SBATCH_MEM_PER_CPU", "mem-per-cpu"),
    ("SBATCH_MEM_PER_GPU", "mem-per-gpu"),
    ("SBATCH_MEM_PER_NODE", "mem"),
    ("SBATCH_NETWORK", "network"),
    ("SBATCH_NO_KILL", "no-kill"),
    ("SBATCH_NO_REQUEUE", "no-requeue"),
    ("SBATCH_OPEN_MODE", "open-mode"),
    ("SBATCH_OVERCOMMIT", "overcommit"),
    ("SBATCH_PARTITION", "partition"),
    ("SBATCH_POWER", "power"),
    ("SBATCH_PROFILE", "profile"),
    ("SBATCH_QOS", "qos"),
    ("SBATCH_REQ_SWITCH", "req-switch"),
    ("SBATCH_REQUEUE", "requeue"),
    ("SBATCH_RESERVATION", "reservation"),
    ("SBATCH_SIGNAL", "signal"),
    ("SBATCH_SPREAD_JOB", "spread-job"),
    ("SBATCH_THREAD_SPEC", "thread-spec"),
    ("SBATCH_THREADS_PER_CORE", "threads-per-core"),
    ("SBATCH_TIMELIMIT", "time"),
    ("SBATCH_USE_MIN_NODES", "use-min-nodes"),
    ("SBATCH_WAIT", "wait"),
    ("SBATCH_WAIT_ALL_NODES", "wait-all-nodes"),
    ("SBATCH_WAIT4SWITCH", "wait4switch"),
    ("SBATCH_WCKEY", "wckey"),
    ("SBATCH_ERROR", "error"),
    ("SBATCH_INPUT", "input"),
    ("SBATCH_OUTPUT", "output"),
)
"""In the order in which sbatch looks at them: of two that set the same, the later wins."""
