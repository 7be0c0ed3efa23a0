"""Characters written as codes: URL, HTML, string escapes, quoted-printable; and base64 and hex of whole texts."""

from __future__ import annotations

import binascii
import html
import re
from collections.abc import Callable, Iterator, Mapping

from processors.sanitize.content.characters import CONTROLS, ESCAPE_SEQUENCE, HIDDEN
from processors.sanitize.evasion.folding import folded
from processors.sanitize.evasion.view import Edit

_HEX = "[0-9A-Fa-f]"


def _utf8(prefix: str, ascii_first: str) -> str:
    """A pattern for one character as UTF-8 bytes of two hex digits, each after the prefix."""
    more = rf"{prefix}[89ABab]{_HEX}"
    return "|".join(
        (
            rf"{prefix}[{ascii_first}]{_HEX}",
            rf"{prefix}[CDcd]{_HEX}{more}",
            rf"{prefix}[Ee]{_HEX}(?:{more}){{2}}",
            rf"{prefix}[Ff][0-7](?:{more}){{3}}",
        )
    )


_ESCAPED = r"\\x"
_CHARACTER = re.compile(
    rf"(?P<bytes>{_utf8('%', '0-7')}|{_utf8(_ESCAPED, '0-7')})"
    rf"|(?P<entity>&(?:#\d{{1,7}};?|#[xX]{_HEX}{{1,6}};?|[A-Za-z][A-Za-z0-9]{{1,31}};))"
    rf"|(?P<pair>\\u[Dd][89ABab]{_HEX}{{2}}\\u[Dd][C-Fc-f]{_HEX}{{2}})"
    rf"|\\(?:u(?P<u4>{_HEX}{{4}})|u\{{(?P<u>{_HEX}{{1,6}})\}}|U(?P<u8>{_HEX}{{8}})|x(?P<x>{_HEX}{{2}}))"
    r"|\\(?P<octal>[0-3][0-7]{2})"
    r"|\\(?P<short>[nrtbfv])|\\(?P<itself>[- \\/.@_#+:*])"
    rf"|(?P<hidden>[{HIDDEN}]+)"
    r"|(?P<drawn>.[\u0300-\u036f]+|[^\x00-\x7f])"
)
_QUOTED = re.compile(rf"{_utf8('=', '2-7')}|=\r?\n")
_NOT_HEX = re.compile(r"[%=]|\\x")


def characters(text: str) -> Iterator[Edit]:
    """Single characters: URL-encoded, HTML entities, escapes of JSON and of programming languages, folded, hidden."""
    for match in _CHARACTER.finditer(text):
        kind = match.lastgroup
        read = _DECODERS[kind](match[kind]) if kind else None
        if read is not None and not read.isascii():
            read = "".join(map(folded, read))
        if read is not None and read != match[0]:
            yield Edit(*match.span(), read)


def quoted_printable(text: str) -> Iterator[Edit]:
    """Characters as `=40`, and soft line breaks (RFC 2045, 6.7). ASCII controls are left: `x=12` is no code."""
    for match in _QUOTED.finditer(text):
        read = "" if match[0][1] in "\r\n" else _from_bytes(match[0])
        if read is not None:
            yield Edit(*match.span(), read)


def _from_bytes(coded: str) -> str | None:
    try:
        return bytes.fromhex(_NOT_HEX.sub("", coded)).decode()
    except UnicodeDecodeError:  # overlong, or beyond Unicode
        return None


def _entity(entity: str) -> str:
    """As browsers read it, but for control characters, which they show as what cannot be shown."""
    if entity[1] == "#":
        digits = entity[2:].rstrip(";")
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        if code < 0x80:
            return chr(code)
    return html.unescape(entity)


def _code_point(digits: str, base: int = 16) -> str | None:
    value = int(digits, base)
    return chr(value) if value <= 0x10FFFF else None


def _pair(escapes: str) -> str:
    """A character beyond the first plane, which JSON writes as two surrogates."""
    return bytes.fromhex(escapes.replace("\\u", "")).decode("utf-16-be")


