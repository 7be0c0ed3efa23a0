"""All the ways to read a text: which decoders have something to do in it, and what they make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain

from processors.sanitize.content.characters import CONTROLS, HIDDEN
from processors.sanitize.evasion import encodings, layout, runs
from processors.sanitize.evasion.folding import DOTS, disguised, look_alikes, separators
from processors.sanitize.evasion.view import Edit, View, trimmed
from processors.sanitize.scan import Scan, char_class

MAX_DEPTH = 2  # codes within codes
SPARE_CHARS = 65_536
TIMES_THE_TEXT = 16
"""All views of a text together may have so many characters for each of its own, and SPARE_CHARS besides."""

Decoder = Callable[[str], Iterable[Edit]]
"""Text → what in it is read as what, in order and apart from each other."""

DECODERS: Mapping[str, Decoder] = {
    "characters": encodings.characters,
    "quoted_printable": encodings.quoted_printable,
    "controls": encodings.controls,
    "smuggled": encodings.smuggled,
    "base64": runs.base64_runs,
    "hex": runs.hex_runs,
    "markup": layout.markup,
    "spaced": layout.spaced,
    "spoken": layout.spoken,
}


class TooManyViews(Exception):
    """The text holds codes within codes beyond any honest measure."""


_NEAR = "[0-9A-Za-z@._+-]"  # what an identifier is made of
_HEX = "[0-9A-Fa-f]"
_LOOK = char_class(look_alikes())

# Texts with none of the characters on the left are spared the pattern on the right.
_CHARACTER_SIGNS = {
    "characters": rf"%{_HEX}{{2}}|&(?:#[0-9xX]|[A-Za-z]{{2,8}};)"
    rf"|[\\](?:[uUx]{_HEX}{{2}}|u\{{{_HEX}|[0-3][0-7]{{2}}|[nrtbfv][0-9A-Za-z]|[- \\/.@_#+:*])",
    "quoted_printable": rf"=(?:{encodings.QUOTED_SIGN}|[2-7C-Fc-f]{_HEX} ?=|\r?\n)",
}
_CODED = r"[0-9A-Za-z@%=;#{}\\-]"
_EMPHASIS = r"(?:\*{1,4}|~~|`{1,3}|__)"
_LAYOUT_SIGNS = {
    "markup": rf"</?[A-Za-z!]|{_CODED}{_EMPHASIS}{_CODED}|[0-9 ]{_EMPHASIS}[0-9]|[0-9]{_EMPHASIS} [0-9]|@ {_EMPHASIS}"
}
_RUN_SIGNS = {
    "base64": runs.BASE64_TEXT,
    "hex": runs.HEX_TEXT,
    "spaced": "[!-~](?: {1,7}[!-~]){6}|[0-9](?:[-._][0-9]){6}",
    "spoken": r"[\[({<]\s?(?:at|dot|AT|DOT|At|Dot)\b|\s(?:dot|DOT|Dot)\s"
    r"|[0-9A-Za-z](?: {1,3}@ {0,3}|@ {1,3})[0-9A-Za-z]|[0-9](?: {1,3}- {0,3}|- {1,3})[0-9]",
}
_CONTROL_SIGNS = {"controls": r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"}


def _unicode_signs() -> dict[str, str]:
    unseen = char_class(HIDDEN)
    between, dot = char_class(separators()), char_class(DOTS)
    return {
        "characters": rf"{_NEAR}{unseen}|{unseen}{_NEAR}| {unseen} |{char_class(disguised())}|[²³¹]{{2}}"
        rf"|[0-9]{between}{{1,2}}[0-9A-Za-z]|[0-9A-Za-z]{between}{{1,2}}[0-9]|[0-9] {between} [0-9]"
        rf"|[-@]{between}|{between}[-@]"
        rf"|[A-Za-z]{dot}[A-Za-z]|[0-9A-Za-z]{_LOOK}|{_LOOK}[0-9A-Za-z]|[ -~][\x{{300}}-\x{{36f}}]",
        "controls": char_class(CONTROLS),
        "spaced": "[^ ](?: {1,7}[^ ]){6}",
        "smuggled": r"[\x{e0020}-\x{e007e}]|[\x{fe00}-\x{fe0f}\x{e0100}-\x{e01ef}]{2}",
    }


class Views:
    """Reads texts in every way that its decoders know. Serves one thread."""

    def __init__(self) -> None:
        self._characters, self._layout = Scan(_CHARACTER_SIGNS), Scan(_LAYOUT_SIGNS)
        self._runs, self._controls = Scan(_RUN_SIGNS), Scan(_CONTROL_SIGNS)

    @cached_property
    def _unicode(self) -> Scan:
        return Scan(_unicode_signs(), unicode=True)  # compiled when it is needed: English may never need it

    def signs(self, text: str) -> frozenset[str]:
        """Names of the decoders that may have something to do: none for most texts, known in microseconds."""
        found = self._runs.names(text) | self._controls.names(text)
        if "%" in text or "&" in text or "\\" in text or "=" in text:
            found |= self._characters.names(text)
        if "<" in text or "*" in text or "__" in text or "`" in text or "~" in text:
            found |= self._layout.names(text)
        return found if text.isascii() else found | self._unicode.names(text)

    def of(self, text: str) -> Iterator[View]:
        """The text decoded in every way, then every result again, one after the other; not the text as it is.

        Raises TooManyViews where that is more than it may take.
        """
        left = TIMES_THE_TEXT * len(text) + SPARE_CHARS
        seen = {text}
        level = [View(text)]
        for _ in range(MAX_DEPTH):
            parents, level = level, []
            for child in chain.from_iterable(map(self._decoded, parents)):
                if child.text in seen:
                    continue
                left -= len(child.text)
                if left < 0:
                    raise TooManyViews
                seen.add(child.text)
                level.append(child)
                yield child

    def _decoded(self, parent: View) -> Iterator[View]:
        signs = self.signs(parent.text)
        for name, decoder in DECODERS.items():
            if name in signs and (edits := list(decoder(parent.text))):
                yield View(parent.text, trimmed(parent.text, edits), parent)
