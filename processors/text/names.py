"""Names: runs of capitalised words that are likely to name somebody or something."""

from __future__ import annotations

import re

from processors.text.sentences import Span

_NAME = re.compile(r"[A-ZÀ-Þ](?<!\w[A-ZÀ-Þ])[\w'’&-]*+(?:\s(?:(?:of|the|de|van|von|del|al|bin)\s)?[A-ZÀ-Þ][\w'’&-]*+)*")
_OPENERS = frozenset('.!?:;•*#"“([-')


def names(text: str) -> list[tuple[Span, bool]]:
    """Capitalised runs in order, each with whether it begins a sentence, a list item, a heading or a quotation.

    There the capital says nothing, so a single word is no sure name.
    """
    return [(match.span(), _opens(text, match.start())) for match in _NAME.finditer(text)]


def _opens(text: str, start: int) -> bool:
    before = text[max(start - 4, 0) : start]
    said = before.rstrip()
    if not said or said[-1] in _OPENERS or "\n" in before[len(said) :]:
        return True
    return said[-1] == ")" and said[-2:-1].isdecimal()  # `2)`; `2.` is among the openers
