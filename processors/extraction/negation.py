"""Negation: whether words of a text are said there, or denied, supposed or reported."""

from __future__ import annotations

import re

from processors.text.lexicons import load
from processors.text.words import folded

_REACH = 160  # characters before the words in which their clause begins
_AHEAD = 90  # characters behind them
_LONGEST_OPENING = 12  # characters of the words that may show them to be a clause of their own
_MOST_WORDS = 14  # between a denial and what it denies

_LISTED: dict[str, str] = load("negation")
_NOT = "|".join(re.split(r"\s*\|\s|\n", _LISTED["not"].strip()))


def _any(name: str) -> str:
    """A group of all patterns of one list."""
    entries = filter(None, re.split(r"\s\|\s|\n", _LISTED[name].strip()))
    return f"(?:{'|'.join(entries)})".replace("NOT", f"(?:{_NOT})")


_BORDER = re.compile(r"[.!?](?=\s)|[;:\n—•]|\s[-–]\s")
_DENIAL = re.compile(
    rf"\b(?:(?P<pseudo>{_any('pseudo')})|(?P<verbal>{_any('verbal')})|(?P<nominal>{_any('nominal')}))(?!\w)"
)
_OPENS = rf"(?:{_any('subjects')}|{_any('imperatives')})\b"
_BREAK = re.compile(rf"\b{_any('breaks')}\b|(?:(?<!^),(?: and| or| then)?| and) {_OPENS}")
_LIST_OR_AND = re.compile(r",| and\b")
_AUXILIARY = re.compile(rf"\b{_any('auxiliaries')}\b")
_GOES_ON = re.compile(rf", {_any('auxiliaries')}\b")
_LIST_GOES_ON = re.compile(r",? (?:n?or)\b")
_SUBORDINATE = re.compile(rf"\b{_any('subordinate')}\b")
_SUPPOSING = re.compile(rf"\b{_any('supposing')}\b")
_REPORTING = re.compile(rf"\b{_any('reporting')}(?!\w)")
_CONDEMNING = re.compile(rf"[^.!?;\n]{{0,60}}?\b{_any('condemning')}")
_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"))


def negated(text: str, start: int) -> bool:
    """Whether what begins at `start` stands under a negation in its clause: "not guaranteed", "no one can promise".

    Understood are denials of denials ("not without", "do not hesitate to", "not only"), lists ("no fees, commissions or
    …"), and where a clause ends. What comes behind the words is not looked at; see `reported` for that.
    """
    clause = _clause(text, start)
    denials = [denial for denial in _DENIAL.finditer(clause) if not denial["pseudo"]]
    if not denials:
        return False
    words = folded(text[start : start + _LONGEST_OPENING])
    return any(_governs(denial, clause, words) for denial in denials)


def hypothetical(text: str, start: int) -> bool:
    """Whether what begins at `start` is only supposed: "if you stop taking it". Behind the comma nothing is."""
    clause = _clause(text, start)
    supposed = list(_SUPPOSING.finditer(clause))
    return bool(supposed) and "," not in clause[supposed[-1].end() :]


def reported(text: str, start: int, end: int) -> bool:
    """Whether the words [start, end) are spoken about and not said: quoted, attributed to others, or condemned.

    "If someone tells you …", "claims such as …", "beware of …", "… are prohibited", and all in quotation marks.
    """
    if _REPORTING.search(_clause(text, start, borders=False)):
        return True
    return _quoted(text, start, end) or _CONDEMNING.match(folded(text[end : end + _AHEAD])) is not None


def _clause(text: str, start: int, *, borders: bool = True) -> str:
    """What stands before `start` in its clause, folded; without `borders`, in its sentence as far as it is near."""
    before = folded(text[max(start - _REACH, 0) : start])
    begin = 0
    for border in _BORDER.finditer(before):
        if borders or border.group() in ".!?\n":
            begin = border.end()
    return before[begin:]


def _governs(denial: re.Match[str], clause: str, words: str) -> bool:
    """Whether a denial reaches the end of its clause, where the words begin."""
    between = clause[denial.end() :]
    if between.count(" ") > _MOST_WORDS or ("," in between and _SUBORDINATE.search(clause, 0, denial.start())):
        return False
    breaks = _BREAK.search(between + words)
    if breaks and breaks.start() < len(between):
        return False
    item = _LIST_OR_AND.search(between)
    if denial["verbal"] or item is None:
        return True
    goes_on = _AUXILIARY.search(between, 0, item.start()) or _GOES_ON.search(between) or _LIST_GOES_ON.search(between)
    return goes_on is not None


def _quoted(text: str, start: int, end: int) -> bool:
    before, after = (
        text[max(start - _REACH, 0) : start].rpartition("\n")[2],
        text[end : end + _REACH].partition("\n")[0],
    )
    return any(_opens(before, mark, closing) and closing in after for mark, closing in _QUOTES)


def _opens(before: str, mark: str, closing: str) -> bool:
    if mark == closing:
        return before.count(mark) % 2 == 1
    return before.rfind(mark) > before.rfind(closing)
