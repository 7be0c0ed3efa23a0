"""References to biometric records: the samples themselves are never text."""

from __future__ import annotations

from presidio_analyzer import Pattern

from processors.sanitize.recognizers.labels import LABELLED, Labelled, firmly_labelled, labelled

_RECORDS = (
    r"(?:finger|thumb|palm|voice|face|hand|foot)[ _-]?prints?[ _-](?:template|record|scan|sample|hash|card)"
    r"|(?:retinal?|iris|facial|face|palm|vein|gait)[ _-](?:scan|template|image|code|map|recognition|embedding|geometry)"
    r"|(?:genetic|DNA|genomic|genome|blood|tissue|saliva)[ _-](?:sample|profile|sequence|specimen|data)"
    r"|biometric(?:s)?(?:[ _-](?:template|record|token|hash|data|reference))?"
)
_PRINTS = r"(?:finger|thumb|palm|voice|face)[ _-]?prints?"  # of a key or a certificate, unless it has a number


class Biometric(Labelled):
    """`fingerprint ID FP-2213`, `voiceprint #88121`, `retina scan RS-99812`, `DNA sample 4471-B`."""

    def __init__(self) -> None:
        patterns = [
            Pattern("Record", labelled(_RECORDS), LABELLED),
            Pattern("Print", firmly_labelled(_PRINTS, r"[A-Z]{1,4}-?\d{3,12}|\d{4,12}"), LABELLED),
        ]
        super().__init__("BIOMETRIC", patterns)
