"""URLs and host names, whole.

Presidio's patterns cut `https://host:8080/users/ann` at the port and `example.community` after `com`, and call
`os.path` a URL because it begins like `os.pa`. Here a host ends where its word ends, and must look unlike code: most
top-level domains are endings of files or words too (`main.py`, `README.md`, `model.to`, `google.cloud.storage`).
"""

from __future__ import annotations

import re

from presidio_analyzer import Pattern
from presidio_analyzer.predefined_recognizers import UrlRecognizer

from processors.sanitize.recognizers.cored import Cored
from processors.sanitize.recognizers.suffixes import is_top_level

# Top-level domains that are neither words of code or prose nor endings of files.
_PLAIN = (
    r"com|org|net|edu|gov|mil|biz|uk|de|fr|nl|eu|ca|au|jp|cn|ru|br|ch|se|dk|cz|hu|gr|kr|tw|mx|za|nz|ie|ua|tr|ar|cl|fi|hk"
    r"|ai|рф|xn--[\w-]+|(?:com?|org|net|edu|gov|gob|gouv|ac|nhs)\.[a-z]{2}"
)
# Those that are, but not so often that a word like `website` beside them would mean nothing.
_WORDS = (
    r"io|co|me|us|it|es|be|pl|pt|no|at|tv|my|ro|il|ph|app|dev|shop|store|site|blog|tech|care|clinic|health|community"
)
_FILES = frozenset(["app", "cc", "hs", "md", "ml", "mm", "mov", "pl", "pm", "ps", "py", "rs", "sh", "so", "st", "zip"])
_REST = r"""[^\s()<>"']*[^\s()<>"'.,;:!?]"""
_PORT = r"(?::\d{1,5})?"
_HOST = r"[\w-]+(?:\.[\w-]+)*"
_END = r"(?![\w-]|\.\w)"
_ALTERNATIVES = (
    rf"[a-z][a-z0-9+.-]{{1,15}}://{_REST}",
    rf"www\d?(?:\.[\w-]+)+{_PORT}(?:[/?#]{_REST})?",
    rf"{_HOST}\.(?:{_PLAIN}){_PORT}(?:[/?#]{_REST})?",
    rf"{_HOST}\.\w{{2,24}}{_PORT}/{_REST}",
)
_CORE = rf"[a-z0-9+.-]://|\bwww\d?\.|[\w-]\.(?:{_PLAIN})\b|[\w-]\.\w{{2,24}}(?::\d{{1,5}})?/"
_PATTERNS: list[Pattern] = [
    Cored("Scheme, www, plain domain or path", rf"\b(?:{'|'.join(_ALTERNATIVES)}){_END}", 0.6, _CORE),
    Cored("Other domain (weak)", rf"\b{_HOST}\.(?:{_WORDS}){_END}", 0.3, rf"\w\.(?:{_WORDS})\b"),
]
_CONTEXT = ["site", "website", "visit", "url", "domain", "host", "homepage"]
_HOST_ALONE = re.compile(r"[\w.-]+")


class Url(UrlRecognizer):
    """Anything after a scheme, and host names: in most domains only with `www.`, a path or a word beside them."""

    def __init__(self) -> None:
        super().__init__(patterns=_PATTERNS, context=_CONTEXT)

    def validate_result(self, pattern_text: str) -> bool | None:
        """False where it is no host, None (the pattern's own score) otherwise."""
        if "://" in pattern_text or pattern_text[:3].lower() == "www":
            return None
        host = _HOST_ALONE.match(pattern_text)
        if not host or not is_top_level(host[0].rpartition(".")[2]):
            return False
        return False if _like_a_file_or_prose(host[0], has_path="/" in pattern_text) else None


def _like_a_file_or_prose(host: str, *, has_path: bool) -> bool:
    stem, _, label = host.rpartition(".")
    if has_path and label in _FILES:
        return True
    return label.istitle() and stem.islower()  # `it is done.At noon`
