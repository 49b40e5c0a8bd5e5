"""One dependency graph a run: demultiplexing, then each sample's pipeline step by step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpcsim.units import GB, HOUR_S

from ..contract import FloatArray, IntArray
from ..graph import PipelineGraph, popular_limit_s
from .pipelines import GIB_IN_MIB, LIMIT_HEADROOM, Template, scatter_of, shipped, template
from .settings import SequencingSettings

NOISE_ROWS = 32  # sample s takes row s mod 32 of its template's table of task factors
FASTEST, SLOWEST = 0.3, LIMIT_HEADROOM  # no task outlives its request by chance alone
DEMULTIPLEX_GB = 3000.0  # what the shipped cost of demultiplexing refers to
WHOLE_NODE_GB = 500.0  # from here on a flow cell is demultiplexed on a whole node
OWNER = "sequencing"


@dataclass(frozen=True)
class _Block:
    """The tasks of `count` samples of one product, all but their run times."""

    cores: np.ndarray
    memory_mib: np.ndarray
    limit_s: np.ndarray
    read_bytes: np.ndarray
    write_bytes: np.ndarray
    name_code: np.ndarray
    out_degree: np.ndarray
    children: np.ndarray  # counted from the block's first task
    roots: np.ndarray
    sinks: np.ndarray


class GraphBuilder:
    """Makes a run's graph from templates; equal blocks are made once."""

    def __init__(self, settings: SequencingSettings, rng: np.random.Generator) -> None:
        scatter = scatter_of(settings.scatter_tasks_per_genome)
        products = list(settings.products.values())
        self._gb = [product.gb for product in products]
        self._demultiplex = shipped()["demultiplexing"].steps[0]
        made = {
            name: template(name, shipped()[name], scatter)
            for name in sorted({product.pipeline for product in products})
        }
        self._names: tuple[str, ...] = (self._demultiplex.name,)
        offsets = {}
        for name, tasks in made.items():
            offsets[name] = len(self._names)
            self._names += tasks.names
        self._templates = [made[product.pipeline] for product in products]
        self._offsets = [offsets[product.pipeline] for product in products]
        sigma = math.sqrt(math.log1p(settings.runtime_variation**2))
        self._noise = [
            np.exp(stream.standard_normal((NOISE_ROWS, len(tasks))) * sigma - sigma**2 / 2)
            for tasks, stream in zip(self._templates, rng.spawn(len(products)), strict=True)
        ]
        self._blocks: dict[tuple[int, int], _Block] = {}

    def template(self, product: int) -> Template:
        """The tasks of one sample of a product."""
        return self._templates[product]

    def build(
        self,
        name: str,
        cells: Sequence[tuple[float, Sequence[tuple[int, IntArray]]]],
        runtime_factor: FloatArray,
    ) -> PipelineGraph:
        """The graph of a run with `cells`: (Gb, [(product, its samples)]) each.

        Tasks 0, 1, ... demultiplex the cells; then come the samples, in the order given, each a
        copy of its template. Watched are the former (awaited) and each sample's last task.
        """
        step = self._demultiplex
        blocks: list[tuple[_Block, FloatArray]] = []
        roots, sinks, fan_out = [], [], []
        base = len(cells)
        for _, groups in cells:
            fan_out.append(0)
            for product, samples in groups:
                block = self._block(product, len(samples))
                blocks.append((block, self._runtimes(product, samples, runtime_factor)))
                roots.append(block.roots + base)
                sinks.append(block.sinks + base)
                fan_out[-1] += len(block.roots)
                base += len(block.cores)
        gb = np.array([cell[0] for cell in cells])
        cores = np.ceil(step.cores * np.minimum(gb / WHOLE_NODE_GB, 1.0)).astype(np.int32)
        runtime = step.core_h * HOUR_S * gb / DEMULTIPLEX_GB / cores
        memory = step.memory_gib * GIB_IN_MIB * cores / step.cores
        children = [block.children + first for block, first in _with_bases(blocks, len(cells))]
        degree = np.concatenate([fan_out, *(block.out_degree for block, _ in blocks)])
        demultiplexing = np.arange(len(cells), dtype=np.int32)
        return PipelineGraph(
            name=name,
            owner=OWNER,
            cores=np.concatenate([cores, *(block.cores for block, _ in blocks)]),
            memory_mib=np.concatenate(
                [memory.astype(np.float32), *(block.memory_mib for block, _ in blocks)]
            ),
            runtime_s=np.concatenate([runtime, *(times for _, times in blocks)]),
            limit_s=np.concatenate(
                [popular_limit_s(runtime, LIMIT_HEADROOM), *(b.limit_s for b, _ in blocks)]
            ),
            read_bytes=np.concatenate(
                [gb * step.reads * GB, *(block.read_bytes for block, _ in blocks)]
            ),
            write_bytes=np.concatenate(
                [gb * step.writes * GB, *(block.write_bytes for block, _ in blocks)]
            ),
            indptr=np.concatenate([[0], np.cumsum(degree)]).astype(np.int32),
            children=np.concatenate([*roots, *children, ()]).astype(np.int32),
            name_code=np.concatenate(
                [np.zeros(len(cells), np.int32), *(block.name_code for block, _ in blocks)]
            ),
            names=self._names,
            watched=np.concatenate([demultiplexing, *sinks]).astype(np.int32),
            awaited=demultiplexing,
        )

    def _runtimes(self, product: int, samples: IntArray, runtime_factor: FloatArray) -> FloatArray:
        factors = self._noise[product][samples % NOISE_ROWS] * runtime_factor[samples, None]
        times = self._templates[product].runtime_s * np.clip(factors, FASTEST, SLOWEST)
        return times.ravel()

    def _block(self, product: int, count: int) -> _Block:
        if (product, count) not in self._blocks:
            self._blocks[product, count] = self._make_block(product, count)
        return self._blocks[product, count]

    def _make_block(self, product: int, count: int) -> _Block:
        one, gb = self._templates[product], self._gb[product]
        bases = np.arange(count, dtype=np.int32)[:, None] * np.int32(len(one))
        return _Block(
            cores=np.tile(one.cores, count),
            memory_mib=np.tile(one.memory_mib, count),
            limit_s=np.tile(one.limit_s, count),
            read_bytes=np.tile(one.read_bytes_per_gb * gb, count),
            write_bytes=np.tile(one.write_bytes_per_gb * gb, count),
            name_code=np.tile(one.name_code + np.int32(self._offsets[product]), count),
            out_degree=np.tile(np.diff(one.indptr), count),
            children=(one.children + bases).ravel(),
            roots=(one.roots + bases).ravel(),
            sinks=(bases + np.int32(len(one) - 1)).ravel(),
        )


def _with_bases(blocks: list[tuple[_Block, FloatArray]], first: int) -> list[tuple[_Block, int]]:
    placed = []
    for block, _ in blocks:
        placed.append((block, first))
        first += len(block.cores)
    return placed
