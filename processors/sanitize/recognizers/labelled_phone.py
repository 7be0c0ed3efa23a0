"""Telephone and fax numbers by the words before them, whatever the country and whether the number is one in use."""

from __future__ import annotations

from presidio_analyzer import Pattern, PatternRecognizer

_NOUN = r"(?:[ _-]?(?:numbers?|nos?\b\.?|line|#))?"
_FAX = rf"(?:tele)?(?:fax|facsimile){_NOUN}"
_PHONE = (
    rf"(?:(?:tele)?phone|mobile|cell(?: ?phone)?|tel\b\.?|pager|whats ?app|voice ?mail|extension|ext\b\.?){_NOUN}"
    r"|(?:call(?:ed|ing)?|phone|ring|dial|text|reach|contact)(?: (?:me|us|him|her|them|back))?(?: back)?(?: (?:at|on))?"
    r"|answering(?: (?:at|on))"
)
_LINK = r"""(?:\s?\(\w{1,10}\))?[\s:=#"'*-]{1,5}(?:(?:is|at|on|to)[\s:]{1,3})?"""
_NUMBER = r"(?:\+ ?)?\(?\d[\d().-]{0,14}(?:[ -]{1,2}\(?\d[\d().-]{0,10}){0,6}\d"
_MIN_DIGITS, _MAX_DIGITS = 7, 15


class _LabelledNumber(PatternRecognizer):
    def __init__(self, entity_type: str, label: str) -> None:
        pattern = Pattern("Labelled", rf"\b(?:{label}){_LINK}(?P<value>{_NUMBER})\b", 0.7)
        super().__init__(entity_type, patterns=[pattern])

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it has fewer or more digits than telephone numbers have (ITU-T E.164)."""
        return not _MIN_DIGITS <= sum(map(str.isdigit, pattern_text)) <= _MAX_DIGITS


class Fax(_LabelledNumber):
    """`Fax: (212) 555-0123`, `fax number is 555-0123`."""

    def __init__(self) -> None:
        super().__init__("FAX_NUMBER", _FAX)


class LabelledPhone(_LabelledNumber):
    """`phone: 78 651 450`, `call me on 9472 7916`."""

    def __init__(self) -> None:
        super().__init__("PHONE_NUMBER", _PHONE)
