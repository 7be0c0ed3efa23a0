"""Sanitizer: a trace in, the same trace without personal data out, or nothing at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metronis.errors import Unsanitised, VaultUnavailable
from processors.sanitize.aliases import aliases
from processors.sanitize.detector import Entity
from processors.sanitize.keys import key_type
from processors.sanitize.layers import Layers
from processors.sanitize.policy import Action, SanitizePolicies, SanitizePolicy
from processors.sanitize.pseudonyms.token import is_token
from processors.sanitize.replacement import REPLACING, Replacement, Wanted
from processors.sanitize.spans import outside
from processors.sanitize.spread import spread
from processors.sanitize.text import Clean, clean_text
from processors.sanitize.walk import GONE, collect, rewritten_fields
from schemas.trace import Trace

USER_ID = "USER_ID"

# Vocabulary of the platform, numbers and times. A field that is added to Trace is scanned unless it is named here.
_NOT_SCANNED = frozenset({"trace_id", "org_id", "domain", "kind", "timestamp", "usage", "latency_ms", "expected"})
_SCANNED = tuple(field for field in Trace.__struct_fields__ if field not in _NOT_SCANNED)

# Versions look like dates, hosts, numbers and names: `gpt-4o-2024-08-06`, `llama-3.1.ai`, `claude-3-5-sonnet-20241022`.
_VERSION = frozenset(
    {"DATE_TIME", "IP_ADDRESS", "LOCATION", "ORGANIZATION", "PERSON", "PHONE_NUMBER", "UK_NHS", "URL", "UUID"}
)
_ORDINARY: Mapping[str, frozenset[str]] = {
    "model": _VERSION,
    "episode.policy_type": _VERSION,
    "episode.policy_version": _VERSION,
    "session_id": frozenset({"UUID"}),  # a random handle that the producer looks traces up by
}
_NO_TYPES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """How many entities of a type were found in one place of a trace."""

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
    """Replaces what the layers find, as the policy of the organisation says, in every string of a trace.

    Scanned are values and keys at any depth. A number counts where its key says what it is (`{"mrn": 4471}`): it
    becomes a pseudonym, or is left out where only numbers may stand (`features`). `user_id` is always an identifier.
    One sanitizer serves one thread.
    """

    def __init__(self, layers: Layers, replacement: Replacement, policies: SanitizePolicies) -> None:
        self._layers = layers
        self._replacement = replacement
        self._policies = policies

    def with_policies(self, policies: SanitizePolicies) -> Sanitizer:
        """The same under other policies."""
        return Sanitizer(self._layers, self._replacement, policies)

    def sanitize(self, trace: Trace) -> Sanitized:
        """Raises Unsanitised, which says where and never what, whenever anything at all goes wrong."""
        field = ""
        try:
            policy = self._policies.of(trace.org_id, trace.domain)
            work = _Work(self._layers, self._replacement, policy, trace)
            try:
                return Sanitized(work.run(), tuple(work.places))
            finally:
                field = work.field
        except VaultUnavailable:
            failure = "there is no vault to take pseudonyms from"
        except Exception as error:  # noqa: BLE001 - fail-closed: whatever it was, the trace is not clean
            failure = f"sanitising failed with {type(error).__name__}"
        # Raised out here so that it carries no cause: that one's message or frames may hold the text.
        raise Unsanitised(failure, field=f"$.{field}".rstrip("."))

    def clean(self, text: str, org_id: str, domain: str) -> Clean:
        """A text as it would come out in a trace's input. Raises Unsanitised as `sanitize` does."""
        try:
            policy = self._policies.of(org_id, domain)
            work = _Work(self._layers, self._replacement, policy, Trace(org_id=org_id, domain=domain))
            return work.clean("input", text, self._layers.find(text, policy))
        except Exception as error:  # noqa: BLE001 - fail-closed: whatever it was, the text is not clean
            failure = f"sanitising failed with {type(error).__name__}"
        raise Unsanitised(failure, field="$.text")


