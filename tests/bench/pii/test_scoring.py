from __future__ import annotations

import pytest

from bench.pii.accuracy import FLOOR, floor
from bench.pii.scoring import Hits, Labelled, f_score, scores, share
from processors.sanitize.detector import Entity


def test_wilson_interval() -> None:
    """Example of Newcombe, Statistics in Medicine 17 (1998) 857, table I: 81 of 263."""
    estimate = share(81, 263)
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx((0.3080, 0.2553, 0.3662), abs=5e-5)
    assert share(0, 0).value is None
    assert share(20, 20).high == pytest.approx(1.0)


def test_f2_weighs_recall_four_times() -> None:
    assert f_score(Hits(right=1, found=2, there=1)) == pytest.approx(5 * 0.5 * 1 / (4 * 0.5 + 1))
    assert f_score(Hits()) is None


def test_f2_is_less_sure_where_texts_come_from_few_templates() -> None:
    hits = [Hits(1, 1, 1), Hits(0, 1, 1)] * 50
    alone = scores([Labelled("", (), str(number)) for number in range(100)], hits).f2
    alike = scores([Labelled("", (), str(number % 2)) for number in range(100)], hits).f2

    assert alone.value == alike.value == 0.5
    assert alone.low is not None
    assert alone.high is not None
    assert alone.low < 0.5 < alone.high
    assert (alike.low, alike.high) == (0, 1)
    assert scores([Labelled("", (), str(number)) for number in range(100)], hits).f2 == alone


def test_the_floor_counts_only_what_has_the_form() -> None:
    text = "By email to a@b.example, card 4111 1111 1111 1111 or 4111 1111 1111 1112."
    places = [("EMAIL_ADDRESS", "email"), ("EMAIL_ADDRESS", "a@b.example")]
    places += [("CREDIT_CARD", "4111 1111 1111 1111"), ("CREDIT_CARD", "4111 1111 1111 1112")]
    entities = tuple(Entity(kind, text.index(value), text.index(value) + len(value), 1.0) for kind, value in places)
    found = [entities[1], entities[2]._replace(end=entities[2].end - 1)]

    recall = {form.name: floor(form, [Labelled(text, entities, "1")], [found]).value for form in FLOOR}

    assert (recall["e-mail"], recall["card, Luhn-valid"], recall["IBAN"]) == (1.0, 0.0, None)
