"""From a machine model to a calibration of a described site."""

from __future__ import annotations

import numpy as np

from hpcsim import __version__
from hpcsim.rng import stream
from hpcsim.site.model import Site
from hpcsim.site.nodes import NodeType

from . import hpcg, hpl
from .assumptions import defaults
from .bench import Bench
from .classes import shipped
from .clock import vector_clock_ghz
from .document import Calibration, Provenance, draw
from .estimate import Estimate, from_draws
from .kinds import kinds
from .measure import measure
from .projection import CORES, ClassAt, SiteProjection
from .rates import rate_at
from .run_times import Model, RunTimes

DRAWS = 120
TYPICAL_NODES = 4.0


def calibrate(bench: Bench, site: Site | None = None, node: NodeType | None = None) -> Calibration:
    """The calibration of what was measured, projected on `site` where one is given.

    `node` describes the measured machine where the figures do not.
    """
    calibration = Calibration(
        provenance=Provenance(
            hpcsim=__version__,
            source=bench.source,
            checksum=bench.checksum,
            machine=bench.machine,
            started=bench.started,
            disturbances=bench.disturbances,
        ),
        machine=measure(bench, node),
        assumptions=defaults(),
    )
    return calibration if site is None else carried(calibration, site)


def carried(calibration: Calibration, site: Site) -> Calibration:
    """The same calibration with the projection of another site."""
    return calibration.model_copy(update={"site": project(calibration, site)})


def project(calibration: Calibration, site: Site) -> SiteProjection:
    """What the calibration says of a site."""
    machine, node = calibration.machine, hpl.largest(site)
    blas, share = machine.blas_efficiency, machine.hpcg_efficiency
    largest = [cores for cores in CORES if cores <= node.cores * node.count]
    remarks = [
        f"{cores:,} cores are more than the site's {node.cores * node.count:,} of its largest type"
        for cores in CORES
        if cores not in largest
    ]
    if len(largest) < len(CORES):
        largest.append(node.cores * node.count)
    return SiteProjection(
        site=site.name,
        title=site.title,
        node_type=node.name,
        nodes=node.count,
        cores=site.cores,
        peak_tflops=site.peak_tflops,
        published_peak_tflops=site.published.peak_tflops,
        vector_clock_ghz=vector_clock_ghz(node),
        hpl_tflops=hpl.of_site(site),
        hpl_measured_tflops=hpl.of_site(site, blas) if blas else None,
        hpcg_tflops=hpcg.of_site(site),
        hpcg_measured_tflops=hpcg.of_site(site, share) if share else None,
        rates=tuple(
            rate_at(kind, cores, site, machine) for kind in kinds().values() for cores in largest
        ),
        classes=_classes(calibration, site),
        remarks=tuple(remarks),
    )


def _classes(calibration: Calibration, site: Site) -> tuple[ClassAt, ...]:
    """Each class's factor, with the interval of many drawn machines."""
    rng = stream(0, "calibration")
    drawn = [RunTimes(draw(calibration, rng), site) for _ in range(DRAWS)]
    central = RunTimes(calibration, site)
    found = []
    for kind in shipped().classes.values():
        task = kind.matches[0].replace("*", "x")
        values = [_typical(times.model(task)) for times in drawn]
        model = central.model(task)
        found.append(
            ClassAt(
                name=kind.name,
                reference=kind.reference,
                factor=_told(_typical(model), values),
                core_gflops=model.core_gflops,
                depends=_depends(model),
            )
        )
    return tuple(found)


def _typical(model: Model) -> float:
    nodes = np.array([TYPICAL_NODES if model.kind.wants_network else 1.0])
    return float(model.factors(nodes)[0])


def _told(value: float, draws: list[float]) -> Estimate:
    return from_draws(value, draws, "1", "derived", "run time over the anchored one")


def _depends(model: Model) -> dict[str, float]:
    here = model.here
    named = {
        "core": here.compute,
        "memory bandwidth": here.memory,
        "memory latency": here.waiting,
        "files": here.io,
        "network latency": here.latency,
        "network bandwidth": here.bandwidth,
    }
    return {name: part / here.total for name, part in named.items() if part}
