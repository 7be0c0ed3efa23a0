"""Sanitisers for tests: with these detectors, keyed pseudonyms, and the ordinary policy in every domain."""

from __future__ import annotations

from metronis.clock import ManualClock
from processors.sanitize.detector import Detector
from processors.sanitize.layers import Layers
from processors.sanitize.policy import SanitizePolicies, SanitizeSpec
from processors.sanitize.pseudonyms import Pseudonyms
from processors.sanitize.pseudonyms.keyed import KeyedPseudonyms
from processors.sanitize.replacement import Replacement
from processors.sanitize.sanitizer import Sanitizer


def sanitizer_of(
    *detectors: Detector, pseudonyms: Pseudonyms | None = None, spec: SanitizeSpec | None = None
) -> Sanitizer:
    """One that finds what the detectors find, and nothing without any."""
    given = pseudonyms or KeyedPseudonyms(b"0123456789abcdef")
    domains = dict.fromkeys(("general", "healthcare", "trading"), spec or SanitizeSpec())
    replacement = Replacement({"keyed": given, "vault": given}, ManualClock())
    return Sanitizer(Layers(detectors), replacement, SanitizePolicies(domains))
