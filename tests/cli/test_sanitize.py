from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from metronis.cli import app, main
from metronis.cli.findings import MAX_SHOWN, coloured_text, entity_table
from metronis.cli.lines import LineFile
from metronis.cli.sanitize import Sanitize, build, json_lines, text_lines
from metronis.errors import Unsanitised
from metronis.settings import Settings
from processors.sanitize.detector import Entity
from processors.sanitize.text import Clean
from schemas.trace import DEFAULT_DOMAIN, DEFAULT_ORG

LIMIT = 1_024
NOTE = b"Write to ann@example.org.\nSSN 123-45-6789\n"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRONIS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")


Given = Callable[[bytes], str]


@pytest.fixture
def file(tmp_path: Path) -> Given:
    """Writes a file and names it."""

    def write(content: bytes) -> str:
        path = tmp_path / "given"
        path.write_bytes(content)
        return str(path)

    return write


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["sanitize", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def tier0(tmp_path_factory: pytest.TempPathFactory) -> Sanitize:
    """Built once, which takes a second."""
    return build(Settings(data_dir=tmp_path_factory.mktemp("data")), DEFAULT_ORG, DEFAULT_DOMAIN, None)


def answers(file: str, sanitize: Sanitize) -> tuple[int, list[dict[str, Any]]]:
    """How many lines of JSONL could not be had, and the answers to the others."""
    out = io.BytesIO()
    with LineFile(file, LIMIT) as lines:
        bad = json_lines(lines, sanitize, out, LIMIT)
    return bad, [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_file_comes_out_clean_and_its_findings_are_explained_apart(file: Given) -> None:
    status, out, explained = run(file(NOTE))

    assert status == 0
    assert out.startswith("Write to <EMAIL_ADDRESS_")
    assert out.count("\n") == 2
    assert "1:10" in explained
    assert "e-mail address" in explained
    for value in ("ann@example.org", "123-45-6789"):
        assert value not in out + explained


def test_pseudonyms_stay_the_same_and_are_each_organisations_own(file: Given) -> None:
    first, again, other = (run(file(NOTE), *org)[1] for org in ((), (), ("--org", "acme")))
    assert first == again
    assert first != other


def test_lines_are_texts_of_their_own_and_blank_ones_stay(
    file: Given, tier0: Sanitize, capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.BytesIO()
    with LineFile(file(b"a\n\nann@example.org\n\xff\nb\n"), LIMIT) as lines:
        assert text_lines(lines, tier0, out, LIMIT) == 1

    assert [line.partition("_")[0] for line in out.getvalue().decode().splitlines()] == ["a", "", "<EMAIL", "b"]
    explained = capsys.readouterr().err
    assert "line 4: $: byte 0 is not UTF-8" in explained
    assert "EMAIL_ADDRESS" in explained


def test_json_lines_carry_the_clean_text_and_entities_of_the_original(file: Given, tier0: Sanitize) -> None:
    text = "Écrivez à ann@example.org"
    rows = json.dumps({"text": text, "id": "a-1", "user": "Ann"}) + '\n{"text": "fine"}'

    bad, (first, second) = answers(file(rows.encode()), tier0)

    assert bad == 0
    assert first.keys() == {"text", "entities", "id"}  # other keys were not sanitised
    assert first["id"] == "a-1"
    (entity,) = first["entities"]
    assert entity.keys() == {"type", "start", "end", "score"}
    assert text[entity["start"] : entity["end"]] == "ann@example.org"
    assert second == {"text": "fine", "entities": []}


BAD = [b"not json", b'{"text": 5}', b'{"other": "ann@example.org"}', b'["ann@example.org"]', b'{"text": "\xff"}']


@pytest.mark.parametrize("line", [*BAD, b'{"text": "' + b"x" * LIMIT + b'"}'])
def test_bad_lines_are_named_and_the_others_go_on(line: bytes, file: Given, capsys: pytest.CaptureFixture[str]) -> None:
    bad, rows = answers(file(b'{"text": "one"}\n' + line + b'\n{"text": "two"}'), Clean)

    assert bad == 1
    assert [row["text"] for row in rows] == ["one", "two"]
    said = capsys.readouterr().err
    assert said.startswith("line 2: $")
    assert "ann@example.org" not in said


def test_what_could_not_be_sanitised_is_not_shown(file: Given) -> None:
    def fails(text: str) -> Clean:
        if "one" in text:
            raise Unsanitised("sanitising failed with ValueError", field="$.text")
        return Clean(text)

    bad, rows = answers(file(b'{"text": "secret one"}\n{"text": "two"}'), fails)

    assert bad == 1
    assert rows == [{"text": "two", "entities": []}]


def test_a_bad_line_is_seen_in_the_status(file: Given) -> None:
    assert run(file(b"nonsense"), "--json")[0] == 1


def test_a_policy_can_be_tried_on_a_text(file: Given, tmp_path: Path) -> None:
    policy = tmp_path / "tried.yaml"
    policy.write_text("types: {EMAIL_ADDRESS: mask, US_SSN: keep}")

    status, out, _ = run(file(NOTE), "--policy", str(policy), "--domain", "healthcare")

    assert status == 0
    assert out == "Write to <EMAIL_ADDRESS>.\nSSN 123-45-6789\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.txt",), "cannot read nowhere.txt"),
        (("nowhere.txt", "--json"), "cannot read nowhere.txt"),
        (("-", "--domain", "astrology"), "no domain is called 'astrology'; choose from general"),
        (("-", "--policy", "nowhere.yaml"), "cannot read nowhere.yaml"),
    ],
)
def test_what_cannot_be_had_ends_with_2_and_a_sentence(
    arguments: Sequence[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["metronis", "sanitize", *arguments])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"text")))
    with pytest.raises(SystemExit) as ending:
        main()
    assert ending.value.code == 2
    assert said in capsys.readouterr().err


def test_standard_input_is_answered_line_by_line() -> None:
    """Whoever sends one text waits for its answer before sending the next."""
    command = [sys.executable, "-m", "metronis", "sanitize", "-", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin
        assert program.stdout
        for text in ("one", "two"):
            program.stdin.write(json.dumps({"text": text}).encode() + b"\n")
            program.stdin.flush()
            assert json.loads(program.stdout.readline())["text"] == text
        program.stdin.close()
        assert program.wait() == 0


@pytest.mark.parametrize("arguments", [("-", "--json", "--lines"), ("-", "--jsonl"), ()])
def test_wrong_usage_ends_with_2(arguments: Sequence[str]) -> None:
    status, out, _ = run(*arguments)
    assert (status, out) == (2, "")


def test_replacements_are_coloured_where_they_stand() -> None:
    clean = Clean("to <A> and <BB>", (Entity("X", 3, 5, 1.0), Entity("X", 10, 11, 1.0)), ("<A>", "<BB>"))
    shown = coloured_text(clean)
    assert [shown.plain[span.start : span.end] for span in shown.spans] == ["<A>", "<BB>"]


def test_text_of_others_cannot_change_the_terminal() -> None:
    assert "\x1b" not in coloured_text(Clean("red \x1b[31m")).plain


def test_a_long_table_says_how_much_it_leaves_out() -> None:
    count = MAX_SHOWN + 7
    entities = [Entity("ACME_BADGE", at, at + 1, 0.5) for at in range(count)]
    console = Console(file=io.StringIO(), width=100)
    console.print(entity_table("x" * count, Clean("", entities, ["-"] * count)))
    shown = console.file.getvalue()  # type: ignore[attr-defined]  # it is the StringIO from above
    assert "and 7 more" in shown
    assert "declared by the policy" in shown
