"""What holds for every registered evaluator, whatever it judges."""

from __future__ import annotations

import dataclasses
import pickle
import re
import time
from pathlib import Path

import msgspec
import pytest

import processors.evaluators
from processors.evaluator import Abstain, Evaluator, Fail, Pass
from processors.evaluators import EVALUATORS, by_name
from processors.subject import Subject
from schemas.evaluation import TIERS, Evidence
from schemas.issues import ISSUES
from schemas.trace import KINDS, Document, Expected, Message, Trace

FOLDER = Path(processors.evaluators.__path__[0])

ODD = {
    "empty": "",
    "blank": " \n\t ",
    "NUL": "\x00" * 50 + "kill\x00 me 42\x00",
    "lone surrogate": "abc \ud800 def 12% No.",
    "grows when lower-cased": "İİİ How do I kill my boss? I can’t help. İ 42 %",
    "combining": "e\u0301" * 200,
    "right to left": "\u202eabc \u0645\u0631\u062d\u0628\u0627 42",
    "emoji": "👩‍👩‍👧‍👦" * 40,
    "separators": "a\u2028b\u2029c\x85d",
    "braces": "{" * 300,
    "JSON": '{"a": [1, {"b": null}]}',
    "fences": "```" * 99,
    "digits": "9" * 5000 + " " + "1," * 500 + "0.000.1e999",
    "exotic digits": "٣٤ ² ½ ⅷ 一",
    "one word": "no",
    "quotes": "’”“\"'" * 40,
}
ADVERSARIAL = {
    "a letter": "a",
    "hyphens after a cue": "limit ------ patient ",
    "dots": ".",
    "spaces": " ",
    "line breaks": "\n",
    "brackets": "[",
    "quotes": '"',
    "digits": "1",
    "numbers": "12,345.6 % ",
    "capitals": "Aa ",
    "fences": "```\n",
    "triggers": "kill make a bomb without ",
    "refusals": "i cannot but not ",
    "negations": "It is not safe. ",
    "quantities": "The a b c d e is 5. ",
    "commas": "1,",
    "apostrophes": "a'",
    "mojibake": "Ã©",
    "short forms": "e.g. ",
    "answers": "answer is A: ",
    "yes": "so, yes ",
    "templates": "[insert ",
}


def make(kind: type[Evaluator]) -> Evaluator:
    return kind()


evaluators = pytest.mark.parametrize("evaluator", [make(kind) for kind in EVALUATORS], ids=lambda e: e.name)


def trace(text: str, **more: object) -> Trace:
    """A trace that has the text wherever a text may be."""
    return msgspec.structs.replace(
        Trace(
            kind="rag",
            input=text,
            output=text,
            context=[text, Document(id="d", content=text)],
            attributes={"reference_answer": text, "output_schema": {"type": "object"}},
        ),
        **more,
    )


def assert_sound(result: object, subject: Subject) -> None:
    """The result is one of the three, its score in range, its evidence inside the field that it names."""
    assert isinstance(result, Pass | Fail | Abstain)
    if isinstance(result, Abstain):
        assert result.why
        return
    assert 0.0 <= result.score <= 1.0
    if isinstance(result, Fail):
        assert result.label
        assert result.explanation
        for evidence in result.evidence:
            assert shown(evidence, subject)


def shown(evidence: Evidence, subject: Subject) -> str:
    fields = {"input": subject.input_text, "output": subject.output_text}
    fields |= {f"context[{at}]": text for at, text in enumerate(subject.context_texts)}
    text = fields[evidence.field]
    assert 0 <= evidence.start < evidence.end <= len(text)
    return text[evidence.start : evidence.end]


def test_every_file_of_the_folder_is_listed_and_names_are_unique() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert files == {evaluator.name for evaluator in EVALUATORS}
    assert len(EVALUATORS) == len(files)


def test_by_name_finds_each_and_names_those_that_there_are() -> None:
    assert all(by_name(evaluator.name) is evaluator for evaluator in EVALUATORS)
    with pytest.raises(KeyError, match="refusal"):
        by_name("nonsense")


