"""Every kernel, because it is there: right, repeatable, and able to tell a wrong result."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

import numpy as np
import pytest

from kernels import registry
from kernels.contract import Kernel, KernelError

GROUPS = ("compute", "memory", "genomics", "research")
NAMES = [name for group in GROUPS for name in registry.names(group)]
FIGURES = {"flops", "bytes", "items", "latency"}


def tiny(kernel: Kernel[Any, Any, Any], seed: int = 5) -> Any:
    return kernel.inputs(kernel.size("tiny"), np.random.default_rng(seed))


def damaged(output: Any, value: float | None = None) -> Any:
    """The output with one value in its middle changed, or set to `value`."""
    if dataclasses.is_dataclass(output) and not isinstance(output, type):
        field = dataclasses.fields(output)[0].name
        return dataclasses.replace(output, **{field: damaged(getattr(output, field), value)})
    if isinstance(output, int):
        return output + 1
    if isinstance(output, bytes):
        middle = len(output) // 2
        return output[:middle] + bytes([output[middle] ^ 1]) + output[middle + 1 :]
    changed = output.copy()
    flat = changed.reshape(-1)
    middle = flat.size // 2
    with np.errstate(over="ignore"):
        flat[middle] = flat[middle] + flat.dtype.type(1) if value is None else value
    return changed


def plain(output: Any) -> Any:
    return dataclasses.asdict(output) if dataclasses.is_dataclass(output) else output


@pytest.fixture(scope="module", params=NAMES)
def kernel(request: pytest.FixtureRequest) -> Kernel[Any, Any, Any]:
    return registry.load(request.param)


def test_run_is_right_and_stays_right_when_it_is_run_again(kernel):
    inputs = tiny(kernel)
    for _ in range(3):
        check = kernel.check(inputs, kernel.run(inputs))
        assert check.ok, check


def test_the_plain_reference_is_right_too(kernel):
    inputs = tiny(kernel)
    check = kernel.check(inputs, kernel.reference(inputs))
    assert check.ok, check


def test_two_threads_are_right(kernel):
    inputs = tiny(kernel)
    check = kernel.check(inputs, kernel.run(inputs, 2))
    assert check.ok, check


def test_a_native_rival_is_right(kernel):
    rival = kernel.native()
    if rival is None:
        pytest.skip("no native rival here")
    inputs = tiny(kernel)
    check = kernel.check(inputs, rival.call(inputs, 1))
    assert check.ok, (rival.name, check)


def test_a_damaged_output_is_told(kernel):
    inputs = tiny(kernel)
    check = kernel.check(inputs, damaged(kernel.run(inputs)))
    assert not check.ok, check


def test_a_result_that_is_not_a_number_is_told(kernel):
    inputs = tiny(kernel)
    output = kernel.run(inputs)
    array = getattr(output, "x", output)
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fc":
        pytest.skip("no floating-point output")
    assert not kernel.check(inputs, damaged(output, np.nan)).ok


def test_the_same_seed_gives_the_same_output(kernel):
    first, second = (plain(kernel.run(tiny(kernel))) for _ in range(2))
    np.testing.assert_equal(first, second)


def test_work_is_counted(kernel):
    inputs = tiny(kernel)
    work = kernel.work(inputs)
    assert all(isinstance(count, int) for count in (work.flops, work.bytes_moved, work.items))
    assert work.items > 0
    assert work.bytes_moved > 0
    assert work.flops > 0 or kernel.figure != "flops"
    assert work.unit
    assert kernel.work(inputs) == work


def test_it_says_what_it_is(kernel):
    assert registry.files()[kernel.name].stem == kernel.name
    assert kernel.figure in FIGURES
    assert set(kernel.sizes) == {"tiny", "cache", "memory"}
    for text in (kernel.title, kernel.stands_for, kernel.source, inspect.getdoc(type(kernel))):
        assert text
    assert kernel.path()


def test_a_size_that_does_not_exist_is_refused(kernel):
    with pytest.raises(KernelError, match="it has tiny, cache, memory"):
        kernel.size("huge")
    with pytest.raises(KernelError, match="has no parameter 'colour'"):
        kernel.size("tiny", colour=3)
    field = dataclasses.fields(kernel.sizes["tiny"])[0].name
    for value in (0, -1, float("nan")):
        with pytest.raises(KernelError, match="is not a positive number"):
            kernel.size("tiny", **{field: value})


def test_a_parameter_can_be_changed(kernel):
    field = dataclasses.fields(kernel.sizes["tiny"])[0].name
    value = getattr(kernel.sizes["tiny"], field)
    changed = kernel.size("tiny", **{field: float(value + 1)})
    assert getattr(changed, field) == value + 1
    assert type(getattr(changed, field)) is type(value)
