"""Streets, postal codes and named places of care."""

from __future__ import annotations

import pytest

from processors.sanitize.recognizers.facility import Facility
from processors.sanitize.recognizers.street_address import Street, StreetAddress
from processors.sanitize.recognizers.zip_code import ZipCode
from tests.processors.sanitize.recognizers.marked import marked, unmarked


@pytest.mark.parametrize(
    "text",
    [
        "at ‹12 Main Street› since",
        "at ‹1600 Pennsylvania Ave, Washington, DC 20500›.",
        "at ‹221B Baker St, London NW1 6XE› now",
        "at ‹48 N. 5th Street, Suite 210, Springfield, IL 62704-1234› now",
        "to ‹742 Evergreen Terrace\nApt. 3\nSpringfield, OR 97477› please",
        "> ‹742 Evergreen Terrace\n> Apt. 3\n> Springfield\n> Canada 97477›",
        "in ‹Hauptstr. 5, 10115 Berlin› lives",
        "in ‹Kiannonkatu 98› lives",
        "in ‹Rua do Arenque 1634, Lisboa›.",
        "in ‹ul. Miła 53› and ‹26 rue des Lilas›, both",
        "in ‹Rákóczi út 66.› lives",
        "in ‹hegyalja út 98.› lives",
        "to ‹PO Box 4187› or ‹Postfach 12›",
        "to ‹PSC 4355, Box 4187\nAPO AP 28906› or ‹USS Hart FPO AE 25990›",
        "at ‹the corner of Elm and Maple› it",
        "my address: ‹5366 Pivovarská 276›",
        "lives at ‹123 elm street› now",
        "in ‹Suite 501› it",
        # Numbers and capitals that are no street.
        "The 3 Musketeers and 12 Monkeys in 2023 Ford models",
        "Chapter 5 Section 12, Table 3, Figure 14",
        "ran 25 tests in suite 3 with Python 3 on Ubuntu 22",
        "a 2 lane road, 5 minutes drive, a 3 way call, 10 Downing",
        "In 2020 COVID 19 began; 6 Type 2 patients",
        "Smith et al. Brown 2019 showed 95 % of 120",
        "for i in range(10): print(Street)",
    ],
)
def test_street_addresses(text: str) -> None:
    assert marked(StreetAddress, unmarked(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "on ‹Beacon Street›, off ‹Commonwealth Ave.›",
        "Wall Street, The Road, Main Street, my Google Drive, a street",
    ],
)
def test_streets_without_a_number(text: str) -> None:
    assert marked(Street, unmarked(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "ZIP: ‹90210›, zip code is ‹880›, postal code ‹75534-030›",
        "Austin, TX ‹73301-0001› and Reno NV ‹89501›",
        "in California ‹94105›",
        "London ‹SW1A 1AA›, Ottawa ‹K1A 0B1›",
        "Ring 5, ‹10115› Berlin; Plein 2, ‹2511 BT› Den Haag; ‹D-10115› Berlin",
        "in Costamezzana ‹43015› and in Quinta de Tiago ‹3610-114›",
        "select 1 OR 12345, a zip of 3 files, in June 2023, RFC 2616",
        "in 2019 they saw 10000 of 12345 cases",
        "OR 97201 alone",
    ],
)
def test_zip_codes(text: str) -> None:
    assert marked(ZipCode, unmarked(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "treated at ‹Methodist Hospital› on",
        "At ‹Cedar Creek Clinic› we",
        "at ‹St. Luke's Medical Center›.",
        "at ‹Brigham and Women's Hospital›,",
        "at ‹Children's Hospital of Springfield›.",
        "at ‹Children's Hospital Los Angeles›.",
        "at ‹Hospital of the University of Pennsylvania›",
        "at ‹Baylor Med. Center› or the ‹Sunrise Nursing Home›",
        "at our clinic, in the hospital, a Mental Health Clinic, the Emergency Hospital",
        "The Hospital is full. Which Clinic? Primary Care Clinics, Urgent Care",
        "Children's Hospital, Women's Health Center",
    ],
)
def test_facilities(text: str) -> None:
    assert marked(Facility, unmarked(text)) == text
