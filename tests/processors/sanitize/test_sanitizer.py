"""What goes in does not come out: whole traces through the sanitiser."""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metronis.errors import Unsanitised, VaultUnavailable
from processors.sanitize.detector import Entity
from processors.sanitize.keys import KeyDetector
from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.policy import SanitizeSpec
from processors.sanitize.recognizers import english
from processors.sanitize.sanitizer import Place
from processors.sanitize.spans import disjoint
from schemas.trace import Document, Episode, Expected, Message, Step, Trace
from tests.builders import trace
from tests.processors.sanitize import planted
from tests.sanitizers import sanitizer_of

SANITIZER = sanitizer_of(PatternDetector(english()), KeyDetector())
EMAIL = "ann.lee@example.org"

FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "input": lambda text: {"input": text},
    "role": lambda text: {"input": [Message(role=text, content="hi")]},
    "message": lambda text: {"output": [Message(role="user", content="hi"), Message(role="tool", content=text)]},
    "context": lambda text: {"context": ["clean", text]},
    "document": lambda text: {"context": [Document(id="d1", content=text)]},
    "document id": lambda text: {"context": [Document(id=text, content="clean")]},
    "session": lambda text: {"session_id": text},
    "user": lambda text: {"user_id": text},
    "tag": lambda text: {"tags": ["prod", text]},
    "attribute": lambda text: {"attributes": {"deep": [{"er": {"still": [1, None, text]}}]}},
    "attribute key": lambda text: {"attributes": {"deep": {text: True}}},
    "feature": lambda text: {"features": {text: 1.0}},
    "state": lambda text: {"episode": Episode(steps=[Step(state=text)])},
    "action": lambda text: {"episode": Episode(steps=[Step(action=[text])])},
    "info": lambda text: {"episode": Episode(steps=[Step(info={"note": text})])},
    "parameters": lambda text: {"episode": Episode(parameters={"owner": text})},
}
VERSIONS: dict[str, Callable[[str], dict[str, Any]]] = {
    "model": lambda text: {"model": text},
    "policy": lambda text: {"episode": Episode(policy_type=text, policy_version=text)},
}


def as_json(value: Trace) -> str:
    return msgspec.json.encode(value).decode()


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(FIELDS)), planted.words, planted.values, planted.words)
def test_planted_data_comes_out_nowhere(field: str, before: str, value: str, after: str) -> None:
    sanitised = SANITIZER.sanitize(trace(**FIELDS[field](f"{before} {value} {after}")))
    assert value not in as_json(sanitised.trace)
    assert sum(sanitised.entities.values()) >= 1


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(VERSIONS)), planted.codes)
def test_nor_from_where_versions_stand(field: str, value: str) -> None:
    assert value not in as_json(SANITIZER.sanitize(trace(**VERSIONS[field](f"ft {value} 7"))).trace)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(FIELDS)), planted.soup)
def test_sanitising_twice_is_sanitising_once(field: str, text: str) -> None:
    once = SANITIZER.sanitize(trace(**FIELDS[field](text))).trace
    again = SANITIZER.sanitize(once)
    assert again.trace is once
    assert again.places == ()


def test_a_clean_trace_is_returned_itself() -> None:
    clean = trace(
        model="gpt-4o-2024-08-06",
        session_id="6f1d1c7e-3c57-4b8e-9b51-0a7a2f0f9f11",
        tags=["prod"],
        attributes={"gen_ai.usage.input_tokens": 1644, "ok": True, "path": "os.path"},
        features={"grade": 1.5},
        expected=Expected(decision="pass"),
    )
    assert SANITIZER.sanitize(clean).trace is clean


def test_the_rest_of_the_text_stays() -> None:
    sanitised = SANITIZER.sanitize(trace(input=f"Mail {EMAIL}, or call 212-555-0123. Thanks!", latency_ms=3.5)).trace
    token = r"_[a-z]{15}>"
    assert re.fullmatch(rf"Mail <EMAIL_ADDRESS{token}, or call <PHONE_NUMBER{token}\. Thanks!", str(sanitised.input))
    assert sanitised.latency_ms == 3.5


def test_one_person_is_one_pseudonym_across_traces_and_fields() -> None:
    first = SANITIZER.sanitize(trace(input=EMAIL)).trace
    second = SANITIZER.sanitize(trace(output=f"to {EMAIL.upper()}", attributes={"by": EMAIL})).trace
    assert second.output == f"to {first.input}"
    assert second.attributes == {"by": first.input}