_SHORT = {"n": "\n", "r": "\r", "t": "\t", "b": "", "f": "\n", "v": "\n"}
_DECODERS: Mapping[str, Callable[[str], str | None]] = {
    "bytes": _from_bytes,
    "entity": _entity,
    "pair": _pair,
    "u4": _code_point,
    "u": _code_point,
    "u8": _code_point,
    "x": _code_point,
    "octal": lambda digits: _code_point(digits, 8),
    "short": _SHORT.__getitem__,
    "itself": str,
    "hidden": lambda _: "",
    "drawn": str,
}

_CONTROL = re.compile(rf"(?:{ESCAPE_SEQUENCE}|[{CONTROLS}])+")


def controls(text: str) -> Iterator[Edit]:
    """Control sequences and control characters taken out."""
    for match in _CONTROL.finditer(text):
        yield Edit(*match.span(), "")


_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}")


def smuggled(text: str) -> Iterator[Edit]:
    """Text in characters that nobody sees: tags, which mirror ASCII, and variation selectors, one for each byte."""
    runs = sorted([*_TAGS.finditer(text), *_SELECTORS.finditer(text)], key=re.Match.start)
    for run in runs:
        data = bytes(map(_hidden_byte, run[0]))
        yield Edit(*run.span(), data.decode("utf-8", "replace"))


def _hidden_byte(char: str) -> int:
    code = ord(char)
    if code < 0xFE10:
        return code - 0xFE00
    return code - 0xE0000 if code < 0xE0100 else code - 0xE0100 + 16


# Of base64 of ASCII text every fourth character is one of these, and so on: most words and hashes are not.
QUAD = "(?:[I-Za-f][C-HS-Xi-ny-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-])"
BASE64_TEXT = rf"{QUAD}{{3}}|{QUAD}{{2}}[I-Za-f][C-HS-Xi-ny-z0-3AQgw][A-Za-z0-9]?=|[A-Za-z0-9+/_-]{{20}}"
"""Base64 of nine ASCII characters or more, or of seven with padding, wherever it begins; or long enough for any."""

HEX_TEXT = "(?:[2-7][0-9A-Fa-f]){9}|[0-9A-Fa-f]{28}"
"""Hex of nine ASCII characters or more, or long enough for any text."""

_BASE64_RUN = re.compile(r"(?:[A-Za-z0-9+/_-]{60,}\r?\n)*[A-Za-z0-9+/_-]{10,}={0,2}")
_HEX_RUN = re.compile(rf"{_HEX}{{18,}}")
_BASE64_TEXT, _HEX_TEXT = re.compile(BASE64_TEXT), re.compile(HEX_TEXT)
_URL_SAFE = str.maketrans("-_", "+/", "=\r\n")
_READABLE = re.compile(r"[^\x01-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]{6,}")


def base64_runs(text: str) -> Iterator[Edit]:
    """Runs of base64, standard or URL-safe, wrapped or not, read from each of the four places where it may begin."""
    for run in _BASE64_RUN.finditer(text):
        if _BASE64_TEXT.search(run[0]):
            sextets = run[0].translate(_URL_SAFE)
            yield from _readable(run, (_base64(sextets[offset:]) for offset in range(4)))


def hex_runs(text: str) -> Iterator[Edit]:
    """Runs of hex digits, read from each of the two places where they may begin."""
    for run in _HEX_RUN.finditer(text):
        if _HEX_TEXT.search(run[0]):
            yield from _readable(run, (_hex(run[0][offset:]) for offset in range(2)))


def _readable(run: re.Match[str], decoded: Iterator[bytes]) -> Iterator[Edit]:
    # Without NUL, which every other byte of UTF-16 is.
    texts = [
        text for data in decoded for text in _READABLE.findall(data.replace(b"\0", b"").decode("utf-8", "replace"))
    ]
    if texts:
        yield Edit(*run.span(), "\n".join(texts))


def _base64(sextets: str) -> bytes:
    if len(sextets) % 4 == 1:
        sextets = sextets[:-1]
    return binascii.a2b_base64(sextets + "=" * (-len(sextets) % 4))


def _hex(digits: str) -> bytes:
    return bytes.fromhex(digits[: len(digits) // 2 * 2])
