"""Typed text: UTF-8 in which spaces, hyphens, apostrophes and quotation marks are those of a keyboard."""

from __future__ import annotations

import codecs

from processors.text.sentences import Span

_KEYS = {
    "'": "‘’‛ʼ′´＇",
    '"': "“”„‟″＂",
    "-": "‐‑‒–−﹣－",
    " ": "\N{NO-BREAK SPACE}\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "\n": "\x85\u2028\u2029",
    "K": "\N{KELVIN SIGN}",  # this and the next are the only two beyond ASCII that equal a letter of it but for case
    "s": "\N{LATIN SMALL LETTER LONG S}",
}
_KEY_OF = {ord(char): key for key, chars in _KEYS.items() for char in chars}


class Typed:
    """A text as a keyboard would have it. `data`: its UTF-8; each character is still one character.

    Lone surrogates become question marks.
    """

    __slots__ = ("_aligned", "data")

    def __init__(self, text: str) -> None:
        self.data = text.encode("ascii", _HANDLER).replace(b"\v", b" ")
        self._aligned = len(self.data) == len(text)

    def in_characters(self, spans: list[Span]) -> tuple[Span, ...]:
        """Ranges of bytes of `data`, rising and apart, as ranges of characters of the text."""
        if self._aligned:
            return tuple(spans)
        found, at, counted = [], 0, 0
        for start, end in spans:
            first = counted + _characters(self.data, at, start)
            at, counted = end, first + _characters(self.data, start, end)
            found.append((first, counted))
        return tuple(found)


def _characters(data: bytes, start: int, end: int) -> int:
    return len(data[start:end].decode())


def _replace(error: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(error, UnicodeEncodeError)
    return error.object[error.start : error.end].translate(_KEY_OF).encode("utf-8", "replace"), error.end


_HANDLER = "metronis.typed"  # called for what is beyond ASCII alone: eight times as fast as translating every character
codecs.register_error(_HANDLER, _replace)
