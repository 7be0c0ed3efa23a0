"""Sanitizer: a trace in, the same trace without personal data out, or nothing at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from metronis.errors import Unsanitised
from processors.sanitize.detector import Detector, Entity
from processors.sanitize.pseudonyms import Pseudonyms, is_token
from processors.sanitize.walk import rewritten_fields
from schemas.trace import Trace

USER_ID = "USER_ID"
MAX_ROUNDS = 8
NO_TYPES: frozenset[str] = frozenset()
NOTHING: Mapping[str, int] = {}
ONE_USER: Mapping[str, int] = {USER_ID: 1}

# Vocabulary of the platform, numbers and times. A field that is added to Trace is scanned unless it is named here.
_NOT_SCANNED = frozenset({"trace_id", "org_id", "domain", "kind", "timestamp", "usage", "latency_ms", "expected"})
_SCANNED = tuple(field for field in Trace.__struct_fields__ if field not in _NOT_SCANNED)

# Versions look like dates, hosts and numbers: `gpt-4o-2024-08-06`, `llama-3.1.ai`, `claude-3-5-sonnet-20241022`.
_VERSION = frozenset({"DATE_TIME", "IP_ADDRESS", "PHONE_NUMBER", "UK_NHS", "URL", "UUID"})
_ORDINARY: Mapping[str, frozenset[str]] = {
    "model": _VERSION,
    "episode.policy_type": _VERSION,
    "episode.policy_version": _VERSION,
    "session_id": frozenset({"UUID"}),  # a random handle that the producer looks traces up by
}


@dataclass(frozen=True, slots=True)
class Place:
    """How many entities of a type were replaced in one place of a trace."""

    field: str
    type: str
    count: int


@dataclass(frozen=True, slots=True)
class Sanitized:
    """The clean trace (the very same object where nothing was found) and what was found where, never the value."""

    trace: Trace
    places: tuple[Place, ...]

    @property
    def entities(self) -> dict[str, int]:
        """How many entities of each type."""
        counts: Counter[str] = Counter()
        for place in self.places:
            counts[place.type] += place.count
        return dict(counts)


class Sanitizer:
    """Replaces what the detector finds by pseudonyms, in every string of a trace.

    Scanned are values and keys at any depth. Numbers are left alone: only strings can be masked without changing a
    type. `user_id` is always an identifier and always replaced.
    """

    def __init__(self, detector: Detector, pseudonyms: Pseudonyms) -> None:
        self._detector = detector
        self._pseudonyms = pseudonyms

    def sanitize(self, trace: Trace) -> Sanitized:
        """Raises Unsanitised, which says where and never what, whenever anything at all goes wrong."""
        work = _Work(self, trace.org_id)
        try:
            clean = rewritten_fields(trace, _SCANNED, "", work.rewrite)
        except Exception as error:  # noqa: BLE001 - fail-closed: whatever it was, the trace is not clean
            failure = type(error).__name__
        else:
            return Sanitized(clean, work.places())
        # Raised out here so that it carries no cause: that one's message or frames may hold the text.
        raise Unsanitised(f"sanitising failed with {failure}", field=f"$.{work.field}")

    def clean(self, org_id: str, text: str, ordinary: frozenset[str] = frozenset()) -> tuple[str, Mapping[str, int]]:
        """The text with pseudonyms, and how many of each type. `ordinary`: types that are no personal data here.

        Looks again at what it made until nothing is found: a replaced entity may have hidden its neighbour, and so
        sanitising twice is the same as once. Raises RuntimeError where that does not end.
        """
        counts: Counter[str] | None = None  # made where it is needed: most strings of a trace are clean
        for _ in range(MAX_ROUNDS):
            found = self._detector.find(text)
            entities = [entity for entity in found if entity.type not in ordinary] if found else ()
            if not entities:
                return text, counts or NOTHING
            spans = list(disjoint(entities))
            counts = counts or Counter()
            counts.update(span.type for span in spans)
            text = self._replaced(org_id, text, spans)
        raise RuntimeError(f"personal data still there after {MAX_ROUNDS} rounds")

    def identifier(self, org_id: str, value: str) -> str:
        """The pseudonym of a user's id, which is itself its own pseudonym."""
        return value if not value or is_token(value, USER_ID) else self._pseudonyms.token(org_id, USER_ID, value)

    def _replaced(self, org_id: str, text: str, spans: Sequence[Entity]) -> str:
        pieces: list[str] = []
        at = 0
        for span in spans:
            pieces += text[at : span.start], self._pseudonyms.token(org_id, span.type, text[span.start : span.end])
            at = span.end
        return "".join(pieces) + text[at:]


class _Work:
    """One trace being sanitised: where it is and what it found."""

    def __init__(self, sanitizer: Sanitizer, org_id: str) -> None:
        self._sanitizer = sanitizer
        self._org_id = org_id
        self._found: list[Place] = []
        self.field = ""

    def rewrite(self, field: str, text: str) -> str:
        self.field = field
        if field == "user_id":
            clean, counts = self._sanitizer.identifier(self._org_id, text), ONE_USER
        else:
            clean, counts = self._sanitizer.clean(self._org_id, text, _ORDINARY.get(field, NO_TYPES))
        if clean is not text:
            self._found += (Place(field, entity_type, count) for entity_type, count in counts.items())
        return clean

    def places(self) -> tuple[Place, ...]:
        return tuple(self._found)


def disjoint(entities: Sequence[Entity]) -> Iterator[Entity]:
    """Entities in order of place, those that overlap joined into one.

    All that anyone flagged stays covered; the type is that of the longest, and of the surest where lengths are equal.
    """
    group: list[Entity] = []
    end = 0
    for entity in sorted(entities, key=lambda entity: (entity.start, entity.end, entity.type)):
        if group and entity.start >= end:
            yield _joined(group, end)
            group = []
        group.append(entity)
        end = max(end, entity.end)
    if group:
        yield _joined(group, end)


def _joined(group: Sequence[Entity], end: int) -> Entity:
    chief = max(group, key=lambda entity: (entity.end - entity.start, entity.score))
    return Entity(chief.type, group[0].start, end, chief.score)
