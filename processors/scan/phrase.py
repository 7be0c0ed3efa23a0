"""Phrases: what to look for in a text, in the small language of domain files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import re2  # type: ignore[import-untyped]  # ships no types

from processors.scan.typed import Typed
from processors.text.sentences import Span

MAX_PLACES = 1_000
"""Of one phrase in one text; what repeats a phrase for ever costs no more."""

# What is in no word: ASCII but for the apostrophe, blocks of punctuation and symbols, scripts that write no spaces
# (Thai, Chinese), all beyond U+FFFF. Classes of real Unicode categories take 1.3 ms to compile, for each phrase.
_NO_LETTER = (
    r"\x00-&(-/:-@\[-^`{-\x7f\x{80}-\x{a9}\x{ab}-\x{b4}\x{b6}-\x{b9}\x{bb}-\x{bf}\x{d7}\x{f7}\x{e00}-\x{eff}"
    r"\x{2000}-\x{2125}\x{2127}-\x{2129}\x{212c}-\x{2bff}"  # without the signs of ohm, kelvin and ångström: ω, k and å
    r"\x{2e00}-\x{9fff}\x{e000}-\x{faff}\x{fe00}-\x{fe6f}\x{feff}-\x{ff20}\x{ff3b}-\x{ff40}\x{ff5b}-\x{10ffff}"
)
_LETTER = rf"[^'{_NO_LETTER}]"
_APART = r"""'{0,2}[ \t,;:"()\[\]*/%$€£&+<=>~—-]{1,5}'{0,2}"""

_INNER_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
_ELLIPSES = ("...", "…")
_IS_LETTER = re2.compile(_LETTER)
_HALF_CHARACTER = re.compile(r"(?<!\\)(?:\\\\)*\\C")  # of RE2: any byte


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words, or an RE2 regex between slashes. Raises ValueError where `source` is no phrase, and says why.

    Words match whole, blind to case, to the kind of space, hyphen, apostrophe or quotation mark, to bold type and
    quotation marks within, and to whether a hyphen or a space joins two words (`risk-free`, `risk free`). A space may
    be one line break. `*` at the end of a word is any rest of it; ` ... ` up to five words in the same sentence.
    A regex is blind to case unless it says `(?-i)`, and sees apostrophes, hyphens, quotation marks and spaces as a
    keyboard has them.
    """

    source: str

    def __post_init__(self) -> None:
        if self.regex is None:
            _tokens(self.source)  # words always compile; that can wait until a text may have them
        else:
            _searcher(self.source)

    def __hash__(self) -> int:
        return hash(self.source)

    @property
    def regex(self) -> str | None:
        """What is between the slashes; None where it is words."""
        return _between_slashes(self.source)

    def find(self, text: str) -> tuple[Span, ...]:
        """The first thousand places, as characters [start, end), apart and in order. Takes linear time."""
        return self.find_typed(Typed(text))

    def find_typed(self, text: Typed) -> tuple[Span, ...]:
        """As `find`, in a text that others look through as well."""
        (search, group), data = _searcher(self.source), text.data
        spans: list[Span] = []
        at = 0
        while at <= len(data) and len(spans) < MAX_PLACES and (match := search(data, at)):
            start, end = match.span(group)
            if start < end:
                spans.append((start, end))
            at = max(end, start + 1)  # not where the match ends: that may be after the space before the next one
        return text.in_characters(spans) if spans else ()


class Dialect(NamedTuple):
    """How the parts of words are written as a regex.

    begin, end: the edges of a first and a last word. between: of two words, gap: `...`, rest: `*`. literal: of text.
    """

    begin: str
    end: str
    between: str
    gap: str
    rest: str
    literal: Callable[[str], str]


_EXACT = Dialect(
    begin=rf"(?:^|['{_NO_LETTER}])",
    end=rf"(?:$|[{_NO_LETTER}]|'(?:$|[^t]))",  # of `can't`, no `can`
    between=r'["*]{0,3}(?:-|[ \t\r]{1,40}|[ \t\r]{0,8}\n[ \t]{0,40})["*]{0,3}',
    gap=rf"{_APART}(?:{_LETTER}+(?:['.,-]{_LETTER}+)*{_APART}){{0,5}}?",
    rest=rf"{_LETTER}*",
    literal=re2.escape,
)


def words_pattern(source: str, dialect: Dialect) -> str:
    """A regex of typed text whose first group is the phrase. Raises ValueError where these are no words."""
    tokens = _tokens(source)
    pattern = _token_pattern(tokens[0], dialect)
    for before, token in pairwise(tokens):
        if token not in _ELLIPSES:
            pattern += dialect.gap if before in _ELLIPSES else dialect.between
            pattern += _token_pattern(token, dialect)
    begin = dialect.begin if _is_letter(tokens[0][0]) else ""
    end = dialect.end if _is_letter(tokens[-1][-1]) else ""
    return f"{begin}({pattern}){end}"


@cache
def _searcher(source: str) -> tuple[Callable[[bytes, int], Any], int]:
    """RE2's search, and the group of its match that is the phrase. Raises ValueError."""
    regex = _between_slashes(source)
    if regex is not None and _HALF_CHARACTER.search(regex):
        raise ValueError(f"{source!r}: `\\C` may be half of a character; write `.`")
    pattern = words_pattern(source, _EXACT) if regex is None else regex
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        compiled = re2.compile(pattern.encode(), options)
    except re2.error as error:
        raise ValueError(f"{source!r} is no RE2 regex: {error.args[0].decode()}") from None
    except UnicodeEncodeError:
        raise ValueError(f"{source!r} has half of a character in it") from None
    if compiled.fullmatch(b""):
        raise ValueError(f"{source!r} matches the empty text")
    return compiled.search, int(regex is None)


def _between_slashes(source: str) -> str | None:
    bare = source.strip()
    return bare[1:-1] if len(bare) > 2 and bare[0] == bare[-1] == "/" else None


def _tokens(source: str) -> list[str]:
    """Words and ellipses, as a keyboard has them."""
    tokens = Typed(source).data.decode().split()
    if not tokens:
        raise ValueError("a phrase is empty")
    for before, token in pairwise(["...", *tokens, "..."]):
        if before in _ELLIPSES and token in _ELLIPSES:
            raise ValueError(f"{source!r}: `...` stands between two words")
        if "*" in token[:-1] or (token[-1] == "*" and not _is_letter(token[-2:][0])):
            raise ValueError(f"{source!r}: `*` stands at the end of a word; for anything else write /an RE2 regex/")
    return tokens


def _token_pattern(token: str, dialect: Dialect) -> str:
    joined = dialect.between.join(map(dialect.literal, _INNER_HYPHEN.split(token.removesuffix("*"))))
    return joined + dialect.rest if token.endswith("*") else joined


def _is_letter(char: str) -> bool:
    return _IS_LETTER.fullmatch(char) is not None
