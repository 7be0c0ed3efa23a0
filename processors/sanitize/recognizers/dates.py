"""Dates more exact than a year, in figures and with the names of months, with the time of day where there is one."""

from __future__ import annotations

from presidio_analyzer.predefined_recognizers import DateRecognizer

from processors.sanitize.recognizers.cored import Cored

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY_OF_WEEK = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b\.?"
_WEEKDAY = rf"(?:{_DAY_OF_WEEK},?\s(?:the\s)?)?"
_ORDINAL = (
    r"(?:(?:twenty|thirty)[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
    r"|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth"
)
_D, _M = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_DAY = rf"(?:{_D}(?:\s?(?:st|nd|rd|th))?|{_ORDINAL})"
_DAYS = rf"{_DAY}(?:\s?(?:-|–|to|and|&)\s?{_DAY})?"
_YEAR = r"(?:(?:1[89]|20)\d\d|['’]\d\d)"
_YEAR_IN_FIGURES = r"(?:\d{4}|\d\d)"
_TIME = (
    r"(?:(?:T|,?\s(?:at\s)?)(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-6]\d(?:[.,]\d{1,9})?)?"
    r"(?:\s?[ap]\.?m\b\.?)?(?:\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\b)?)?"
)
_LOG_TIME = r"(?::\d\d:\d\d:\d\d(?:\s[+-]\d{4})?)?"
_BIRTH = r"(?:DOB|D\.O\.B\.?|birth ?dates?|date of birth|born)[\s:=(on]{1,6}"
_SURE, _MAYBE, _FRACTION = 0.6, 0.2, 0.1
_MONTH_AND_DAY = rf"{_MONTH}\s{{0,2}}(?:the\s)?{_DAY}\b"
_DAY_AND_MONTH = rf"(?:{_DAY})\s{{0,2}}(?:of\s|day of\s)?{_MONTH}"
_MONTH_AND_DAYS = rf"{_MONTH}\s{{0,2}}(?:the\s)?{_DAYS}\b(?:(?:,|\sof)?\s{{0,2}}{_YEAR}\b)?"
_DAYS_AND_MONTH = rf"{_DAYS}\s{{0,2}}(?:of\s|day of\s)?{_MONTH}(?:,?\s{{0,2}}{_YEAR}\b)?"
_COMPACT = r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])T[0-2]\d[0-5]\d(?:[0-5]\d)?Z?"
_IN_WORDS = (
    Cored("March 5th, 2023", rf"\b{_WEEKDAY}{_MONTH_AND_DAYS}{_TIME}", _SURE, rf"\b{_MONTH_AND_DAY}"),
    Cored("5th of March 2023", rf"\b{_WEEKDAY}{_DAYS_AND_MONTH}{_TIME}", _SURE, rf"\b{_DAY_AND_MONTH}"),
)
_FORMS = {
    "March 2023": (rf"{_MONTH},?\s{{0,2}}(?:of\s)?{_YEAR}\b", "", _SURE),
    "2023 March 5": (rf"(?:1[89]|20)\d\d[ -]{_MONTH}[ -]{_D}\b", _TIME, _SURE),
    "05-Mar-2023": (rf"{_D}[-/.]{_MONTH}[-/.]{_YEAR_IN_FIGURES}\b", _LOG_TIME + _TIME, _SURE),
    "Mar-05-2023": (rf"{_MONTH}[-/.]{_D}[-/.]{_YEAR_IN_FIGURES}\b", _TIME, _SURE),
    "Mar-2023": (rf"{_MONTH}[-/]{_YEAR_IN_FIGURES}\b", "", _SURE),
    "05-Mar": (rf"{_D}-{_MONTH}", "", _SURE),
    "2023-03-05": (rf"\d{{4}}(?:-{_M}-{_D}|/{_M}/{_D}|\.{_M}\.{_D})", rf"{_TIME}(?!\d)", _SURE),
    "03/05/2023": (rf"(?:{_M}/{_D}|{_D}/{_M})/{_YEAR_IN_FIGURES}\b", _TIME, _SURE),
    "03-05-2023": (rf"(?:{_M}-{_D}|{_D}-{_M})-\d{{4}}\b", _TIME, _SURE),
    "05.03.2023": (rf"{_D}\.{_M}\.(?:1[89]|20)\d\d\b", _TIME, _SURE),
    "20230305T101500": (rf"{_COMPACT}\b", "", _SURE),
    "03/2023": (r"(?:0[1-9]|1[0-2])[/-](?:19|20)\d\d\b", "", _SURE),
    "born 19800305": (rf"{_BIRTH}(?P<value>\d{{8}}|\d{{6}}|\d{{1,2}}[-. ]\d{{1,2}}[-. ]\d\d)\b", "", _SURE),
    "last March": (rf"(?:last|next|this past) (?:{_MONTH}|{_DAY_OF_WEEK})", "", _SURE),
    "05.03.23 (weak)": (rf"{_D}\.{_M}\.\d\d\b", "", _MAYBE),
    "3/2023 (weak)": (rf"{_M}/\d{{4}}\b", "", _MAYBE),
    "3/23 (weak)": (rf"{_M}/\d\d\b", "", _FRACTION),
}
_CONTEXT = ["date", "dated", "birthday", "birth", "dob", "born", "since"]
_WORDS_TOO = ("may", "mar", "sep", "dec", "jan")


class Date(DateRecognizer):
    """Days and months of a year, and days of an unnamed one. Bare years, weekdays and `last week` are left.

    Presidio knows no names of months but in `05-MAR-2023`, leaves out the time of day, and takes any version like
    `1.10.12` for a date; here that one needs a word beside it.
    """

    def __init__(self) -> None:
        in_figures = [Cored(form, rf"\b{day}{time}", score, rf"\b{day}") for form, (day, time, score) in _FORMS.items()]
        super().__init__(patterns=[*_IN_WORDS, *in_figures], context=_CONTEXT)

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it is a verb, as in `you may 2`, and no month."""
        return any(word in pattern_text for word in _WORDS_TOO) and sum(map(str.isdigit, pattern_text)) <= 2