def test_organisations_share_no_pseudonym() -> None:
    ours, theirs = (SANITIZER.sanitize(trace(org_id=org, input=EMAIL, user_id="u1")).trace for org in ("a", "b"))
    assert ours.input != theirs.input
    assert ours.user_id != theirs.user_id


def test_the_user_is_always_a_pseudonym() -> None:
    sanitised = SANITIZER.sanitize(trace(user_id="u1"))
    assert str(sanitised.trace.user_id).startswith("<USER_ID_")
    assert sanitised.places == (Place("user_id", "USER_ID", 1),)
    assert SANITIZER.sanitize(trace(user_id="")).trace.user_id == ""


def test_the_report_says_what_and_where_and_never_the_value() -> None:
    dirty = trace(input=[Message(role="user", content=f"{EMAIL} or bob@example.org")], attributes={EMAIL: "10.1.2.3"})
    sanitised = SANITIZER.sanitize(dirty)
    assert sanitised.entities == {"EMAIL_ADDRESS": 3, "IP_ADDRESS": 1}
    assert sanitised.places[0] == Place("input[0].content", "EMAIL_ADDRESS", 2)
    assert EMAIL not in repr(sanitised)


@pytest.mark.parametrize(
    "text",
    ["\0" * 50, "\ud800 lone", "é" * 100_000, "1" * 50_000, "a.b-" * 20_000, "٣" * 500, "::" * 5_000, "@." * 5_000],
)
def test_odd_and_huge_text_hides_nothing(text: str) -> None:
    sanitised = SANITIZER.sanitize(trace(input=f"{EMAIL} {text} {EMAIL}"))
    assert "ann" not in str(sanitised.trace.input)
    assert sanitised.entities["EMAIL_ADDRESS"] == 2


