"""The entity types: what each is under HIPAA, and how two spellings of one value are known to be the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Spelling = Literal["exact", "text", "digits", "code"]
"""What of a value identifies it: every character; its words, case folded; its digits; its letters and digits."""


@dataclass(frozen=True, slots=True)
class EntityType:
    """A kind of personal data.

    hipaa: number of the Safe Harbor identifier, 45 CFR 164.514(b)(2)(i)(A) to (R) as 1 to 18; None where it is none.
    """

    name: str
    what: str
    hipaa: int | None
    spelling: Spelling = "text"


_TYPES = (
    EntityType("PERSON", "name of a person", 1),
    EntityType("TITLE", "form of address before a name", None),
    EntityType("LOCATION", "place smaller than a state: city, county, named facility", 2),
    EntityType("COUNTRY", "country or state", None),
    EntityType("STREET_ADDRESS", "street address, or a part of one", 2),
    EntityType("ZIP_CODE", "postal code", 2, "code"),
    EntityType("DATE_TIME", "date more exact than a year", 3),
    EntityType("AGE", "age over 89", 3, "digits"),
    EntityType("PHONE_NUMBER", "telephone number", 4, "digits"),
    EntityType("FAX_NUMBER", "fax number", 5, "digits"),
    EntityType("EMAIL_ADDRESS", "e-mail address", 6),
    EntityType("US_SSN", "US social security number", 7, "digits"),
    EntityType("MEDICAL_RECORD_NUMBER", "medical record number", 8, "code"),
    EntityType("HEALTH_PLAN_NUMBER", "health plan beneficiary number", 9, "code"),
    EntityType("ACCOUNT_NUMBER", "account number", 10, "code"),
    EntityType("CREDIT_CARD", "payment card number", 10, "digits"),
    EntityType("CRYPTO", "wallet address", 10, "exact"),
    EntityType("IBAN_CODE", "international bank account number", 10, "code"),
    EntityType("US_BANK_NUMBER", "US bank account number", 10, "digits"),
    EntityType("LICENSE_NUMBER", "certificate or licence number", 11, "code"),
    EntityType("MEDICAL_LICENSE", "US DEA number", 11, "code"),
    EntityType("US_DRIVER_LICENSE", "US driver's licence number", 11, "code"),
    EntityType("US_PASSPORT", "US passport number", 11, "code"),
    EntityType("VIN", "vehicle identification number", 12, "code"),
    EntityType("LICENSE_PLATE", "licence plate", 12, "code"),
    EntityType("DEVICE_ID", "device serial number or UDI", 13, "code"),
    EntityType("IMEI", "mobile equipment identity", 13, "digits"),
    EntityType("MAC_ADDRESS", "MAC address", 13, "code"),
    EntityType("URL", "web address or host name", 14),
    EntityType("IP_ADDRESS", "IP address", 15),
    EntityType("BIOMETRIC", "reference to a fingerprint, voice print or other biometric record", 16, "code"),
    EntityType("PHOTO", "photograph, or a reference to one", 17),
    EntityType("ID_NUMBER", "any other number or code that identifies", 18, "code"),
    EntityType("UK_NHS", "UK NHS number", 18, "digits"),
    EntityType("US_ITIN", "US taxpayer number", 18, "digits"),
    EntityType("UUID", "universally unique identifier", 18, "code"),
    EntityType("USER_ID", "the producer's name for its user", 18, "exact"),
    EntityType("ORGANIZATION", "company or other organisation", None),
    EntityType("NRP", "nationality, religious or political group", None),
    EntityType("SECRET", "password, key or token", None, "exact"),
    EntityType("CONTROL_SEQUENCE", "control characters and terminal sequences", None, "exact"),
    EntityType("HIDDEN_TEXT", "characters that nobody sees, or that change the order of others", None, "exact"),
    EntityType("BLOB", "binary data written as text", None, "exact"),
)

ENTITY_TYPES: Mapping[str, EntityType] = {each.name: each for each in _TYPES}
"""All types by name. A recogniser finds one of these, or one that an organisation's policy declares."""
