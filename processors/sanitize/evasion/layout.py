"""Identifiers taken apart: by markup, by blanks between all characters, by words in place of signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import mode

from processors.sanitize.evasion.view import Edit

_BLOCKS = "br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|table|tbody|td|tfoot|th|thead|tr|ul"
_OUR_TOKEN = "[A-Z][A-Z0-9_]*_[b-t]{15}>"
_TAG = rf"<(?!{_OUR_TOKEN})/?[A-Za-z][^<>]{{0,400}}>|<!--[^<>]{{0,400}}-->"
_WORD = r"[\w@%=;#{}\\-]"  # also of one that is written in codes
# Every alternative begins with a literal: that lets `re` skip to the next one. Emphasis counts within a word or number.
_MARKUP = re.compile(
    rf"<(?P<tags>(?!{_OUR_TOKEN})(?:/?[A-Za-z][^<>]{{0,400}}>|!--[^<>]{{0,400}}-->)(?:{_TAG})*)"
    + "".join(
        rf"|{mark}(?:(?<={_WORD}{mark})(?={_WORD})|(?<=[\d ]{mark})(?=\d)|(?<=\d{mark})(?= \d)|(?<=@ {mark})(?=\w))"
        for mark in (r"\*\*\*\*", r"\*\*\*", r"\*\*", r"\*", "~~", "```", "``", "`", "__")
    )
)
_BLOCK = re.compile(rf"(?:^|<)/?(?:{_BLOCKS})\b", re.IGNORECASE)

_SPACED = re.compile(r"\S(?: {1,7}\S){6,}|\d(?:[-._]\d){6,}")
_GAP = re.compile(r" +")
_SIGN_BETWEEN = re.compile(r"[-._]")

_SPOKEN = re.compile(r"[\s(\[{<]{1,6}(?P<word>at|dot)[\s)\]}>]{1,6}(?=\w)", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*[(\[{<].*[)\]}>]\s*", re.DOTALL)
_ARTICLE = "an?|her|his|its?|my|our|that|the|their|this|your"
_HOST = re.compile(rf"(?!(?:{_ARTICLE})\b)[\w-]+(?:\s+dot\s|\s*[\[({{<]\s*dot\b)", re.IGNORECASE)
_APART = re.compile(r"(?<=\w)(?: {1,3}@ {0,3}|@ {1,3})(?=\w)|(?<=\d)(?: {1,3}- {0,3}|- {1,3})(?=\d)")


def markup(text: str) -> Iterator[Edit]:
    """Tags and emphasis taken out; tags that begin another line or cell become a newline. Our own tokens stay."""
    for match in _MARKUP.finditer(text):
        block = match["tags"] and _BLOCK.search(match["tags"])
        yield Edit(*match.span(), "\n" if block else "")


def spaced(text: str) -> Iterator[Edit]:
    """`1 2 3 - 4 5`, `J o h n`, `1-2-3-4-5-6-7`: what stands between seven characters or more taken out.

    Of blanks those of the usual width; wider ones stood between words, and so did those beside a longer word.
    """
    for match in _SPACED.finditer(text):
        gaps = [gap.span() for gap in _GAP.finditer(text, *match.span())]
        if not gaps:
            yield from (Edit(*sign.span(), "") for sign in _SIGN_BETWEEN.finditer(text, *match.span()))
            continue
        usual = mode(end - start for start, end in gaps)
        first, last = match.start() + 1, match.end() - 1
        after_word = text[first - 2 : first].isalnum() and first > 1
        before_word = text[last : last + 2].isalnum() and last + 2 <= len(text)
        for start, end in gaps:
            apart = end - start > usual or (start == first and after_word) or (end == last and before_word)
            if not apart or end - start > 1:
                yield Edit(start, end, " " if apart else "")


def spoken(text: str) -> Iterator[Edit]:
    """`ann (at) example dot org`, `ann @ example.org`, `123 - 45 - 6789`: the signs alone.

    A bare `at` counts where a host with a `dot` follows.
    """
    end = 0
    for match in sorted([*_SPOKEN.finditer(text), *_APART.finditer(text)], key=re.Match.start):
        sign = match[0].strip() if match.re is _APART else _sign(text, match)
        if sign and match.start() >= end:
            yield Edit(*match.span(), sign)
            end = match.end()


def _sign(text: str, match: re.Match[str]) -> str:
    if match["word"].lower() == "dot":
        return "."
    return "@" if _BRACKETED.fullmatch(match[0]) or _HOST.match(text, match.end()) else ""
