"""Pseudonyms: the same value of the same organisation always becomes the same token, and nobody else can tell which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Pseudonyms(Protocol):
    """Gives tokens for values, and each subject's own number of days. One of these serves one thread."""

    def tokens(self, org_id: str, wanted: Sequence[tuple[str, str]]) -> Sequence[str]:
        """The token `<TYPE_letters>` of each (type, value), in order, whichever of its spellings a value comes in.

        The same in every process, and durable before it returns. May ask a database, once for a whole text. Raises
        VaultUnavailable where that does not answer: the text may then go nowhere.
        """

    def offset_days(self, org_id: str, subject: str) -> int:
        """By how many days the dates of a subject are shifted: one of -365 to -1 and 1 to 365, for ever the same.

        The subject is whoever the dates are about, say a user's id. Raises as `tokens` does.
        """
