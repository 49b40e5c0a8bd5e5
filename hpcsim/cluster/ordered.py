"""An ordered list in blocks: jobs by (key, row), with what a scan must know of each block.

Blocks of at most 64 entries keep insertion and removal to a short move. Each block knows the sum
of its cores, so a search for "when are n cores free" steps over blocks, and lower bounds of cores
and length, so a scan for "who fits" passes over blocks of jobs that cannot.

`blocks[0]` is the header: its `count` is the number of blocks in use, its `total` the number of
entries. Rows 1..count are the blocks in order; the rows behind them hold the unused stretches of
`entries`.
"""

from __future__ import annotations

import numpy as np
from numba import config, njit

WIDTH = 64
SPARSE = 16

ENTRY = np.dtype(
    [("key", "f8"), ("length", "f8"), ("job", "i4"), ("cores", "i4"), ("nodes", "i4")], align=True
)
BLOCK = np.dtype(
    [
        ("last_key", "f8"),
        ("least_length", "f8"),  # never above the true minimum
        ("total", "i8"),  # the sum of cores
        ("last_job", "i4"),
        ("least_cores", "i4"),  # never above the true minimum
        ("least_nodes", "i4"),  # never above the true minimum
        ("first", "i4"),  # where the block begins in `entries`
        ("count", "i4"),
    ],
    align=True,
)


def make_ordered(capacity: int) -> tuple[np.ndarray, np.ndarray]:
    """Room for `capacity` entries even when every block is as sparse as it may become."""
    rows = capacity // (SPARSE // 2) + 4
    entries, blocks = np.zeros(rows * WIDTH, ENTRY), np.zeros(rows + 1, BLOCK)
    blocks["first"][1:] = np.arange(rows) * WIDTH
    if config.DISABLE_JIT:
        return entries.view(np.recarray), blocks.view(np.recarray)
    return entries, blocks


@njit(cache=True, inline="always")
def _copy_entry(entries, to, source):
    a = entries[to]
    b = entries[source]
    a.key = b.key
    a.length = b.length
    a.job = b.job
    a.cores = b.cores
    a.nodes = b.nodes


@njit(cache=True, inline="always")
def _copy_block(blocks, to, source):
    a = blocks[to]
    b = blocks[source]
    a.last_key = b.last_key
    a.least_length = b.least_length
    a.total = b.total
    a.last_job = b.last_job
    a.least_cores = b.least_cores
    a.least_nodes = b.least_nodes
    a.first = b.first
    a.count = b.count


@njit(cache=True, inline="always")
def find_block(blocks, key, job):
    """The first block whose last entry is not before (key, job); count + 1 if there is none."""
    low = 1
    high = blocks[0].count + 1
    while low < high:
        middle = (low + high) >> 1
        block = blocks[middle]
        if block.last_key < key or (block.last_key == key and block.last_job < job):
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True)
def measure(entries, blocks, at):
    """Make everything that block `at` knows of its entries exact again."""
    block = blocks[at]
    total = 0
    least_cores = np.int64(2**31 - 1)
    least_nodes = np.int64(2**31 - 1)
    least_length = np.inf
    for i in range(block.first, block.first + block.count):
        entry = entries[i]
        total += entry.cores
        least_cores = min(least_cores, entry.cores)
        least_nodes = min(least_nodes, entry.nodes)
        least_length = min(least_length, entry.length)
    last = entries[block.first + block.count - 1]
    block.last_key = last.key
    block.last_job = last.job
    block.total = total
    block.least_cores = least_cores
    block.least_nodes = least_nodes
    block.least_length = least_length


@njit(cache=True, inline="always")
def _open_block(blocks, at):
    """An empty block at position `at`, those from there on moved back by one."""
    count = blocks[0].count + 1
    first = blocks[count].first
    for i in range(count, at, -1):
        _copy_block(blocks, i, i - 1)
    blocks[0].count = count
    block = blocks[at]
    block.first = first
    block.count = 0
    block.total = 0
    block.least_cores = 2**31 - 1
    block.least_nodes = 2**31 - 1
    block.least_length = np.inf


