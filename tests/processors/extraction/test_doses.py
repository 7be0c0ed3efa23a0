"""What a text tells to take a day: wordings of clinicians and leaflets, and sentences that tell nothing of the kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.extraction.doses import Regimen, regimens


def _daily(regimen: Regimen) -> tuple[float, float, str] | None:
    amount = regimen.daily
    return (round(amount.low, 2), round(amount.high, 2), amount.unit) if amount else None


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("Take two 500 mg tablets every 6 hours.", 4000, 4000, "mg"),
        ("Take 1000 mg every 4 hours.", 6000, 6000, "mg"),
        ("500 mg/5 mL, give 7.5 mL three times a day", 2250, 2250, "mg"),
        ("1 g every 4-6 hours, max 4 g a day", 4000, 4000, "mg"),
        ("Every 4-6 hours, 1 g, max 4 g a day", 4000, 4000, "mg"),
        ("Take 1-2 tablets (325 mg each) every 4-6 hours as needed; do not exceed 10 tablets in 24 hours.",
         1300, 3250, "mg"),
        ("Acetaminophen 500 mg: take 2 tablets every 6 hours.", 4000, 4000, "mg"),
        ("For acetaminophen 500 mg, take 2 tablets every 6 hours.", 4000, 4000, "mg"),
        ("Amoxicillin 500 mg three times daily for 10 days", 1500, 1500, "mg"),
        ("650 to 1000 mg every 4 to 6 hours", 2600, 6000, "mg"),
        ("800 mg every 6 to 8 hours, not to exceed 3200 mg per day", 2400, 3200, "mg"),
        ("2 g/day in 4 divided doses", 2000, 2000, "mg"),
        ("2 g per day divided into four equal doses", 2000, 2000, "mg"),
        ("40 mg/kg/day divided every 8 hours for a 20 kg child", 800, 800, "mg"),
        ("15 mg/kg every 4-6 hours for a 20 kg child, max 75 mg/kg/day", 1200, 1500, "mg"),
        ("The child weighs 20 kg. Give 10 mg/kg every 6 hours.", 800, 800, "mg"),
        ("15 mg/kg per dose every 6 hours", 60, 60, "mg/kg"),
        ("IV vancomycin 15 mg/kg q12h", 30, 30, "mg/kg"),
        ("10 mg in the morning and 20 mg at night", 30, 30, "mg"),
        ("Take two tablets of acetaminophen 500 mg every 6 hours", 4000, 4000, "mg"),
        ("You can take up to 10 g of acetaminophen a day.", 10_000, 10_000, "mg"),
        ("You can take up to 8 tablets of 500 mg in 24 hours.", 4000, 4000, "mg"),
        ("Take up to 1000 mg every 6 hours.", 4000, 4000, "mg"),
        ("No more than 1000 mg every 6 hours", 4000, 4000, "mg"),
        ("Tylenol comes in 500 mg tablets. Take 2 every 6 hours.", 4000, 4000, "mg"),
        ("Each tablet contains 500 mg. Take two tablets four times a day.", 4000, 4000, "mg"),
        ("Give 5 mL (250 mg) every 8 hours", 750, 750, "mg"),
        ("Give 250 mg (5 mL) every 8 hours", 750, 750, "mg"),
        ("Give 10 mL of the 160 mg/5 mL suspension every 6 hours", 1280, 1280, "mg"),
        ("1000 mg (two 500 mg tablets) every 6 hours", 4000, 4000, "mg"),
        ("2 x 500 mg QID", 4000, 4000, "mg"),
        ("2 tablets 500 mg each, four times a day", 4000, 4000, "mg"),
        ("Take 500 mg now. Repeat every 6 hours.", 2000, 2000, "mg"),
        ("Take one 81 mg tablet once daily", 81, 81, "mg"),
        ("A 500 mg tablet twice a day", 1000, 1000, "mg"),
        ("take half a 50 mg tablet daily", 25, 25, "mg"),
        ("take ½ of a 50 mg tablet daily", 25, 25, "mg"),
        ("one or two 500 mg capsules three times a day", 1500, 3000, "mg"),
        ("500 mg PO q6h PRN", 2000, 2000, "mg"),
        ("500mg po qid", 2000, 2000, "mg"),
        ("500 mg q4-6h", 2000, 3000, "mg"),
        ("500 mg q 8 h", 1500, 1500, "mg"),
        ("500 mg b.i.d. for 7 days", 1000, 1000, "mg"),
        ("500 mg tds", 1500, 1500, "mg"),
        ("500 mg 6-hourly", 2000, 2000, "mg"),
        ("500 mg 3x/day", 1500, 1500, "mg"),
        ("500 mg two to three times per day", 1000, 1500, "mg"),
        ("500 mg with each meal", 1500, 1500, "mg"),
        ("500 mg with breakfast and dinner", 1000, 1000, "mg"),
        ("500 mg every other day", 250, 250, "mg"),
        ("50 mcg nightly", 0.05, 0.05, "mg"),
        ("Levothyroxine 100 mcg once daily", 0.1, 0.1, "mg"),
        ("methotrexate 14 mg once weekly", 2, 2, "mg"),
        ("5 mg of prednisone a day for 2 weeks", 5, 5, "mg"),
        ("150 mg daily at bedtime", 150, 150, "mg"),
        ("20 units of insulin at bedtime", 20, 20, "international_unit"),
        ("vitamin D 1,000 IU daily", 1000, 1000, "international_unit"),
        ("20 mEq of potassium chloride twice daily", 40, 40, "mEq"),
        ("Take 2 tablets every 4 hours", 12, 12, "tablet"),
        ("2 caplets every 6 hours. Do not take more than 6 caplets in 24 hours.", 6, 6, "tablet"),
        ("inhale 2 puffs (90 mcg each) every 4 hours as needed", 1.08, 1.08, "mg"),
        ("inhale 2 puffs every 4 to 6 hours", 8, 12, "puff"),
        ("1 teaspoon every 4 hours", 30, 30, "mL"),
        ("give 160 mg (5 mL) every 4 hours, no more than 5 doses in 24 hours", 800, 800, "mg"),
        ("500 mg every 4 hours, up to 4 times a day", 2000, 2000, "mg"),
        ("The maximum daily dose is 4,000 mg.", 0, 4000, "mg"),
        ("Never take more than 4 g a day.", 0, 4000, "mg"),
        ("Limit acetaminophen to 3 g per day.", 0, 3000, "mg"),
        ("500 mg as needed, no more than 2 g per day", 500, 2000, "mg"),
    ],
)  # fmt: skip
def test_the_amount_of_a_day(text: str, low: float, high: float, unit: str) -> None:
    (regimen,) = regimens(text)
    assert _daily(regimen) == (low, high, unit)


@pytest.mark.parametrize(
    "text",
    [
        "Do not take 1000 mg every 4 hours.",
        "Doses over 4 g a day can damage the liver.",
        "More than 4 g a day is toxic.",
        "A 70 kg man has a glucose of 126 mg/dL.",
        "Her potassium is 6.8 mEq/L and her creatinine 1.2 mg/dL.",
        "It is sold as 500 mg tablets.",
        "Each capsule contains 250 mg of the active ingredient.",
        "The suspension is available in 160 mg/5 mL.",
        "eGFR was 28 mL/min/1.73 m².",
        "The BMI is 31 kg/m².",
        "Apply the cream twice a day.",
        "Walk for 30 minutes three times a week.",
        "Check your blood pressure every morning.",
        "She drinks coffee daily.",
        "Your temperature should be below 38.5 °C.",
        "See a doctor within 24 hours.",
        "The study enrolled 500 patients over 2 years.",
        "Avoid taking 800 mg every 4 hours.",
        "The robot moves 250 mm/s every 5 seconds.",
        "The fund returned 5% a year.",
        "Buy 100 shares daily.",
        "Rule 144 applies twice a year.",
        "Call 911 at once.",
        "Blood pressure of 180/120 mmHg is an emergency.",
        "He weighs 80 kg and is 180 cm tall.",
        "The container holds 500 mL.",
        "There is no dose that is safe for everyone.",
        "Ask your pharmacist about the right dose.",
        "The half-life is 5 hours.",
        "Type 2 diabetes is checked every 3 months.",
        "",
    ],
)
def test_what_tells_nothing_to_take(text: str) -> None:
    assert regimens(text) == ()


def test_several_drugs_have_a_regimen_each() -> None:
    found = regimens("Metformin 500 mg BID and lisinopril 10 mg daily. Ibuprofen 400 mg q6h or paracetamol 1 g qid.")
    assert [_daily(r) for r in found] == [(1000, 1000, "mg"), (10, 10, "mg"), (1600, 1600, "mg"), (4000, 4000, "mg")]


def test_a_frequency_may_be_of_two_doses() -> None:
    found = regimens("Take 500 mg of this and 200 mg of that every 6 hours")
    assert [_daily(r) for r in found] == [(2000, 2000, "mg"), (800, 800, "mg")]


def test_a_loading_dose_has_no_daily_amount() -> None:
    loading, daily = regimens("1 g then 500 mg daily")
    assert loading.dose is not None
    assert (loading.dose.high, loading.daily) == (1000, None)
    assert _daily(daily) == (500, 500, "mg")


def test_a_single_dose_has_an_amount_alone() -> None:
    (regimen,) = regimens("Take 5 mg of warfarin.")
    assert (regimen.dose and regimen.dose.high, regimen.daily) == (5, None)


def test_circumstances() -> None:
    (regimen,) = regimens("Take 500 mg by mouth every 6 hours as needed for 2 weeks.")
    assert (regimen.route, regimen.as_needed, regimen.days, regimen.times) == ("oral", True, 14, (4, 4))


def test_a_known_weight_is_used_where_the_text_gives_none() -> None:
    (regimen,) = regimens("Give 15 mg/kg every 6 hours.", body_weight_kg=10)
    assert _daily(regimen) == (600, 600, "mg")
    assert (regimen.per_kg and regimen.per_kg.high, regimen.weight_kg) == (15, 10)


def test_a_limit_that_allows_more_is_not_lost_behind_another_drug() -> None:
    found = regimens("Take ibuprofen 200 mg every 8 hours. You can take at most 10 g of acetaminophen a day.")
    assert [_daily(r) for r in found] == [(600, 600, "mg"), (0, 10_000, "mg")]


def test_places_slice_to_the_instruction() -> None:
    text = "For pain: take two 500 mg tablets every 6 hours with water."
    (regimen,) = regimens(text)
    assert text[regimen.start : regimen.end] == "two 500 mg tablets every 6 hours"


_FREQUENCIES = {
    1.0: [
        "once daily",
        "once a day",
        "daily",
        "qd",
        "every 24 hours",
        "every day",
        "every morning",
        "at bedtime",
        "nightly",
    ],
    2.0: ["twice a day", "twice daily", "BID", "every 12 hours", "q12h", "two times a day", "2x daily"],
    3.0: ["three times a day", "TID", "every 8 hours", "q8h", "3 times daily", "with each meal", "every eight hours"],
    4.0: ["four times a day", "QID", "every 6 hours", "q6h", "4 times per day", "4x/day", "every six hours"],
    6.0: ["every 4 hours", "q4h", "six times a day", "4-hourly"],
}
_WORDS = {1: "one", 2: "two", 3: "three", 4: "four"}
_FRAMES = ["{}", "Take {}.", "Take {} by mouth.", "You may take {} for pain.", "Adults: {}", "Dose: {}, for 5 days"]


@given(
    strength=st.sampled_from([5, 12.5, 50, 81, 325, 500, 800, 1000]),
    count=st.integers(1, 4),
    wording=st.sampled_from(
        ["{words} {mg} mg tablets {often}", "{n} x {mg} mg {often}", "{n} tablets of {mg} mg {often}",
         "{total} mg {often}", "{g} g {often}", "{n} tablets ({mg} mg each) {often}", "{total}mg {often}",
         "{mcg:,} mcg {often}"]
    ),
    times=st.sampled_from(sorted(_FREQUENCIES)),
    frame=st.sampled_from(_FRAMES),
    data=st.data(),
)  # fmt: skip
def test_a_regimen_in_any_wording_is_the_same_amount_a_day(
    strength: float, count: int, wording: str, times: float, frame: str, data: st.DataObject
) -> None:
    total = strength * count
    written = wording.format(
        words=_WORDS[count],
        n=count,
        mg=f"{strength:g}",
        total=f"{total:g}",
        g=f"{total / 1000:g}",
        mcg=int(total * 1000),
        often=data.draw(st.sampled_from(_FREQUENCIES[times])),
    )
    (regimen,) = regimens(frame.format(written))
    assert regimen.daily is not None
    assert regimen.daily.unit == "mg"
    assert regimen.daily.low == regimen.daily.high == pytest.approx(total * times)


_PIECES = [
    "take",
    "500 mg",
    "tablets",
    "every 6 hours",
    "up to",
    "max",
    "4 g",
    "a day",
    "(",
    ")",
    ".",
    ",",
    "two",
    "\n",
]
_PIECES += ["or", "not", "kg", "5 mL", "q6h", "each", "1 g/5 mL", "no more than", "20 kg", "mg/kg", "daily", "1-2"]


@given(st.lists(st.sampled_from(_PIECES)))
def test_odd_text_is_read_without_error(pieces: list[str]) -> None:
    text = " ".join(pieces)
    for regimen in regimens(text):
        assert 0 <= regimen.start < regimen.end <= len(text)
        assert regimen.dose is None or regimen.dose.low <= regimen.dose.high
        assert regimen.daily is None or regimen.daily.low <= regimen.daily.high


@pytest.mark.parametrize(
    "piece", ["5 mg ", "two 500 mg tablets every 6 hours. ", "max 4 g, ", "5 mg\n", "take 2 ", "1 mg daily "]
)
def test_a_long_text_of_doses_is_read_in_linear_time(piece: str) -> None:
    assert len(regimens(piece * (40_000 // len(piece)))) <= 40_000
