"""The consumer groups of the pipeline, and the topics that each reads."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.topics import INTAKE, TRACES_T1, VERDICTS, Priority

SANITIZE: Mapping[Priority, str] = {"interactive": "t0", "bulk": "t0.bulk"}
HEURISTICS = "t1"
SINK = "sink"

GROUPS: Mapping[str, list[str]] = {
    **{SANITIZE[priority]: [topic.name] for priority, topic in INTAKE.items()},
    HEURISTICS: [TRACES_T1.name],
    SINK: [TRACES_T1.name, VERDICTS.name],
}
