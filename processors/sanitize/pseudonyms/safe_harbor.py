"""ZIP codes and ages as HIPAA's Safe Harbor lets them stand."""

from __future__ import annotations

import re

OVER_89 = "90+"
"""In place of every age over 89: 45 CFR 164.514(b)(2)(i)(C)."""

RESTRICTED_2000 = frozenset(
    {"036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878", "879", "884"}
    | {"890", "893"}
)
"""First three digits of ZIP codes shared by 20,000 people or fewer, by the census of 2000: the list in HHS's "Guidance
Regarding Methods for De-identification of Protected Health Information" (26 November 2012)."""

RESTRICTED_2010 = frozenset(
    {"036", "059", "102", "203", "205", "369", "556", "692", "821", "823", "878", "879", "884", "893"}
)
"""The same by the census of 2010, as deployed de-identifiers have it. The guidance wants the newest data; areas that
have grown since 2000 stay hidden here too, so that nobody need trust one list."""

_RESTRICTED = RESTRICTED_2000 | RESTRICTED_2010
_US_ZIP = re.compile(r"(\d{3})\d{2}(?:[-\s]?\d{4})?", re.ASCII)


def first_three(zip_code: str) -> str | None:
    """`941xx` for 94107 and 94107-1234, `000xx` for an area with few people; None for anything but a US ZIP code.

    The rule for the first three digits is 45 CFR 164.514(b)(2)(i)(B). Letters, because 94100 would be a ZIP code again,
    and so would the 941 of 941**.
    """
    found = _US_ZIP.fullmatch(zip_code)
    if found is None:
        return None
    return "000xx" if found[1] in _RESTRICTED else f"{found[1]}xx"
