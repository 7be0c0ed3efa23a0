"""A whole topic, page by page."""

from __future__ import annotations

from collections.abc import Iterator

from streams.broker import Broker, Record

PAGE_RECORDS = 2_000
BEYOND_ANY_OFFSET = 1 << 53


def pages(broker: Broker, topic: str) -> Iterator[list[Record]]:
    """Every record, one partition after the other: a page of all of them is read from each and mostly thrown away."""
    count = broker.partition_counts()[topic]
    for number in range(count):
        after = {other: BEYOND_ANY_OFFSET for other in range(count) if other != number}
        while page := broker.read(topic, limit=PAGE_RECORDS, after=after):
            yield page
            after[number] = page[-1].offset
