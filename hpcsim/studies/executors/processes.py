"""Processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing.connection import wait

# What every run needs; the server from which workers are forked has it loaded once.
PRELOADED = ["hpcsim.studies.study.task", "hpcsim.studies.subject.centre",
             "hpcsim.studies.subject.workload"]  # fmt: skip


def opened(workers: int | None) -> tuple[Executor, int]:
    """A pool of as many processes as this one may use processors, or `workers`.

    Workers come from a server that has loaded everything and run nothing, so that they share its
    memory, start at once, and inherit no threads.
    """
    many = workers or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else [0])
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(PRELOADED)
    pool = ProcessPoolExecutor(many, context, initializer=one_processor)
    return pool, many


def one_processor() -> None:
    """A worker uses one processor, and does not outlive who sent it there."""
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """A study that is killed cannot tell its workers; they would wait for ever."""
    wait([sentinel])
    os._exit(1)
