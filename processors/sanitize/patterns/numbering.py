"""Numbering plans: which digits can be a phone number of a region at all, told without parsing them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from phonenumbers import PhoneMetadata, PhoneNumberMatch, PhoneNumberMatcher
from phonenumbers.phonenumberutil import region_codes_for_country_code

_KINDS = (  # a valid number is one of these
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)

# Neither a plus sign nor an extension: the digits are those of a national number and what may be dialled before it.
_NATIONAL = re.compile(r"[0-9 ()\[\]./-]*")
_BLOCK = re.compile(r"[0-9]+")
_ALL_BUT_DIGITS = dict.fromkeys(set(range(128)) - set(b"0123456789"))
_FEWEST_ABROAD = 8  # 00, and no number with its country code is shorter than six digits
_MAX_BLOCKS = 6  # of which all sequences are tried


def digit_runs(candidate: str) -> Sequence[str] | None:
    """The digits of all that the matcher may take for a number in this candidate; None where they are too many.

    It breaks candidates up between blocks of digits, so that these are the sequences of neighbouring blocks.
    """
    blocks = _BLOCK.findall(candidate)
    if len(blocks) > _MAX_BLOCKS or not _NATIONAL.fullmatch(candidate):
        return None
    count = len(blocks)
    return ["".join(blocks[first:last]) for first in range(count) for last in range(count, first, -1)]


@cache
def fewest_digits(region: str) -> int:
    """Of any number that is dialled in the region, be it abroad."""
    plan = PhoneMetadata.metadata_for_region(region, None)
    if plan is None or plan.country_code is None:
        return 0
    plans = (PhoneMetadata.metadata_for_region(each, None) for each in region_codes_for_country_code(plan.country_code))
    lengths = {length for each in plans if each and each.general_desc for length in each.general_desc.possible_length}
    return min({_FEWEST_ABROAD} | lengths - {-1})


def may_be_dialled(digits: str, region: str) -> bool:
    """Whether these digits may be a valid number when they are dialled in the region."""
    return _dialled(region).match(digits) is not None


class NumberMatcher(PhoneNumberMatcher):
    """The matcher of phonenumbers 9.0, made to parse only what the region's numbering plan allows."""

    def number_in(self, candidate: str, offset: int) -> PhoneNumberMatch | None:
        """The number that is this candidate, or the first one inside it. `offset`: of the candidate in the text."""
        return self._extract_match(candidate, offset)

    def _parse_and_verify(self, candidate: str, offset: int) -> PhoneNumberMatch | None:
        digits = candidate.translate(_ALL_BUT_DIGITS)
        if _NATIONAL.fullmatch(candidate) and not may_be_dialled(digits, str(self.preferred_region)):
            return None
        return super()._parse_and_verify(candidate, offset)


@cache
def _dialled(region: str) -> re.Pattern[str]:
    """All digits that parse to a valid number of the region's country or begin like a call abroad, and some more.

    Parsing takes a country code and national prefixes away from the front. What is left is a national number of one of
    the regions with that code, unless the prefix is rewritten: a rule such as `\\2` takes more away, others put in.
    """
    plan = PhoneMetadata.metadata_for_region(region, None)
    rewritten = plan and plan.national_prefix_transform_rule
    if plan is None or plan.country_code is None or (rewritten and not re.fullmatch(r"\\\d", rewritten)):
        return re.compile("")
    prefix = r"\d*" if rewritten else f"(?:{plan.national_prefix_for_parsing or ''})?" * 2
    numbers = "|".join(filter(None, map(_national_numbers, region_codes_for_country_code(plan.country_code))))
    abroad = plan.international_prefix or r"\Z"
    return re.compile(rf"(?:{plan.country_code})?{prefix}(?:{numbers})\Z|(?:{abroad})\d")


def _national_numbers(region: str) -> str:
    plan = PhoneMetadata.metadata_for_region(region, None)
    kinds = (getattr(plan, kind) for kind in _KINDS) if plan else ()
    return "|".join(kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern)
