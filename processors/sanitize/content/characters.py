"""Terminal control sequences, and characters that nobody sees where they may hide something."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from processors.sanitize.detector import Entity

CONTROLS = "\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""C0 and C1 without tab, line feed and carriage return, as a class for `re`."""

ESCAPE_SEQUENCE = (
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC: title, clipboard, links
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)"  # DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"
)
"""A whole control sequence of ECMA-48, for `re`."""

HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Characters that are not drawn, as a class for `re`: zero-width, bidi, fillers, variation selectors, tags."""

_CONTROL = re.compile(rf"(?:{ESCAPE_SEQUENCE}|[{CONTROLS}])+")
_HIDDEN = re.compile(rf"[{HIDDEN}]+")

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_DIRECTION_MARKS = "\u200e\u200f\u061c"
_FLAG = re.compile("(?<=\U0001f3f4)[\U000e0030-\U000e007a]{2,6}\U000e007f")  # of a country's part, such as Wales
# Scripts whose letters join: Arabic to Samaritan, Indic to Myanmar, Khmer, Mongolian, Arabic forms.
_JOINING = re.compile("[\u0600-\u08ff\u0900-\u109f\u1780-\u18af\u1a20-\u1cff\ua840-\uabff\ufb50-\ufdff\ufe70-\ufefc]")
_IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def controls(text: str) -> Iterator[Entity]:
    """Control sequences, whole where they are whole, and control characters."""
    for match in _CONTROL.finditer(text):
        yield Entity("CONTROL_SEQUENCE", *match.span(), 1.0)


def hidden(text: str) -> Iterator[Entity]:
    """Characters that are not drawn and do not change how their neighbours are, as in emoji and joined scripts."""
    for run in _HIDDEN.finditer(text):
        if not _is_legitimate(text, run.start(), run.end()):
            yield Entity("HIDDEN_TEXT", *run.span(), 1.0)


def _is_legitimate(text: str, start: int, end: int) -> bool:
    """Whether hidden characters [start, end) are what Unicode has them for."""
    before, run, after = text[start - 1 : start], text[start:end], text[end : end + 1]
    if run in ("\ufe0f\u200d", "\ufe0e\u200d"):  # a symbol drawn as an emoji and joined with the next
        return _is_symbol(before) and _is_symbol(after)
    if len(run) > 1:
        return _FLAG.fullmatch(text, start, end) is not None
    if run == _ZWJ:
        return (_is_symbol(before) and _is_symbol(after)) or bool(_JOINING.match(before) or _JOINING.match(after))
    if run == _ZWNJ or "\u180b" <= run <= "\u180f":
        return bool(_JOINING.match(before))
    if run in _DIRECTION_MARKS:
        return _RIGHT_TO_LEFT.search(text) is not None
    if "\ufe00" <= run <= "\ufe0f":
        return _is_symbol(before) or (after == "\u20e3" and before in "0123456789#*") or _is_ideograph(before)
    return "\U000e0100" <= run <= "\U000e01ef" and _is_ideograph(before)


def _is_symbol(char: str) -> bool:
    return char != "" and not char.isascii() and unicodedata.category(char)[0] in "SP"


def _is_ideograph(char: str) -> bool:
    return _IDEOGRAPH.match(char) is not None
