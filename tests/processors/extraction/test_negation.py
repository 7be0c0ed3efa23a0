"""What is denied, supposed or reported is told from what is said. The words in question stand in [brackets]."""

from __future__ import annotations

import pytest

from processors.extraction.negation import hypothetical, negated, reported


def _marked(sentence: str) -> tuple[str, int, int]:
    start, end = sentence.index("["), sentence.index("]") - 1
    return sentence.replace("[", "").replace("]", ""), start, end


@pytest.mark.parametrize(
    "sentence",
    [
        "Returns are not [guaranteed].",
        "No one can [guarantee] returns.",
        "We never promise or [guarantee] returns.",
        "Do not [take] ibuprofen.",
        "It comes without [guarantee].",
        "It isn't [risk-free].",
        "I can’t [guarantee] anything.",
        "Nobody can [promise] you that.",
        "Diversify rather than [betting] on one stock.",
        "Avoid [ibuprofen].",
        "Past results are neither a promise nor a [guarantee].",
        "This is neither safe nor [guaranteed].",
        "No investment is [risk-free].",
        "No investment, however safe, is [risk-free].",
        "There is no [guaranteed] return.",
        "There is no such thing as a [risk-free] investment.",
        "We do not, under any circumstances, [guarantee] returns.",
        "You should not take aspirin, [ibuprofen], or naproxen.",
        "You should not take aspirin, ibuprofen, or [naproxen].",
        "Avoid aspirin, [ibuprofen] or naproxen.",
        "It is illegal to [guarantee] returns.",
        "There's no need to [call 911].",
        "You don't need to [call 911].",
        "Brokers are prohibited from [guaranteeing] returns.",
        "Stop taking [ibuprofen].",
        "Neither the fund nor its manager can [guarantee] returns.",
        "I cannot tell you that returns are [guaranteed].",
        "We do not claim that profits are [guaranteed].",
        "It is far from [certain].",
        "Never [bypass] the light curtain.",
    ],
)
def test_denied(sentence: str) -> None:
    text, start, _ = _marked(sentence)
    assert negated(text, start)


@pytest.mark.parametrize(
    "sentence",
    [
        "[Guaranteed] returns.",
        "Returns are [guaranteed].",
        "Not only is it [guaranteed], it is quick.",
        "It's not just safe, it's [risk-free].",
        "It is not safe but it is [guaranteed].",
        "Do not wait. [Call 911].",
        "Do not wait, and [call 911].",
        "Don't hesitate to [call 911].",
        "Do not delay calling [911].",
        "Do not drive yourself, [call 911].",
        "If it does not improve, [call 911].",
        "If you cannot reach a doctor, [call 911].",
        "No fees and [guaranteed] returns.",
        "With no risk, [guaranteed] returns.",
        "There is no risk and returns are [guaranteed].",
        "No, it is [guaranteed].",
        "There is no doubt that it is [guaranteed].",
        "You can't go wrong: [guaranteed] returns.",
        "I'm not a lawyer, but this is [guaranteed].",
        "This is not a joke; returns are [guaranteed].",
        "Do not stop taking [warfarin].",
        "Do not take it without [food].",
        "No later than [March].",
        "Don't worry, this is [risk-free].",
        "You will not regret these [guaranteed] returns.",
        "We do not lie and we [guarantee] it.",
        "Nothing but [guaranteed] profit.",
        "It has no side effects. You can [stop taking warfarin].",
    ],
)
def test_said(sentence: str) -> None:
    text, start, _ = _marked(sentence)
    assert not negated(text, start)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("If you [stop taking warfarin] you may clot.", True),
        ("Suppose returns were [guaranteed].", True),
        ("If you bleed, [stop taking warfarin].", False),
        ("[Stop taking warfarin].", False),
    ],
)
def test_supposed(sentence: str, expected: bool) -> None:
    text, start, _ = _marked(sentence)
    assert hypothetical(text, start) is expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("If someone tells you returns are [guaranteed], walk away.", True),
        ("Claims such as '[risk-free]' are prohibited.", True),
        ("Beware of anyone who promises [guaranteed returns].", True),
        ("He said “[guaranteed returns]” again.", True),
        ("[Guaranteed returns] do not exist.", True),
        ("[Guaranteed returns] are a red flag.", True),
        ("We offer [guaranteed returns] to all.", False),
        ("These [guaranteed returns] are paid monthly.", False),
        ('He said "hello" and got [guaranteed returns] "now".', False),
    ],
)
def test_reported(sentence: str, expected: bool) -> None:
    assert reported(*_marked(sentence)) is expected


@pytest.mark.parametrize("piece", ["not ", "is a ", '"', "claims ", ",", "no a", "if "])
def test_a_megabyte_around_the_words_costs_no_more(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    for start in range(0, len(text), 10_000):
        negated(text, start)
        hypothetical(text, start)
        reported(text, start, start + 5)
