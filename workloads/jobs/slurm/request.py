"""What sbatch makes of all options together before it sends them: counts, and contradictions."""

from __future__ import annotations

from dataclasses import dataclass, field

from .clock import Moment
from .conf import Cluster
from .hostlist import BadHostlistError, expand, shorten
from .settings import Settings

ANSWERED = frozenset({"gpus-per-task", "gpus-per-socket", "ntasks-per-node"})


@dataclass
class Request:
    """The counts of one job as sbatch sends them; None where it sends nothing."""

    min_nodes: int = 1
    max_nodes: int = 0
    nodes_set: bool = False
    tasks: int = 1
    tasks_set: bool = False
    cpus_per_task: int | None = None
    cpus_per_node: int | None = None
    tasks_per_node: int | None = None
    sockets_per_node: int | None = None
    cores_per_socket: int | None = None
    threads_per_core: int | None = None
    overcommit: bool = False
    nodelist: list[str] = field(default_factory=list)
    nodelist_cut: bool = False
    exclude: list[str] = field(default_factory=list)

    @property
    def min_cpus(self) -> int:
        """The CPUs that the job needs at least."""
        if self.overcommit:
            return max(self.min_nodes, 1)
        if self.cpus_per_task:
            return self.tasks * self.cpus_per_task
        return 0 if self.nodes_set and self.min_nodes == 0 else self.tasks


def build_request(settings: Settings, cluster: Cluster | None) -> Request:
    """Do sbatch's arithmetic; contradictions become errors of the option that makes them."""
    _exclusions(settings, cluster)
    request = Request(overcommit="overcommit" in settings)
    _take_counts(settings, request)
    _hint(settings, request)
    _node_lists(settings, request)
    _tasks_from_nodes(settings, request)
    _plane(settings, request)
    _moments(settings)
    return request


def _exclusions(settings: Settings, cluster: Cluster | None) -> None:
    if "ntasks-per-gpu" in settings or "ntasks-per-tres" in settings:
        for key in sorted(ANSWERED & settings.by_key.keys()):
            settings.error(f"--{key} is mutually exclusive with --ntasks-per-gpu", key)
        one, other = settings.number("ntasks-per-gpu"), settings.number("ntasks-per-tres")
        if one is not None and other is not None and one != other:
            values = f"--ntasks-per-gpu={one} and --ntasks-per-tres={other}"
            settings.error(f"Inconsistent values set to {values}", "ntasks-per-gpu")
    if "core-spec" in settings and "thread-spec" in settings:
        message = "-S/--core-spec and --thread-spec options are mutually exclusive"
        settings.error(message, "thread-spec")
    for key in ("core-spec", "thread-spec"):
        if key in settings and cluster and not cluster.spec_resources_allowed:
            settings.warning(f"Ignoring --{key} since it's not allowed by configuration", key)
    _memory(settings)
    if "verbose" in settings and "quiet" in settings:
        settings.error("don't specify both --verbose (-v) and --quiet (-Q)", "quiet")
    if "bb" in settings and "bbf" in settings:
        settings.error("Cannot specify both --burst-buffer and --bbf", "bbf")


def _memory(settings: Settings) -> None:
    """One way to ask for memory; the script and the command line beat the environment."""
    ways = ("mem", "mem-per-cpu", "mem-per-gpu")
    given = [way for way in ways if settings.by_cli(way)]
    if not given:
        given = [way for way in ways if way in settings]
        if len(given) > 1:
            names = "SLURM_MEM_PER_CPU, SLURM_MEM_PER_GPU, and SLURM_MEM_PER_NODE"
            settings.error(f"{names} are mutually exclusive.", given[-1])
        return
    if len(given) > 1:
        message = "--mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive."
        settings.error(message, given[-1], "keep one of them, also across script and command line")
    for way in set(ways) - set(given):
        settings.reset(way)


def _take_counts(settings: Settings, request: Request) -> None:
    nodes = settings.get("nodes")
    if nodes is not None and isinstance(nodes.value, tuple):
        request.min_nodes, request.max_nodes = nodes.value
        request.nodes_set = True
    tasks = settings.number("ntasks")
    if tasks is not None:
        request.tasks, request.tasks_set = tasks, True
    request.cpus_per_task = settings.number("cpus-per-task")
    request.tasks_per_node = settings.number("ntasks-per-node")
    cpus = max(settings.number("mincpus") or 0, request.cpus_per_task or 0)
    request.cpus_per_node = cpus or None
    if request.tasks < 0:
        settings.error(f"invalid number of tasks (-n {request.tasks})", "ntasks")
    if request.cpus_per_task is not None and request.cpus_per_task <= 0:
        message = f"invalid number of cpus per task (-c {request.cpus_per_task})"
        settings.error(message, "cpus-per-task")
    information = settings.get("extra-node-info")
    if information is not None and isinstance(information.value, tuple):
        sockets, cores, threads = information.value
        request.sockets_per_node, request.cores_per_socket = sockets, cores
        request.threads_per_core = threads
    for key in ("sockets-per-node", "cores-per-socket", "threads-per-core"):
        if (value := settings.number(key)) is not None:
            setattr(request, key.replace("-", "_"), value)


