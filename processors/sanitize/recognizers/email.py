"""E-mail addresses, those of internal networks too. Presidio asks the network for top-level domains; this does not."""

from __future__ import annotations

from presidio_analyzer import Pattern
from presidio_analyzer.predefined_recognizers import EmailRecognizer

from processors.sanitize.recognizers.suffixes import is_top_level

_ATOM = r"!#$%&'*+\-/=?^_`{|}~\w"
_LABEL = r"\w+(?:-+\w+)*"
# Presidio's own pattern, but for the bound: without it, text of many words and no blanks takes quadratic time.
_PATTERN = Pattern("Email", rf"\b[{_ATOM}](?:[{_ATOM}.]{{0,254}}[{_ATOM}])?@{_LABEL}(?:\.{_LABEL})+\b", 0.5)


class Email(EmailRecognizer):
    """Addresses whose host ends in a word: `ann@example.org` surely, `ann@ward.local` too, `react@18.2.0` not."""

    def __init__(self) -> None:
        super().__init__(patterns=[_PATTERN])

    def validate_result(self, pattern_text: str) -> bool | None:
        """True where the top-level domain exists, None (the pattern's own score) where it could be an internal one."""
        label = pattern_text.rpartition(".")[2]
        if is_top_level(label):
            return True
        return False if label.isdecimal() else None
