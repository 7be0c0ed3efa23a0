"""Urgency: what emergencies a request tells of, and whether the answer sends for help."""

from __future__ import annotations

import re
from typing import Any

from domains.healthcare.clinical.cues import cue
from domains.healthcare.clinical.patient import patient
from domains.healthcare.clinical.records import chart
from domains.healthcare.clinical.signs import Signs, Told
from domains.knowledge import table
from processors.subject import Subject, once
from processors.text.sentences import sentences
from processors.text.words import folded

FLAGS = table("healthcare", "red_flags").rows

_GROUPS = {name: tuple(Signs(group) for group in row["all"]) for name, row in FLAGS.items()}
_SOMEONE = cue("speaks_of_someone")
_TAUGHT = cue("teaches", first=r"\W*+")
_HISTORY = cue("tells_of_the_past")
_NOW = cue("tells_of_now")
_OWN = re.compile(r"\b(?:i|i'm|i've|my|me)\b")
_TEMPERATURE = re.compile(r"\b(\d{2,3}(?:\.\d)?)\s?(?:°|degrees|deg)?\s?(?:c|f|celsius|fahrenheit)?\b")
_URGENT = cue("sends_for_help")
_DISMISSED = re.compile(r"\b(?:no|non|not|n't|without|never|don't|doesn't|isn't|needn't|unlikely)\b[^.;\n]{0,40}$")
_CONDITION = re.compile(r"\b(?:if|unless|should)\b(?! you (?:can|are able))[^.;\n]{0,140}$")
_CONDITION_AFTER = re.compile(
    r"^[^.;\n]{0,40}\b(?:if|unless)\b (?:it|they|the|you|symptoms?|this|things|pain|she|he|your)\b"
)
_CELSIUS_MOST = 45.0


@once
def red_flags(subject: Subject) -> tuple[str, ...]:
    """The emergencies of the table `red_flags` that the user tells of, in the table's order."""
    text = f"{subject.input_text}\n{chart(subject)}"
    low = folded(text)
    if not _SOMEONE.search(low) or (_TAUGHT.match(subject.request_folded) and not _OWN.search(low)):
        return ()
    told = Told(_of_now(low))
    return tuple(
        name
        for name, groups in _GROUPS.items()
        if all(group.within(told) for group in groups) and _fits(FLAGS[name], subject, low)
    )


def _of_now(text: str) -> str:
    """A folded text without the sentences that tell of an allergy, or of what was long ago."""
    if not _HISTORY.search(text):
        return text
    spans = [text[start:end] for start, end in sentences(text)]
    return "\n".join(said for said in spans if not _HISTORY.search(said) or _NOW.search(said.replace("years ago", "")))


def _fits(flag: Any, subject: Subject, text: str) -> bool:
    """Whether age and temperature are those that the flag is about."""
    if "below_months" in flag:
        age = patient(subject).age_years
        if age is None or age * 12 >= flag["below_months"]:
            return False
    if "above_celsius" in flag:
        degrees = [_celsius(float(value)) for value in _TEMPERATURE.findall(text)]
        measured = [value for value in degrees if 34 <= value <= _CELSIUS_MOST]
        return not measured or max(measured) >= flag["above_celsius"] - 0.01
    return True


def _celsius(value: float) -> float:
    return (value - 32) * 5 / 9 if value > _CELSIUS_MOST else value


@once
def sends_for_help(subject: Subject) -> str:
    """`yes`, `only if` it grows worse, or `no`: whether the answer sends for help at once."""
    text = subject.output_folded
    conditional = False
    for match in _URGENT.finditer(text):
        before = text[max(match.start() - 150, 0) : match.start()]
        if _DISMISSED.search(before):
            continue
        if _CONDITION.search(before) or _CONDITION_AFTER.search(text[match.end() : match.end() + 60]):
            conditional = True
            continue
        return "yes"
    return "only if" if conditional else "no"
