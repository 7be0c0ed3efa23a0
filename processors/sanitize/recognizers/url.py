"""URLs and host names, whole.

Presidio's patterns cut `https://host:8080/users/ann` at the port and `example.community` after `com`, and call
`os.path` a URL because it begins like `os.pa`. Here a host ends where its word ends.
"""

from __future__ import annotations

import re

from presidio_analyzer import Pattern
from presidio_analyzer.predefined_recognizers import UrlRecognizer

from processors.sanitize.recognizers.suffixes import is_top_level

_REST = r"""[^\s()<>"']*[^\s()<>"'.,;:!?]"""
_PATTERNS = [
    Pattern("With a scheme", rf"(?<![a-z0-9])[a-z][a-z0-9+.-]{{1,15}}://{_REST}", 0.6),
    Pattern("Host", rf"(?<![\w-])[\w-]+(?:\.[\w-]+)+(?::\d{{1,5}})?(?:[/?#]{_REST})?", 0.5),
]
_HOST = re.compile(r"[\w.-]+")


class Url(UrlRecognizer):
    """Anything after a scheme, and dotted names in which a label after the first is a top-level domain.

    So `main.py` and `obj.name` are still taken for hosts: nothing in them says that they are not.
    """

    def __init__(self) -> None:
        super().__init__(patterns=_PATTERNS)

    def validate_result(self, pattern_text: str) -> bool | None:
        """False where it is no host, None (the pattern's own score) otherwise."""
        if "://" in pattern_text:
            return None
        host = _HOST.match(pattern_text)
        labels = host[0].split(".")[1:] if host else []
        return None if any(map(is_top_level, labels)) else False
