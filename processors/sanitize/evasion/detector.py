"""Finds what another detector would miss because it is written in code, and says where in the text it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from processors.sanitize.detector import Detector, Entity, finds_all
from processors.sanitize.evasion.view import CUT
from processors.sanitize.evasion.views import Views


class EvasionDetector:
    """Runs a detector over a text and over every view of it.

    An entity found in a view covers whole codes: `&#49;23` for `123`, a whole run of base64 for a word within it.
    """

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._find_all = finds_all(detector)
        self._views = Views()

    def find(self, text: str) -> Sequence[Entity]:
        """Raises TooManyViews where there are codes within codes beyond measure, and what the detector raises."""
        return self._with_views(text, self._detector.find(text))

    def find_all(self, texts: Sequence[str]) -> Sequence[Sequence[Entity]]:
        """What `find` finds in each text."""
        return list(map(self._with_views, texts, self._find_all(texts)))

    def _with_views(self, text: str, found: Sequence[Entity]) -> Sequence[Entity]:
        if not self._views.signs(text):
            return found
        return tuple(dict.fromkeys((*found, *self._disguised(text))))

    def _disguised(self, text: str) -> Iterator[Entity]:
        for view in self._views.of(text):
            for entity in self._detector.find(view.text):
                if CUT not in view.text[entity.start : entity.end]:
                    yield Entity(entity.type, *view.span(entity.start, entity.end), entity.score)
