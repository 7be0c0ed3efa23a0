"""SelfContradiction fails where like words say opposite things, and stays silent where they merely differ."""

from __future__ import annotations

import pytest

from processors.evaluators.self_contradiction import SelfContradiction
from tests.processors.evaluators.cases import Case, check

CASES = [
    Case("a negation", "fail", output="The drug is safe for children. It is cheap. The drug is not safe for children."),
    Case("an opposite", "fail", output="The plan is legal in Spain. Many use it. The plan is illegal in Spain."),
    Case("always and never", "fail", output="The gate always opens at noon. Check it. The gate never opens at noon."),
    Case("a contraction", "fail", output="The museum is open on Mondays. Go there. The museum isn’t open on Mondays!"),
    Case("two numbers", "fail", output="The cost is 40 euros. Add tax. The cost is 45 euros.", label="two numbers"),
    Case(
        "yes, then no", "fail", output="Yes. Consider the tax first. Therefore, the answer is no.", label="yes and no"
    ),
    Case("another thing", "pass", output="The drug is safe for adults. The drug is not safe for children."),
    Case("the other way round", "pass", output="Lyon is larger than Nice. Nice is not larger than Lyon."),
    Case("a double negation", "pass", output="The drug is safe. The drug is not unsafe."),
    Case("what others say", "pass", output="The vaccine is safe. Some say that the vaccine is not safe."),
    Case("a condition", "pass", output="The valve opens at noon. If it rains, the valve does not open at noon."),
    Case("a list", "pass", output="Marks:\n* Gives rights\nNames:\n* Does not give rights"),
    Case("other units", "pass", output="The total weight is 40 kg. The total weight is 88 pounds."),
    Case("rounded", "pass", output="The total cost is 4.25 euros. The total cost is 4.3 euros."),
    Case("another year", "pass", output="In 2019 revenue rose. In 2020 revenue fell."),
    Case("one sentence", "abstain", output="The drug is safe."),
    Case("empty", "abstain"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    result = check(SelfContradiction(), case)
    if case.outcome == "fail":
        assert "cannot both hold" in str(result)
