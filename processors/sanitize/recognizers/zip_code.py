"""Postal codes: by their label in any country, by their form or their place in an address in some."""

from __future__ import annotations

import regex
from presidio_analyzer import Pattern, PatternRecognizer

from processors.sanitize.recognizers.capitals import CAPITAL
from processors.sanitize.recognizers.labels import LABELLED, labelled

_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT"
    r"|V[AIT]|W[AIVY])"
)
_STATE_NAME = (
    r"(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois"
    r"|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri"
    r"|Montana|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|York)|North (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon"
    r"|Pennsylvania|Rhode Island|South (?:Carolina|Dakota)|Tennessee|Texas|Utah|Vermont|Virginia|Washington"
    r"|West Virginia|Wisconsin|Wyoming)"
)
_US = r"\d{5}(?:-\d{4})?"
_ANY = (
    r"(?:\d{5}-\d{3,4}|\d{4}-\d{3}|\d{3} \d{2,3}|\d{2}-\d{3}|\d{4} ?[A-Z]{2}|\d{3,7}"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}-?\d{3,5})"
)
_LABEL = r"(?i:zip|zip[ -]?code|post(?:al)?[ -]?code|PLZ|código postal|code postal|PIN ?code|eircode)"
_CITY = rf"(?:,\s{{0,2}}|\b{CAPITAL}\w{{1,30}}\.?\s)"  # before `OR 97201`: without one, OR is a word
_IN_CITY = rf"\bin(?: (?:{CAPITAL}\w{{1,30}}|de|da)){{1,4}}"
_PATTERNS = [
    Pattern("Labelled", labelled(_LABEL, _ANY), LABELLED),
    Pattern("After a state", rf"{_CITY}{_STATE}\.?,?\s{{1,2}}(?P<value>{_US})\b", LABELLED),
    Pattern("After the name of a state", rf"\b{_STATE_NAME},?\s{{1,2}}(?P<value>{_US})\b", 0.5),
    Pattern("ZIP+4 (weak)", r"\b\d{5}-\d{4}\b", 0.2),
    Pattern("United Kingdom", r"\b[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b", 0.5),
    Pattern("Canada", r"\b[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d\b", 0.5),
    Pattern("After a house number", rf"\d[a-z]?,\s{{1,2}}(?P<value>\d{{5}}|\d{{4}} [A-Z]{{2}})\s{CAPITAL}\w", 0.6),
    Pattern("After a country", rf"\b(?P<value>(?:D|A|CH|F|I|B|L|DK|N|SE|FI|NL)-\d{{4,5}})\s{CAPITAL}\w", 0.6),
    Pattern("In a city", rf"{_IN_CITY} (?P<value>\d{{5}}(?:-\d{{3,4}})?|\d{{4}}-\d{{3}}|\d{{3}} \d\d)\b", 0.45),
]
_FLAGS = regex.DOTALL | regex.MULTILINE


class ZipCode(PatternRecognizer):
    """`ZIP: 90210`, `zip code is 880`, `Austin, TX 73301-0001`, `SW1A 1AA`, `K1A 0B1`, `Ring 5, 10115 Berlin`."""

    def __init__(self) -> None:
        super().__init__(
            "ZIP_CODE", patterns=_PATTERNS, context=["zip", "postal", "address", "mail"], global_regex_flags=_FLAGS
        )
