"""Identifiers taken apart: by markup, by blanks between all characters, by words in place of signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import mode

from processors.sanitize.evasion.view import Edit

_BLOCKS = "br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|table|tbody|td|tfoot|th|thead|tr|ul"
_OUR_TOKEN = r"<[A-Z][A-Z0-9_]*_[b-t]{15}>"
_TAG = rf"(?!{_OUR_TOKEN})</?[A-Za-z][^<>]{{0,400}}>|<!--[^<>]{{0,400}}-->"
_MARKUP = re.compile(rf"(?P<tags>(?:{_TAG})+)|\*{{2,3}}|~~|__|`{{1,3}}|(?<=[\w@.+-])\*|\*(?=[\w@.+-])")
_BLOCK = re.compile(rf"</?(?:{_BLOCKS})\b", re.IGNORECASE)

_SPACED = re.compile(r"\S(?: {1,7}\S){6,}|\d(?:[-._]\d){6,}")
_GAP = re.compile(r" +")
_SIGN_BETWEEN = re.compile(r"[-._]")

_ARTICLES = "(?!(?:an?|her|his|its?|my|our|that|the|their|this|your)\\b)"
_BRACKETED = r"\s*[\[({{<]\s*{}\s*[\])}}>]\s*"
_SIGN = re.compile(
    rf"(?P<at>{_BRACKETED.format('at')}|(?<=\w)\s+at\s+(?={_ARTICLES}[\w-]+(?:\s+dot\s|\s*[\[({{<]\s*dot\b)))"
    rf"|(?P<dot>{_BRACKETED.format('dot')}|(?<=\w)\s+dot\s+(?=\w))"
    r"|(?P<apart>(?<=\w) {0,3}(?P<itself>@) {0,3}(?=\w)|(?<=\d) {0,3}(?P<dash>-) {0,3}(?=\d))",
    re.IGNORECASE,
)


def markup(text: str) -> Iterator[Edit]:
    """Tags and emphasis taken out; tags that begin another line or cell become a newline. Our own tokens stay."""
    for match in _MARKUP.finditer(text):
        block = match["tags"] and _BLOCK.search(match["tags"])
        yield Edit(*match.span(), "\n" if block else "")


def spaced(text: str) -> Iterator[Edit]:
    """`1 2 3 - 4 5`, `J o h n`, `1-2-3-4-5-6-7`: what stands between seven characters or more taken out.

    Of blanks those of the usual width; wider ones stood between words.
    """
    for match in _SPACED.finditer(text):
        gaps = [gap.span() for gap in _GAP.finditer(text, *match.span())]
        gaps = gaps or [gap.span() for gap in _SIGN_BETWEEN.finditer(text, *match.span())]
        usual = mode(end - start for start, end in gaps)
        for start, end in gaps:
            yield Edit(start, end, "" if end - start <= usual else " ")


def spoken(text: str) -> Iterator[Edit]:
    """`ann (at) example dot org`, `ann @ example.org`, `123 - 45 - 6789`: the signs alone."""
    for match in _SIGN.finditer(text):
        read = "@" if match["at"] or match["itself"] else "." if match["dot"] else "-"
        if read != match[0]:
            yield Edit(*match.span(), read)
