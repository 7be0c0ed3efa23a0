"""Citations are read as lawyers write them: names, reporter, court and year, parallel ones too."""

from __future__ import annotations

import pytest

from domains.knowledge import table
from domains.legal.authorities import is_named_as, landmark_at, landmarks_named
from domains.legal.decisions import decisions
from domains.legal.reporters import misfit

READ = [
    ("See Roe v. Wade, 410 U.S. 113, 152-53 (1973).", "Roe v. Wade", "410 U.S. 113", "", 1973),
    ("Roe v Wade 410 US 113 (1973)", "Roe v. Wade", "410 U.S. 113", "", 1973),
    ("In re Gault, 387 U.S. 1 (1967)", "In re Gault", "387 U.S. 1", "", 1967),
    (
        "Mata v. Avianca, Inc., 678 F.Supp.3d 443 (S.D.N.Y. 2023)",
        "Mata v. Avianca, Inc",
        "678 F. Supp. 3d 443",
        "S.D.N.Y.",
        2023,
    ),
    (
        "as in Pell v. Northgate Ry. Co., 512 F.3d 200, 205 (9th Cir. 2008)",
        "Pell v. Northgate Ry. Co",
        "512 F.3d 200",
        "9th Cir.",
        2008,
    ),
    ("Miranda v. Arizona (1966)", "Miranda v. Arizona", "", "", 1966),
    ("the rule of Erie R.R. v. Tompkins", "Erie R.R. v. Tompkins", "", "", None),
    (
        "<PERSON_bcdfghjklmnpqrs> v. <PERSON_srqpnmlkjhgfdcb>, 381 U.S. 479 (1965)",
        "<PERSON_bcdfghjklmnpqrs> v. <PERSON_srqpnmlkjhgfdcb>",
        "381 U.S. 479",
        "",
        1965,
    ),
    (
        "Martinez v. Delta Airlines, Inc., 2019 WL 4639462 (Tex. App. Sept. 25, 2019)",
        "Martinez v. Delta Airlines, Inc",
        "2019 WL 4639462",
        "Tex. App.",
        2019,
    ),
]


@pytest.mark.parametrize(("text", "name", "citation", "court", "year"), READ)
def test_a_citation_is_read_with_its_parts(text: str, name: str, citation: str, court: str, year: int | None) -> None:
    [read] = decisions(text)
    assert (read.name, read.citation, read.court, read.year) == (name, citation, court, year)


def test_parallel_citations_share_name_and_year() -> None:
    first, second = decisions("Palsgraf v. Long Island Railroad Co., 248 N.Y. 339, 162 N.E. 99 (1928)")
    assert (first.citation, second.citation) == ("248 N.Y. 339", "162 N.E. 99")
    assert first.name == second.name
    assert first.year == second.year == 1928


@pytest.mark.parametrize(
    "text", ["", "410 Union Street, Room 113", "$410 U.S. 113", "versus", "Section 7.2", "v. v. v.", "1 2 3"]
)
def test_what_is_no_citation_is_none(text: str) -> None:
    assert decisions(text) == ()


def test_every_landmark_is_found_by_its_place_under_each_of_its_names() -> None:
    for citation, row in table("legal", "cases").rows.items():
        for name in (row["name"], *row.get("also", ())):
            [read] = [each for each in decisions(f"{name}, {citation} ({row['year']})") if each.citation == citation]
            landmark = landmark_at(read)
            assert landmark is not None
            assert all(is_named_as(read, landmark)), (name, citation)
            assert misfit(read) == "", (name, citation)


@pytest.mark.parametrize(
    "name",
    [
        "Bell Atl. Corp. v. Twombly",
        "Brown v. Bd. of Educ.",
        "Chevron v. NRDC",
        "Int'l Shoe Co. v. Washington",
        "SFFA v. Harvard",
    ],
)
def test_a_landmark_is_known_by_the_abbreviations_of_briefs(name: str) -> None:
    [read] = decisions(f"{name}, 1 U.S. 1")
    assert landmarks_named(read)


IMPOSSIBLE = [
    "999 U.S. 1234 (2031)",
    "410 U.S. 113 (1985)",
    "847 F.3d 1123 (9th Cir. 2009)",
    "512 F.3d 200 (14th Cir. 2008)",
    "700 F.2d 100 (11th Cir. 1975)",
    "410 F. Supp. 3d 22 (M.D.N.Y. 2019)",
    "910 F.3d 22 (S.D.N.Y. 2018)",
    "100 F. Supp. 3d 20 (9th Cir. 2015)",
    "77 F.4th 210 (2d Cir. 2011)",
    "500 F.3d 99999 (1st Cir. 2007)",
]
POSSIBLE = [
    "847 F.3d 1151 (9th Cir. 2017)",
    "763 F.3d 1171 (9th Cir. 2014)",
    "97 F. Supp. 3d 359 (E.D.N.Y. 2015)",
    "914 F. Supp. 97 (E.D. Pa. 1996)",
    "821 F.2d 1147 (5th Cir. 1987)",
    "138 S. Ct. 2206 (2018)",
    "35 L. Ed. 2d 147 (1973)",
    "488 A.2d 858 (Del. 1985)",
    "42 Ohio St. 2d 21 (1975)",
    "311 U.S. 128 (1940)",
    "569 U.S. 27 (2013)",
    "1 F.4th 200 (D.C. Cir. 2021)",
    "201 N.J. 300 (2010)",
]


@pytest.mark.parametrize("citation", IMPOSSIBLE)
def test_a_citation_that_no_reporter_can_hold_is_noticed(citation: str) -> None:
    [read] = decisions(f"Doe v. Roe, {citation}")
    assert misfit(read)


@pytest.mark.parametrize("citation", POSSIBLE)
def test_a_citation_in_order_is_left_alone(citation: str) -> None:
    for read in decisions(f"Doe v. Roe, {citation}"):
        assert misfit(read) == ""
