"""What is put in the place of what was found: a pseudonym, something less exact, the type alone, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC

from metronis.clock import Clock
from processors.sanitize.content.blobs import masked
from processors.sanitize.policy import Action, SanitizePolicy
from processors.sanitize.policy.policy import Mode
from processors.sanitize.pseudonyms import Pseudonyms
from processors.sanitize.pseudonyms.dates import shifted, year_of
from processors.sanitize.pseudonyms.safe_harbor import OVER_89, first_three
from processors.sanitize.pseudonyms.shape import shaped

REPLACING: frozenset[Action] = frozenset({"pseudonymise", "shape", "generalise", "mask", "drop"})
"""Actions after which the value is not there any more."""

Wanted = Sequence[tuple[str, str]]
"""(type, value) of each entity."""


class Replacement:
    """Makes replacements as a policy says. One of these serves one thread."""

    def __init__(self, pseudonyms: Mapping[Mode, Pseudonyms], clock: Clock) -> None:
        self._pseudonyms = pseudonyms
        self._clock = clock

    def of_all(
        self, wanted: Wanted, org_id: str, subject: str | None, policy: SanitizePolicy, actions: Mapping[str, Action]
    ) -> Sequence[str]:
        """One for each, in order. `subject`: whose dates they are. May ask a vault, once for all of them.

        Raises VaultUnavailable where the policy wants a vault and there is none, or it does not answer.
        """
        pseudonyms = self._pseudonyms[policy.pseudonyms]
        made = [self._without_token(*each, org_id, subject, policy, actions, pseudonyms) for each in wanted]
        missing = [each for each, text in zip(wanted, made, strict=True) if text is None]
        tokens = iter(pseudonyms.tokens(org_id, missing)) if missing else iter(())
        return [
            _shaped(next(tokens), *each, actions) if text is None else text
            for each, text in zip(wanted, made, strict=True)
        ]

    def _without_token(
        self,
        entity_type: str,
        value: str,
        org_id: str,
        subject: str | None,
        policy: SanitizePolicy,
        actions: Mapping[str, Action],
        pseudonyms: Pseudonyms,
    ) -> str | None:
        """None where a token is wanted, or where nothing less exact can be made of the value."""
        match actions[entity_type]:
            case "mask":
                return masked(entity_type, value)
            case "drop":
                return ""
            case "generalise":
                return self._generalised(entity_type, value, org_id, subject, policy, pseudonyms)
            case _:
                return None

    def _generalised(
        self,
        entity_type: str,
        value: str,
        org_id: str,
        subject: str | None,
        policy: SanitizePolicy,
        pseudonyms: Pseudonyms,
    ) -> str | None:
        if entity_type == "AGE":
            return OVER_89
        if entity_type == "ZIP_CODE":
            return first_three(value)
        if policy.dates == "shift" and subject:
            return shifted(value, pseudonyms.offset_days(org_id, subject))
        return year_of(value, self._clock.now().astimezone(UTC).year)


def _shaped(token: str, entity_type: str, value: str, actions: Mapping[str, Action]) -> str:
    """The token, or what has the form of the value where that is wanted."""
    stand_in = shaped(token, entity_type, value) if actions[entity_type] == "shape" else None
    return stand_in or token
