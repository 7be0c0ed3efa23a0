"""Ages over 89: HIPAA lets those of 89 and less stand."""

from __future__ import annotations

from presidio_analyzer import Pattern, PatternRecognizer

_DIGITS = r"(?:9\d|1[01]\d|12[0-5])"
_UNITS = r"one|two|three|four|five|six|seven|eight|nine"
_WORDS = rf"(?:ninety(?:[ -](?:{_UNITS}))?|(?:a|one)[ -]hundred(?:[ -](?:and[ -])?(?:{_UNITS}|ten|eleven|twelve))?)"
_AGE = rf"(?P<value>{_DIGITS}|{_WORDS})"
_YEARS = r"[ -]?(?:(?:years?|yrs?\b\.?)[ -]?(?:olds?|of age|young)|y\.?/?o\b)"
_LABEL = r"(?:aged?|age of|age is|age was|turn(?:s|ed|ing)|at the age of)[\s:=]{1,3}(?:just )?"
_SUBJECT = (
    r"(?:I|he|she|patient|mother|father|grandmother|grandfather)(?:['’](?:m|s)| am| is| was) (?:now |only |already )?"
)
_NO_UNIT = r"(?![\w%+]|\.\d| ?%)"
_END_OF_CLAUSE = r"(?=[,;!?]|\.?$|\.\s| (?:and|with|who|but)\b)"
_PATTERNS = [
    Pattern("Years old", rf"\b{_AGE}{_YEARS}", 0.8),
    Pattern("Label", rf"\b{_LABEL}{_AGE}{_NO_UNIT}", 0.7),
    Pattern("Subject", rf"\b{_SUBJECT}{_AGE}{_END_OF_CLAUSE}", 0.6),
    Pattern("Birthday", r"\b(?P<value>(?:9\d|1[01]\d)(?:st|nd|rd|th)) birthday\b", 0.7),
]


class Age(PatternRecognizer):
    """`93-year-old`, `97 yo`, `age: 92`, `aged ninety-four`, `she is 101 and lives alone`, `her 95th birthday`."""

    def __init__(self) -> None:
        super().__init__("AGE", patterns=_PATTERNS)