@evaluators
def test_class_facts(evaluator: Evaluator) -> None:
    kind = type(evaluator)
    assert kind.__module__ == f"processors.evaluators.{evaluator.name}"
    assert evaluator.name == re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    assert type(evaluator.version) is int
    assert evaluator.version >= 1
    assert evaluator.issue in ISSUES
    assert evaluator.tier in TIERS
    assert kind.__doc__


@evaluators
def test_it_is_a_frozen_value(evaluator: Evaluator) -> None:
    assert dataclasses.is_dataclass(evaluator)
    assert hash(evaluator) == hash(type(evaluator)())
    assert pickle.loads(pickle.dumps(evaluator)) == evaluator
    with pytest.raises(dataclasses.FrozenInstanceError):
        evaluator.fail_at = 0.0  # type: ignore[attr-defined]  # that it cannot be set is the point


@evaluators
@pytest.mark.parametrize("kind", KINDS)
def test_it_abstains_on_an_empty_trace(evaluator: Evaluator, kind: str) -> None:
    empty = msgspec.structs.replace(Trace(), kind=kind)
    assert isinstance(evaluator.evaluate(Subject(empty)), Abstain)


@evaluators
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_it_survives_odd_text_with_sound_results(evaluator: Evaluator, text: str) -> None:
    for given in (
        trace(text),
        trace(text, output="", context=[]),
        trace(text, input=[Message(role="user", content=text), Message(role="user", content="")]),
        trace(text, output=[Message(role="assistant", content=text)] * 2, attributes={}),
        trace("How do I build a bomb?", output=f"Sure. {text} 42 No.", attributes={}),
    ):
        subject = Subject(given)
        assert_sound(evaluator.evaluate(subject), subject)


@evaluators
@pytest.mark.parametrize("value", [None, 3, "", [], {}, [None], {"type": 3}, {"json_schema": 1}, True, float("nan")])
def test_it_survives_odd_attributes(evaluator: Evaluator, value: object) -> None:
    names = ("output_schema", "response_format", "finish_reason", "finish_reasons", "reference_answer")
    subject = Subject(trace("Yes, 42.", attributes=dict.fromkeys(names, value)))
    assert_sound(evaluator.evaluate(subject), subject)


@evaluators
def test_it_is_deterministic_and_blind_to_the_label(evaluator: Evaluator) -> None:
    for text in ("How do I kill my boss? I cannot help with that 42 %.", *ODD.values()):
        plain = evaluator.evaluate(Subject(trace(text)))
        assert plain == evaluator.evaluate(Subject(trace(text)))
        labelled = trace(text, expected=Expected(decision="fail", issues=list(ISSUES), labelled=list(ISSUES)))
        assert plain == evaluator.evaluate(Subject(labelled))


def seconds(evaluator: Evaluator, text: str, *, best_of: int = 1) -> float:
    """The least processor time of several runs, each on a fresh subject: other work on the machine does not count."""
    times = []
    for _ in range(best_of):
        subject = Subject(trace(text))
        start = time.process_time()
        result = evaluator.evaluate(subject)
        times.append(time.process_time() - start)
        assert_sound(result, subject)
    return min(times)


@evaluators
@pytest.mark.parametrize("unit", ADVERSARIAL.values(), ids=ADVERSARIAL)
def test_twice_the_text_costs_about_twice_the_time(evaluator: Evaluator, unit: str) -> None:
    """Catastrophic work would show a ratio of 4 and more; what takes under half a second cannot be catastrophic."""
    twice = seconds(evaluator, unit * (200_000 // len(unit)))
    if twice > 0.5:
        twice = min(twice, seconds(evaluator, unit * (200_000 // len(unit)), best_of=2))
        assert twice < 3.5 * seconds(evaluator, unit * (100_000 // len(unit)))


@pytest.mark.slow
@evaluators
def test_a_megabyte_is_judged_in_bounded_time(evaluator: Evaluator) -> None:
    prose = "In 2021 the Norlund firm did not sell 42 % of its ships, said Ms. Moen; nobody can kill a good plan. "
    assert seconds(evaluator, prose * (1_000_000 // len(prose))) < 20.0
