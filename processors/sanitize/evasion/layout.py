"""Identifiers taken apart: by markup, by blanks between all characters, by words in place of signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.sanitize.evasion.view import Edit

_BLOCKS = "br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|table|tbody|td|tfoot|th|thead|tr|ul"
_OUR_TOKEN = r"<[A-Z][A-Z0-9_]*_[b-t]{15}>"
_TAG = rf"(?!{_OUR_TOKEN})</?[A-Za-z][^<>]{{0,400}}>|<!--[^<>]{{0,400}}-->"
_EMPHASIS = r"(?:\*{1,3}|~~|`{1,3}|__)"
_MARKUP = re.compile(rf"(?P<tags>(?:{_TAG})+)|(?<=[\w@.+-]){_EMPHASIS}|{_EMPHASIS}(?=[\w@.+-])")
_BLOCK = re.compile(rf"</?(?:{_BLOCKS})\b", re.IGNORECASE)

_SPACED = re.compile(r"\S(?: {1,3}\S){6,}|\d(?:[-._]\d){6,}")
_BETWEEN = re.compile(r"(?P<narrow>(?<=\S) (?=\S))|(?P<wide> {2,3})|(?P<sign>(?<=\d)[-._](?=\d))")

_ARTICLES = "(?!(?:an?|her|his|its?|my|our|that|the|their|this|your)\\b)"
_BRACKETED = r"\s*[\[({{<]\s*{}\s*[\])}}>]\s*"
_SIGN = re.compile(
    rf"(?P<at>{_BRACKETED.format('at')}|(?<=\w)\s+at\s+(?={_ARTICLES}[\w-]+(?:\s+dot\s|\s*[\[({{<]\s*dot\b)))"
    rf"|(?P<dot>{_BRACKETED.format('dot')}|(?<=\w)\s+dot\s+(?=\w))"
    r"|(?P<apart>(?<=\w) ?(?P<itself>@) ?(?=\w)|(?<=\d) ?(?P<dash>-) ?(?=\d))",
    re.IGNORECASE,
)


def markup(text: str) -> Iterator[Edit]:
    """Tags and emphasis taken out; tags that begin another line or cell become a newline. Our own tokens stay."""
    for match in _MARKUP.finditer(text):
        block = match["tags"] and _BLOCK.search(match["tags"])
        yield Edit(*match.span(), "\n" if block else "")


def spaced(text: str) -> Iterator[Edit]:
    """`1 2 3 - 4 5`, `J o h n`, `1-2-3-4-5-6-7`: what stands between seven characters or more taken out."""
    for match in _SPACED.finditer(text):
        blanks = " " in match[0]
        for gap in _BETWEEN.finditer(text, *match.span()):
            if gap.lastgroup == "sign" and blanks:
                continue
            yield Edit(*gap.span(), " " if gap.lastgroup == "wide" else "")


def spoken(text: str) -> Iterator[Edit]:
    """`ann (at) example dot org`, `ann @ example.org`, `123 - 45 - 6789`: the signs alone."""
    for match in _SIGN.finditer(text):
        read = "@" if match["at"] or match["itself"] else "." if match["dot"] else "-"
        if read != match[0]:
            yield Edit(*match.span(), read)
