"""The plan: which evaluators of a policy a trace concerns, found without asking each of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from monitoring.metrics import EVALUATIONS
from monitoring.tally import Tally
from processors.facts.path import keys
from processors.policy import Planned, Policy
from processors.rows import failed, labels_of, with_outcome, without_outcome
from processors.scan.phrase import Phrase
from processors.subject import FIELDS, Field, Subject
from schemas.evaluation import Evaluation, Tier
from schemas.trace import Kind, Message, Trace


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with the evaluators before any has been called, by their index in the plan.

    rows: one of each; those of the asleep and the filtered may stay. awake: to be called whatever the texts say.
    asleep: to be called where one of their phrases may be in a text, or the trace has one of their keys. tally: counts
    the rows that may stay.
    """

    rows: list[Evaluation]
    awake: frozenset[int]
    asleep: frozenset[int]
    tally: Tally


_Situation = tuple[Kind, tuple[bool | None, ...] | None]
"""What decides how it stands: the kind, and of each text whether it has words, None where it is empty. None in place of
all texts where they are not scanned."""


class Plan:
    """What one tier runs of a policy. `planned` is in the policy's order."""

    def __init__(self, policy: Policy, tier: Tier) -> None:
        self.policy = policy
        self.planned = tuple(planned for planned in policy.planned if planned.evaluator.tier == tier)
        self._sleepers: set[int] = set()
        self._wakened_by: defaultdict[Field, defaultdict[Phrase, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._wakened_by_key: defaultdict[str, list[int]] = defaultdict(list)
        for index, planned in enumerate(self.planned):
            self._note(index, planned)
        self._standings: dict[_Situation, Standing] = {}

    def _note(self, index: int, planned: Planned) -> None:
        wakes_on = planned.evaluator.wakes_on
        if wakes_on is None or planned.sample_rate < 1.0:
            return
        self._sleepers.add(index)
        for field, phrase in wakes_on:
            self._wakened_by[field][phrase].append(index)
        for key in planned.evaluator.wakes_on_keys:
            self._wakened_by_key[key].append(index)

    def standing(self, subject: Subject) -> Standing:
        """How it stands with a trace; worked out once for each situation."""
        scanned = subject.scanner is not None and subject.scanner is self.policy.scanner
        situation = (
            subject.trace.kind,
            tuple(_has_words(subject.text_of(each)) for each in FIELDS) if scanned else None,
        )
        standing = self._standings.get(situation)
        if standing is None:
            standing = self._standings[situation] = self._stand(subject, self._sleepers if scanned else set())
        return standing

    def woken(self, subject: Subject, standing: Standing) -> set[int]:
        """Those asleep of which a phrase may be in a text, or that look for a key that the trace has."""
        woken: set[int] = set()
        if standing.asleep:
            for field, by_phrase in self._wakened_by.items():
                for phrase in subject.seen(field) & by_phrase.keys():
                    woken.update(by_phrase[phrase])
            for key in keys(subject) & self._wakened_by_key.keys():
                woken.update(self._wakened_by_key[key])
        return woken & standing.asleep

    def _stand(self, subject: Subject, sleepers: set[int]) -> Standing:
        kind = subject.trace.kind
        meant = frozenset(index for index, planned in enumerate(self.planned) if kind in planned.kinds)
        asleep = meant & sleepers
        awake = meant - asleep
        stand_in = _stand_in(subject)
        rows = [self._row(index, stand_in, index in meant, index in asleep) for index in range(len(self.planned))]
        labels = {index: labels_of(row) for index, row in enumerate(rows) if index not in awake}
        return Standing(rows, awake, asleep, EVALUATIONS.tally(labels))

    def _row(self, index: int, subject: Subject, meant: bool, asleep: bool) -> Evaluation:
        evaluator = self.planned[index].evaluator
        if not meant:
            return without_outcome(evaluator, "filtered", f"not planned for kind {subject.trace.kind}")
        if not asleep:
            return without_outcome(evaluator, "failed", "was not called")  # and so no verdict rests on it
        try:
            return with_outcome(evaluator, "ran", evaluator.asleep(subject))
        except Exception as error:  # noqa: BLE001 - as in the runner
            return failed(evaluator, error)


def _stand_in(subject: Subject) -> Subject:
    """A subject of the same kind, whose same texts are empty or blank; it has nothing else."""
    texts = subject.request, subject.input_text, subject.output_text, subject.context_text
    request, given, output, context = map(_in_place_of, texts)
    turns = [Message(role="user", content=request), Message(role="assistant", content=given)]
    kind = subject.trace.kind
    return Subject(Trace(kind=kind, input=given if given == request else turns, output=output, context=[context]))


def _in_place_of(text: str) -> str:
    return "-" if text and not text.isspace() else text[:1]


def _has_words(text: str) -> bool | None:
    return not text.isspace() if text else None
