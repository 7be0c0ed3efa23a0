"""What a policy file, and the section `sanitize` of a domain's file, may say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from hashlib import blake2b
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo

from processors.sanitize.policy.custom import CustomRecognizer
from processors.sanitize.policy.policy import (
    CONTENT,
    GENERALISABLE,
    ORDINARY,
    Action,
    Dates,
    Exceptions,
    Mode,
    SanitizePolicy,
)
from processors.sanitize.pseudonyms.shape import SHAPEABLE
from processors.sanitize.types import ENTITY_TYPES

if TYPE_CHECKING:  # see processors.sanitize.policy.custom
    from presidio_analyzer import PatternRecognizer


def _known(name: str, info: ValidationInfo) -> str:
    if "recognizers" not in info.data:
        return name  # those are wrong and said to be; they may have declared it
    recognizers: Mapping[str, CustomRecognizer] = info.data["recognizers"]
    known = {*ENTITY_TYPES, *(each.type for each in recognizers.values())}
    if name not in known:
        near = get_close_matches(name.upper(), known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
        raise ValueError(f"no entity type is called {name!r}; {hint}")
    return name


def _possible(actions: dict[str, Action]) -> dict[str, Action]:
    for entity_type, action in actions.items():
        if action == "shape" and entity_type not in SHAPEABLE:
            raise ValueError(f"{entity_type} has no form to keep, only {', '.join(sorted(SHAPEABLE))} have; use mask")
        if action == "generalise" and entity_type not in GENERALISABLE:
            raise ValueError(
                f"{entity_type} cannot be generalised, only {', '.join(sorted(GENERALISABLE))} can; use mask"
            )
    return actions


def _possible_for_all(action: Action | None) -> Action | None:
    if action == "shape":
        raise ValueError(f"only {', '.join(sorted(SHAPEABLE))} have a form to keep; name those under `types`")
    if action == "generalise":
        raise ValueError(f"only {', '.join(sorted(GENERALISABLE))} can be generalised; name those under `types`")
    return action


Name = Annotated[str, Field(min_length=1, max_length=200)]
Actions = Annotated[dict[Annotated[str, AfterValidator(_known)], Action], AfterValidator(_possible)]


class SanitizeSpec(BaseModel):
    """What is done with what is found.

    pseudonyms, dates: of which kind they are. recognizers: by name, what is looked for besides. types: an action by
    entity type. default: that of all other types of personal data; without it each has its ordinary one. fields: other
    actions by place, where `*` stands for anything.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pseudonyms: Mode = "keyed"
    dates: Dates = "year"
    recognizers: dict[Name, CustomRecognizer] = {}  # first: they may declare types
    types: Actions = {}
    default: Annotated[Action | None, AfterValidator(_possible_for_all)] = None
    fields: dict[Name, Actions] = {}

    def policy(self, name: str) -> SanitizePolicy:
        """The policy that this declares; its version changes with anything in it."""
        digest = blake2b(self.model_dump_json().encode(), digest_size=4).hexdigest()
        return SanitizePolicy(
            version=f"{name}-{digest}",
            actions=self._actions(),
            exceptions=self._exceptions(),
            pseudonyms=self.pseudonyms,
            dates=self.dates,
            recognizers=self._recognizers(),
        )

    def _actions(self) -> Mapping[str, Action]:
        declared = dict.fromkeys((each.type for each in self.recognizers.values()), self.default or "pseudonymise")
        others = dict.fromkeys(ORDINARY.keys() - CONTENT.keys(), self.default) if self.default else {}
        return {**declared, **ORDINARY, **others, **self.types}

    def _exceptions(self) -> Exceptions:
        return tuple((_place_pattern(place), actions) for place, actions in self.fields.items())

    def _recognizers(self) -> tuple[PatternRecognizer, ...]:
        return tuple(each.recognizer(name) for name, each in self.recognizers.items())


def _place_pattern(place: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, place.split("*"))), re.DOTALL)
