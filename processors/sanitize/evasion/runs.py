"""Whole texts written in base64 or hex, anywhere within another text."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator

from processors.sanitize.evasion.view import Edit

# Of base64 of ASCII text every fourth character is one of these, and so on: most words and hashes are not.
_QUAD = "(?:[CDI-Za-f][AC-HQS-Xgi-nwy-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-])"
BASE64_TEXT = rf"{_QUAD}{{3}}|{_QUAD}{{2}}[CDI-Za-f][AC-HQS-Xgi-nwy-z0-3][A-Za-z0-9]?=|[A-Za-z0-9+/_-]{{20}}"
"""Base64 of nine ASCII characters or more, or of seven with padding, wherever it begins; or long enough for any."""

HEX_TEXT = "(?:[2-7][0-9A-Fa-f]){9}|[0-9A-Fa-f]{28}"
"""Hex of nine ASCII characters or more, or long enough for any text."""

_SEXTET = "[A-Za-z0-9+/_-]"
_BASE64_RUN = re.compile(rf"{_SEXTET}{{10,}}(?:(?<={_SEXTET}{{60}})\r?\n{_SEXTET}+)*={{0,2}}")  # wrapped at 60 or more
_HEX_RUN = re.compile("[0-9A-Fa-f]{18,}")
_BASE64_TEXT, _HEX_TEXT = re.compile(BASE64_TEXT), re.compile(HEX_TEXT)
_STANDARD = str.maketrans("-_", "+/", "=\r\n")
_READABLE = re.compile(r"[^\x01-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]{6,}")


def base64_runs(text: str) -> Iterator[Edit]:
    """Runs of base64, standard or URL-safe, wrapped or not, read from each of the four places where it may begin."""
    for run in _BASE64_RUN.finditer(text):
        if _BASE64_TEXT.search(run[0]):
            sextets = run[0].translate(_STANDARD)
            yield from _readable(run, (_base64(sextets[offset:]) for offset in range(4)))


def hex_runs(text: str) -> Iterator[Edit]:
    """Runs of hex digits, read from each of the two places where they may begin."""
    for run in _HEX_RUN.finditer(text):
        if _HEX_TEXT.search(run[0]):
            yield from _readable(run, (_hex(run[0][offset:]) for offset in range(2)))


def _readable(run: re.Match[str], decoded: Iterable[bytes]) -> Iterator[Edit]:
    """What of the bytes is text, without NUL, which every other byte of UTF-16 is."""
    texts = (data.replace(b"\0", b"").decode("utf-8", "replace") for data in decoded)
    read = "\n".join(stretch for text in texts for stretch in _READABLE.findall(text))
    if read:
        yield Edit(*run.span(), read)


def _base64(sextets: str) -> bytes:
    if len(sextets) % 4 == 1:
        sextets = sextets[:-1]
    return binascii.a2b_base64(sextets + "=" * (-len(sextets) % 4))


def _hex(digits: str) -> bytes:
    return bytes.fromhex(digits[: len(digits) // 2 * 2])
