"""Worker processes: one consume loop for each tier that they host."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import closing
from threading import Event

from domains.live import LivePolicies
from metronis.children import Children, fresh_metrics_folder, worker_children
from metronis.clock import SystemClock
from metronis.limit import dead_letter_limit
from metronis.log import open_broker
from metronis.metrics import serve_metrics
from metronis.pipeline import build_heuristics, build_sanitize, open_domains
from metronis.process import Loops, spare_garbage_collection
from metronis.settings import Settings, Worker
from schemas.evaluation import Tier
from schemas.registry import SchemaRegistry
from schemas.topics import INTAKE
from streams import groups
from streams.broker import Broker
from streams.lag import LagWatch
from streams.loop import ConsumeLoop
from streams.priority import PrioritisedTask
from streams.steps import ChainedStep, HeuristicsStep, SanitizeStep
from streams.tasks import Task
from streams.tier import Step, TierTask

READERS_OF_T0 = (groups.HEURISTICS, groups.SINK)


def build_steps(settings: Settings, tiers: Sequence[Tier], *, chained: bool = True) -> dict[str, Step]:
    """The steps of these tiers by name. `chained`: T0 hands traces over to T1 in memory where both are here."""
    clock = SystemClock()
    domains = open_domains(settings, clock)
    policies = LivePolicies(domains)
    steps: dict[str, Step] = {}
    heuristics = HeuristicsStep(build_heuristics(clock), policies, clock) if "t1" in tiers else None
    if "t0" in tiers:
        url = settings.kafka.schema_registry_url
        registry = SchemaRegistry(url.get_secret_value()) if url else None
        tier = build_sanitize(settings, clock, vault=True, domains=domains)
        for priority in INTAKE:
            first = SanitizeStep(tier, policies, settings.ingest, registry, priority=priority)
            steps[first.name] = ChainedStep(first, heuristics) if heuristics and chained else first
    if heuristics:
        steps[heuristics.name] = heuristics
    return steps


def build_tasks(
    settings: Settings, tiers: Sequence[Tier], broker: Broker, way_is_clear: Callable[[], bool]
) -> list[Task]:
    """What a worker process with these tiers does, each in a loop of its own.

    `way_is_clear`: whether those who read what T0 writes keep up, so that bulk traces may move.
    """
    worker = settings.worker
    steps = build_steps(settings, tiers)
    tasks: list[Task] = []
    if "t0" in tiers:
        interactive, bulk = (groups.SANITIZE[priority] for priority in ("interactive", "bulk"))
        tasks.append(
            PrioritisedTask(
                _task(steps[interactive], broker, worker, worker.batch_s),
                _task(steps[bulk], broker, worker, worker.bulk_batch_s),
                way_is_clear,
            )
        )
    if "t1" in tiers:
        tasks.append(_task(steps[groups.HEURISTICS], broker, worker, worker.batch_s))
    return tasks


def run_worker(settings: Settings, tiers: Sequence[Tier], stop: Event) -> bool:
    """Run until `stop`; False where a loop failed or did not stop within the deadline."""
    with closing(open_broker(settings)) as broker:
        loops = Loops(stop)
        lags = LagWatch(broker, _watched(tiers))
        loops.start("lag", lags.run)
        most = settings.worker.bulk_max_waiting
        for task in build_tasks(settings, tiers, broker, lambda: lags.at_most(READERS_OF_T0, most)):
            loops.start(task.name, ConsumeLoop(task, clock=SystemClock(), rng=random.Random()).run)
        spare_garbage_collection()
        stop.wait()
        return loops.join(settings.worker.stop_deadline_s) and not loops.failed


def run_workers(settings: Settings, tiers: Sequence[Tier], count: int, stop: Event) -> int:
    """Run this many worker processes until `stop`, each with a loop for every tier; the exit status.

    Processes, because the tiers compute in Python: threads would take turns. Partitions are shared out among them.
    """
    folder = fresh_metrics_folder(settings)
    serve_metrics(settings, folder)
    children = worker_children(settings, count, ["--tiers", ",".join(tiers)], folder)
    supervised = Children(children, stop_deadline_s=settings.worker.stop_deadline_s)
    supervised.start()
    return supervised.wait(stop)


def _watched(tiers: Sequence[Tier]) -> set[str]:
    """Groups whose lag a worker with these tiers looks at."""
    own = {groups.HEURISTICS} & set(tiers)
    return own | {*groups.SANITIZE.values(), *READERS_OF_T0} if "t0" in tiers else own


def _task(step: Step, broker: Broker, worker: Worker, batch_s: float) -> TierTask:
    return TierTask(
        step,
        broker,
        batch_max=worker.batch_max,
        batch_s=batch_s,
        poll_wait_s=worker.poll_wait_s,
        limit=dead_letter_limit(worker),
    )
