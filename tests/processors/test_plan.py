"""An evaluator that nothing wakes costs no call, and its row is the one that a call would have given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from metronis.clock import ManualClock
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result, Sought
from processors.facts.path import Path
from processors.policy import Planned, Policy
from processors.runner import Runner
from processors.scan.phrase import Phrase
from processors.subject import FIELDS, Field, Subject
from schemas.evaluation import Evaluation
from schemas.trace import Kind, Message
from tests.builders import Breaks, Says, policy, trace

NOT_SAID = Pass(explanation="it is not said")
NO_TEXT = Abstain("there is no text")
NO_WORDS = Abstain("there are no words")


@pytest.fixture(autouse=True)
def _compiled_here(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp()))


@dataclass(frozen=True, kw_only=True)
class NeverSays(Evaluator):
    """The text does not have the phrase."""

    name: ClassVar[str] = "never_says"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "quality"

    phrase: Phrase
    field: Field = "output"

    @property
    def wakes_on(self) -> Sought | None:
        return ((self.field, self.phrase),)

    def asleep(self, subject: Subject) -> Result:
        text = subject.text_of(self.field)
        return NOT_SAID if text.strip() else NO_WORDS if text else NO_TEXT

    def evaluate(self, subject: Subject) -> Result:
        if not subject.find(self.phrase, self.field):
            return self.asleep(subject)
        return Fail(score=0.9, severity="high", label="said", explanation=f"it says {self.phrase.source}")


@dataclass(frozen=True, kw_only=True)
class MustSleep(NeverSays):
    """As long as nothing wakes it nobody may call it."""

    name: ClassVar[str] = "must_sleep"

    def evaluate(self, subject: Subject) -> Result:
        assert subject.find(self.phrase, self.field), "called for nothing"
        return super().evaluate(subject)


@dataclass(frozen=True, kw_only=True)
class TalksInItsSleep(NeverSays):
    """Has a bug."""

    name: ClassVar[str] = "talks_in_its_sleep"

    def asleep(self, subject: Subject) -> Result:  # noqa: ARG002
        raise ZeroDivisionError("a bug of its own")


def run(plan: Policy, runner: Runner | None = None, **fields: object) -> list[Evaluation]:
    """With the policy's scanner, as tier 1 does."""
    return (runner or Runner("t1", ManualClock(), {})).run(Subject(trace(**fields), plan.scanner), plan)


def test_what_nothing_wakes_is_not_called_and_has_its_row() -> None:
    plan = policy(MustSleep(phrase=Phrase("risk-free")), Says(), MustSleep(phrase=Phrase("lossless")))
    asleep, says, woken = run(plan, output="It is lossless.")
    assert (asleep.evaluator, asleep.disposition, asleep.outcome) == ("must_sleep", "ran", "pass")
    assert (asleep.explanation, asleep.duration_us) == ("it is not said", 0.0)
    assert (says.outcome, woken.outcome) == ("pass", "fail")


def test_asleep_it_knows_an_empty_text_from_a_blank_one() -> None:
    runner, plan = Runner("t1", ManualClock(), {}), policy(MustSleep(phrase=Phrase("risk"), field="context"))
    texts: list[list[str]] = [["loss"], [" \n"], [], [""], ["gain"], [" "]]
    said = [run(plan, runner, context=context)[0].explanation for context in texts]
    assert said == [each.explanation if isinstance(each, Pass) else each.why for each in EXPECTED]


EXPECTED = (NOT_SAID, NO_WORDS, NO_TEXT, NO_TEXT, NOT_SAID, NO_WORDS)


def test_a_bug_in_its_sleep_is_a_failed_row() -> None:
    broken, fine = run(policy(TalksInItsSleep(phrase=Phrase("risk")), Says()))
    assert (broken.disposition, broken.explanation) == ("failed", "ZeroDivisionError: a bug of its own")
    assert fine.disposition == "ran"


@dataclass(frozen=True, kw_only=True)
class Weighs(Evaluator):
    """What is loaded weighs no more than a tonne."""

    name: ClassVar[str] = "weighs"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "quality"

    @property
    def wakes_on(self) -> Sought | None:
        return (("output", Phrase("overloaded")),)

    @property
    def wakes_on_keys(self) -> frozenset[str]:
        return frozenset({"loadkg"})

    def evaluate(self, subject: Subject) -> Result:
        load = Path.parse("attributes.truck.load_kg").found(subject) or Path.parse("json.load_kg").found(subject)
        if subject.find(Phrase("overloaded"), "output") or (load and load[0][0] > 1_000):
            return Fail(score=0.9, severity="high", label="load", explanation="it is too much")
        if load:
            return Pass()
        return Abstain(
            f"this {subject.trace.kind} tells no load{'' if subject.request.strip() else ', asked by nobody'}"
        )


