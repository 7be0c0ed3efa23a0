"""Photographs within text, and references to those of people."""

from __future__ import annotations

from presidio_analyzer import Pattern, PatternRecognizer

from processors.sanitize.recognizers.labels import LABELLED

_FILE = r"\.(?:jpe?g|png|heic|heif|gif|bmp|tiff?|webp|dng|raw)\b"
_CAMERA = r"(?:IMG|DSCN?|DSCF|PXL|DCIM|MVIMG|SAM|P)_?\d{4,8}[\w-]{0,24}"
_LIKENESS = (
    r"(?:head-?shots?|portraits?|selfies?|mug-?shots?|full-?face|passport-?photos?|profile-?(?:pic|photo|picture)s?)"
)
_LABEL = (
    r"(?:photo(?:graph)?|picture|portrait|head-?shot|selfie|mug-?shot|likeness)s?(?: (?:of|file|id|for|attached)){0,2}"
)
_DATA = r"data:image/[\w.+-]{2,40}(?:;[\w=.+-]{1,40}){0,4},[\w+/=%.~-]{8,}"
_PATTERNS = [
    Pattern("Data URI", _DATA, 1.0),
    Pattern("File of a camera", rf"\b{_CAMERA}{_FILE}", 0.6),
    Pattern("File of a likeness", rf"\b(?:[\w-]{{1,40}}[_-])?{_LIKENESS}(?:[_-][\w-]{{1,40}})?\d{{0,6}}{_FILE}", 0.6),
    Pattern("Labelled", rf"""\b{_LABEL}[\s:=#"'(-]{{1,5}}(?P<value>[\w-]{{1,80}}{_FILE})""", LABELLED),
]


class Photo(PatternRecognizer):
    """Images as data URIs, files of cameras, and files that are called someone's photograph."""

    def __init__(self) -> None:
        super().__init__("PHOTO", patterns=_PATTERNS)
