"""Keys that say what their value is: `{"mrn": 4471}` is a medical record number, whatever the number looks like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from processors.sanitize.detector import Entity

SURE = 0.9

_KEYS = {
    "PERSON": """
        patient name, full name, first name, last name, middle name, maiden name, given name, family name, surname,
        forename, customer name, client name, employee name, member name, physician name, doctor name, provider name,
        contact name, guardian name, account holder, card holder, cardholder name, next of kin, emergency contact
    """,
    "DATE_TIME": """
        dob, date of birth, birth date, birthdate, birthday, date of death, death date, admission date,
        date of admission, admitted on, discharge date, date of discharge, date of service, visit date, appointment date
    """,
    "STREET_ADDRESS": """
        street address, home address, mailing address, billing address, street, address line, postal address
    """,
    "LOCATION": "city, town, county, place of birth, birthplace",
    "ZIP_CODE": "zip, zip code, zipcode, postal code, postcode",
    "PHONE_NUMBER": """
        phone, phone number, telephone, telephone number, mobile, mobile number, cell phone, home phone, work phone
    """,
    "FAX_NUMBER": "fax, fax number",
    "EMAIL_ADDRESS": "email, e mail, email address",
    "US_SSN": "ssn, social security number, social security no, social security",
    "MEDICAL_RECORD_NUMBER": "mrn, medical record number, medical record no, chart number, hospital number",
    "HEALTH_PLAN_NUMBER": """
        member id, member number, subscriber id, beneficiary id, beneficiary number, health plan number, health plan id,
        insurance id, insurance number, policy number, medicare number, medicaid number
    """,
    "ACCOUNT_NUMBER": "account number, account no, acct no, bank account, bank account number, routing number",
    "CREDIT_CARD": "card number, credit card, credit card number, debit card number",
    "IBAN_CODE": "iban",
    "LICENSE_NUMBER": "license number, licence number, license no, certificate number, dea number, npi",
    "US_DRIVER_LICENSE": "drivers license, driver license, driver license number, drivers license number",
    "US_PASSPORT": "passport, passport number, passport no",
    "VIN": "vin, vehicle identification number, chassis number",
    "LICENSE_PLATE": "license plate, licence plate, number plate, plate number, registration plate",
    "DEVICE_ID": "device serial, serial number, serial no, device serial number, udi, implant serial",
    "IMEI": "imei",
    "MAC_ADDRESS": "mac address",
    "IP_ADDRESS": "ip address, client ip, remote ip, source ip, user ip, ip addr, remote addr",
    "BIOMETRIC": """
        fingerprint id, voiceprint, voice print, retina scan, iris scan, face template, biometric id, faceprint
    """,
    "PHOTO": "photo, photo url, portrait, headshot, avatar, avatar url, face image, patient photo",
    "ID_NUMBER": """
        patient id, patient number, subject id, national id, national insurance number, tax id, taxpayer id,
        employee id, employee number, student id, badge number, case number, claim number, prescription number,
        customer id
    """,
    "USER_ID": "user id, username, user name, login, end user id, enduser id",
    "SECRET": """
        password, passwd, pwd, passphrase, api key, apikey, secret, secret key, client secret, access key, access token,
        auth token, refresh token, bearer token, private key, authorization, session token, credentials
    """,
}
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_TYPES = {
    tuple(key.split()): entity_type
    for entity_type, keys in _KEYS.items()
    for key in keys.split(",")
    for key in [key.strip()]
}
_LONGEST = max(map(len, _TYPES))

# `"key": "value"`, `'key': 12`, in JSON and in what Python prints; also with the quotes escaped.
_QUOTED = re.compile(
    r"""(\\?["'])(?P<key>[A-Za-z][\w .-]{1,40})\1\s{0,4}:\s{0,4}"""
    r"""(?:(\\?["'])(?P<text>(?:[^"'\\]|\\[^"']){1,200})\3|(?P<number>-?\d[\d.]{2,40}))"""
)


@lru_cache(4_096)
def key_type(key: str) -> str | None:
    """The entity type of what stands under a key (`patientName`, `user.phone_number`), None where the key says none."""
    words = tuple(word.lower() for word in _WORDS.findall(key[:100]))
    for length in range(min(len(words), _LONGEST), 0, -1):
        known = _TYPES.get(words[-length:])
        if known:
            return known
    return None


class KeyDetector:
    """Finds values under such keys in JSON that is text: a tool's arguments, a record that was pasted."""

    def find(self, text: str) -> Sequence[Entity]:
        """See `Detector`."""
        if ":" not in text or ('"' not in text and "'" not in text):
            return ()
        return [
            Entity(entity_type, *match.span(group), SURE)
            for match in _QUOTED.finditer(text)
            if (entity_type := key_type(match["key"]))
            for group in ("text", "number")
            if match[group] and match[group] not in _NOTHING
        ]


_NOTHING = frozenset({"", "null", "None", "true", "false", "N/A", "n/a", "unknown"})
