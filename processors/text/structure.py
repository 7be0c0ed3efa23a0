"""Structure of text: JSON as a whole or in code fences, fences that never close, and endings that were cut off."""

from __future__ import annotations

import json
import re
from typing import Any

from processors.text.sentences import Span

_FENCE = re.compile(r"^[ \t]{0,3}(?P<mark>`{3,}|~{3,})(?P<info>[^\n`]{0,40})", re.MULTILINE)
_LOOKS_LIKE_JSON = re.compile(r"\s*(?:\{\s*(?:\"|\}|$)|\[\s*(?:[\[{\"\]]|-?\d+\s*[,\]]|$))")
_OPEN_END = re.compile(
    r"(?:,|\b(?:the|a|an|and|or|of|to|in|with|for|by|from|as|at|on|that|which|is|are|was|were|be|your|their|its|our|my|because|"
    r"if|when|than|into|such|this|these|has|have|will|can|not|but|while))\s*$",
    re.IGNORECASE,
)
_LAST_LINE = 400  # characters
_LEAST_PROSE = 120  # characters; a shorter text may be a title or a phrase


class Unparsable(ValueError):
    """A text is no JSON. `cut_off` tells an early end from a wrong character; `at` is the offset."""

    def __init__(self, problem: str, at: int, *, cut_off: bool) -> None:
        super().__init__(problem)
        self.at = at
        self.cut_off = cut_off


def parse_json(text: str) -> Any:
    """The value of a JSON text. Raises Unparsable; nesting deeper than the interpreter's stack counts as unparsable."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        end = len(text.rstrip())
        cut_off = error.pos >= end or error.msg.startswith("Unterminated string")
        raise Unparsable(error.msg, error.pos, cut_off=cut_off) from error
    except RecursionError:
        raise Unparsable("nested too deeply", 0, cut_off=False) from None
    except ValueError as error:  # an integer of more digits than Python converts
        raise Unparsable(str(error), 0, cut_off=False) from error


def looks_like_json(text: str) -> bool:
    """Whether a text opens as a JSON object or array does."""
    return _LOOKS_LIKE_JSON.match(text) is not None


def fences(text: str) -> tuple[list[tuple[str, Span]], int | None]:
    """The code blocks as (language in lower case, range of the contents), and where a fence opens that never closes."""
    blocks: list[tuple[str, Span]] = []
    opening: re.Match[str] | None = None
    for match in _FENCE.finditer(text):
        if opening is None:
            opening = match
        elif match["mark"].startswith(opening["mark"]) and not match["info"].strip():
            blocks.append((opening["info"].strip().lower(), (opening.end(), match.start())))
            opening = None
    return blocks, None if opening is None else opening.start()


def cut_off_at(text: str) -> Span | None:
    """The last line of a prose text that stops in the middle of a sentence, on a comma or a word that wants another."""
    end = len(text.rstrip())
    if end < _LEAST_PROSE or not (text[end - 1] == "," or text[end - 1].isalpha()):  # a full stop, mostly
        return None
    if not _OPEN_END.search(text, end - 20, end):
        return None
    start = max(text.rfind("\n", 0, end) + 1, end - _LAST_LINE)
    return start, end
