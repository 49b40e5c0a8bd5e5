"""What jobs ask for, each rule in a tiny world with its literal schedule."""

from __future__ import annotations

import numpy as np
import pytest

from hpcsim.cluster.policy import policy
from hpcsim.errors import InputError
from hpcsim.simulation.replay import Options, replay
from hpcsim.simulation.site_machine import machine_of
from hpcsim.site import load
from workloads.wishes import TEXTS
from workloads.workload import Workload

SITE = """
[nodes.thin]
count = 2
cores_per_socket = 4
memory_gib = 8
features = ["avx2", "thin"]

[nodes.gpu]
count = 2
cores_per_socket = 4
memory_gib = 16
features = ["avx512", "gpu"]
resources = { nvme_tb = 2 }

[nodes.gpu.accelerators.a100]
count = 2

[nodes.old]
count = 1
cores_per_socket = 2
memory_gib = 4
features = ["avx2"]

[nodes.old.accelerators.v100]
count = 1

[licences]
matlab = 2

[reservations.course]
nodes = ["thin[0]"]
first_d = 0.001
duration_h = 0.01
users = ["ann"]

[failures.maintenance.spring]
first_d = 0.01
duration_h = 0.1
"""
# The course holds thin[0] from 86.4 to 122.4 s; maintenance everything from 864 to 1224 s.


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    path = tmp_path_factory.mktemp("site") / "asked.toml"
    path.write_text(SITE)
    return machine_of(load(str(path)))


def workload(rows, **wishes):
    """Jobs as (submit, run time = limit, cores), and wishes: texts or numbers, None for none."""
    submit, limit, cores = (np.array(c, float) for c in zip(*rows, strict=True))
    columns = {"submit_s": submit, "runtime_s": limit.copy(), "limit_s": limit, "cores": cores}
    labels = {}
    for name, values in wishes.items():
        if name in TEXTS or name == "user":
            labels[name] = tuple(dict.fromkeys(v for v in values if v))
            columns[name] = [labels[name].index(v) if v else -1 for v in values]
        else:
            columns[name] = values
    return Workload.of(columns, labels=labels, name="w")


def run(machine, rows, *, under="easy", maintenance=False, runtime=None, **wishes):
    """The finished table of a world on a site, or on so many cores."""
    on = workload(rows, **wishes)
    if runtime is not None:
        on.runtime_s[:] = runtime
    cores = machine if isinstance(machine, int) else machine.total_cores
    options = Options(
        policy(under), cores, machine=None if isinstance(machine, int) else machine, verify=True,
        maintenance=maintenance,
    )  # fmt: skip
    return replay(on, options).jobs


def starts(machine, rows, **wishes):
    return run(machine, rows, **wishes).column("start_s").to_pylist()


def states(machine, rows, **wishes):
    return run(machine, rows, **wishes).column("state").to_pylist()


def test_nothing_starts_that_would_run_into_maintenance_to_the_second(site):
    # 864 s is the begin, 1224 s the end: 100 s fit until 764, and no second more.
    rows = [(764, 100, 1), (764, 101, 1), (765, 100, 1), (1223, 1, 1)]
    assert starts(site, rows, maintenance=True) == [764, 1224, 1224, 1224]
    assert starts(site, rows) == [764, 764, 765, 1223]


def test_the_shadow_time_knows_of_windows(site):
    # The head wants both GPU nodes for 700 s: not between 200 and 864, so at 1224. Who ends by 864
    # may pass it.
    rows = [(0, 200, 8), (1, 700, 8), (2, 600, 8)]
    found = starts(site, rows, maintenance=True, features=["gpu"] * 3, nodes=[2, 2, 2])
    assert found == [0, 1224, 200]


def test_a_reservation_keeps_its_nodes_for_its_users(site):
    rows = [(0, 90, 4), (0, 20, 4), (100, 20, 4), (110, 5, 4), (110, 5, 4)]
    found = starts(
        site, rows, features=["thin"] * 5, user=["bob", "ann", "ann", "bob", "bob"],
        reservation=[None, "course", "course", None, None],
    )  # fmt: skip
    # thin[0] is closed to bob from 86.4 on: 90 s have to run on thin[1]. Ann has 36 s.
    assert found == [0, 86.4, None, 110, 115]


