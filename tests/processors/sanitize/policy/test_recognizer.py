"""Recognisers of an organisation: a few lines of YAML that do what their examples say, or are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from domains.catalogue import DOMAINS, load_specs
from metronis.errors import Misconfigured
from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.policy import SanitizePolicy, SanitizeSpec, load_policy
from processors.sanitize.policy.checksums import luhn, mod11, mod97
from processors.sanitize.policy.recognizer import check

BADGE: dict[str, Any] = {
    "type": "BADGE_NUMBER",
    "regex": r"badge\s+(?P<value>NB-\d{6})",
    "examples": {"found": ["her badge NB-123456"], "not_found": ["badge NB-12"]},
}


def policy(folder: Path, recognizer: dict[str, Any], **rest: Any) -> SanitizePolicy:
    file = folder / "acme.yaml"
    file.write_text(yaml.safe_dump({"recognizers": {"badge": recognizer}, **rest}))
    return load_policy(file, {"general": SanitizeSpec()})["general"]


def found(folder: Path, recognizer: dict[str, Any], text: str) -> list[str]:
    detector = PatternDetector(policy(folder, recognizer).recognizers)
    return [text[entity.start : entity.end] for entity in detector.find(text)]


def refused(folder: Path, recognizer: dict[str, Any]) -> str:
    with pytest.raises(Misconfigured) as error:
        policy(folder, recognizer)
    assert "acme.yaml, line " in str(error.value)
    assert "recognizers.badge" in str(error.value)
    return str(error.value)


def test_it_declares_a_type_and_its_action(tmp_path: Path) -> None:
    assert policy(tmp_path, BADGE).actions["BADGE_NUMBER"] == "pseudonymise"
    assert policy(tmp_path, BADGE, types={"BADGE_NUMBER": "drop"}).actions["BADGE_NUMBER"] == "drop"
    assert policy(tmp_path, BADGE, default="mask").actions["BADGE_NUMBER"] == "mask"
    assert policy(tmp_path, {**BADGE, "type": "URL"}).actions["URL"] == "pseudonymise"


def test_the_group_value_is_the_entity(tmp_path: Path) -> None:
    assert found(tmp_path, BADGE, "Badge NB-654321 and badge\nnb-111111, NB-222222") == ["NB-654321", "nb-111111"]
    assert found(tmp_path, {**BADGE, "case_sensitive": True}, "Badge NB-654321, badge NB-111111") == ["NB-111111"]


def test_words_are_found_whole_in_any_script_and_with_any_blanks(tmp_path: Path) -> None:
    words = {"type": "PROJECT", "words": ["Projekt Falke", "Étoile", "C++", "Falke"]}
    text = "projekt \n FALKE, l'étoile; C++! Étoiles, Falkes"
    assert found(tmp_path, words, text) == ["projekt \n FALKE", "étoile", "C++"]


def test_a_check_digit_decides(tmp_path: Path) -> None:
    checked = {
        "type": "ID_NUMBER",
        "regex": r"\b\d{9}\b",
        "score": 0.1,
        "checksum": "luhn",
        "examples": {"found": ["046 454 286".replace(" ", "")], "not_found": ["046454287"]},
    }
    assert found(tmp_path, checked, "130692544 and 130692545") == ["130692544"]


def test_a_weak_one_needs_a_word_beside_it(tmp_path: Path) -> None:
    weak = {
        "type": "ID_NUMBER",
        "regex": r"\b\d{5}\b",
        "score": 0.2,
        "context": ["locker"],
        "examples": {"found": ["locker 12345"], "not_found": ["12345"]},
    }
    text = "locker 54321; bread milk eggs flour butter sugar salt cost 11111"
    assert found(tmp_path, weak, text) == ["54321"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"examples": {"found": ["badge 12"]}}, "finds nothing in its example 'badge 12', where it should"),
        (
            {"regex": r"\bNB-\d+", "examples": {"found": ["NB-1"], "not_found": ["an NB-77"]}},
            "finds 'NB-77' in its example 'an NB-77', where it should not",
        ),
        ({"examples": {}}, "give under `examples: found:` a text in which the regex finds something"),
        ({"regex": r"(?<=x)NB"}, "is refused by google-re2, which runs in linear time: invalid perl operator"),
        ({"regex": r"(NB)-\1"}, r"invalid escape sequence: \1"),
        ({"regex": "NB-("}, "missing )"),
        ({"regex": r"\d*"}, "also matches where there is nothing; ask for one character at least"),
        ({"regex": r"\b"}, "also matches where there is nothing"),
        ({"words": ["NB"]}, "give either `regex` or `words`, and not both"),
        ({"regex": None}, "give either `regex` or `words`, and not both"),
        ({"score": 0.3}, "a score below 0.4 finds nothing by itself; raise it, or give `context` words"),
        ({"score": 3}, "recognizers.badge.score: Input should be less than or equal to 1"),
        ({"type": "badge"}, "recognizers.badge.type: String should match pattern"),
        ({"checksum": "mod7"}, "recognizers.badge.checksum: Input should be 'none', 'luhn'"),
        ({"contxt": ["a"]}, "recognizers.badge.contxt: is no key here; did you mean context?"),
    ],
)
def test_what_cannot_work_is_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    assert message in refused(tmp_path, {**BADGE, **change})


@pytest.mark.parametrize(
    ("regex", "example"), [(r"(?:\w+\s?)+:x", "ab cd:x"), (r"(?:a+)+b", "aab"), (r"NB(?:\d|\d\d)+!", "NB123!")]
)
def test_a_regex_that_runs_away_is_refused(tmp_path: Path, regex: str, example: str) -> None:
    runaway = {**BADGE, "regex": regex, "examples": {"found": [example]}}
    assert "its regex runs away on longer texts" in refused(tmp_path, runaway)


def test_one_that_is_refused_says_nothing_of_the_types_it_declares(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as error:
        policy(tmp_path, {**BADGE, "regex": "("}, types={"BADGE_NUMBER": "mask"})
    assert "no entity type" not in str(error.value)


@pytest.mark.parametrize(
    ("checksum", "valid"),
    [
        (luhn, "4111 1111 1111 1111"),
        (luhn, "490154203237518"),
        (mod11, "943 476 5919"),
        (mod11, "0-8044-2957-X"),
        (mod97, "3214282912345698765432161182"),
        (mod97, "WEST12345698765432GB82"),
    ],
)
def test_checksums_know_published_codes_and_refuse_their_neighbours(checksum: Any, valid: str) -> None:
    assert checksum(valid)
    at = next(index for index, char in enumerate(valid) if char.isdecimal())
    assert not checksum(f"{valid[:at]}{(int(valid[at]) + 1) % 10}{valid[at + 1 :]}")
    assert not checksum("")
    assert not checksum("no digit")


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_recognisers_that_ship_hold_their_examples(domain: str) -> None:
    for declared in load_specs()[domain].sanitize.recognizers.values():
        check(declared)  # which loading leaves out for them
