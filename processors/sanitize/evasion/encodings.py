"""Characters written as codes: URL, HTML, string escapes, quoted-printable; characters that nobody sees."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping

from processors.sanitize.content.characters import CONTROLS, ESCAPE_SEQUENCE, HIDDEN
from processors.sanitize.evasion.folding import folded
from processors.sanitize.evasion.view import Edit

_HEX = "[0-9A-Fa-f]"
_BACKSLASH_X = r"\\x"


def _beyond_ascii(prefix: str) -> str:
    """A pattern for one character as UTF-8 bytes of two hex digits, with the prefix before all but the first."""
    more = rf"{prefix}[89ABab]{_HEX}"
    return rf"[CDcd]{_HEX}{more}|[Ee]{_HEX}(?:{more}){{2}}|[Ff][0-7](?:{more}){{3}}"


# Every alternative begins with a literal: that lets `re` skip to the next one.
_CODED = (
    rf"%(?P<url>[0-7]{_HEX}|{_beyond_ascii('%')})"
    rf"|&(?P<entity>#\d{{1,7}};?|#[xX]{_HEX}{{1,6}};?|[A-Za-z][A-Za-z0-9]{{1,31}};)"
    rf"|\\x(?P<bytes>[0-7]{_HEX}|{_beyond_ascii(_BACKSLASH_X)})"
    rf"|\\u(?P<pair>[Dd][89ABab]{_HEX}{{2}}\\u[Dd][C-Fc-f]{_HEX}{{2}})"
    rf"|\\u(?P<u4>{_HEX}{{4}})|\\u\{{(?P<u>{_HEX}{{1,6}})\}}|\\U(?P<u8>{_HEX}{{8}})|\\x(?P<x>{_HEX}{{2}})"
    r"|\\(?P<octal>[0-3][0-7]{2})|\\(?P<short>[nrtbfv])|\\(?P<itself>[- \\/.@_#+:*])"
)
_ASCII = re.compile(_CODED)
_UNICODE = re.compile(rf"{_CODED}|(?P<hidden>[{HIDDEN}]+)|(?P<drawn>.[\u0300-\u036f]+|[^\x00-\x7f])")
QUOTED_SIGN = "(?:2[0-9A-Fa-f]|3[A-Fa-f]|40|5[B-Fb-f]|60|7[B-Eb-e])"
"""Of quoted-printable, what comes after `=` for a printable character that is neither letter nor digit."""

_LETTER = (
    rf"[2-7]{_HEX}(?= ?={_HEX}{{2}})|[2-7](?:(?<=={_HEX}{{2}}=.)|(?<=={_HEX}{{2}} =.)){_HEX}"  # beside another code
)
_QUOTED = re.compile(rf"=(?P<bytes>{QUOTED_SIGN}|{_LETTER}|{_beyond_ascii('=')})|=\r?\n")
_CONTROL = re.compile(rf"(?:{ESCAPE_SEQUENCE}|[{CONTROLS}])+")


def characters(text: str) -> Iterator[Edit]:
    """Single characters: URL-encoded, HTML entities, escapes of JSON and of programming languages, folded, hidden."""
    for match in (_ASCII if text.isascii() else _UNICODE).finditer(text):
        kind = match.lastgroup or ""
        read = _DECODERS[kind](match[kind])
        if read is not None:
            read = read if read.isascii() else "".join(map(folded, read))
            if read != match[0]:
                yield Edit(*match.span(), read)


def quoted_printable(text: str) -> Iterator[Edit]:
    """Characters as `=40`, and soft line breaks (RFC 2045, 6.7). ASCII controls are left: `x=12` is no code."""
    for match in _QUOTED.finditer(text):
        read = _from_bytes(match["bytes"].replace("=", "")) if match["bytes"] else ""
        if read is not None:
            yield Edit(*match.span(), read)


def controls(text: str) -> Iterator[Edit]:
    """Control sequences and control characters taken out."""
    for match in _CONTROL.finditer(text):
        yield Edit(*match.span(), "")


def _from_bytes(digits: str) -> str | None:
    try:
        return bytes.fromhex(digits).decode()
    except UnicodeDecodeError:  # overlong, or beyond Unicode
        return None


def _entity(name: str) -> str:
    """As browsers read it, but for control characters, which they show as what cannot be shown."""
    if name[0] == "#":
        digits = name[1:].rstrip(";")
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        if code < 0x80:
            return chr(code)
    return html.unescape(f"&{name}")


def _code_point(digits: str, base: int = 16) -> str | None:
    value = int(digits, base)
    return chr(value) if value <= 0x10FFFF else None


def _pair(escapes: str) -> str:
    """A character beyond the first plane, which JSON writes as two surrogates."""
    return bytes.fromhex(escapes.replace("\\u", "")).decode("utf-16-be")


_SHORT = {"n": "\n", "r": "\r", "t": "\t", "b": "", "f": "\n", "v": "\n"}
_DECODERS: Mapping[str, Callable[[str], str | None]] = {
    "url": lambda digits: _from_bytes(digits.replace("%", "")),
    "entity": _entity,
    "bytes": lambda digits: _from_bytes(digits.replace("\\x", "")),
    "pair": _pair,
    "u4": _code_point,
    "u": _code_point,
    "u8": _code_point,
    "x": _code_point,
    "octal": lambda digits: _code_point(digits, 8),
    "short": _SHORT.__getitem__,
    "itself": str,
    "hidden": lambda _: "",
    "drawn": folded,
}

_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}")


def smuggled(text: str) -> Iterator[Edit]:
    """Text in characters that nobody sees: tags, which mirror ASCII, and variation selectors, one for each byte."""
    runs = sorted([*_TAGS.finditer(text), *_SELECTORS.finditer(text)], key=re.Match.start)
    for run in runs:
        data = bytes(map(_hidden_byte, run[0]))
        carried = run.re is _SELECTORS and text[run.start() - 1 : run.start()].isalnum()  # by a letter apart from it
        yield Edit(*run.span(), " " * carried + data.decode("utf-8", "replace"))


def _hidden_byte(char: str) -> int:
    code = ord(char)
    if code < 0xFE10:
        return code - 0xFE00
    return code - 0xE0000 if code < 0xE0100 else code - 0xE0100 + 16
