"""Street addresses of many countries, from the house number to the postal code where both are there."""

from __future__ import annotations

import regex
from presidio_analyzer import Pattern, PatternRecognizer

from processors.sanitize.recognizers.capitals import CAPITAL, CAPITALISED
from processors.sanitize.recognizers.cored import Cored
from processors.sanitize.recognizers.street_words import AFTER, ALONE, BEFORE, GROWN, PARTICLES, SMALL_AFTER, UNIT

_WORD = rf"(?:{CAPITALISED}|\d{{1,4}}(?:st|nd|rd|th)?|{PARTICLES})"
_NAME = rf"{CAPITALISED}(?: {CAPITALISED}){{0,3}}"
_SMALL = r"\w[\w.'-]{0,19}"
_HOUSE = r"\d{1,6}[A-Za-z]?(?:[-/]\d{1,4})?"
_FIRST_HOUSE = r"(?:\b\d{1,6},? )?"
_NUMBER = r" ?\d{1,4}[A-Za-z]?\b\.?"
_OTHER_STREET = rf"(?:{CAPITALISED} and )?"  # of two that meet
_BREAK = r"(?:[ ,]{1,2}|[ ,]?\n{1,2}>?[ ,]{0,2})"  # between parts on one line or several, quoted or not
_PART = rf"{_BREAK}{UNIT}\s?#?\w{{0,2}}\d{{1,5}}[A-Z]?\b"
_SUITE = r"\b(?:Suite|Ste\.|Apt\.?|Apartment|APT|SUITE) ?#?\d{1,5}[A-Z]?\b"

# What follows the street, each alternative ended by something that no sentence goes on with.
_POSTCODE = r"(?:\d{3,6}(?:[- ]\d{2,4})?(?: [A-Z]{2})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b"
# Tables that were exported write `nan` for a state that is missing, and some countries number theirs.
_PLACES = rf"(?:{_BREAK}(?:{CAPITALISED}|{PARTICLES}|nan|\d\d|\({CAPITAL}\w{{1,30}}\))){{1,8}}"
_TO_POSTCODE = rf"{_PLACES}{_BREAK}{_POSTCODE}"
_POSTCODE_AND_CITY = rf"{_BREAK}(?:[A-Z]{{1,2}}-)?\d{{4,5}}(?: [A-Z]{{2}})? {CAPITAL}[\w-]{{1,30}}"
_TO_CITY = rf"(?:, {_NAME}){{1,2}}"
_TO_COUNTRY = rf"{_BREAK}{_NAME}(?:{_BREAK}{CAPITALISED}(?: {CAPITALISED})?)?"
_REST = rf"(?:{_PART}){{0,2}}(?:{_TO_POSTCODE}|{_POSTCODE_AND_CITY}|{_TO_CITY})?"
_REST_OF_SUITE = rf"(?:{_PART})?(?:{_TO_POSTCODE}|{_TO_COUNTRY})?"

# Streets, each with what the gate is to look for.
_ORDINAL = r"\d{1,3}(?:st|nd|rd|th)"
_NUMBERED = rf"\b{_HOUSE},? (?:{_WORD} ){{0,4}}(?:{CAPITALISED}|{_ORDINAL}) {AFTER}(?: \d{{1,4}}\b\.?)?"
_NUMBERED_CORE = rf"(?:{CAPITAL}[\w.'’/-]*|\d(?:st|nd|rd|th)) {AFTER}"
_TYPE_FIRST = rf"{BEFORE} (?:{PARTICLES} ){{0,3}}"
_NAMED = rf"{CAPITALISED}(?: {_WORD}){{0,4}},? (?:n[º°o]\.? ?)?\d{{1,5}}\b"
_TYPE_FIRST_CORE = rf"\b{BEFORE} (?:{PARTICLES} ){{0,3}}\w"
_AFTER_NAME = (
    rf"{_FIRST_HOUSE}\b{_OTHER_STREET}(?:{CAPITALISED}(?: {_SMALL}){{0,2}}|\w[\w.-]{{2,30}}) {SMALL_AFTER}{_NUMBER}"
)
_GROWN_TOGETHER = rf"{_FIRST_HOUSE}(?:\b{CAPITALISED} )?\b{_OTHER_STREET}{CAPITAL}[\w-]{{2,30}}{GROWN}{_NUMBER}"
_TWO_NUMBERS = rf"\d{{1,6}}(?: {_WORD}){{1,5}} \d{{1,4}}\b\.?"
_TWO_NUMBERS_CORE = rf"\d(?: (?:{CAPITAL}[\w.'’/-]*|\d{{1,4}}(?:st|nd|rd|th)?|{PARTICLES})){{1,5}} \d{{1,4}}\b"
_BOX = r"(?i:P\.? ?O\.? ?Box|Post(?:al)?(?: Office)? ?Box|Postboks|Postfach|Casilla|Apartado|GPO Box) ?#?\d{1,6}\b"
_POST_OFFICE = r"(?i:APO|FPO|DPO),? (?i:A[AEP])"
_MILITARY = (
    r"\b(?i:(?:PSC|CMR|Unit) \d{1,5},? Box \d{1,6}|(?:USS|USNS|USNV|USCGC) \w{1,30}(?: \w{1,30})?)"
    rf"[\s,]{{1,3}}{_POST_OFFICE},? \d{{5}}(?:-\d{{4}})?\b"
)
_CORNER_OF = r"(?i:corner of|intersection of) "
_CORNER = rf"\b(?:[Tt]he )?{_CORNER_OF}(?:{_SMALL} ){{1,6}}(?:and|&) {CAPITALISED}(?: {_WORD}){{0,4}}"

