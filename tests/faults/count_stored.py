"""Prints what a store holds, as JSON; a program of its own because one process opens one store.

python -m tests.faults.count_stored DATA_DIR
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from storage.clickhouse import open_embedded
from storage.queries import Query


def main() -> None:
    store = open_embedded(Path(sys.argv[1]) / "store")
    tables = {}
    for table in ("traces", "verdicts", "evaluations"):
        sql = f"SELECT toString(trace_id) AS id, count() AS copies FROM {table} GROUP BY trace_id"
        tables[table] = {row["id"]: row["copies"] for row in store.query(Query("copies", sql))}
    store.close()
    print(json.dumps(tables))


if __name__ == "__main__":
    main()
