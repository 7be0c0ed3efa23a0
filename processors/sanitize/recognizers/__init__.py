"""The recognisers of English text: presidio-analyzer's, the loose ones replaced by stricter, and of what it lacks."""

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

from processors.sanitize.recognizers.account import AccountNumber
from processors.sanitize.recognizers.age import Age
from processors.sanitize.recognizers.biometric import Biometric
from processors.sanitize.recognizers.card import Card, LabelledCard
from processors.sanitize.recognizers.dates import Date
from processors.sanitize.recognizers.device import DeviceId, Udi
from processors.sanitize.recognizers.driver_license import DriverLicense
from processors.sanitize.recognizers.email import Email
from processors.sanitize.recognizers.facility import Facility
from processors.sanitize.recognizers.health_plan import HealthPlanNumber, MedicareNumber
from processors.sanitize.recognizers.iban import Iban
from processors.sanitize.recognizers.id_number import BareId, IdNumber
from processors.sanitize.recognizers.imei import Imei, LabelledImei
from processors.sanitize.recognizers.ip import Ip
from processors.sanitize.recognizers.labelled_phone import Fax, LabelledPhone
from processors.sanitize.recognizers.license_number import LicenseNumber, ProviderNumber
from processors.sanitize.recognizers.license_plate import LicensePlate
from processors.sanitize.recognizers.medical_record import MedicalRecordNumber
from processors.sanitize.recognizers.passport import Passport
from processors.sanitize.recognizers.phone import Phone
from processors.sanitize.recognizers.photo import Photo
from processors.sanitize.recognizers.ssn import Ssn
from processors.sanitize.recognizers.street_address import Street, StreetAddress
from processors.sanitize.recognizers.titled_name import FirstNameAndInitial, Title, TitledName
from processors.sanitize.recognizers.url import Url
from processors.sanitize.recognizers.vin import Vin
from processors.sanitize.recognizers.zip_code import ZipCode

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
"""Presidio's defaults that run without a language model and without the network."""

_REPLACED = (DateRecognizer, IpRecognizer, UsLicenseRecognizer, UsPassportRecognizer)

OURS: tuple[Callable[[], EntityRecognizer], ...] = (
    AccountNumber,
    Age,
    BareId,
    Biometric,
    Card,
    Date,
    DeviceId,
    DriverLicense,
    Email,
    Facility,
    Fax,
    FirstNameAndInitial,
    HealthPlanNumber,
    Iban,
    IdNumber,
    Imei,
    Ip,
    LabelledCard,
    LabelledImei,
    LabelledPhone,
    LicenseNumber,
    LicensePlate,
    MedicalRecordNumber,
    MedicareNumber,
    Passport,
    Phone,
    Photo,
    ProviderNumber,
    Ssn,
    Street,
    StreetAddress,
    Title,
    TitledName,
    Udi,
    Url,
    Vin,
    ZipCode,
)


def english() -> list[EntityRecognizer]:
    """One of each."""
    kept = (recognizer for recognizer in STOCK if recognizer not in _REPLACED)
    return [recognizer() for recognizer in (*kept, *OURS)]
