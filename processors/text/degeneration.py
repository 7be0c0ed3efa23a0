"""Signs of degenerate text: loops, wrong decoding, placeholders left in, and an answer in another language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from processors.text.lexicons import load, word_set
from processors.text.words import FUNCTION_WORDS

# UTF-8 read as Latin-1 or Windows-1252: a lead byte's letter and then what continuation bytes turn into.
_MOJIBAKE = re.compile(r"(?:Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|â€[\u0080-\u00bf™œ\"“”˜¦¢“”]|Â[\u00a0-\u00bf])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]")
_PLACEHOLDER = re.compile(
    r"\[(?:insert|your|enter|add|todo|tbd|placeholder|name|date|company|fill)\b[^\]\n]{0,40}\]|\{\{[^}\n]{1,40}\}\}|"
    r"<(?:insert|your|placeholder)[^>\n]{0,40}>",
)
_TEMPLATES = word_set("templates")
_LANGUAGES = word_set("languages")
_FOREIGN = {language: frozenset(common.split()) for language, common in load("words")["foreign"].items()}
_RUN = re.compile(r"(\S)\1{39}")
_WINDOW, _LEAST_WORDS = 60, 40
_LOOP, _DULL = 0.45, 0.7  # distinct among the three-word runs in a window; ordinary text has 0.95 and more
_SHOWN = 400  # characters of a loop
_LEAST_FOREIGN = 8  # words of another language before it counts


_SCRIPTS = (
    ("Latin", re.compile("[a-zà-ɏ]", re.IGNORECASE)),
    ("Greek", re.compile("[\u0370-\u03ff]")),
    ("Cyrillic", re.compile("[\u0400-\u04ff]")),
    ("Hebrew", re.compile("[\u0590-\u05ff]")),
    ("Arabic", re.compile("[\u0600-\u06ff]")),
    ("Devanagari", re.compile("[\u0900-\u097f]")),
    ("Thai", re.compile("[\u0e00-\u0e7f]")),
    ("Chinese or Japanese", re.compile("[\u3040-\u30ff\u4e00-\u9fff]")),
    ("Korean", re.compile("[\uac00-\ud7af]")),
)
_SAMPLE = 2000  # characters


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a text: how bad, 0..1, and where, characters [start, end)."""

    score: float
    label: str
    explanation: str
    start: int
    end: int


def garbled(text: str) -> Flaw | None:
    """Replacement and control characters, or UTF-8 that was read as another encoding."""
    if text.isascii() and text.isprintable():
        return None
    found = [] if text.isascii() else list(islice(_MOJIBAKE.finditer(text), 100))
    found += islice(_CONTROL.finditer(text), 100)
    if not found:
        return None
    share = len(found) / max(len(text) / 100, 1)
    score = min(0.4 + 0.3 * share, 0.95)
    what = f"{len(found)} characters of the output are garbled, such as “{found[0].group()!a}”."
    return Flaw(score, "garbled", what, *found[0].span())


def repetition(text: str, words: list[str], vocabulary: frozenset[str]) -> Flaw | None:
    """A loop: stretches of the text with hardly a new word, or one character over and over."""
    if len(text) > 12 * max(len(words), 1) and (run := _RUN.search(text)) and run.group(1) not in "-=_*.#~─━|":
        return Flaw(0.85, "repetition", f"The output repeats “{run.group(1)}” over and over.", *run.span())
    if len(words) < _LEAST_WORDS or len(vocabulary) > 0.5 * len(words):
        return None
    triples = list(zip(words, words[1:], words[2:], strict=False))
    starts = range(0, max(len(triples) - _WINDOW, 0) + 1, _WINDOW // 2)
    shares = [len(set(triples[at : at + _WINDOW])) / min(_WINDOW, len(triples)) for at in starts]
    lowest = min(shares)
    if lowest > _DULL:
        return None
    score = 0.9 if lowest <= _LOOP else 0.3 + 0.4 * (_DULL - lowest) / (_DULL - _LOOP)
    start = len(text) * starts[shares.index(lowest)] // len(words)
    what = f"A stretch of {_WINDOW} words says the same over again: only {lowest:.0%} of its three-word runs are new."
    return Flaw(score, "repetition", what, start, min(start + _SHOWN, len(text)))


def placeholder(text: str, folded: str, asked: frozenset[str]) -> Flaw | None:
    """Text that should have been replaced. Where a template or a letter was asked for, placeholders are expected."""
    at = folded.find("lorem ipsum")
    if at >= 0:
        start, end = at, at + len("lorem ipsum")
    elif ("[" in text or "{{" in text or "<" in text) and (match := _PLACEHOLDER.search(folded)):
        start, end = match.span()
    else:
        return None
    score = 0.75 if _TEMPLATES.isdisjoint(asked) else 0.2
    return Flaw(score, "placeholder", f"The output leaves “{text[start:end]}” unfilled.", start, end)


def other_language(
    request: str, asked: frozenset[str], output: str, words: list[str], vocabulary: frozenset[str]
) -> Flaw | None:
    """An English request answered in another language, or a request in one script answered in another.

    Only function words and scripts are compared; a request that names a language or a translation is left alone.
    """
    if output.isascii() and request.isascii():
        if len(vocabulary & FUNCTION_WORDS) > len(vocabulary) // 10:
            return None
    elif (script := _script(output)) != (wanted := _script(request)) and script and wanted:
        return _foreign(request, asked, f"The request is in {wanted} script, the output in {script}.", output)
    if len(asked & FUNCTION_WORDS) < 2 or len(words) < 20:
        return None
    counts = {language: sum(map(common.__contains__, words)) for language, common in _FOREIGN.items()}
    language = max(counts, key=counts.__getitem__)
    english = sum(map(FUNCTION_WORDS.__contains__, words))
    if counts[language] < max(_LEAST_FOREIGN, 2 * english, 0.2 * len(words)):
        return None
    return _foreign(request, asked, f"The request is in English, the output in {language}.", output)


def _script(text: str) -> str:
    """The script of most letters among the first ones of a text; empty where it has fewer than ten."""
    sample = text[:_SAMPLE]
    if sample.isascii():
        return "Latin" if len(sample) >= 10 else ""
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS}
    most = max(counts, key=counts.__getitem__)
    return most if counts[most] >= 10 else ""


def _foreign(request: str, asked: frozenset[str], explanation: str, output: str) -> Flaw:
    expected = not _LANGUAGES.isdisjoint(asked) or not request.isascii()
    return Flaw(0.3 if expected else 0.85, "other language", explanation, 0, len(output))
