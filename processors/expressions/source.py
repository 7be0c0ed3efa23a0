"""The text of an expression, read with Python's grammar and within limits; the units of its numbers set aside."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from processors.expressions.types import ExpressionError

MAX_LENGTH = 2_000  # characters

# What is quoted is matched to be passed over. Units are set aside since they are no Python: `5 [%]`, `9.8 [m/s²]`.
_MEASURE = re.compile(
    r"""(?P<quoted>"[^"]*"|'[^']*')|(?<![\w.])(?P<number>\.?\d[\w.]*(?:(?<=[eE])[+-]\d+)?\s*\[)(?P<unit>[^\[\]]+)\]"""
)
_INSTEAD = {"=": "==", "&": "and", "|": "or", "!": "not"}
_BLANKS = str.maketrans("\n\r\t\f", "    ")


@dataclass(frozen=True, slots=True)
class Source:
    """An expression that was read. `units`: of its numbers, by the column where each begins."""

    text: str
    tree: ast.expr
    units: Mapping[int, str]
    readable: str
    indent: int

    def column(self, node: ast.expr) -> int:
        """Where a node begins, in characters from 0."""
        return self._characters(node.col_offset)

    def segment(self, node: ast.expr) -> str:
        """The text of a node."""
        return self.text[self.column(node) : self._characters(node.end_col_offset or 0)]

    def _characters(self, offset: int) -> int:
        if not self.readable.isascii():  # Python counts bytes
            offset = len(self.readable.encode()[:offset].decode())
        return self.indent + offset


def read(text: str) -> Source:
    """Raises ExpressionError where the text is empty, too long, nested too deeply or not in Python's grammar."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"is {len(text):,} characters long; {MAX_LENGTH:,} is the most")
    text = text.translate(_BLANKS).rstrip()
    indent = len(text) - len(text.lstrip())
    readable = _MEASURE.sub(_without_unit, text)[indent:]
    if not readable:
        raise ExpressionError("is empty")
    units = {found.start(): found["unit"].strip() for found in _MEASURE.finditer(text) if found["unit"]}
    return Source(text, _tree(readable, indent), units, readable, indent)


def _without_unit(found: re.Match[str]) -> str:
    return found[0] if found["quoted"] else f"{found['number']}{'0' * len(found['unit'])}]"


def _tree(readable: str, indent: int) -> ast.expr:
    try:
        return ast.parse(readable, mode="eval").body
    except SyntaxError as error:
        column = min(max((error.offset or 1) - 1, 0), len(readable))
        written = _INSTEAD.get(readable[column : column + 1])
        mend = f"; write `{written}`" if written else ""
        raise ExpressionError(f"cannot be read: {error.msg}{mend}", indent + column) from error
    except (ValueError, MemoryError, RecursionError) as error:  # a null byte; nesting
        raise ExpressionError(f"cannot be read: {error or 'it is nested too deeply'}", indent) from error
