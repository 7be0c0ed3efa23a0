"""Numbers and codes that stand after words which say what they are: `MRN: 4471-A`, `policy no. is AB-12345`."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import Pattern, PatternRecognizer

MIN_DIGITS = 4
"""Fewer are rooms, doses and versions far more often (`case no. 12`, `GPL-3.0`), unless letters are with them."""

LABELLED = 0.7
"""Score of a value whose label leaves no doubt."""

CODE = (
    r"(?:\d{2,4}(?: \d{2,4}){1,4}"  # digits in groups
    r"|[A-Za-z]{0,8}(?:[-/_][A-Za-z]{1,8}){0,2}[-/_#]?\d\w{0,30}(?:[-/_]\w{1,20}){0,5}(?:\.\d{1,12}){0,3})"
)
"""Letters and digits, joined by hyphens, slashes or underscores, with a digit among them."""

_NOUN = r"(?:numbers?|nos?\b\.?|num\b\.?|nr\b\.?|ids?|identifiers?|identification|codes?)"
_MARKS = r"""[\s:=#"'*_()\[\]-]"""
_VERB = rf"(?:(?:is|was|reads|ending in|ends in|listed as){_MARKS}{{1,4}})?"
_LINK = rf"(?:[\s_-]{{0,2}}(?:{_NOUN}|#))?(?:\s?\([\w ]{{2,12}}\))?{_MARKS}{{1,6}}{_VERB}"
_NUMBER_LINK = rf"(?:[\s_-]{{0,2}}{_NOUN}(?:\s?\([\w ]{{2,12}}\))?{_MARKS}{{1,6}}{_VERB}|\s?#{_MARKS}{{0,4}})"
_FIRM_LINK = rf"(?:{_NUMBER_LINK}|\s?[:=]{_MARKS}{{0,4}}|\s(?:is|was)\s)"


def labelled(label: str, value: str = CODE) -> str:
    """Regex of a value after a label that is enough by itself: `MRN 4471`. The entity is its group `value`."""
    return rf"\b(?:{label}){_LINK}(?P<value>{value})\b"


def firmly_labelled(label: str, value: str = CODE) -> str:
    """Regex of a value after an everyday word that needs `number`, `ID`, `#`, a colon or a verb: `patient: 4471`."""
    return rf"\b(?:{label}){_FIRM_LINK}(?P<value>{value})\b"


def numbered(label: str, value: str = CODE) -> str:
    """Regex of a value after a word that needs `number`, `ID` or `#`: `file no. 4471`, but not `file: log_2023`."""
    return rf"\b(?:{label}){_NUMBER_LINK}(?P<value>{value})\b"


def followed_by_a_long_one(word: str) -> str:
    """Regex of a value right after an everyday word where the value itself looks like a code: `patient 998877`."""
    return rf"\b(?:{word}) (?P<value>\d{{6,12}}|(?-i:[A-Z]{{1,4}})-?\d{{4,12}})\b"


class Labelled(PatternRecognizer):
    """A recogniser of codes by their labels. Years and what is too short for an identifier are left."""

    def __init__(self, entity_type: str, patterns: Sequence[Pattern], context: Sequence[str] = ()) -> None:
        super().__init__(entity_type, patterns=list(patterns), context=list(context))

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it is a year or too short for an identifier."""
        return is_short(pattern_text) or _is_year(pattern_text)


def is_short(code: str) -> bool:
    """Whether this has too few digits to tell many people apart: four are enough, and three of six in `ABC123`."""
    digits = sum(map(str.isdigit, code))
    letters = sum(map(str.isalpha, code))
    return digits < MIN_DIGITS and (digits < MIN_DIGITS - 1 or letters < MIN_DIGITS - 1 or "." in code)


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal() and text[:2] in ("18", "19", "20")