def test_who_does_not_say_what_it_says_asleep_is_asked_once_with_a_stand_in() -> None:
    runner, plan = Runner("t1", ManualClock(), {}), policy(Weighs())
    asked = [run(plan, runner, input=text, output="It is full.")[0] for text in ("Full?", "", "Is it?", " ")]
    assert [row.explanation.partition(", ")[2] for row in asked] == ["", "asked by nobody", "", "asked by nobody"]
    assert {(row.outcome, row.duration_us) for row in asked} == {("abstain", 0.0)}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"output": "Fine.", "attributes": {"truck": {"loadKg": 900}}}, "pass"),
        ({"output": "Fine.", "attributes": {"truck": {"load_kg": 1_100}}}, "fail"),
        ({"output": '{"Load-kg": 1100}'}, "fail"),
        ({"output": "Overloaded.", "attributes": {"truck": {}}}, "fail"),
        ({"output": "Fine.", "attributes": {"truck": {"wheels": 4}}}, "abstain"),
    ],
)
def test_a_key_wakes_wherever_it_is(fields: dict[str, Any], outcome: str) -> None:
    plan = policy(Weighs())
    assert [row.outcome for row in run(plan, **fields)] == [outcome]
    assert [row.outcome for row in Runner("t1", ManualClock(), {}).run(Subject(trace(**fields)), plan)] == [outcome]


conversations = st.lists(
    st.sampled_from(["user", "assistant"]).flatmap(
        lambda role: st.sampled_from(["", " ", "a"]).map(lambda text: Message(role=role, content=text))
    ),
    max_size=3,
)


@given(given=st.sampled_from(["", " ", "a"]) | conversations, output=st.sampled_from(["", "\n", "a"]))
def test_the_stand_in_has_the_same_texts_empty_or_blank(given: str | list[Message], output: str) -> None:
    plan = policy(SaysWhatIsThere())
    subject = Subject(trace(input=given, output=output, context=[]), plan.scanner)
    (row,) = Runner("t1", ManualClock(), {}).run(subject, plan)
    assert row.explanation == SaysWhatIsThere().evaluate(subject).why


@dataclass(frozen=True, kw_only=True)
class SaysWhatIsThere(Evaluator):
    """Which texts are empty or blank."""

    name: ClassVar[str] = "says_what_is_there"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "quality"

    @property
    def wakes_on(self) -> Sought | None:
        return ()

    def evaluate(self, subject: Subject) -> Abstain:
        texts = map(subject.text_of, FIELDS)
        return Abstain(", ".join("empty" if not text else "blank" if text.isspace() else "words" for text in texts))


def test_a_policy_that_is_replaced_is_planned_anew() -> None:
    runner = Runner("t1", ManualClock(), {})
    assert [row.evaluator for row in run(policy(Says()), runner)] == ["says"]
    assert [row.evaluator for row in run(policy(NeverSays(phrase=Phrase("risk"))), runner)] == ["never_says"]


def test_the_scanner_of_another_policy_puts_nobody_to_sleep() -> None:
    plan, other = policy(NeverSays(phrase=Phrase("risk"))), policy(NeverSays(phrase=Phrase("loss")))
    subject = Subject(trace(output="no loss, no risk"), other.scanner)
    assert [row.outcome for row in Runner("t1", ManualClock(), {}).run(subject, plan)] == ["fail"]


WORDS = ("risk", "loss", "free", "sure", "never")
evaluators = st.builds(
    NeverSays, phrase=st.sampled_from(WORDS).map(Phrase), field=st.sampled_from(["output", "input", "context"])
)
plans = st.lists(
    st.builds(
        Planned,
        evaluator=evaluators | st.sampled_from([Says(), Breaks()]),
        kinds=st.sampled_from([frozenset({"llm"}), frozenset({"rag"}), frozenset({"llm", "rag"})]),
        sample_rate=st.sampled_from([0.5, 1.0]),
        cached=st.booleans(),
    ),
    max_size=6,
)
texts = st.lists(st.sampled_from((*WORDS, " "))).map(" ".join)


@given(planned=plans, traces=st.lists(st.tuples(texts, texts, st.sampled_from(["llm", "rag"])), max_size=4))
def test_rows_and_counters_are_those_of_calling_everybody(
    planned: Sequence[Planned], traces: Sequence[tuple[str, str, Kind]]
) -> None:
    plan = Policy(domain="general", version="1", planned=tuple(planned))
    runner, caller = Runner("t1", ManualClock(), {}), Runner("t1", ManualClock(), {})
    for output, context, kind in traces:
        given_trace = trace(output=output, context=[context], kind=kind)
        before = counted()
        rows = runner.run(Subject(given_trace, plan.scanner), plan)
        assert counted() - before == Counter((row.evaluator, row.disposition, row.outcome or "") for row in rows)
        assert [row.evaluator for row in rows] == [each.evaluator.name for each in planned]
        assert list(map(said, rows)) == list(map(said, caller.run(Subject(given_trace), plan)))


def said(row: Evaluation) -> tuple[object, ...]:
    """What a row says, but not whether it was remembered: who is asleep is not looked up."""
    disposition = "ran" if row.disposition == "cached" else row.disposition
    return row.evaluator, disposition, row.outcome, row.score, row.explanation


def counted() -> Counter[tuple[str, ...]]:
    return Counter(dict(_samples()))


def _samples() -> Iterator[tuple[tuple[str, ...], int]]:
    for metric in REGISTRY.collect():
        for sample in metric.samples:
            if sample.name == "metronis_evaluations_total":
                labels = (sample.labels["evaluator"], sample.labels["disposition"], sample.labels["outcome"])
                yield labels, int(sample.value)
