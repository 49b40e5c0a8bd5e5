"""What is measured, when it ends, and what is never reported."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kernels.contract import KernelError
from kernels.harness.cases import Case
from kernels.harness.prepared import Prepared, nbytes
from kernels.harness.rounds import Hall, Rules, measure

CASE = Case("obedient", "tiny")
RIGHT = np.array([0.0, 2.0, 4.0, 6.0])


def measured(rules, cases=(CASE,), **hall):
    return measure(list(cases), rules, Hall(**hall))


def test_a_right_kernel_has_a_figure_and_as_many_samples_as_asked(obedient):
    obedient.seconds = 0.005
    (result,) = measured(Rules(least=3, most=3))
    assert (result.status, result.complete, len(result.samples_s)) == ("ok", True, 3)
    assert result.figure.unit == "numbers/s"
    assert result.figure.value == pytest.approx(4 / result.summary.median_s)
    assert result.figure.low <= result.figure.value <= result.figure.high <= result.figure.best


@pytest.mark.parametrize("answer", [RIGHT + 1, RIGHT * math.nan])
def test_a_wrong_output_has_no_figure(obedient, answer):
    obedient.answers = [answer]
    (result,) = measured(Rules(least=3, most=3))
    assert (result.status, result.figure, result.samples_s) == ("wrong", None, ())
    assert ("not a number" in result.statement) == bool(np.isnan(answer).all())
    assert "no figure is reported" in result.statement


def test_an_output_that_goes_wrong_later_has_no_figure(obedient):
    obedient.seconds = 0.005
    obedient.answers = [RIGHT] * 9 + [RIGHT + 1]
    (result,) = measured(Rules(least=3, most=3))
    assert (result.status, result.figure) == ("wrong", None)


def test_an_exception_ends_one_kernel_and_not_the_others(obedient):
    obedient.seconds = 0.005
    obedient.answers = [ZeroDivisionError("division by zero")]
    first, second = measured(Rules(least=3, most=3), [CASE, Case("obedient", "cache")])
    assert (first.status, first.statement) == ("failed", "ZeroDivisionError: division by zero")
    assert second.status == "ok"


def test_a_kernel_that_cannot_run_here_is_skipped_with_its_reason(obedient):
    obedient.answers = [KernelError("needs 2 ranks")]
    (result,) = measured(Rules())
    assert (result.status, result.statement) == ("skipped", "needs 2 ranks")


def test_results_are_kept_round_by_round(obedient):
    obedient.seconds = 0.005
    kept = []
    measured(Rules(least=3, most=3), keep=kept.append)
    assert [(len(result.samples_s), result.complete) for result in kept] == [
        (1, False), (2, False), (3, True),
    ]  # fmt: skip


def test_a_spent_budget_ends_the_rounds_after_three(obedient):
    obedient.seconds = 0.02
    (result,) = measured(Rules(least=5, most=50, tight=1e-9, budget_s=0.03))
    assert len(result.samples_s) == 3


def test_what_has_not_begun_when_the_budget_is_spent_is_left_out_and_says_so(obedient):
    obedient.seconds = 0.05
    cases = [CASE, Case("obedient", "cache"), Case("obedient", "tiny", (("n", 3),))]
    first, *others = measured(Rules(least=3, most=3, budget_s=0.04), cases)
    assert len(first.samples_s) == 3
    for late in others:
        assert (late.status, late.figure) == ("skipped", None)
        assert "raise it with --budget" in late.statement


def test_rounds_are_interleaved(obedient):
    """No case has its second sample before every case has its first."""
    obedient.seconds = 0.005
    order = []

    class Noted(Prepared):
        def sample(self):
            order.append(self.case.size)
            super().sample()

    measured(Rules(least=4, most=4), [CASE, Case("obedient", "cache")], prepare=Noted)
    rounds = [set(order[i : i + 2]) for i in range(0, len(order), 2)]
    assert rounds == [{"tiny", "cache"}] * 4


def test_inputs_beyond_the_memory_bound_are_made_later(obedient):
    obedient.seconds = 0.005
    alive = []

    class Counted(Prepared):
        def __init__(self, *args):
            super().__init__(*args)
            alive.append(self)

        def sample(self):
            assert sum(each.inputs is not None for each in alive) == 1
            super().sample()

    cases = [CASE, Case("obedient", "cache"), Case("obedient", "tiny", threads=2)]
    results = measured(Rules(least=3, most=3), cases, prepare=Counted, memory=1)
    assert [result.status for result in results] == ["ok"] * 3


def test_short_runs_are_timed_many_at_once(obedient):
    ready = Prepared(CASE)
    assert ready.warm_up()
    assert ready.calls > 10


def test_bytes_of_nested_inputs():
    nested = (np.zeros(2), [np.zeros(3)], {"a": np.zeros(4, np.int8)}, "text")
    assert nbytes(nested) == 16 + 24 + 4
