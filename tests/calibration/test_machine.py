"""From a made-up bench to a machine model, to a site, to a file and back."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from hpcsim.calibration import calibrate, carried, draw, load, read_bench, save
from hpcsim.calibration.measure import measure
from hpcsim.errors import InputError
from hpcsim.site import load as load_site
from hpcsim.site import loads
from kernels.harness.exports import as_json
from kernels.harness.store import Session

from .made_up import CLOCK_GHZ, CORE_GFLOPS, MACHINE, MEMORY_GBS

STREAM = """STREAM version $Revision: 5.10 $
Array size = 10000000 (elements)
Function    Best Rate MB/s  Avg time     Min time     Max time
Copy:      180000.0     0.1     0.09     0.11
Scale:     180000.0     0.1     0.09     0.11
Add:       190000.0     0.1     0.09     0.11
Triad:     200000.0     0.1     0.1     0.1
Solution Validates: avg error less than 1.0e-13 on all three arrays
"""
OSU = "# OSU MPI Latency Test v7.4\n# Size          Latency (us)\n" + "".join(
    f"{2**k}   {1.5 + 2**k / 12e3:.3f}\n" for k in range(0, 22)
)
HPCC = """Begin of Summary section.
VersionMajor=1
VersionMinor=5
VersionMicro=0
Success=1
CommWorldProcs=40
HPL_Tflops=1.7
StarDGEMM_Gflops=48.0
StarSTREAM_Triad=5.0
End of Summary section.
"""


def test_ceilings_are_those_that_were_made_up(bench):
    machine = measure(bench)
    assert machine.clock_ghz.value == pytest.approx(CLOCK_GHZ, rel=1e-6)
    assert machine.core_gflops.value == pytest.approx(CORE_GFLOPS, rel=1e-6)
    assert machine.core_bandwidth_gbs["memory"].value == pytest.approx(MEMORY_GBS, rel=1e-6)
    assert machine.node_bandwidth_gbs.value == pytest.approx(60.0, rel=1e-6)
    assert machine.blas_efficiency.value == pytest.approx(0.8, rel=1e-6)
    assert machine.kernel("pairhmm").cost.value == pytest.approx(1.0, rel=1e-6)
    assert machine.messages[0].model == "hockney, 2 pieces"


def test_narrow_registers_stay_with_the_machine_that_has_them(bench):
    """A node with AVX2 that takes twice the cycles runs the same program, not a slower one."""
    flags = replace(MACHINE.processor, flags=("avx2",))
    twice = tuple(
        replace(each, samples_s=tuple(2 * s for s in each.samples_s))
        if each.kernel in ("fma_peak", "dgemm", "pairhmm")
        else each
        for each in bench.results
    )
    narrow = replace(bench, fingerprint=replace(MACHINE, processor=flags), results=twice)
    machine = measure(narrow)
    assert machine.clock_ghz.value == pytest.approx(CLOCK_GHZ, rel=1e-6)
    assert machine.kernel("pairhmm").cost.value == pytest.approx(1.0, rel=1e-6)


def test_every_measured_figure_has_an_interval(bench):
    machine = measure(bench)
    for each in (machine.clock_ghz, machine.blas_efficiency, machine.kernel("pairhmm").cost):
        assert each.low < each.value < each.high
        assert each.basis == "measured"


def test_a_disturbed_session_is_wider_and_says_so(bench):
    calm = measure(bench)
    loud = measure(replace(bench, disturbances=("others worked",)))
    assert loud.core_gflops.spread > 2 * calm.core_gflops.spread
    assert any("disturbed" in remark for remark in loud.remarks)


def test_peak_hpl_and_hpcg_of_the_centre(calibration):
    site = calibration.site
    assert abs(site.peak_difference) < 0.01
    assert 1190 < site.hpl_tflops.value < 1640
    assert site.hpl_measured_tflops.value / site.hpl_tflops.value == pytest.approx(
        0.8 / 0.92, rel=0.02
    )
    assert site.hpcg_tflops.value / site.hpl_tflops.value == pytest.approx(0.014, abs=0.003)
    assert site.hpcg_measured_tflops is None


def test_rates_fall_short_of_cores_times_one_core_where_something_is_shared(calibration):
    triad, dense = calibration.site.of("stream_triad"), calibration.site.of("dgemm")
    assert [rate.cores for rate in triad] == [1, 40, 1000, 34_840]
    assert triad[1].rate.value < 25 * triad[0].rate.value
    assert triad[1].limit == "memory bandwidth of the node"
    assert triad[1].rate.value * 24 == pytest.approx(210e9, rel=0.03)
    assert dense[1].rate.value == pytest.approx(40 * dense[0].rate.value)
    assert dense[3].rate.spread > dense[1].rate.spread
    assert all(rate.extrapolated for rate in triad[1:])


def test_the_file_comes_back_as_it_was(calibration, tmp_path):
    save(calibration, tmp_path / "calibration.json")
    assert load(tmp_path) == calibration
    again = save(load(tmp_path), tmp_path / "again.json")
    assert again.read_bytes() == (tmp_path / "calibration.json").read_bytes()


def test_a_wrong_file_names_the_place(calibration, tmp_path):
    file = save(calibration, tmp_path / "calibration.json")
    data = json.loads(file.read_text())
    data["version"] = 7
    data["machine"]["clock_ghz"]["value"] = -1
    file.write_text(json.dumps(data))
    with pytest.raises(InputError) as caught:
        load(file)
    told = str(caught.value)
    assert "version" in told
    assert "machine.clock_ghz.value" in told


def test_a_draw_keeps_the_form_and_moves_the_values(calibration):
    one = draw(calibration, np.random.default_rng(5))
    same = draw(calibration, np.random.default_rng(5))
    other = draw(calibration, np.random.default_rng(6))
    assert one == same != other
    assert one.site is None
    cost = one.machine.kernel("pairhmm").cost
    assert cost.low == cost.value == cost.high
    assert carried(one, load_site("nanjing")).site.hpl_tflops.value > 0


def test_outputs_of_other_programs_make_a_calibration_too(tmp_path):
    for name, text in (("stream", STREAM), ("osu", OSU), ("hpcc", HPCC)):
        (tmp_path / f"{name}.txt").write_text(text)
    found = calibrate(
        read_bench(sorted(tmp_path.iterdir())),
        load_site("nanjing"),
        load_site("nanjing").node_type("thin"),
    )
    machine = found.machine
    assert machine.node_bandwidth_gbs.value == pytest.approx(200.0)
    assert machine.blas_efficiency.value == pytest.approx(48.0 / 67.2)
    assert machine.messages[0].parameters["latency_1"].value == pytest.approx(1.5e-6, rel=0.1)
    assert found.site.hpl_measured_tflops.value < found.site.hpl_tflops.value


def test_outputs_that_do_not_say_their_machine_have_no_efficiency(tmp_path):
    (tmp_path / "hpcc.txt").write_text(HPCC)
    machine = calibrate(read_bench([tmp_path / "hpcc.txt"])).machine
    assert machine.blas_efficiency is None
    assert any("--from" in remark for remark in machine.remarks)


def test_a_session_is_read_from_its_document(bench, tmp_path):
    session = Session(3, bench.started, "", MACHINE.machine, MACHINE, (), bench.started)
    (tmp_path / "results.json").write_text(as_json(session, bench.results))
    found = read_bench([tmp_path])
    assert measure(found) == measure(bench)


def test_nothing_to_read_is_told(tmp_path):
    for paths in ([], [tmp_path / "none"], [tmp_path]):
        with pytest.raises(InputError):
            read_bench(paths)


def test_a_site_without_network_or_bandwidth_still_has_intervals(bench):
    bare = loads(
        "[nodes.n]\ncount = 100\ncores_per_socket = 16\nflop_per_cycle = 32\nmemory_gib = 64\n"
    )
    site = calibrate(bench, bare).site
    assert site.hpl_tflops.spread > 0.15
    assert "no socket_tdp_w" in site.vector_clock_ghz.note
    assert site.remarks