def _hint(settings: Settings, request: Request) -> None:
    """`--hint` stands for layout options, and yields to them where both are given."""
    hint = settings.text("hint")
    if hint is None:
        return
    layout = ("ntasks-per-core", "threads-per-core", "extra-node-info")
    by_both = settings.by_environment("hint") and any(key in settings for key in layout)
    if by_both or any(settings.by_cli(key) for key in layout):
        settings.warning(
            "Following options are mutually exclusive with --hint: --ntasks-per-core, "
            "--threads-per-core and -B. Ignoring --hint.",
            "hint",
        )
        settings.reset("hint")
        return
    for key in layout:
        settings.reset(key)
    for token in hint.replace(",", ";").split(";"):
        word = token.lower()
        if word in ("compute_bound", "nomultithread", "memory_bound"):
            request.threads_per_core = 1
            if word == "memory_bound":
                request.cores_per_socket = 1
        elif word not in ("multithread", "help"):
            settings.error(
                f'unrecognized --hint argument "{token}", see --hint=help',
                "hint",
                "compute_bound, memory_bound, multithread or nomultithread",
            )


def _node_lists(settings: Settings, request: Request) -> None:
    request.exclude = _expand(settings, "exclude")
    names = list(dict.fromkeys(_expand(settings, "nodelist")))
    request.nodelist = names
    if not names:
        return
    count = len(names)
    request.min_nodes = max(count, request.min_nodes) if request.nodes_set else count
    request.nodes_set = True
    if 0 < request.max_nodes < request.min_nodes:
        settings.error(
            f"invalid number of nodes (-N {request.min_nodes}-{request.max_nodes})",
            "nodes",
            f"--nodelist names {count} nodes",
        )


def _expand(settings: Settings, key: str) -> list[str]:
    text = settings.text(key)
    if not text:
        return []
    if "/" in text:
        settings.warning("the names are in a file, which is not opened here", key)
        return []
    try:
        names = expand(text)
        if not names and key == "nodelist":
            settings.error(f"Node count specification invalid: no node is named (--{key})", key)
        return names
    except BadHostlistError as bad:
        settings.error(f"Invalid node name specified (--{key}): {bad}", key)
        return []


def _tasks_from_nodes(settings: Settings, request: Request) -> None:
    fixed = request.max_nodes in (0, request.min_nodes)
    if request.tasks_per_node and not request.tasks_set and fixed:
        request.tasks = request.min_nodes * request.tasks_per_node
        request.tasks_set = True
    layout = (request.sockets_per_node, request.cores_per_socket, request.threads_per_core)
    shaped = request.nodes_set or "extra-node-info" in settings
    if shaped and fixed and not request.tasks_set:
        request.tasks = max(request.min_nodes, 1)
        for factor in layout:
            if factor is not None:
                request.tasks *= factor
                request.tasks_set = True
        if request.tasks == 0:
            message = "Node count specification invalid: no task is left (--extra-node-info)"
            settings.error(message, "extra-node-info", "at least 1 socket, core and thread")
    elif request.nodes_set and request.tasks_set:
        request.max_nodes = min(request.max_nodes, max(request.tasks, 0))
        if 0 <= request.tasks < request.min_nodes:
            _too_few_tasks(settings, request)


def _too_few_tasks(settings: Settings, request: Request) -> None:
    settings.warning(
        f"can't run {request.tasks} processes on {request.min_nodes} nodes, "
        f"setting nnodes to {request.tasks}",
        "nodes" if "nodes" in settings else "ntasks",
        "ask for at least as many tasks as nodes",
    )
    request.min_nodes = request.max_nodes = request.tasks
    if len(request.nodelist) > request.tasks:
        request.nodelist = request.nodelist[: request.tasks]
        request.nodelist_cut = True
        settings.warning(f"the node list becomes {shorten(request.nodelist)}", "nodelist")


def _plane(settings: Settings, request: Request) -> None:
    layout = settings.get("distribution")
    if layout is None or not isinstance(layout.value, str):
        return
    if layout.value.startswith("plane="):
        size = int(layout.value.partition("=")[2])
        few = request.min_nodes <= 0 or request.tasks // size < request.min_nodes
        if few and (request.min_nodes - 1) * size >= request.tasks:
            message = "Too few processes for the requested {plane,node} distribution"
            settings.error(message, "distribution")
    elif layout.value.startswith("arbitrary") and "nodelist" not in settings:
        settings.error(
            "With Arbitrary distribution you need to specify a nodelist or hostfile with the "
            "-w option (--distribution)",
            "distribution",
        )


def _moments(settings: Settings) -> None:
    begin, deadline = settings.get("begin"), settings.get("deadline")
    first = begin.value if begin else None
    last = deadline.value if deadline else None
    if isinstance(first, Moment) and isinstance(last, Moment) and last.at < first.at:
        settings.error("Incompatible begin and deadline time specification", "deadline")
