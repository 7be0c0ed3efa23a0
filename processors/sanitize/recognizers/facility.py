"""Named places of care: `Methodist Hospital`, `Cedar Creek Clinic`, `Children's Hospital of Springfield`."""

from __future__ import annotations

import regex
from presidio_analyzer import Pattern, PatternRecognizer

from processors.sanitize.recognizers.capitals import CAPITALISED
from processors.sanitize.recognizers.cored import Cored

_CENTER = r"(?:Center|Centre|Ctr\b\.?)"
_PLACE = (
    rf"(?:Hospitals?|Clinics?|Infirmary|Hospice|Sanatorium|Polyclinic|Pharmacy|Nursing Home|Urgent Care"
    rf"|Med(?:\.|ical)? (?:{_CENTER}|Group|Plaza|Associates)|Health ?(?:{_CENTER}|Clinic|System|Network|Care System)"
    rf"|(?:Cancer|Surgery|Surgical|Rehab(?:ilitation)?|Dialysis|Trauma|Heart|Eye|Birth) (?:{_CENTER}|Institute)"
    rf"|Care (?:{_CENTER}|Home)|Family (?:Practice|Medicine)|(?:Assisted|Senior) Living)"
)
_HOUSE = r"(?:Hospital|Clinic|Infirmary)"
_WORD = rf"(?:{CAPITALISED}|\d{{1,3}}(?:st|nd|rd|th))"
_NAME = rf"{_WORD}(?:(?: (?:and|of|de|the|&)(?: the)?)? {_WORD}){{0,5}}"
_NOT_OF_IT = (
    r"(?:\b(?:At|In|From|To|For|By|The|Our|Your|Their|This|That|An?|Is|Was|Does|Did|What|Which|When|Where|Why|How) )?"
)
_OF = rf"(?: (?:of|at)(?: the)? {_WORD}(?:(?: of(?: the)?)? {_WORD}){{0,2}})"
_PATTERNS: list[Pattern] = [
    Cored("Named before", rf"{_NOT_OF_IT}\b(?P<value>{_NAME} {_PLACE}{_OF}?)", 0.6, rf"[\w’'.-] {_PLACE}"),
    Cored(
        "Named after", rf"\b(?:(?:University|General|Children['’]s) )?{_HOUSE}{_OF}", 0.55, rf"\b{_HOUSE} (?:of|at) "
    ),
    Cored("Of children", rf"\bChildren['’]s {_PLACE} {_WORD}(?: {_WORD})?", 0.6, r"\bChildren['’]s "),
]
_FLAGS = regex.DOTALL | regex.MULTILINE


class Facility(PatternRecognizer):
    """One to six capitalised words before a word like `Hospital`, one of them at least no kind of care."""

    def __init__(self) -> None:
        super().__init__("LOCATION", patterns=_PATTERNS, global_regex_flags=_FLAGS)

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether every word of it says what kind of place it is and none which."""
        words = pattern_text.casefold().replace("’", "'").replace("/", " ").split()
        return _NO_NAMES.issuperset(words)


_KINDS_OF_CARE = """
    acute addiction adult advanced ambulatory american animal anticoagulation behavioral cancer cardiac cardiology care
    charity children children's chronic clinical community county dental dermatology diabetes dialysis emergency
    endocrinology eye family fertility field free general geriatric gi gp health healthcare heart hematology home icu
    inpatient integrated long-term maternity medical medicine men's mental military mobile national neurology nursing
    ob/gyn obstetrics occupational oncology ophthalmology orthopaedic orthopedic outpatient outreach paediatric pain
    palliative patient pediatric pediatrics physical primary private psychiatric psychiatry public pulmonary referral
    regional rehab rehabilitation respiratory retail rheumatology rural senior sexual sleep smoking specialist
    specialized specialty sports state stroke student-run surgery surgical teaching telehealth term tertiary trauma
    travel university urgent urology va vaccination vascular veterinary virtual walk-in weight wellness women women's
    workplace wound youth
"""
_KINDS_OF_PLACE = """
    assisted associates birth center centre clinic clinics group hospice hospital hospitals infirmary institute living
    network pharmacy plaza polyclinic practice sanatorium system
"""
_FUNCTION_WORDS = "a an and any another at de each every his her my of our that the their this what which your &"
_NO_NAMES = frozenset(f"{_KINDS_OF_CARE} {_KINDS_OF_PLACE} {_FUNCTION_WORDS}".split())
