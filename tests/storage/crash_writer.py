"""A process to kill: `python -m tests.storage.crash_writer FOLDER FIRST [LAST]`.

Says how many rows the store in the folder has and how many different ids, inserts batches from FIRST on and says the
number of each that is acked; after LAST, if it lives to see that, it counts again.
"""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

from storage.clickhouse import open_embedded
from storage.queries import Query
from storage.records import StoredTrace
from storage.store import Store
from storage.tables import TRACES
from tests.builders import NOON, trace

BATCH = 50
COUNT = Query("count", "SELECT count() AS stored, uniqExact(trace_id) AS ids FROM traces")


def say_count(store: Store) -> None:
    (counted,) = store.query(COUNT)
    print(counted["stored"], counted["ids"], flush=True)


def main(folder: str, first: str, last: str = "") -> None:
    store = open_embedded(Path(folder))
    say_count(store)
    number = int(first)
    while not last or number <= int(last):
        ids = range(number * BATCH, (number + 1) * BATCH)
        rows = [StoredTrace(trace(trace_id=UUID(int=each + 1)), NOON, "traces.raw/0/0") for each in ids]
        store.insert(TRACES, rows, f"batch-{number}")
        print(number, flush=True)
        number += 1
    say_count(store)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
