"""All research jobs of a run, drawn ahead: each class from a stream of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hpcsim.units import DAY_S, HOUR_S, MINUTE_S
from workloads.generators._estimates import MAXIMUM_S, modal_estimates
from workloads.generators._lublin_model import BUCKET_S

from ..calendar import Calendar
from ..contract import FloatArray, IntArray
from ..graph import popular_limit_s
from .campaigns import Campaigns, draw
from .jobs import Fate, ResearchJobs, join
from .people import People
from .seasons import Season, season
from .settings import JobClass, ResearchSettings

MIB_IN_GIB = 1024.0
LEAST_RUNTIME_S = 1.0
SPARE = 1.15  # work drawn for each wanted: failures may make less of it
LEAST_ASKED = 0.3  # of its run time, by who asks for too little


def draw_jobs(
    settings: ResearchSettings, calendar: Calendar, rng: np.random.Generator
) -> ResearchJobs:
    """The jobs of all classes, in order; those that run at the start come first."""
    people = People(settings)
    streams = rng.spawn(2 * len(settings.classes))
    lead_in = -settings.lead_in_days * DAY_S
    parts = []
    for code, kind in enumerate(settings.classes.values()):
        ahead, within = streams[2 * code : 2 * code + 2]
        before = season(settings, calendar, lead_in, 0.0)
        now = season(settings, calendar, 0.0, calendar.horizon_s)
        parts.append(_under_way(_one(code, kind, settings, before, people, ahead)))
        parts.append(_one(code, kind, settings, now, people, within))
    jobs = join(parts).in_order()
    return jobs.select(jobs.submit_s < calendar.horizon_s)


def _one(
    code: int,
    kind: JobClass,
    settings: ResearchSettings,
    when: Season,
    people: People,
    rng: np.random.Generator,
) -> ResearchJobs:
    """The jobs of one class in one stretch of time."""
    cores = settings.utilization * settings.machine_cores * kind.core_h_share
    wanted_s = cores * when.half_hours * BUCKET_S
    campaigns = draw(kind, settings, SPARE * wanted_s, rng)
    begins = when.times(rng.random(len(campaigns)))
    jobs = _expand(code, campaigns, begins, kind, settings, people, rng)
    return _cut(_with_second_tries(jobs, settings, rng), len(campaigns), wanted_s)


def _cut(jobs: ResearchJobs, campaigns: int, wanted_s: float) -> ResearchJobs:
    """The first campaigns whose jobs, failed and repeated ones included, hold the wanted work."""
    work = np.bincount(jobs.campaign, jobs.core_h, minlength=campaigns) * HOUR_S
    enough = int(np.searchsorted(np.cumsum(work), wanted_s))
    return jobs.select(jobs.campaign <= enough) if wanted_s > 0 else jobs


def _expand(
    code: int,
    campaigns: Campaigns,
    begins: FloatArray,
    kind: JobClass,
    settings: ResearchSettings,
    people: People,
    rng: np.random.Generator,
) -> ResearchJobs:
    """A row a job; the jobs of a round wait for the last job of the round before."""
    of_round = np.repeat(np.arange(len(campaigns)), campaigns.rounds)
    number = np.arange(len(of_round)) - np.repeat(
        np.cumsum(campaigns.rounds) - campaigns.rounds, campaigns.rounds
    )
    bag = campaigns.bag[of_round]
    round_of = np.repeat(np.arange(len(of_round)), bag)
    campaign = of_round[round_of]
    noise = rng.standard_normal(len(campaign)) * settings.runtime_variation
    longest = kind.most_h * HOUR_S
    runtime = np.clip(campaigns.runtime_s[campaign] * np.exp(noise), LEAST_RUNTIME_S, longest)
    last_of_round = np.cumsum(bag) - 1
    parent = np.where(number[round_of] > 0, last_of_round[round_of - 1], -1)
    think = campaigns.think_s[campaign]
    period = campaigns.runtime_s[campaign] + think
    user = people.users(campaigns.user_chance, code)[campaign]
    return ResearchJobs(
        submit_s=begins[campaign] + number[round_of] * period,
        runtime_s=np.round(runtime),
        limit_s=_limits(campaign, runtime, len(campaigns), settings, rng)[campaign],
        cores=campaigns.cores[campaign].astype(np.int32),
        memory_mib=_memory_gib(campaigns, settings)[campaign] * MIB_IN_GIB,
        user=user,
        account=people.account[user],
        job_class=np.full(len(campaign), code, np.int32),
        campaign=campaign.astype(np.int32),
        fate=np.zeros(len(campaign), np.int32),
        parent=parent,
        delay_s=np.where(parent >= 0, np.round(think), 0.0),
    )


def _memory_gib(campaigns: Campaigns, settings: ResearchSettings) -> FloatArray:
    """What a job of each campaign asks for; nobody asks more of a node than an ordinary one has."""
    on_a_node = np.minimum(campaigns.cores, settings.node_cores)
    most = settings.most_gib_a_node / on_a_node
    gib_a_core: FloatArray = np.minimum(campaigns.memory_gib_per_core, most)
    return campaigns.cores * gib_a_core


def _limits(
    campaign: IntArray,
    runtime_s: FloatArray,
    campaigns: int,
    settings: ResearchSettings,
    rng: np.random.Generator,
) -> FloatArray:
    """Each campaign's request: a round value that covers its longest job, by some chosen with care.

    The others ask for what is popular, whatever they need (Tsafrir's population of estimates).
    """
    longest = np.zeros(campaigns)
    np.maximum.at(longest, campaign, runtime_s)
    longest = np.minimum(np.round(longest), MAXIMUM_S)
    popular = modal_estimates(longest, rng)
    careful = rng.random(campaigns) < settings.careful_requests
    return np.where(careful, popular_limit_s(longest, 1.0), popular)


def _with_second_tries(
    jobs: ResearchJobs, settings: ResearchSettings, rng: np.random.Generator
) -> ResearchJobs:
    """Some jobs fail; of these some are sent again, with more of what was too little."""
    failures = settings.failures
    count = len(jobs)
    chance, part = rng.random(count), rng.random(count)
    again, gap = rng.random(count), rng.standard_normal(count)
    kinds = np.cumsum(
        [failures.application, failures.timeout, failures.out_of_memory, failures.cancelled]
    )
    failed = chance < failures.share
    kind = np.searchsorted(kinds[:-1], chance / max(failures.share, 1e-300), side="right")
    fate = np.where(failed, kind + Fate.FAILED, Fate.COMPLETED).astype(np.int32)
    cut = fate == Fate.TIMEOUT
    short = failed & ~cut
    runtime = np.where(short, np.maximum(np.round(jobs.runtime_s * part), 1), jobs.runtime_s)
    too_little = np.floor(jobs.runtime_s * (LEAST_ASKED + (1 - LEAST_ASKED) * part))
    limit = np.where(cut, np.minimum(jobs.limit_s, too_little), jobs.limit_s)
    first = replace(jobs, runtime_s=runtime, limit_s=limit, fate=fate)
    retried = np.flatnonzero(failed & (fate != Fate.CANCELLED) & (again < failures.sent_again))
    gaps = failures.gap_median_min * MINUTE_S * np.exp(failures.gap_sigma * gap[retried])
    delay: FloatArray = np.round(np.maximum(gaps, failures.gap_least_s)).astype(np.float64)
    second = first.select(np.isin(np.arange(count), retried))
    more_memory = np.where(second.fate == Fate.OUT_OF_MEMORY, 2.0, 1.0)
    nodes = np.maximum(second.cores / settings.node_cores, 1.0)
    most_mib = nodes * settings.most_gib_a_node * MIB_IN_GIB
    length = np.minimum(first.runtime_s, first.limit_s)[retried]
    both = join(
        [
            first,
            replace(
                second,
                submit_s=first.submit_s[retried] + length + delay,
                runtime_s=jobs.runtime_s[retried],
                limit_s=jobs.limit_s[retried],
                memory_mib=np.minimum(second.memory_mib * more_memory, most_mib),
                fate=np.zeros(len(retried), np.int32),
                parent=np.full(len(retried), -1, np.int64),
                delay_s=delay,
            ),
        ]
    )
    both.parent[count:] = retried
    return both


def _under_way(jobs: ResearchJobs) -> ResearchJobs:
    """What of jobs from before the start is there at the start, as if none had ever waited.

    Jobs that would be running are handed in at 0 with what is left of them; later ones come at
    their time, and by themselves.
    """
    length = np.minimum(jobs.runtime_s, jobs.limit_s)
    here = jobs.select(jobs.submit_s + length > 0)
    gone = np.maximum(-here.submit_s, 0.0)
    return replace(
        here,
        submit_s=np.maximum(here.submit_s, 0.0),
        runtime_s=here.runtime_s - gone,
        limit_s=np.maximum(here.limit_s - gone, 0.0),
        parent=np.full(len(here), -1, np.int64),
        delay_s=np.zeros(len(here)),
    )
