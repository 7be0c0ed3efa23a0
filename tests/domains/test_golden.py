"""Golden traces: every domain that comes with the program is judged as its golden traces say."""

from __future__ import annotations

from pathlib import Path

import pytest

from domains.catalogue import DOMAINS
from domains.golden import read_golden
from metronis import domain_test
from metronis.errors import Misconfigured
from metronis.settings import Settings
from tests.domains.written import SPACE, catalogue, changed, write

LEAST_CLAIMS = 15
LEAST_CASES = 60


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", domains_dir=tmp_path / "domains")


@pytest.mark.slow
@pytest.mark.parametrize("name", DOMAINS[1:])
def test_a_domain_that_comes_with_the_program(settings: Settings, name: str) -> None:
    report = domain_test.tested(settings, name)
    assert (report.wrong, report.unnoticed, report.uncovered) == ([], [], {})
    assert report.claims >= LEAST_CLAIMS
    assert report.cases >= LEAST_CASES


GOLDEN = """
- case: fast
  claim: too_slow
  outcome: pass
  decision: pass
  trace: {attributes: {speed: 12, planet: earth}, input: How fast?, output: Twelve.}
- case: just fast enough
  claim: too_slow
  outcome: pass
  near_miss: true
  trace: {attributes: {speed: 11.2, planet: earth}}
- case: slow
  claim: too_slow
  outcome: fail
  decision: fail
  trace: {attributes: {speed: 3, planet: earth}, output: Three.}
- case: planet unknown
  claim: too_slow
  outcome: abstain
  trace: {attributes: {speed: 3, planet: pluto}, output: Three.}
"""
PROMISED = """
- {case: modest, claim: empty_promise, outcome: pass, trace: {output: We hope so.}}
- {case: boastful, claim: empty_promise, outcome: fail, trace: {output: It can't fail.}}
- {case: denied, claim: empty_promise, outcome: pass, near_miss: true, trace: {output: Success is not guaranteed.}}
- {case: silent, claim: empty_promise, outcome: abstain, trace: {features: {a: 1}}}
"""


def given(settings: Settings, text: str, *golden: str) -> None:
    file = write(settings.domains_dir, text)
    (file.parent / "golden").mkdir(exist_ok=True)
    for number, each in enumerate(golden):
        (file.parent / "golden" / f"{number}.yaml").write_text(each)


def test_a_domain_that_does_as_its_golden_traces_say_passes(settings: Settings) -> None:
    given(settings, SPACE, GOLDEN, PROMISED)
    report = domain_test.tested(settings, "space")
    assert report.passed, report
    assert (report.cases, report.claims, report.uncovered) == (8, 2, {})


def test_what_is_judged_otherwise_is_said_with_the_reason(settings: Settings) -> None:
    given(settings, SPACE, GOLDEN.replace("speed: 3, planet: earth", "speed: 30, planet: earth"), PROMISED)
    report = domain_test.tested(settings, "space")
    assert not report.passed
    assert [wrong.case for wrong in report.wrong] == ["slow", "slow"]
    assert report.wrong[0].problem == "too_slow should fail, but says pass"
    assert report.wrong[1].problem.startswith("the decision should be fail, but is pass")


def test_a_claim_that_notices_nothing_is_reported(settings: Settings) -> None:
    vacuous = changed("min: planets.escape[planet]", "min: -9e9 [km/s]").replace(
        "value: speed\n", "value: abs(speed)\n"
    )
    given(settings, vacuous, GOLDEN, PROMISED)
    report = domain_test.tested(settings, "space")
    assert report.unnoticed == ["too_slow"]
    assert not report.passed


def test_a_claim_without_golden_traces_is_reported(settings: Settings) -> None:
    given(settings, SPACE, GOLDEN)
    report = domain_test.tested(settings, "space")
    assert report.uncovered == {"empty_promise": ["pass", "fail", "abstain", "near miss"]}
    assert report.unnoticed == ["empty_promise"]
    assert not report.passed


@pytest.mark.parametrize(
    ("golden", "said"),
    [
        ("- {case: a, claim: too_sloow, outcome: pass, trace: {}}", "line 1: claim: .*did you mean 'too_slow'"),
        ("- {case: a, claim: too_slow, outcome: perhaps, trace: {}}", "line 1: outcome: Input should be 'pass'"),
        ("- {case: a, claim: too_slow, trace: {}}", "line 1: outcome: Field required"),
        ("\n- {case: a, claim: too_slow, outcome: pass, trace: {kind: lmm}}", "line 2: trace: .*kind"),
        ("a: b", "is no list"),
        ("- [", "is no YAML"),
        ("- &a\n  {case: a, claim: too_slow, outcome: pass, trace: {}}\n- *a", "another golden trace is called 'a'"),
    ],
)
def test_a_wrong_golden_trace_is_named_with_its_line(tmp_path: Path, golden: str, said: str) -> None:
    file = write(tmp_path)
    (file.parent / "golden").mkdir()
    (file.parent / "golden" / "a.yaml").write_text(golden)
    with pytest.raises(Misconfigured, match=said):
        read_golden(catalogue(tmp_path).domain("space"))
