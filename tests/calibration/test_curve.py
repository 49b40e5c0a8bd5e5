"""How a program gets faster on more cores, and where that stops being worth it."""

from __future__ import annotations

import numpy as np
import pytest

from hpcsim.calibration import Calibration, Curve, as_shipped, curve_of, programs
from hpcsim.calibration.curve import Messages
from hpcsim.calibration.fits import scaling
from hpcsim.calibration.fits.resample import Point
from hpcsim.center.sequencing import pipelines
from hpcsim.site import load

SITE = load("nanjing")


def curve(serial: float = 0.0, messages: Messages | None = None) -> Curve:
    return Curve(64, 1024, serial, {"pairhmm": 1.0}, {}, messages)


@pytest.mark.parametrize(("serial", "knee"), [(1.0, 1), (0.25, 4), (0.1, 10), (0.05, 20)])
def test_the_knee_of_amdahls_law_is_at_the_inverse_of_the_serial_share(serial, knee):
    # One core less is as good there: 1/(p T^2) is flat around its top for small shares.
    assert abs(curve(serial).knee - knee) <= 1


def test_efficiency_by_hand():
    # A tenth is serial: on 10 cores 0.1 + 0.9 / 10 = 0.19 of the time, so 1 / 1.9.
    assert curve(0.1).efficiency(10) == pytest.approx(1 / 1.9)
    assert curve(0.1).widest(0.7) == 5  # 1 / (1 + 0.1 * 4) = 0.714; on six 0.667


def test_what_passes_no_messages_stays_on_one_node():
    assert curve().efficiency(64) == pytest.approx(1)
    assert curve().efficiency(128) == pytest.approx(0.5)
    assert curve().knee == 64


def test_messages_by_hand():
    # On the anchor's four nodes messages are a tenth of the other work: 1 / 1.1.
    spread = curve(messages=Messages(4, 0.04, 0.06))
    assert spread.efficiency(64) == pytest.approx(1)
    assert spread.efficiency(256) == pytest.approx(1 / 1.1)
    # On 32: log2(32) / log2(4) = 2.5 times the latency, a quarter of the surface, an eighth of
    # the work, so eight times as much of it: 1 + 8 (0.04 * 2.5 + 0.06 / 4).
    assert spread.efficiency(2048) == pytest.approx(1 / 1.92)
    assert 20 * 64 < spread.knee < 40 * 64


def test_a_measured_law_bends_the_curve_of_a_class_that_has_the_kernel():
    # pairhmm with a fifth serial, exactly.
    points = [Point(p, tuple((0.2 + 0.8 / p) * (1 + 1e-4 * i) for i in (-1, 0, 1)))
              for p in (1, 2, 4, 8)]  # fmt: skip
    law = scaling(points, "pairhmm/cache over threads")
    shipped = as_shipped()
    machine = shipped.machine.model_copy(update={"scaling": (law,)})
    measured = shipped.model_copy(update={"machine": machine})
    caller, sorter = programs()["gatk HaplotypeCaller"], programs()["samtools sort"]

    def at(program: object, calibration: Calibration) -> float:
        return curve_of(program, SITE, calibration, 40).efficiency(8)

    assert at(caller, measured) < at(caller, shipped) - 0.1
    assert at(sorter, measured) == at(sorter, shipped)
    assert curve_of(caller, SITE, measured, 40).laws.keys() == {"pairhmm"}


def test_times_fall_with_cores_on_a_node():
    for program in programs().values():
        found = curve_of(program, SITE, as_shipped(), 40)
        seconds = found.seconds(np.arange(1.0, 41))
        assert seconds[0] == pytest.approx(1)
        assert (np.diff(seconds) <= 1e-12).all()
        assert found.efficiency(found.knee) > 0.45


STEPS = {
    "bwa mem": ("wes", "align"),
    "STAR": ("rna", "star"),
    "fastp": ("wgs", "split"),
    "bbduk": ("rna", "trim"),
    "fastqc": ("wes", "fastqc"),
    "samtools sort": ("wgs", "dedup-sort"),
    "samtools index": ("wgs", "index"),
    "sambamba merge": ("wgs", "merge"),
    "gatk BaseRecalibrator": ("wgs", "bqsr-recal"),
    "gatk ApplyBQSR": ("wgs", "bqsr-apply"),
    "gatk HaplotypeCaller": ("wes", "haplotype-caller"),
    "htseq-count": ("rna", "count"),
}


@pytest.mark.parametrize("name", STEPS)
def test_efficiencies_are_those_of_the_published_and_assumed_steps(name):
    pipeline, step = STEPS[name]
    (found,) = (s for s in pipelines.shipped()[pipeline].steps if s.name == step)
    program = programs()[name]
    assert program.cores == found.cores
    assert program.efficiency == pytest.approx(found.cpu_h / found.core_h, abs=0.001)
