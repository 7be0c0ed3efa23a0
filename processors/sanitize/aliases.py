"""One pseudonym for one thing within a trace, though it is named in full here and in part there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

PARTIAL = frozenset({"PERSON", "LOCATION", "ORGANIZATION"})
"""Types whose values are named in part too: `Quennell` for `Odalys Quennell`."""

MAX_NAMES = 512
"""Names of a trace that are compared, each with each; of more than these every one stays itself."""

_WORD = re.compile(r"\w+")


def aliases(values: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[str, str]]:
    """(type, value) as found → (type, value) that its pseudonym is made of, for those of `values` where they differ.

    A value of several types is of the one that comes first. A name whose words all stand in exactly one longer name is
    that one; where there are several, nobody can tell, and it stays itself.
    """
    kinds: dict[str, str] = {}
    for kind, value in values:
        if kind in PARTIAL:
            kinds.setdefault(value, kind)
    if len(kinds) > MAX_NAMES:
        return {}
    words = {value: frozenset(map(str.casefold, _WORD.findall(value))) for value in kinds}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for value, kind in kinds.items():
        longer = [other for other, theirs in words.items() if words[value] < theirs] if words[value] else []
        whole = _longest(longer, words)
        for each in PARTIAL:
            if (kinds[whole], whole) != (each, value) if whole else kind != each:
                found[each, value] = (kinds[whole], whole) if whole else (kind, value)
    return found


def _longest(candidates: list[str], words: Mapping[str, frozenset[str]]) -> str | None:
    """The candidate that holds all others, None where there is none such."""
    if not candidates:
        return None
    longest = max(candidates, key=lambda value: (len(words[value]), value))
    return longest if all(words[value] <= words[longest] for value in candidates) else None
