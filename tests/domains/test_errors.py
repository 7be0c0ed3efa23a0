"""A mistake in a domain's file is named with its file, its line and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.domains.written import PLANETS, SPACE, catalogue, changed, line_of, write


def problems(folder: Path, name: str = "space") -> list[str]:
    return str(catalogue(folder).broken[name]).splitlines()


def test_the_domain_that_is_broken_below_is_right(tmp_path: Path) -> None:
    write(tmp_path)
    found = catalogue(tmp_path)
    assert not found.broken
    assert found.domains["space"].policy.planned[-1].evaluator.name == "empty_promise"


# what stands there, what stands there instead, where the error is (a part of the line), what it says
WRONG: list[tuple[str, str, str, str]] = [
    ("title: Space", "titel: Space", "titel", "titel: is no key here; did you mean 'title'?"),
    ("version: 1", "version: one", "version", "version: must be a valid integer"),
    ("name: space", "name: Space!", "name", "name: String should match pattern"),
    ("description: Traces from far away.", "description: ''", "description", "at least 1 character"),
    ("pass_at: 0.3", "pass_it: 0.3", "pass_it", "cascade.pass_it: is no key here; did you mean 'pass_at'?"),
    ("pass_at: 0.3", "pass_at: 3", "pass_at", "must be less than or equal to 1"),
    ("type: range", "type: rnage", "name: too_slow", "too_slow: no type is called 'rnage'; did you mean 'range'?"),
    ("    type: range\n", "", "name: too_slow", "too_slow: has no `type`; give one"),
    ("value: speed\n", "vlaue: speed\n", "vlaue", "too_slow.vlaue: is no key here; did you mean 'value'?"),
    ("    value: speed\n", "", "name: too_slow", "too_slow.value: is missing; add it"),
    ("value: speed\n", "value: sped\n", "value: sped", "there is no fact `sped`; did you mean `speed`?"),
    ("value: speed\n", "value: speed +\n", "value: speed +", "cannot be read"),
    ("value: speed\n", "value: [speed]\n", "value: [speed]", "must be a valid string or a valid boolean or"),
    ("value: speed\n", "value: planet\n", "value: planet", "only numbers and times have a range"),
    (
        "min: planets.escape[planet]",
        "min: planet.escape[planet]",
        "min:",
        "there is no table `planet`; did you mean `planets`?",
    ),
    (
        "min: planets.escape[planet]",
        "min: planets.escpe[planet]",
        "min:",
        "`planets` has no column `escpe`; did you mean `escape`?",
    ),
    ("min: planets.escape[planet]", "min: 11.2", "min:", "at character 1: `11.2` has no unit, but `speed` has"),
    ("min: planets.escape[planet]", "min: 11 [kg]", "min:", "at character 1: `speed` is a number of length/time"),
    ("min: planets.escape[planet]", "min: 11 [kn/z]", "min:", "at character 5: unknown unit 'kn/z'"),
    ("    min: planets.escape[planet]\n", "", "name: too_slow", "gives neither `min` nor `max`"),
    ("    value: speed\n", "    value: speed\n    when: speed\n", "when", "a condition must be true or false"),
    (
        "    value: speed\n",
        "    value: speed\n    when: 'speeds > 1 [km/s]'\n",
        "when",
        "make it one value with `any(…)` or `all(…)`",
    ),
    ("cites: [treaty]", "cites: [traety]", "cites", "no reference is called 'traety'; did you mean 'treaty'?"),
    ("cites: [treaty]", "severity: hihg", "severity", "'hihg' is none of them; did you mean 'high'?"),
    ("cites: [treaty]", "kinds: [lmm]", "kinds", "'lmm' is none of them; did you mean 'llm'?"),
    (
        "name: empty_promise",
        "name: too_slow",
        "name: too_slow\n    type: forbidden",
        "'too_slow' is there twice; rename one of them",
    ),
    ("name: empty_promise", "name: refusal", "name: refusal", "is the name of an evaluator as well; rename it"),
    ("name: empty_promise", "name: Empty Promise", "name: Empty", "String should match pattern"),
    ("vocabularies: [promise]", "vocabularies: [promises]", "vocabularies: [promises]", "did you mean 'promise'?"),
    ("    vocabularies: [promise]\n", "", "name: empty_promise", "looks for nothing; give `phrases` or"),
    ("vocabularies: [promise]", "phrases: ['/gua(/']", "phrases", "empty_promise.phrases.0"),
    ("vocabularies: [promise]", "vocabularies: promise", "vocabularies: promise", "must be a valid tuple"),
    ("type: forbidden", "type: forbidden\n    in: outptu", "in: outptu", "did you mean 'output'?"),
    ('"guarantee*", "can\'t fail"', '"guarantee*", "/(/"', "promise:", "promise.1: "),
    ("{table: planets}", "{table: planet}", "planet:", "no table is called 'planet'; did you mean 'planets'?"),
    ("{table: planets}", "{tabel: planets}", "planet:", "planet.tabel: is no key here; did you mean 'table'?"),
    ("{table: planets}", "7", "planet:", "vocabularies.planet: must be a valid tuple"),
    ("unit: km/s}\n  planet", "unit: km/z}\n  planet", "speed:", "speed.unit: unknown unit 'km/z'"),
    ("attributes.speed, ", "atributes.speed, ", "speed:", "speed.path.0: 'atributes.speed' begins with no part"),
    ("attributes.speed, ", "'attributes.speed[', ", "speed:", "is no path; write it like"),
    ("path: attributes.speed, unit: km/s", "unit: km/s", "speed:", "says nothing of where it is; give one of path"),
    ("path: attributes.planet", "vocabulary: plant", "planet: {voc", "did you mean 'planet'?"),
    ("knowledge/planets.yaml", "knowledge/planet.yaml", "planets:", "cannot read"),
    ("knowledge/planets.yaml", "../planets.yaml", "planets:", "is not in the folder `knowledge` beside this file"),
    ("knowledge/planets.yaml", "{file: planets}", "planets:", "tables.planets: must be a valid string"),
    (
        'value: "speed / (11.2 [km/s])"',
        "value: speed / mass",
        "margin",
        "margin.value, at character 9: there is no fact",
    ),
    ("score: 5", "score: 7", '11.2 km/s", score', "examples.0.score: is not on the scale, which goes from 1 to 5"),
    ("claim: too_slow, ", "claim: to_slow, ", "claim: to_slow", "did you mean 'too_slow'?"),
    ("notify: page", "notify: pager", "notify", "'pager' is none of them; did you mean 'page'?"),
    ("{pass_at: 0.3", "{required: {llm: [qualty]}, pass_at: 0.3", "required", "did you mean 'quality'?"),
    ("extends: general", "extends: genral", "extends", "no domain is called 'genral'; did you mean 'general'?"),
    ("extends: general", "extends: [general]", "extends", "no domain is called ['general']"),
    ("extends: general", "extends: general\nwithout: [refusl]", "without", "did you mean 'refusal'?"),
    ("extends: general", "extends: general\nwithout: refusal", "without", "is no list; write it like `[refusal]`"),
    ("extends: general", "extends: general\nunits: ['star = 3 moons']", "units", "units.0: "),
    ("extends: general", "extends: general\nevaluators: [{name: refusl}]", "evaluators", "did you mean 'refusal'?"),
    (
        "extends: general",
        "extends: general\nevaluators: [{name: refusal, parameters: {fial_at: 1}}]",
        "evaluators",
        "refusal.parameters.fial_at: refusal has no such parameter; did you mean 'fail_at'?",
    ),
    (
        "extends: general",
        "extends: general\nevaluators: [{name: refusal, parameters: {fail_at: high}}]",
        "evaluators",
        "refusal.parameters.fail_at: Input should be a valid number",
    ),
    ("extends: general", "extends: general\nevaluators: {refusal: {}}", "evaluators", "must be a valid tuple"),
    ("extends: general", "extends: general\nevaluators: [refusal]", "evaluators", "evaluators.8: must be a valid"),
    (
        "extends: general",
        "extends: general\nretention: {cites: [hipaa]}",
        "retention",
        "no reference is called 'hipaa'",
    ),
    (
        "extends: general",
        "extends: general\nenvironment: {state: {x: {unit: metre}, y: {unit: metr}}}",
        "environment",
        "environment.state.y.unit: unknown unit 'metr'",
    ),
    ("title: Space", "title: Space\ntitle: Void", "title: Void", "'title' is there twice; leave one of them out"),
    ("title: Space", "title: [Space", "description", "is no YAML"),
    ("title: Space", "title: 2024-13-45", "", "cannot read"),
    ("title: Space", "title: &a [*a]", "", "cannot read"),
]


@pytest.mark.parametrize(("right", "wrong", "at", "said"), WRONG)
def test_what_is_wrong_is_said_with_line_and_mend(tmp_path: Path, right: str, wrong: str, at: str, said: str) -> None:
    text = changed(right, wrong)
    file = write(tmp_path, text)
    line = next(line for line in problems(tmp_path) if said in line)
    assert line.startswith(f"{file}, line {line_of(text, at)}: " if at else f"cannot read {file}: ")


@pytest.mark.parametrize(
    ("right", "wrong", "at", "said"),
    [
        ("  escape: km/s", "  escape: kn/z", "escape: kn/z", "columns.escape: unknown unit 'kn/z'"),
        ("    escape: 5.0", "    escpe: 5.0", "escpe", "rows.mars.escpe: is not among `columns`"),
        (
            "    escape: 5.0",
            "    escape: fast",
            "escape: fast",
            "rows.mars.escape: is 'fast', but the column is of km/s",
        ),
        ("ringed: false", "ringed: perhaps", "ringed: perhaps", "is 'perhaps', but the column is of boolean"),
        (
            "synonyms: [terra]",
            "synonyms: terra",
            "synonyms",
            "rows.earth.synonyms: is 'terra', but the column is of list",
        ),
        ("compiled: 2026-11-21", "compiled: lately", "compiled", "compiled: Input should be"),
        ("source: NASA planetary fact sheet\n", "", "", "source: Field required"),
        ("rows:\n", "rows: [\n", "", "is no YAML"),
    ],
)
def test_of_a_table_the_line_is_that_of_its_own_file(
    tmp_path: Path, right: str, wrong: str, at: str, said: str
) -> None:
    assert right in PLANETS
    planets = PLANETS.replace(right, wrong)
    file = write(tmp_path, planets=planets)
    (problem,) = problems(tmp_path)
    assert problem.startswith(f"{file}, line {line_of(SPACE, 'planets: knowledge')}: tables.planets: ")
    assert said in problem
    if at:
        assert f"planets.yaml, line {line_of(planets, at)}: " in problem


def test_all_problems_of_a_file_are_said_at_once(tmp_path: Path) -> None:
    text = changed("value: speed\n", "value: sped\n").replace("cites: [treaty]", "cites: [traety]")
    write(tmp_path, text.replace("vocabularies: [promise]", "vocabularies: [promises]").replace("score: 5", "score: 9"))
    assert [line.split(": ")[1] for line in problems(tmp_path)] == [
        "constraints.too_slow.value, at character 1",
        "constraints.empty_promise.vocabularies.0",
        "judge.criteria.0.examples.0.score",
    ]
    shapes = changed("version: 1", "version: one").replace("pass_at: 0.3", "pass_it: 0.3")
    write(tmp_path, shapes)
    assert len(problems(tmp_path)) == 2


def test_what_is_inherited_is_named_where_it_was_written(tmp_path: Path) -> None:
    base = write(tmp_path)
    moon = "name: moon\nversion: 1\nextends: space\ntitle: Moon\nfacts:\n  speed: {path: attributes.speed, unit: kg}\n"
    write(tmp_path, moon, "moon")
    (problem,) = problems(tmp_path, "moon")
    assert problem.startswith(f"{base}, line {line_of(SPACE, 'min: planets')}: constraints.too_slow.min")


def test_domains_that_extend_each_other_in_a_circle_are_all_wrong_and_no_other(tmp_path: Path) -> None:
    for name, extends in (("sun", "moon"), ("moon", "star"), ("star", "sun")):
        write(
            tmp_path, changed("extends: general", f"extends: {extends}").replace("name: space", f"name: {name}"), name
        )
    write(tmp_path)
    found = catalogue(tmp_path)
    assert set(found.broken) == {"sun", "moon", "star"}
    assert "space" in found.domains
    assert "line 3: extends: 'moon' is wrong itself, or extends this one in turn" in problems(tmp_path, "sun")[0]


def test_what_extends_a_wrong_domain_says_so(tmp_path: Path) -> None:
    write(tmp_path, changed("version: 1", "version: one"))
    write(tmp_path, "name: moon\nextends: space\n", "moon")
    assert "line 2: extends: 'space' is wrong itself" in problems(tmp_path, "moon")[0]


def test_a_folder_of_another_name_and_one_of_a_built_in_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, name="spaces")
    assert "is 'space' but the folder is 'spaces'; make them equal" in problems(tmp_path, "spaces")[0]
    write(tmp_path, changed("name: space", "name: legal"), "legal")
    assert "a domain of this name comes with the program; rename yours" in problems(tmp_path, "legal")[0]
    assert catalogue(tmp_path).domains["legal"].spec.title != "Space"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "space", "\x00", "a: b: c", "- name: space", "1: 2", "? [a]\n: b", "name: !!python/object:os.system x"],
)
def test_what_is_no_map_is_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    assert problems(tmp_path)
    assert "general" in catalogue(tmp_path).domains


ODD_VALUES = ["null", "7", "true", "[]", "{}", "[1]", "{a: 1}", "text", "[null]", "{a: {b: [c]}}", "1.5", "2024-01-01"]


@pytest.mark.parametrize("value", ODD_VALUES)
def test_no_value_of_any_key_takes_other_domains_down(tmp_path: Path, value: str) -> None:
    keys = [line.split(":")[0] for line in SPACE.splitlines() if line[:1].isalpha()]
    for key in [*keys, "without", "evaluators", "units", "environment", "sanitize", "recognise", "retention", "issues"]:
        kept = "".join(part for part in _sections(SPACE) if not part.startswith(f"{key}:"))
        write(tmp_path, f"{kept}{key}: {value}\n")
        assert "general" in catalogue(tmp_path).domains


def _sections(text: str) -> list[str]:
    sections: list[str] = []
    for line in text.splitlines(keepends=True):
        if line[:1].isalpha():
            sections.append(line)
        else:
            sections[-1] += line
    return sections
