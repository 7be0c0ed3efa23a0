"""Worker processes: one consume loop for each tier that they host."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import closing
from threading import Event

from domains.catalogue import load_policies
from metronis.children import Children, fresh_metrics_folder, worker_children
from metronis.clock import SystemClock
from metronis.log import open_broker
from metronis.metrics import serve_metrics
from metronis.pipeline import build_heuristics, build_sanitize
from metronis.process import Loops, spare_garbage_collection
from metronis.settings import Settings
from schemas.evaluation import Tier
from schemas.registry import SchemaRegistry
from streams.broker import Broker
from streams.deadletter_limit import DeadLetterLimit
from streams.loop import ConsumeLoop
from streams.steps import HeuristicsStep, SanitizeStep
from streams.tier import Step, TierTask


def build_steps(settings: Settings, tiers: Sequence[Tier]) -> list[Step]:
    """The steps of these tiers."""
    clock = SystemClock()
    policies = load_policies()
    steps: list[Step] = []
    if "t0" in tiers:
        url = settings.kafka.schema_registry_url
        registry = SchemaRegistry(url.get_secret_value()) if url else None
        steps.append(SanitizeStep(build_sanitize(settings, clock), frozenset(policies), settings.ingest, registry))
    if "t1" in tiers:
        steps.append(HeuristicsStep(build_heuristics(policies, clock), policies, clock))
    return steps


def run_worker(settings: Settings, tiers: Sequence[Tier], stop: Event) -> bool:
    """Run until `stop`; False where a loop failed or did not stop within the deadline."""
    steps = build_steps(settings, tiers)
    with closing(open_broker(settings)) as broker:
        loops = Loops(stop)
        for step in steps:
            loops.start(step.name, _loop(step, broker, settings).run)
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


def _loop(step: Step, broker: Broker, settings: Settings) -> ConsumeLoop:
    worker = settings.worker
    limit = DeadLetterLimit(
        in_a_row=worker.dead_letters_in_a_row, share=worker.dead_letter_share, window=worker.dead_letter_window
    )
    task = TierTask(step, broker, batch_max=worker.batch_max, poll_wait_s=worker.poll_wait_s, limit=limit)
    return ConsumeLoop(task, clock=SystemClock(), rng=random.Random())
