"""Recognisers that an organisation declares in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from processors.sanitize.policy.checksums import Checksum

if TYPE_CHECKING:  # presidio takes a second to import, and whoever reads a domain's file need not wait for it
    from presidio_analyzer import PatternRecognizer

SURE = 0.4
"""From this score on a find counts without any context; see processors.sanitize.patterns.detector.THRESHOLD."""

TypeName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$", max_length=40)]
Word = Annotated[str, Field(min_length=2, pattern=r"\S")]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]


TRIED = "recognizers are tried"
"""Key of the validation context under which True says that recognisers were tried before."""


class Examples(BaseModel):
    """Texts in which a recogniser finds something, and texts in which it finds nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    found: tuple[Text, ...] = ()
    not_found: tuple[Text, ...] = ()


class CustomRecognizer(BaseModel):
    """What an organisation looks for beside what everybody does: a regular expression or a list of words.

    regex: as google-re2 reads it; a group named `value` is the entity, and the rest its surroundings. score: 0 to 1;
    below 0.4 it counts only beside one of the words in `context`, or with the right check digit. It is tried on its
    examples before it is taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: TypeName
    regex: str | None = None
    words: tuple[Word, ...] = ()
    score: float = Field(0.6, gt=0, le=1)
    context: tuple[Word, ...] = ()
    checksum: Checksum = "none"
    case_sensitive: bool = False
    examples: Examples = Examples()

    @model_validator(mode="after")
    def _is_usable(self, info: ValidationInfo) -> CustomRecognizer:
        if (self.regex is None) == (not self.words):
            raise ValueError("give either `regex` or `words`, and not both")
        if self.regex is not None and not self.examples.found:
            raise ValueError("give under `examples: found:` a text in which the regex finds something")
        if not (self._is_plain_list or (info.context or {}).get(TRIED)):
            from processors.sanitize.policy.recognizer import check

            check(self)
        return self

    @property
    def _is_plain_list(self) -> bool:
        """Whether it is words that count wherever they stand: each finds itself, and trying them takes seconds."""
        return bool(self.words) and self.checksum == "none" and self.score >= SURE and self.examples == Examples()

    def recognizer(self, name: str) -> PatternRecognizer:
        """What the pattern engine runs."""
        from processors.sanitize.policy.recognizer import recognizer

        return recognizer(self, name)
