"""Names of people that their form gives away: after a title, or a first name and an initial."""

from __future__ import annotations

import regex
from presidio_analyzer import Pattern, PatternRecognizer

from processors.sanitize.recognizers.capitals import CAPITAL, CAPITALS
from processors.sanitize.recognizers.cored import Cored

_TITLE = (
    r"(?:(?:Dr|Drs|Mr|Mrs|Ms|Mx|Prof|Rev|Fr|Hon|Capt|Sgt|Lt|Col|Gen|Maj|Messrs)\b\.?"
    r"|Doctor|Miss|Professor|Reverend|Nurse|Sir|Madam|Dame|Judge|Officer|Captain|Sergeant|Lieutenant|Colonel)"
)
_WORD = rf"{CAPITAL}[\w’'-]{{0,30}}\w"
_PARTICLE = r"(?:(?:van|von|de|der|den|del|della|di|da|dos|la|le|bin|ibn|al|el|ter|ten) ){0,3}"
_NAME = rf"(?:{CAPITAL}\. ?){{0,2}}{_PARTICLE}{_WORD}(?: (?:{CAPITAL}\b\.?|{_PARTICLE}{_WORD})){{0,3}}"
_FLAGS = regex.DOTALL | regex.MULTILINE


class Title(PatternRecognizer):
    """Forms of address where a name follows."""

    def __init__(self) -> None:
        pattern = Pattern("Before a name", rf"\b(?P<value>{_TITLE})\s[{CAPITALS}][\w.’']", 0.5)
        super().__init__("TITLE", patterns=[pattern], global_regex_flags=_FLAGS)


class TitledName(PatternRecognizer):
    """Up to four capitalised words after a form of address: `Dr. van der Berg`, `Mr. J. Smith`; `Dr. A.` too."""

    def __init__(self) -> None:
        core = rf"\b{_TITLE}\s"
        pattern = Cored("After a title", rf"{core}(?P<value>{_NAME}|{CAPITAL}\.)", 0.6, core)
        super().__init__("PERSON", patterns=[pattern], global_regex_flags=_FLAGS)


class FirstNameAndInitial(PatternRecognizer):
    """`Anna S.`, as clinicians write for discretion; `Vitamin D.` and `Table A.` not."""

    def __init__(self) -> None:
        pattern = Pattern("First name and initial", rf"\b{CAPITAL}[\w’'-]{{1,30}} {CAPITAL}\.(?!\w)", 0.5)
        super().__init__("PERSON", patterns=[pattern], global_regex_flags=_FLAGS)

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether the first word is a common one."""
        word = pattern_text.partition(" ")[0]
        return word in _NO_FIRST_NAMES or word.isupper() or any(map(str.isdigit, word))


_BEFORE_LETTERS = """
    Act Agent And Annex Answer Appendix Area Arm Article Bacillus Block Book Box Branch Building But Case Cat Category
    Chapter Chart Class Clause Client Cluster Coenzyme Cohort Column Company Compound Condition Course Day Department
    Division Dose Drug Event Exhibit Factor Fig Figure File Flight For Form Game Gate Gen Gene Generation Goal Grade
    Group Haemophilia Hemophilia Hepatitis Horizon House Immunoglobulin Influenza Issue Item Job Key Label Lane Layer
    Lemma Level Line Link List Lot Map Medicare Method Mode Model Module Mr Mrs Ms Node Not Note Number Objective
    Operation Option Or Page Panel Part Participant Party Patient Pattern Person Phase Plan Plane Plasma Player Point
    Policy Population Port Position Product Program Project Property Protein Proposition Question Range Region
    Respondent Room Row Rule Sample Scenario Schedule Season Section Sector Series Server Set Side Site So Solution
    Source Stage State Station Step Strain Strategy Stream Strep Streptococcus Student Study Subject Subpart Subtype
    System Table Task Team Technique Term Test Text Then Theorem Thing Tier Title To Topic Toxin Track Treatment Type
    Unit User Variable Variant Vector Version Virus Visual Vitamin Vitamins Volume War Ward Washington Week When Wing
    World Year Zone
"""
_NO_FIRST_NAMES = frozenset(_BEFORE_LETTERS.split())
