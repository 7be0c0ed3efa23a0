"""The recognisers of English text: presidio-analyzer's defaults, six of them replaced by stricter ones of our own."""

from __future__ import annotations

from collections.abc import Callable

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import (
    CryptoRecognizer,
    DateRecognizer,
    IpRecognizer,
    MacAddressRecognizer,
    MedicalLicenseRecognizer,
    NhsRecognizer,
    UsBankRecognizer,
    UsItinRecognizer,
    UsLicenseRecognizer,
    UsPassportRecognizer,
    UuidRecognizer,
)

from processors.sanitize.recognizers.card import Card
from processors.sanitize.recognizers.email import Email
from processors.sanitize.recognizers.iban import Iban
from processors.sanitize.recognizers.phone import Phone
from processors.sanitize.recognizers.ssn import Ssn
from processors.sanitize.recognizers.url import Url

STOCK: tuple[Callable[[], EntityRecognizer], ...] = (
    CryptoRecognizer,
    DateRecognizer,
    IpRecognizer,
    MacAddressRecognizer,
    MedicalLicenseRecognizer,
    NhsRecognizer,
    UsBankRecognizer,
    UsItinRecognizer,
    UsLicenseRecognizer,
    UsPassportRecognizer,
    UuidRecognizer,
)
OURS: tuple[Callable[[], EntityRecognizer], ...] = (Card, Email, Iban, Phone, Ssn, Url)


def english() -> list[EntityRecognizer]:
    """One of each."""
    return [recognizer() for recognizer in (*STOCK, *OURS)]
