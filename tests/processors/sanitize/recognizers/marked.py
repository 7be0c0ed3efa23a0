"""What one recogniser finds, told by marks in the text: `MRN ‹4471-A› was seen`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import regex
from presidio_analyzer import EntityRecognizer

from processors.sanitize.patterns.detector import PatternDetector

Recognizer = Callable[[], EntityRecognizer]

_MARKED = regex.compile("‹([^›]*)›")


@cache
def _detector(recognizer: Recognizer) -> PatternDetector:
    return PatternDetector([recognizer()])


def unmarked(text: str) -> str:
    """The text without its marks."""
    return _MARKED.sub(r"\1", text)


def marked(recognizer: Recognizer, text: str) -> str:
    """The text with marks around all that the recogniser finds, of what overlaps the outermost."""
    pieces: list[str] = []
    at = 0
    for entity in sorted(_detector(recognizer).find(text), key=lambda entity: (entity.start, -entity.end)):
        if entity.start >= at:
            pieces += text[at : entity.start], "‹", text[entity.start : entity.end], "›"
            at = entity.end
    return "".join(pieces) + text[at:]