def test_strangers_may_not_use_a_reservation(site):
    with pytest.raises(InputError, match="may not use the reservation"):
        starts(site, [(0, 1, 1)], user=["bob"], reservation=["course"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("after:1", [0, 20, 10]),  # from its start on, but the only core is free at 10
        ("after:1+1", [0, 20, 60]),
        ("afterany:1", [0, 20, 10]),
        ("afterok:1", [0, 20, 10]),
        ("afternotok:1", [0, 20, None]),
        ("afterany:1:2", [0, 20, 25]),
        ("afternotok:1?afterok:2", [0, 20, 25]),
        ("afternotok:1,afterok:2", [0, 20, None]),
    ],
)
def test_each_dependency(text, expected):
    rows = [(0, 10, 1), (20, 5, 1), (0, 3, 1)]
    found = run(1, rows, job_id=[1, 2, 3], dependency=[None, None, text])
    by_id = dict(zip(found.column("job_id").to_pylist(), found.column("start_s").to_pylist(),
                     strict=True))  # fmt: skip
    assert [by_id[1], by_id[2], by_id[3]] == expected


def test_a_failure_lets_those_start_that_wait_for_it_and_cancels_the_others():
    rows = [(0, 10, 1), (0, 3, 1), (0, 3, 1), (0, 3, 1)]
    found = run(
        8, rows, job_id=[1, 2, 3, 4], runtime=[11, 1, 1, 1],
        dependency=[None, "afterok:1", "afternotok:1", "afterany:2"],
    )  # fmt: skip
    assert found.column("start_s").to_pylist() == [0, None, 10, 10]
    assert found.column("state").to_pylist() == ["TIMEOUT", "CANCELLED", "COMPLETED", "COMPLETED"]
    assert found.column("reason").to_pylist()[1] in (None, "Dependency")


def test_elements_follow_elements_and_a_throttle_lets_two_run():
    rows = [(0, 10, 1), (0, 20, 1), (0, 30, 1), (0, 5, 1), (0, 5, 1), (0, 5, 1)]
    found = starts(
        99, rows, job_id=[1, 2, 3, 4, 5, 6], array=[1, 1, 1, 4, 4, 4],
        array_throttle=[2, 2, 2, 0, 0, 0], dependency=[None] * 3 + ["aftercorr:1"] * 3,
    )  # fmt: skip
    assert found == [0, 0, 10, 10, 20, 40]


def test_a_singleton_waits_for_all_of_its_name_and_user():
    rows = [(0, 10, 1), (0, 20, 1), (1, 5, 1), (2, 5, 1), (3, 5, 1)]
    found = starts(
        9, rows, user=["a", "b", "a", "a", "b"], name=["x", "x", "x", "x", "x"],
        dependency=[None, None, "singleton", "singleton", "singleton"],
    )  # fmt: skip
    assert found == [0, 0, 10, 15, 20]


def test_begin_times_deadlines_and_holds():
    rows = [(0, 10, 1), (0, 10, 1), (0, 10, 1), (0, 10, 1)]
    found = run(
        1, rows, begin_s=[30, np.nan, np.nan, np.nan], deadline_s=[np.nan, np.nan, 19, np.nan],
        held=[0, 0, 0, 1],
    )  # fmt: skip
    assert found.column("start_s").to_pylist() == [30, 0, None, None]
    assert found.column("state").to_pylist() == ["COMPLETED", "COMPLETED", "DEADLINE", "PENDING"]
    assert found.column("end_s").to_pylist()[2] == 9
    assert found.column("reason").to_pylist()[3] == "JobHeldUser"


def test_a_deadline_can_be_met_to_the_second():
    rows = [(0, 10, 1), (0, 10, 1)]
    assert starts(1, rows, deadline_s=[np.nan, 20]) == [0, 10]
    assert states(1, rows, deadline_s=[np.nan, 19.5]) == ["COMPLETED", "DEADLINE"]


