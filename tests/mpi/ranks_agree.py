"""Run by every rank: each kernel's tiny output beside its serial reference; rank 0 tells."""

from __future__ import annotations

import sys

import numpy as np
from mpi4py import MPI

from kernels import registry
from kernels.contract import KernelError


def close(output, expected) -> bool:
    """Whether a rank's output is the serial one: a number, an array, or the arrays of a result."""
    if hasattr(output, "kmers"):
        pairs = [(output.kmers, expected.kmers), (output.counts, expected.counts)]
    elif hasattr(output, "residual"):
        pairs = [(output.x[1:-1], expected.x[1:-1])]
    else:
        pairs = [(output, expected)]
    return all(np.allclose(a, b, rtol=1e-9, atol=1e-9) for a, b in pairs)


def told(name: str) -> str:
    kernel = registry.load(name)
    # Enough iterations for conjugate gradients to arrive at what its reference says.
    size = kernel.size("tiny", iterations=40) if name == "mpi_cg" else kernel.size("tiny")
    try:
        inputs = kernel.inputs(size, np.random.default_rng(1))
    except KernelError as error:
        return str(error)
    if hasattr(kernel, "before"):
        kernel.before(inputs)
    output = kernel.run(inputs)
    read_back = name == "mpi_io_write"
    expected = kernel.reference(inputs)
    same = read_back or close(output, expected)
    check = kernel.check(inputs, output)
    if hasattr(kernel, "release"):
        kernel.release(inputs)
    everywhere = MPI.COMM_WORLD.allreduce(int(same and check.ok), op=MPI.MIN)
    return "right" if everywhere else f"wrong: {check}"


for kernel_name in sys.argv[1:] or registry.names("mpi"):
    line = told(kernel_name)
    if MPI.COMM_WORLD.rank == 0:
        print(kernel_name, line, flush=True)