def test_a_broken_detector_lets_nothing_through(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def find(self, text: str) -> list[Entity]:
            raise ValueError(f"cannot read {text}")

    sanitizer = sanitizer_of(Broken())
    with caplog.at_level(logging.DEBUG), pytest.raises(Unsanitised) as caught:
        sanitizer.sanitize(trace(input="hi", attributes={"who": EMAIL}))
    assert "ValueError" in str(caught.value)
    told = "".join(traceback.format_exception(caught.value, chain=True)) + caplog.text
    assert "cannot read" not in told
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_a_value_that_is_no_json_lets_nothing_through() -> None:
    with pytest.raises(Unsanitised, match="TypeError"):
        SANITIZER.sanitize(trace(attributes={"blob": EMAIL.encode()}))


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        SANITIZER.sanitize(trace(input=f"{EMAIL} DE89370400440532013001 KE89370400440532013001 212-555-0123"))
    assert "ann.lee" not in caplog.text
    assert "0532013001" not in caplog.text


entities = st.lists(
    st.builds(
        lambda kind, start, length, score: Entity(kind, start, start + length, score),
        st.sampled_from(["URL", "EMAIL_ADDRESS"]),
        st.integers(0, 20),
        st.integers(1, 8),
        st.sampled_from([0.4, 0.5, 1.0]),
    ),
    max_size=8,
)


@given(entities)
def test_joining_covers_exactly_what_was_flagged(found: list[Entity]) -> None:
    joined = list(disjoint(found))
    assert all(before.end <= after.start for before, after in pairwise(joined))
    assert {at for entity in joined for at in range(entity.start, entity.end)} == {
        at for entity in found for at in range(entity.start, entity.end)
    }


def test_the_longest_names_what_is_joined() -> None:
    url, email = Entity("URL", 4, 15, 0.5), Entity("EMAIL_ADDRESS", 0, 15, 0.5)
    assert list(disjoint([url, email])) == [email]


def test_a_number_under_a_key_that_says_what_it_is_becomes_a_pseudonym() -> None:
    dirty = trace(attributes={"mrn": 4471203, "patient": {"dateOfBirth": "3/5/1931"}, "tokens": 4471204})
    clean = SANITIZER.sanitize(dirty).trace.attributes
    assert re.fullmatch(r"<MEDICAL_RECORD_NUMBER_[a-z]{15}>", clean["mrn"])
    assert "3/5" not in str(clean)
    assert clean["tokens"] == 4471204


def test_a_number_where_only_numbers_may_stand_is_left_out() -> None:
    sanitised = SANITIZER.sanitize(trace(features={"zip": 94107.0, "age": 44.0}))
    assert sanitised.trace.features == {"age": 44.0}
    assert sanitised.places == (Place("features.zip", "ZIP_CODE", 1),)


def test_a_record_that_is_text_is_read_by_its_keys() -> None:
    arguments = json.dumps({"patient_name": "Odalys Quennell", "args": json.dumps({"ssn": 123456789})})
    clean = str(SANITIZER.sanitize(trace(output=arguments)).trace.output)
    assert "Odalys" not in clean
    assert "123456789" not in clean
    json.loads(clean)


def test_what_a_key_gave_away_is_found_in_prose_too() -> None:
    dirty = trace(input="When did Odalys Quennell come in?", attributes={"patient_name": "Odalys Quennell"})
    clean = SANITIZER.sanitize(dirty).trace
    assert clean.input == f"When did {clean.attributes['patient_name']} come in?"


def test_what_is_kept_is_kept_whole() -> None:
    keeping = sanitizer_of(PatternDetector(english()), spec=SanitizeSpec(types={"EMAIL_ADDRESS": "keep"}))
    assert keeping.sanitize(trace(input=f"mail {EMAIL}")).trace.input == f"mail {EMAIL}"


def test_what_is_flagged_stays_and_is_reported() -> None:
    flagging = sanitizer_of(PatternDetector(english()), spec=SanitizeSpec(default="keep", types={"IP_ADDRESS": "flag"}))
    sanitised = flagging.sanitize(trace(input="from 10.1.2.3"))
    assert sanitised.trace.input == "from 10.1.2.3"
    assert sanitised.places == (Place("input", "IP_ADDRESS", 1),)


def test_dates_fall_to_the_year_or_are_moved_by_days_of_the_user() -> None:
    text = "seen on March 3, 2023 and on March 10, 2023"
    assert SANITIZER.sanitize(trace(input=text)).trace.input == "seen on 2023 and on 2023"
    moving = sanitizer_of(PatternDetector(english()), spec=SanitizeSpec(dates="shift"))
    first, again, other = (
        str(moving.sanitize(trace(input=text, user_id=user)).trace.input) for user in ("a", "a", "b")
    )
    assert first == again != other
    found = re.findall(r"[A-Z]\w+ \d+, \d+", first)
    days = [datetime.strptime(each, "%B %d, %Y").replace(tzinfo=UTC) for each in found]
    assert (days[1] - days[0]).days == 7
    assert days[0] != datetime(2023, 3, 3, tzinfo=UTC)


def test_a_vault_that_is_away_sends_the_trace_to_quarantine() -> None:
    class Away:
        def tokens(self, *_: object) -> list[str]:
            raise VaultUnavailable("the database does not answer")

        def offset_days(self, *_: object) -> int:
            raise VaultUnavailable("the database does not answer")

    with pytest.raises(Unsanitised, match="no vault"):
        sanitizer_of(PatternDetector(english()), pseudonyms=Away()).sanitize(trace(input=EMAIL))


def test_a_person_named_in_part_is_the_person_named_in_full() -> None:
    dirty = trace(
        input="Quennell, Odalys called.", attributes={"patient_name": "Odalys Quennell", "surname": "Quennell"}
    )
    clean = SANITIZER.sanitize(dirty).trace.attributes
    assert clean["surname"] == clean["patient_name"]


def test_what_has_a_form_can_keep_it() -> None:
    spec = SanitizeSpec(types={"US_SSN": "shape", "EMAIL_ADDRESS": "shape"})
    text = f"SSN 219-09-9999 of {EMAIL}; again 219-09-9999"
    clean = str(sanitizer_of(PatternDetector(english()), spec=spec).sanitize(trace(input=text)).trace.input)
    found = re.fullmatch(r"SSN (\d{3}-\d\d-\d{4}) of (\w+[.]\w+@\w+[.]\w+); again (\d{3}-\d\d-\d{4})", clean)
    assert found, clean
    assert found[1] == found[3] != "219-09-9999"
    assert EMAIL not in clean


def test_what_has_no_form_to_keep_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="PERSON has no form to keep"):
        SanitizeSpec(types={"PERSON": "shape"})


def test_a_list_of_names_without_end_is_replaced_whole_and_in_time() -> None:
    names = {f"n{number}": {"surname": f"Quennell{number}"} for number in range(20_000)}
    prose = " ".join(f"Quennell{number}" for number in range(20_000))
    clean = SANITIZER.sanitize(trace(input=prose, attributes=names)).trace
    assert "Quennell" not in str(clean.attributes)