def test_licences_hold_back_only_those_who_want_them(site):
    rows = [(0, 10, 1), (1, 10, 1), (2, 10, 1), (3, 10, 1)]
    wanted = ["matlab:1", "matlab:2", None, "matlab"]
    assert starts(site, rows, licences=wanted) == [0, 13, 2, 3]


def test_accelerators_by_type_and_of_any_type(site):
    rows = [(0, 10, 1)] * 6
    wanted = ["gpu:a100:2", "gpu:a100:1", "gpu:1", "gpu:v100:1", "gpu:a100:1", "nvme_tb:2"]
    assert starts(site, rows, gres=wanted) == [0, 0, 0, 0, 10, 0]


def test_features_with_and_and_or(site):
    rows = [(0, 10, 4), (0, 10, 4), (0, 10, 4), (0, 10, 2)]
    wanted = ["avx2&thin", "thin", "thin", "thin|avx2"]
    assert starts(site, rows, features=wanted) == [0, 0, 10, 0]


def test_exclusive_nodes_and_memory_of_each(site):
    rows = [(0, 10, 1), (0, 10, 1), (0, 10, 1)]
    assert starts(site, rows, features=["thin"] * 3, exclusive=[1, 1, 0]) == [0, 0, 10]
    each = [8 * 1024, 8 * 1024, 1]
    assert starts(site, rows, features=["thin"] * 3, memory_per_node_mib=each) == [0, 0, 10]


def test_nodes_are_counted_and_fragments_do_not_add_up(site):
    # Each thin node has 2 cores left: 2 x 2 do not hold a task of 4 cores.
    rows = [(0, 10, 4), (0, 5, 4)]
    assert starts(site, rows, features=["thin"] * 2, nodes=[2, 1]) == [0, 10]
    assert starts(site, rows, features=["thin"] * 2, nodes=[2, 2]) == [0, 0]


def test_a_moldable_job_takes_the_shape_that_ends_first():
    # At 0 four cores are free: 1x4 ends at 40, 1x8 only from 30 on, at 45, or 35 if it is quicker.
    rows = [(0, 30, 4), (0, 40, 4)]
    assert starts(8, rows, shapes=[None, "1x8:15,1x4:40"]) == [0, 0]
    found = run(8, rows, shapes=[None, "1x4:40,1x8:5"])
    assert found.column("start_s").to_pylist() == [0, 30]
    assert found.column("end_s").to_pylist() == [30, 35]


def test_shortest_first_and_moldable_do_not_go_together():
    with pytest.raises(InputError, match="has no estimate before it has a shape"):
        run(8, [(0, 1, 1)], under="easy-sjbf", shapes=["1x8:15,1x4:40"])


def test_every_mistake_is_told_before_anything_runs(site):
    rows = [(0, 1, 1)] * 9
    with pytest.raises(InputError) as told:
        starts(
            site, rows, job_id=list(range(1, 10)),
            features=["thinn"] + [None] * 8,
            licences=[None, "matlb"] + [None] * 7,
            gres=[None, None, "gpu:h100", "gpu:a100:3"] + [None] * 5,
            dependency=[None] * 4 + ["afterok:6", "afterok:5", "afterok:77", "soon", None],
            reservation=[None] * 8 + ["lecture"],
        )  # fmt: skip
    text = str(told.value)
    assert len(told.value.problems) == 8
    for word in ("thin", "matlab", "gpu:a100", "at most 2", "circle", "77", "soon", "course"):
        assert word in text


def test_what_no_node_could_hold_is_told_with_the_reason(site):
    with pytest.raises(InputError, match="0 nodes have 20,480 MiB a node"):
        starts(site, [(0, 1, 1)], memory_per_node_mib=[20 * 1024])
    with pytest.raises(InputError, match="2 nodes have 3 cores a node"):
        starts(site, [(0, 1, 9)], nodes=[3], features=["thin"])


def test_who_fits_no_gap_between_windows_is_reported_and_holds_up_nobody(site):
    found = run(site, [(0, 900, 1), (1, 5, 1)], reservation=["course", None], user=["ann", "bob"])
    assert found.column("start_s").to_pylist() == [None, 1]
    assert found.column("reason").to_pylist()[0] == "Reservation"
