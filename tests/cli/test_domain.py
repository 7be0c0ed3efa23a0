"""`metronis domain`: new, list, show, validate, generate, test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from metronis.cli import app, main
from metronis.cli import domain as domain_command
from tests.domains.written import SPACE, changed, line_of, write

COMMANDS = ("new", "list", "show", "validate", "generate", "test")
PROMPTS = "Insurance\nClaims and what is said of them.\n\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the program runs in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("METRONIS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    return folder


def run(*arguments: str, given: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["domain", *arguments], input=given, catch_exceptions=True)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    monkeypatch.setattr("sys.argv", ["metronis", "domain", *arguments])
    with pytest.raises(SystemExit) as ending:
        main()
    assert ending.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_every_option_is_for(command: str) -> None:
    status, text = run(command, "--help")
    assert status == 0
    for line in text.splitlines():
        if line.lstrip("│ *").startswith("--"):
            assert len(line.strip("│ ").split()) > 2, line


def test_a_new_domain_is_valid_tested_and_fresh(here: Path) -> None:
    status, text = run("new", "insurance", "--yes")
    assert status == 0, text
    assert "passed insurance: 8 golden traces, 2 claims" in text
    file = here / "domains" / "insurance" / "spec.yaml"
    said = yaml.safe_load(file.read_text())
    assert (said["name"], said["title"], said["extends"]) == ("insurance", "Insurance", "general")
    first = file.read_text().splitlines()[0]
    schema = (file.parent / first.partition("$schema=")[2]).resolve()
    assert json.loads(schema.read_text())["title"] == "Domain"
    assert str(here) not in file.read_text()
    assert run("generate", "insurance", "--check")[0] == 0
    assert run("validate", "insurance")[0] == 0
    assert sorted(each.name for each in (file.parent / "generated").iterdir()) == [
        "README.md",
        "features.yaml",
        "golden.yaml",
        "judge.md",
    ]


def test_after_an_edit_of_a_few_lines_it_still_passes(here: Path) -> None:
    run("new", "insurance", "--yes")
    file = here / "domains" / "insurance" / "spec.yaml"
    file.write_text(file.read_text().replace("max: 1000 [USD]", "max: 3 [kUSD]"))
    assert run("test", "insurance")[0] == 1  # 2,500 dollars are now within it
    said = file.read_text().replace("max: 3 [kUSD]", "max: 1 [kUSD]")
    file.write_text(said.replace("at or below 1,000 dollars", "at or below one thousand dollars"))
    assert run("test", "insurance")[0] == 0
    with pytest.raises(AssertionError, match="stale"):
        run("generate", "insurance", "--check")
    assert "written" in run("generate", "insurance")[1]
    assert run("generate", "insurance", "--check")[0] == 0


ASSETS = [
    {"kind": "asset", "features": {"grade": 1.5 + at / 10, "year": 2020 + at}, "attributes": {"status": status}}
    for at, status in enumerate(["open", "closed", "open", "closed", "open"])
]
EPISODES = [
    {
        "kind": "episode",
        "episode": {"steps": [{"state": {"speed": at / 10, "mode": "go"}, "reward": 1.0} for at in range(5)]},
    }
] * 3
ANSWERS = [
    {
        "input": f"May claim {at} be paid?",
        "output": "Yes, in full.",
        "attributes": {"claim": {"amount": 100 + at, "sort": sort}},
    }
    for at, sort in enumerate(["car", "home", "car", "home"])
]


@pytest.mark.parametrize(
    ("examples", "claims"),
    [
        (ASSETS, {"implausible_grade", "implausible_year", "unknown_status", "incomplete_record"}),
        (EPISODES, {"implausible_speed", "unknown_mode"}),
        (ANSWERS, {"unfounded_promise", "implausible_amount", "unknown_sort", "incomplete_record"}),
        ([{"input": "Hello", "output": "Hello to you."}], {"unfounded_promise"}),
    ],
)
def test_rules_are_read_off_good_traces(here: Path, examples: list[dict[str, Any]], claims: set[str]) -> None:
    file = here / "examples.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in examples))
    status, text = run("new", "mine", "--yes", "--examples", str(file))
    assert status == 0, text
    assert "no golden trace" not in text
    said = yaml.safe_load((here / "domains" / "mine" / "spec.yaml").read_text())
    assert {each["name"] for each in said["constraints"]} == claims


def test_of_examples_no_personal_data_is_written(here: Path) -> None:
    example = {"input": "Write to ann@example.org", "output": "Done.", "attributes": {"mail": "ann@example.org"}}
    (here / "examples.jsonl").write_text(json.dumps(example))
    status, text = run("new", "mine", "--yes", "--examples", "examples.jsonl")
    assert status == 0, text
    assert not [file for file in (here / "domains").rglob("*.yaml") if "ann@example.org" in file.read_text()]


def test_it_asks_for_what_is_not_given(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain_command, "_interactive", lambda: True)
    status, text = run("new", "insurance", given=PROMPTS)
    assert status == 0, text
    assert "What is it called?" in text
    said = yaml.safe_load((here / "domains" / "insurance" / "spec.yaml").read_text())
    assert (said["title"], said["description"]) == ("Insurance", "Claims and what is said of them.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["new", "legal", "--yes"], "'legal' is taken"),
        (["new", "knowledge", "--yes"], "'knowledge' is taken"),
        (["new", "space", "--yes"], "'space' is taken"),
        (["new", "No Name", "--yes"], "cannot be a domain's name"),
        (["new", "../up", "--yes"], "cannot be a domain's name"),
        (["new", "moon", "--yes", "--extends", "spaec"], "no domain is called 'spaec'; did you mean 'space'?"),
        (["show", "spaec"], "no domain is called 'spaec'; did you mean 'space'?"),
        (["test", "spaec"], "did you mean 'space'?"),
        (["generate", "spaec"], "did you mean 'space'?"),
        (["validate", "spaec"], "did you mean 'space'?"),
        (["generate", "space", "--check"], "stale: "),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    write(here / "domains")
    assert said in refused(monkeypatch, capsys, *arguments)
    assert not (here / "domains" / "moon").exists()


def test_examples_that_are_no_traces_are_refused(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "bad.jsonl").write_text('{"input": 5}\n')
    said = refused(monkeypatch, capsys, "new", "moon", "--yes", "--examples", "bad.jsonl")
    assert "bad.jsonl: $.input" in said
    assert not (here / "domains").exists()


def test_another_domain_that_is_wrong_is_in_nobodys_way(here: Path) -> None:
    write(here / "domains", "name: [")
    status, text = run("new", "moon", "--yes")
    assert status == 0, text


def test_validate_says_all_that_is_wrong_and_ends_with_status_2(here: Path) -> None:
    wrong = changed("value: speed\n", "value: sped\n").replace("cites: [treaty]", "cites: [traety]")
    write(here / "domains", wrong.replace("score: 5", "score: 9"))
    write(here / "domains", SPACE.replace("name: space", "name: moon"), "moon")
    status, text = run("validate")
    assert status == 2
    for said in ("did you mean `speed`?", "examples.0.score", "valid moon", "valid general"):
        assert said in text
    assert run("validate", "moon")[0] == 0
    status, text = run("validate", "space", "--json")
    assert status == 2
    said = json.loads(text)
    assert said["valid"] == []
    places = [line.partition(": ")[0].rpartition("/")[2] for line in said["broken"]["space"]]
    assert places == [f"spec.yaml, line {line_of(SPACE, part)}" for part in ("value: speed", "{output: ")]


def test_list_and_show_as_tables_and_as_json(here: Path) -> None:
    write(here / "domains")
    status, text = run("list")
    assert status == 0
    assert "space" in text
    listed = json.loads(run("list", "--json")[1])
    assert [each["name"] for each in listed["domains"]][-1] == "space"
    assert listed["broken"] == {}
    status, text = run("show", "space")
    assert "The probe reaches the speed at which it escapes." in text
    claims = {each["name"]: each for each in json.loads(run("show", "space", "--json")[1])["claims"]}
    assert claims["too_slow"]["cites"] == ["Outer Space Treaty"]
    assert "name: space" in run("show", "space", "--spec")[1]
    write(here / "domains", "name: [")
    status, text = run("list")
    assert status == 1
    assert "space is wrong: " in text
    assert "space" in json.loads(run("list", "--json")[1])["broken"]


def test_the_report_of_a_test_as_json() -> None:
    run("new", "insurance", "--yes")
    status, text = run("test", "insurance", "--json")
    report = json.loads(text)
    assert (status, report["wrong"], report["unnoticed"], report["cases"]) == (0, [], [], 8)


def test_a_domain_whose_golden_traces_fail_ends_with_status_1(here: Path) -> None:
    run("new", "insurance", "--yes")
    golden = here / "domains" / "insurance" / "golden" / "start.yaml"
    golden.write_text(golden.read_text().replace("outcome: fail", "outcome: pass"))
    status, text = run("test", "insurance")
    assert status == 1
    assert "wrong unapproved_amount-fail: unapproved_amount should pass, but says fail: What nobody" in text