# Without capitals there must be more to tell a street from any words between numbers.
_SMALL_STREET = r"\b\d{2,6} (?:\w[\w.'-]{0,19} ){1,3}(?:street|avenue|boulevard|road|lane)\b"
_SMALL_STREET_CORE = r"\d (?:[\w.'-]+ ){1,3}(?:street|avenue|boulevard|road|lane)\b"
_SMALL_SUITE = r"(?:suite|apt\.) \d{1,5}"
_SMALL_TO_POSTCODE = rf"(?:{_BREAK}[\w.()'-]{{2,20}}){{1,6}}{_BREAK}\d{{4,6}}\b"

_PATTERNS: list[Pattern] = [
    Cored("House number, name, street", _NUMBERED + _REST, 0.6, _NUMBERED_CORE),
    Cored(
        "Street, name, house number",
        rf"(?:\b{_HOUSE},? ){{0,2}}\b{_OTHER_STREET}{_TYPE_FIRST}{_NAMED}{_REST}",
        0.6,
        _TYPE_FIRST_CORE,
    ),
    Cored(
        "House number, street, name",
        rf"{_FIRST_HOUSE}\b{_HOUSE},? {_TYPE_FIRST}[\w’'-]{{2,30}}(?: {CAPITALISED}){{0,3}}{_REST}",
        0.6,
        rf"\d,? {BEFORE} ",
    ),
    Cored("Name, street, house number", _AFTER_NAME + _REST, 0.6, rf"\w {SMALL_AFTER} ?\d"),
    Cored("Name and street grown together", _GROWN_TOGETHER + _REST, 0.6, rf"\w\w{GROWN} ?\d"),
    Cored("Two numbers and a postcode", rf"\b{_TWO_NUMBERS}{_PLACES}{_BREAK}\d{{5}}\b", 0.5, _TWO_NUMBERS_CORE),
    Cored("Two numbers (weak)", rf"\b{_TWO_NUMBERS}{_REST}", 0.2, _TWO_NUMBERS_CORE),
    Cored("Post-office box", rf"{_FIRST_HOUSE}\b{_BOX}{_REST}", 0.7, _BOX),
    Cored("Military post office", _MILITARY, 0.8, _POST_OFFICE),
    Cored("Suite", rf"{_SUITE}(?: {_TWO_NUMBERS})?{_REST_OF_SUITE}", 0.7, _SUITE),
    Cored("Street and suite", rf"\b\d{{1,6}}{_BREAK}(?:{_WORD}{_BREAK}){{1,7}}{_SUITE}{_REST_OF_SUITE}", 0.7, _SUITE),
    Cored("Corner", _CORNER, 0.6, _CORNER_OF),
    Cored("Street in small letters", _SMALL_STREET, 0.45, _SMALL_STREET_CORE),
    Pattern("Grown together in small letters", rf"\b\d{{1,6}} [a-z]\w{{2,30}}{GROWN} \d{{1,4}}\b", 0.5),
    Cored(
        "Postcode in small letters",
        rf"\b\d{{1,6}} (?:{_SMALL} ){{1,6}}{_SMALL_SUITE}{_SMALL_TO_POSTCODE}",
        0.5,
        _SMALL_SUITE,
    ),
]
_CONTEXT = ["address", "live", "resides", "residing", "residence", "located", "office", "mail", "home"]
_FLAGS = regex.DOTALL | regex.MULTILINE


class StreetAddress(PatternRecognizer):
    """`12 Main Street, Suite 4, Austin, TX 73301`, `Rua do Arenque 1634`, `PO Box 42`, `PSC 43, Box 41 APO AP 28906`.

    Two numbers around a name (`5366 Pivovarská 276`) need a word like `address` before them.
    """

    def __init__(self) -> None:
        super().__init__("STREET_ADDRESS", patterns=_PATTERNS, context=_CONTEXT, global_regex_flags=_FLAGS)


class Street(PatternRecognizer):
    """`Beacon Street` without a house number."""

    def __init__(self) -> None:
        named = rf"\b{CAPITALISED}(?: {CAPITALISED}){{0,2}} {ALONE}(?!\w)"
        pattern = Cored("Named", named, 0.45, rf"{CAPITAL}[\w.'’/-]* {ALONE}")
        super().__init__("STREET_ADDRESS", patterns=[pattern], global_regex_flags=_FLAGS)

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether its first word makes it a figure of speech or no street in particular."""
        return pattern_text.partition(" ")[0] in _NO_STREETS


_FIGURES_OF_SPEECH = "A An Each Every Her High His Main My Our Rocky Sesame Silk That The Their This Wall Your"
_NO_STREETS = frozenset(_FIGURES_OF_SPEECH.split())