class _Work:
    """One trace being sanitised: where it is and what it found. The Rewriter of its strings."""

    def __init__(self, layers: Layers, replacement: Replacement, policy: SanitizePolicy, trace: Trace) -> None:
        self._layers = layers
        self._replacement = replacement
        self._policy = policy
        self._trace = trace
        self._found: Mapping[str, Sequence[Entity]] = {}
        self._aliases: Mapping[tuple[str, str], tuple[str, str]] = {}
        self.places: list[Place] = []
        self.field = ""

    def run(self) -> Trace:
        """The clean trace. Only fields in which anything was found are gone through a second time."""
        texts: dict[str, list[str]] = {}
        labelled: dict[str, dict[str, str]] = {}
        for field in _SCANNED:
            value = getattr(self._trace, field)
            if value:
                self.field = field
                texts[field], labelled[field] = [], {}
                collect(value, key_type, texts[field], labelled[field])
        self.field = ""
        every = [text for own in texts.values() for text in own]
        known = {value: kind for own in labelled.values() for value, kind in own.items()}
        self._found = spread(self._layers.find_all(every, self._policy), known, every)
        named = [(kind, value) for value, kind in known.items()]
        self._aliases = aliases(
            named + [(each.type, text[each.start : each.end]) for text, found in self._found.items() for each in found]
        )
        dirty = [
            field
            for field, own in texts.items()
            if field == "user_id" or labelled[field] or not self._found.keys().isdisjoint(own)
        ]
        return rewritten_fields(self._trace, dirty, "", self) if dirty else self._trace

    def label(self, key: str) -> str | None:
        return key_type(key)

    def text(self, place: str, text: str) -> str:
        self.field = place
        if place == "user_id":
            keeps = self._policy.actions.get(USER_ID) not in REPLACING
            return text if keeps else self._value(place, USER_ID, text)
        found = self._found.get(text)
        if not found:
            return text
        clean = self.clean(place, text, found)
        self._note(place, Counter(entity.type for entity in clean.entities))
        return text if clean.text == text else clean.text

    def clean(self, place: str, text: str, found: Sequence[Entity]) -> Clean:
        """What stands in this place, clean."""
        actions, ordinary = self._policy.actions_at(place), _ORDINARY.get(place, _NO_TYPES)

        def acted_on(entities: Sequence[Entity]) -> Sequence[Entity]:
            replaced = [each for each in entities if actions.get(each.type) in REPLACING and each.type not in ordinary]
            kept = [each for each in entities if actions.get(each.type) == "keep"] if replaced else []
            return outside(kept, replaced) if kept else replaced

        self._note(place, Counter(each.type for each in found if actions.get(each.type) == "flag"))
        return clean_text(
            text,
            acted_on(found),
            lambda made: acted_on(self._layers.find_again(made, self._policy)),
            lambda wanted: self._made(wanted, actions),
        )

    def labelled(self, place: str, label: str, value: str | int | float) -> Any:
        text = str(value)
        if self._policy.actions_at(place).get(label) not in REPLACING or not any(map(str.isalnum, text)):
            return self.text(place, value) if isinstance(value, str) else value
        if place.startswith("features."):
            self._note(place, {label: 1})
            return GONE
        clean = self._value(place, label, text)
        return value if clean == text else clean

    def _value(self, place: str, entity_type: str, value: str) -> str:
        """What to put in the place of a whole value of a known type. A pseudonym of that type is its own."""
        self.field = place
        if not value or is_token(value, entity_type):
            return value
        self._note(place, {entity_type: 1})
        return self._made([(entity_type, value)], self._policy.actions_at(place))[0]

    def _made(self, wanted: Wanted, actions: Mapping[str, Action]) -> Sequence[str]:
        wanted = [self._aliases.get(each, each) for each in wanted] if self._aliases else wanted
        return self._replacement.of_all(wanted, self._trace.org_id, self._trace.user_id, self._policy, actions)

    def _note(self, place: str, counts: Mapping[str, int]) -> None:
        self.places += (Place(place, entity_type, count) for entity_type, count in counts.items())
