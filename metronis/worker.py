"""A worker process: one consume loop for each tier that it hosts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from threading import Event

from domains.catalogue import load_policies
from metronis.clock import SystemClock
from metronis.log import open_broker
from metronis.pipeline import build_heuristics, build_sanitize
from metronis.process import Loops, spare_garbage_collection
from metronis.settings import Settings
from schemas.evaluation import Tier
from streams.broker import Broker
from streams.loop import ConsumeLoop
from streams.steps import HeuristicsStep, SanitizeStep
from streams.tier import Step, TierTask


def build_steps(settings: Settings, tiers: Sequence[Tier]) -> list[Step]:
    """The steps of these tiers."""
    clock = SystemClock()
    policies = load_policies()
    steps: list[Step] = []
    if "t0" in tiers:
        steps.append(SanitizeStep(build_sanitize(settings, clock), frozenset(policies), settings.ingest))
    if "t1" in tiers:
        steps.append(HeuristicsStep(build_heuristics(policies, clock), policies, clock))
    return steps


def run_worker(settings: Settings, tiers: Sequence[Tier], stop: Event) -> bool:
    """Run until `stop`; False where a loop failed or did not stop within the deadline."""
    steps = build_steps(settings, tiers)
    broker = open_broker(settings)
    loops = Loops(stop)
    for step in steps:
        loops.start(step.name, _loop(step, broker, settings).run)
    spare_garbage_collection()
    stop.wait()
    stopped = loops.join(settings.worker.stop_deadline_s)
    broker.close()
    return stopped and not loops.failed


def _loop(step: Step, broker: Broker, settings: Settings) -> ConsumeLoop:
    task = TierTask(step, broker, batch_max=settings.worker.batch_max, poll_wait_s=settings.worker.poll_wait_s)
    return ConsumeLoop(task, clock=SystemClock(), rng=random.Random())
