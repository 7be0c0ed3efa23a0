"""The content filter: finds what does not belong into a trace. What is done about it, the policy says."""

from __future__ import annotations

from collections.abc import Sequence

from processors.sanitize.content.blobs import BLOB_CHARS, blobs
from processors.sanitize.content.characters import CONTROLS, HIDDEN, controls, hidden
from processors.sanitize.detector import Entity
from processors.sanitize.scan import Scan, char_class

_ASCII = {"control": r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "blob": r"[A-Za-z0-9+/_-]{60}|data:[a-z;,]"}
_UNICODE = {**_ASCII, "control": char_class(CONTROLS), "hidden": char_class(HIDDEN)}


class ContentDetector:
    """Finds CONTROL_SEQUENCE, HIDDEN_TEXT, BLOB and PHOTO. Secrets are patterns, and found with the other patterns."""

    def __init__(self, blob_chars: int = BLOB_CHARS) -> None:
        self._blob_chars = blob_chars
        self._ascii, self._unicode = Scan(_ASCII), Scan(_UNICODE, unicode=True)

    def find(self, text: str) -> Sequence[Entity]:
        """Microseconds where there is nothing; else in the time of a few passes over the text."""
        signs = (self._ascii if text.isascii() else self._unicode).names(text)
        if not signs:
            return ()
        found: list[Entity] = []
        if "control" in signs:
            found += controls(text)
        if "hidden" in signs:
            found += hidden(text)
        if "blob" in signs:
            found += blobs(text, self._blob_chars)
        return found
