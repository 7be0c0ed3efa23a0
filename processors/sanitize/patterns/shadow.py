"""Shadows: a text in ASCII, character for character, that no pattern which matches the text fails to match."""

from __future__ import annotations

import codecs

import regex

_SAME_BUT_FOR_CASE = {letter: regex.compile(f"{letter}|{letter.upper()}", regex.IGNORECASE) for letter in "iks"}
_KINDS = ((regex.compile(r"\d"), "0"), (regex.compile(r"\w"), "_"), (regex.compile(r"\s"), "\v"))
_OTHER = "\x7f"

CAST = frozenset("0_\v\x7fiksIKS")
"""Characters that may stand for others, in either case."""


def shadow(text: str) -> bytes:
    """As many bytes as the text has characters.

    Characters beyond ASCII become one of their kind as the `regex` library sees it: a digit 0, whatever equals an ASCII
    letter but for its case that letter, any other of a word an underscore, white space a vertical tab, the rest DEL.
    """
    return text.encode("ascii", _HANDLER)


class _Casts(dict[int, str]):
    """What each character becomes, worked out when it is first seen."""

    def __missing__(self, code: int) -> str:
        self[code] = cast = _cast(chr(code))
        return cast


def _cast(char: str) -> str:
    for letter, pattern in _SAME_BUT_FOR_CASE.items():
        if pattern.match(char):
            return letter
    return next((cast for kind, cast in _KINDS if kind.match(char)), _OTHER)


def _replace(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return error.object[error.start : error.end].translate(_CASTS), error.end


_CASTS = _Casts()
_HANDLER = "metronis.shadow"
codecs.register_error(_HANDLER, _replace)
