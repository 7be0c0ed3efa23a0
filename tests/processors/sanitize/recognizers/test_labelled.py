"""Numbers that their labels give away: what is found whole, and what is left."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.sanitize.recognizers.account import AccountNumber
from processors.sanitize.recognizers.biometric import Biometric
from processors.sanitize.recognizers.card import LabelledCard
from processors.sanitize.recognizers.device import DeviceId, Udi
from processors.sanitize.recognizers.driver_license import DriverLicense
from processors.sanitize.recognizers.health_plan import HealthPlanNumber, MedicareNumber
from processors.sanitize.recognizers.id_number import BareId, IdNumber
from processors.sanitize.recognizers.imei import Imei, LabelledImei
from processors.sanitize.recognizers.labelled_phone import Fax, LabelledPhone
from processors.sanitize.recognizers.license_number import LicenseNumber, ProviderNumber
from processors.sanitize.recognizers.license_plate import LicensePlate
from processors.sanitize.recognizers.medical_record import MedicalRecordNumber
from processors.sanitize.recognizers.passport import Passport
from processors.sanitize.recognizers.photo import Photo
from processors.sanitize.recognizers.ssn import Ssn
from processors.sanitize.recognizers.vin import Vin
from tests.processors.sanitize import planted
from tests.processors.sanitize.recognizers.marked import Recognizer, marked, unmarked

_PHOTO = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"


@pytest.mark.parametrize(
    ("recognizer", "text"),
    [
        (MedicalRecordNumber, "MRN ‹4471-A›, (MRN: ‹112-45-789›), MRN# ‹789-45-123›, MRN‹44718›"),
        (MedicalRecordNumber, "medical record #‹44718-BC›, chart no. ‹99812›, patient ID #‹AB-987654›"),
        (MedicalRecordNumber, "Medical Record Number (MRN): ‹12345678›, hospital number is ‹H44718›"),
        (MedicalRecordNumber, "patient ‹998877›, M.R.N. ‹44718›, hosp. # ‹44718›, EHR #‹44718›"),
        (MedicalRecordNumber, "their records for ‹QX-789012› show"),
        (MedicalRecordNumber, "his chart is at 12 Main, patient 12, MRN pending, a record of 2019, patients 4000"),
        (MedicalRecordNumber, "file: report_2023.csv, visit: 20230101"),
        (HealthPlanNumber, "member ID ‹ABC123456›, insurance: ‹HP-789123›, policy no. is ‹987-654-321›"),
        (HealthPlanNumber, "ins. # ‹789-1234-567›; insurance ID: ‹ABC123›; Group Number: ‹774410›"),
        (HealthPlanNumber, "Aetna ID ‹W123456789›, BCBS #‹XYZ123456›, member ‹HX223344›, health ID ‹12345›"),
        (HealthPlanNumber, "insurance in 2023, policy of 2019, a group of 1200 members, plan B, covers 80%"),
        (HealthPlanNumber, "policy_10000.pt, plan: Q3-2023, ins is ‹ABC-987654›"),
        (MedicareNumber, "Medicare ‹1EG4-TE5-MK73›, his Medicare is ‹1EG4TE5MK73›"),
        (MedicareNumber, "the commit 1EG4TE5MK73 alone"),
        (AccountNumber, "account number ‹BA-98765432›, acct. ‹12345678›, sort code ‹12-34-56›"),
        (AccountNumber, "on account of 12 items, account in 2019, accountable"),
        (LicenseNumber, "medical license ‹A123456›, NPI ‹1234567893›, License No: ‹CLN-112233›"),
        (LicenseNumber, "License: GPL-3.0, Apache License 2.0, certificate of 2019, CC-BY-4.0"),
        (ProviderNumber, "the provider ‹1234567893› billed"),
        (ProviderNumber, "the provider 1234567890 billed; at 1700000000 it"),
        (DriverLicense, "driver's license number is ‹2270-66-1551›, DL# ‹F162823540116›, driving licence ‹AB445566›"),
        (DriverLicense, "his DL ‹D1234567› expired"),
        (DriverLicense, "license v1, MIT License, GPU driver v535"),
        (Passport, "passport ‹C01234567›, passport no. ‹123456789›, his passport says ‹987654321›"),
        (Passport, "123456789 alone, passport control at 12"),
        (Vin, "a ‹1HGBH41JXMN109186› parked; VIN: ‹WVWZZZ1JZXW000001›"),
        (Vin, "a 1HGBH41J0MN109186 parked, ABCDEFGHJKLMNPRST, 12345678901234567"),
        (LicensePlate, "license plate ‹7ABC123›, number plate ‹AB12 CDE›, the car, ‹ABC-1234›, left"),
        (LicensePlate, "the 2015 car, a 96-well plate 12"),
        (LicensePlate, "the ticket ABC-1234"),
        (DeviceId, "S/N ‹12345678›, pacemaker serial no. ‹PM-99812›, device_id: ‹a4471-b›"),
        (DeviceId, "serial port 8080x, a device in 2019, implant 12, monitor: 1920x1080"),
        (Udi, "‹(01)00643169001763(17)221231(21)S12345› and ‹+H123PARTNO1/$$420020216LOT1/C›"),
        (Udi, "‹=/A9999XYZ100T0944=,000025=A99971312345600› UDI: ‹00643169001763›"),
        (Udi, "f(01) + H123, x =/ 2"),
        (LabelledImei, "IMEI: ‹490154203237518›, IMEI ‹35-209900-176148-1›"),
        (Imei, "a ‹49-015420-323751-8› here; the handset ‹490154203237518› rang"),
        (Imei, "the handset 490154203237519 rang"),
        (Imei, "the sum 490154203237518"),
        (Biometric, "fingerprint ID ‹FP-2213›, voiceprint #‹88121›, retina scan ‹RS-99812›, DNA sample ‹4471-B›"),
        (Biometric, "SHA256 fingerprint: 3f2a77, an iris scan, fingerprint of the key, face recognition v2"),
        (Photo, f"‹{_PHOTO}› photo: ‹ann_lee.jpg› ‹IMG_20230101.HEIC› ‹jane-headshot.png›"),
        (Photo, "plot.png logo.svg photo of the day figure_1.png data:text/plain,x"),
        (Fax, "Fax: ‹(212) 555-0123›, fax number is ‹555-0123 44›, facsimile ‹+44 20 7946 0958›"),
        (Fax, "by fax, fax 12 pages"),
        (LabelledPhone, "call me on ‹9472 7916›, tel. ‹78 651 450›, reach him at ‹01.84.17.61.18›"),
        (LabelledPhone, "call 911, a call on 12 May, phone 12"),
        (LabelledCard, "card number ‹1234567812345678›, cc ‹1234 5678 1234 5678›, my Visa ‹4111111111111112›"),
        (LabelledCard, "a card of 12, score card 1234"),
        (Ssn, "SSN: ‹123-45-6789›, SS# ‹987654321›, social security number is ‹123 45 6789›"),
        (Ssn, "the last four of her SSN are ‹6789›; SSN ending in ‹4321›; SSN ‹XXX-XX-6789›"),
        (Ssn, "ISBN 951-22-5214-7, 123456789 alone"),
        (IdNumber, "employee no. ‹44718›, badge #‹4471›, claim number ‹20231188›, case #‹JH-998877›, Rx #‹1234567›"),
        (IdNumber, "user_id=‹99812›, student ID is ‹S4471882›, study ID: ‹ABC-00123›"),
        (IdNumber, "participant ‹0012345›, Rx ‹1234567›, claim ‹12345678›"),
        (IdNumber, "in case 2 of 5, a study of 1200 students, case: 2019, reference: 12, service: 8080, trial=1000"),
        (BareId, "(ID: ‹LUP-98765›) with ID #‹4471-99›"),
        (BareId, "trace ID: 44718-99, request ID 998877, id: 44718, model ID: gpt-4000"),
    ],
)
def test_labelled_numbers(recognizer: Recognizer, text: str) -> None:
    assert marked(recognizer, unmarked(text)) == text


_codes = st.from_regex(r"[A-Z]{0,3}-?[1-9][0-9]{4,8}", fullmatch=True)
_LINKS = [" ", ": ", " number ", " no. ", " #", " is ", "=", ': "', " number is "]


@settings(max_examples=150, deadline=None)
@given(planted.words, st.sampled_from(_LINKS), _codes, planted.words)
def test_a_code_after_its_label_is_found_however_it_is_linked(before: str, link: str, code: str, after: str) -> None:
    for recognizer, label in (
        (MedicalRecordNumber, "MRN"),
        (HealthPlanNumber, "insurance"),
        (AccountNumber, "account"),
    ):
        found = marked(recognizer, f"{before} {label}{link}{code}, {after}")
        assert code.lstrip("-") in found.partition("‹")[2].partition("›")[0]