@njit(cache=True, inline="always")
def _close_block(blocks, at):
    """Give the stretch of the empty block `at` back."""
    count = blocks[0].count
    first = blocks[at].first
    for i in range(at, count):
        _copy_block(blocks, i, i + 1)
    blocks[count].first = first
    blocks[count].count = 0
    blocks[0].count = count - 1


@njit(cache=True)
def _split(entries, blocks, at):
    _open_block(blocks, at + 1)
    lower = blocks[at]
    upper = blocks[at + 1]
    half = WIDTH // 2
    for i in range(WIDTH - half):
        _copy_entry(entries, upper.first + i, lower.first + half + i)
    upper.count = WIDTH - half
    lower.count = half
    measure(entries, blocks, at)
    measure(entries, blocks, at + 1)


@njit(cache=True)
def insert(entries, blocks, key, job, cores, nodes, length):
    """Put a job in at its place."""
    at = find_block(blocks, key, job)
    count = blocks[0].count
    if at > count:
        if count == 0 or blocks[count].count == WIDTH:
            _open_block(blocks, count + 1)
            at = count + 1
        else:
            at = count
    elif blocks[at].count == WIDTH:
        _split(entries, blocks, at)
        lower = blocks[at]
        if lower.last_key < key or (lower.last_key == key and lower.last_job < job):
            at += 1
    block = blocks[at]
    hole = block.first + block.count
    while hole > block.first:
        before = entries[hole - 1]
        if before.key < key or (before.key == key and before.job < job):
            break
        _copy_entry(entries, hole, hole - 1)
        hole -= 1
    if hole == block.first + block.count:
        block.last_key = key
        block.last_job = job
    entry = entries[hole]
    entry.key = key
    entry.length = length
    entry.job = job
    entry.cores = cores
    entry.nodes = nodes
    block.count += 1
    block.total += cores
    block.least_cores = min(block.least_cores, cores)
    block.least_nodes = min(block.least_nodes, nodes)
    block.least_length = min(block.least_length, length)
    blocks[0].total += 1


@njit(cache=True)
def _merge(entries, blocks, at):
    """Empty block `at + 1` into block `at`; both together fit one."""
    lower = blocks[at]
    upper = blocks[at + 1]
    for i in range(upper.count):
        _copy_entry(entries, lower.first + lower.count + i, upper.first + i)
    lower.count += upper.count
    lower.total += upper.total
    lower.last_key = upper.last_key
    lower.last_job = upper.last_job
    lower.least_cores = min(lower.least_cores, upper.least_cores)
    lower.least_nodes = min(lower.least_nodes, upper.least_nodes)
    lower.least_length = min(lower.least_length, upper.least_length)
    upper.count = 0
    _close_block(blocks, at + 1)


@njit(cache=True, inline="always")
def remove_at(entries, blocks, at, index):
    """Take out entry number `index` of block `at`."""
    block = blocks[at]
    block.total -= entries[block.first + index].cores
    end = block.first + block.count - 1
    for i in range(block.first + index, end):
        _copy_entry(entries, i, i + 1)
    block.count -= 1
    blocks[0].total -= 1
    if block.count == 0:
        _close_block(blocks, at)
        return
    last = entries[end - 1]
    block.last_key = last.key
    block.last_job = last.job
    # Merging only forward lets a scan go on at the same block and index.
    if (
        block.count < SPARSE
        and at < blocks[0].count
        and block.count + blocks[at + 1].count <= WIDTH
    ):
        _merge(entries, blocks, at)


@njit(cache=True)
def remove(entries, blocks, key, job):
    """Take out the entry (key, job), which must be there."""
    at = find_block(blocks, key, job)
    block = blocks[at]
    index = 0
    while entries[block.first + index].job != job:
        index += 1
    remove_at(entries, blocks, at, index)


@njit(cache=True)
def clear(blocks):
    """Take everything out."""
    for at in range(1, blocks[0].count + 1):
        blocks[at].count = 0
    blocks[0].count = 0
    blocks[0].total = 0
