"""DegenerateOutput fails on loops, garbled text, placeholders, wrong languages, wrong lengths and empty answers."""

from __future__ import annotations

import pytest

from processors.evaluators.degenerate_output import DegenerateOutput
from tests.processors.evaluators.cases import Case, check

ASK = "What should I know about the opening hours of the museum?"
PROSE = "The museum opens at nine and closes at six; on Fridays it stays open until nine in the evening. "
SPANISH = "El museo abre a las nueve y cierra a las seis; los viernes la tarde es más larga para los que trabajan. " * 2

CASES = [
    Case("prose", "pass", input=ASK, output=PROSE),
    Case("a loop", "fail", input=ASK, output=PROSE + "It is open on Monday. " * 40, label="repetition"),
    Case("one character", "fail", input=ASK, output="Well" + "a" * 400, label="repetition"),
    Case("a rule of dashes", "pass", input=ASK, output=PROSE + "\n" + "-" * 80 + "\n" + PROSE),
    Case("a table of sums", "pass", output="\n".join(f"{n} times {n + 7} gives {n * (n + 7)}." for n in range(40))),
    Case("a list of records", "pass", output="[" + ", ".join(['{"side": "buy", "quantity": 5}'] * 40) + "]"),
    Case("mojibake", "fail", input=ASK, output="Le cafÃ© est trÃ¨s trÃ¨s bon Ã cÃ´tÃ©.", label="garbled"),
    Case("replacement", "fail", input=ASK, output="The caf\ufffd opens at \ufffd.", label="garbled", shows="\ufffd"),
    Case("accents", "pass", input=ASK, output="Das Café öffnet früh. São Paulo liegt südlich, Ågård nördlich."),
    Case("lorem ipsum", "fail", input=ASK, output="Lorem ipsum dolor sit amet.", label="placeholder"),
    Case(
        "a placeholder", "fail", input=ASK, output="Please call [INSERT NAME] about the hours.", shows="[INSERT NAME]"
    ),
    Case("a letter", "pass", input="Write a letter to the museum", output="Dear sir, yours, [Your Name]"),
    Case("a footnote", "pass", input=ASK, output="It opens at nine [1] and closes at six [see the plan]."),
    Case("Spanish", "fail", input=ASK, output=SPANISH, label="other language", says="Spanish"),
    Case("Spanish was asked for", "pass", input="Say it in Spanish, please, as you can", output=SPANISH),
    Case("another script", "fail", input=ASK, output="Музей открывается в девять утра и закрывается в шесть."),
    Case("asked in that script", "pass", input="Когда открывается музей?", output="Музей открывается в девять утра."),
    Case("far too short", "fail", input="Write an essay of 500 words about bees", output=PROSE, label="too short"),
    Case("far too long", "fail", input="Summarize it in 10 words", output=PROSE * 2, label="too long"),
    Case("long enough", "pass", input="Summarize it in 20 words", output=PROSE),
    Case("under a limit", "pass", input="Answer in at most 100 words, write well", output=PROSE),
    Case("empty, but answered", "fail", input=ASK, output_tokens=0, label="empty"),
    Case("blank, but answered", "fail", input=ASK, output=" \n", attributes={"finish_reason": "stop"}, label="empty"),
    Case("a request alone", "abstain", input=ASK),
    Case("nothing at all", "abstain", output_tokens=0),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check(DegenerateOutput(), case)
