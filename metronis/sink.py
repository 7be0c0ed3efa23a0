"""The sink: a process of its own beside a store server, a loop of the gateway beside the embedded store."""

from __future__ import annotations

import random
from contextlib import closing
from threading import Event

from metronis.clock import SystemClock
from metronis.errors import Misconfigured
from metronis.limit import dead_letter_limit
from metronis.log import open_broker
from metronis.process import Loops, spare_garbage_collection
from metronis.settings import Settings
from metronis.store import is_embedded, open_store
from storage.store import Store
from streams import groups
from streams.broker import Broker
from streams.lag import LagWatch
from streams.loop import ConsumeLoop
from streams.sink import SinkTask
from streams.writer import Writer


def run_sink(settings: Settings, stop: Event) -> bool:
    """Write until `stop`; False where the loop failed or did not stop within the deadline.

    Raises Misconfigured where the store is embedded.
    """
    if is_embedded(settings):
        raise Misconfigured(
            "the store is embedded, so the gateway runs the sink; set METRONIS_CLICKHOUSE__URL to run it on its own"
        )
    with closing(open_store(settings)) as store, closing(open_broker(settings)) as broker:
        loops = Loops(stop)
        loops.start("sink", sink_loop(broker, store, settings).run)
        loops.start("lag", LagWatch(broker, [groups.SINK]).run)
        spare_garbage_collection()
        stop.wait()
        return loops.join(settings.worker.stop_deadline_s) and not loops.failed


def sink_loop(broker: Broker, store: Store, settings: Settings) -> ConsumeLoop:
    """The loop that writes what the tiers say into the store."""
    task = SinkTask(
        broker,
        groups.GROUPS[groups.SINK],
        Writer(store),
        batch_max=settings.sink.batch_max,
        poll_wait_s=settings.worker.poll_wait_s,
        limit=dead_letter_limit(settings.worker),
    )
    return ConsumeLoop(task, clock=SystemClock(), rng=random.Random())
