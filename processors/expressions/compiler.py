"""From the text of an expression to closures that give its value, through a check of names, kinds and dimensions."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf, isfinite
from typing import Any, NoReturn, cast

import numpy as np

from processors.expressions.arithmetic import calculated, negated
from processors.expressions.comparison import chosen, compared, contained, inverted, logical
from processors.expressions.functions import Call, called
from processors.expressions.source import Source, read
from processors.expressions.terms import Built, Run, Term, finite
from processors.expressions.types import Absent, Environment, ExpressionError, Type, nearest
from processors.units import UnknownUnit, unit

MAX_DEPTH = 50

Tables = Mapping[str, Mapping[str, Type]]

NOW = "now"
"""The name of the trace's own time."""


@dataclass(frozen=True, eq=False, slots=True)
class Expression:
    """A checked expression. `names`: the facts that it reads. `timed`: whether it reads the trace's own time.

    evaluate: gives the value of `type` in an environment; raises Absent where a fact or a row of a table is not there,
    or something is not a number.
    """

    source: str
    type: Type
    names: frozenset[str]
    timed: bool
    evaluate: Run


def compile_expression(source: str, facts: Mapping[str, Type], tables: Tables) -> Expression:
    """An expression over facts and the columns of tables.

    Raises ExpressionError at what is no part of the language, at unknown names, and where kinds or dimensions clash.
    """
    text = read(source)
    compiler = _Compiler(text, facts, tables)
    term = compiler.term(text.tree)
    run = _quiet(term.run) if any(facts[name].series for name in compiler.names) else term.run
    return Expression(text.text.lstrip(), term.type, frozenset(compiler.names), compiler.timed, run)


def _quiet(run: Run) -> Run:
    """`run`, of whose divisions by zero and overflows numpy does not warn: what is no number is seen to."""

    def quiet(environment: Environment) -> Any:
        with np.errstate(all="ignore"):
            return run(environment)

    return quiet


class _Compiler:
    def __init__(self, source: Source, facts: Mapping[str, Type], tables: Tables) -> None:
        self.names: set[str] = set()
        self.timed = False
        self._source = source
        self._facts = facts
        self._tables = tables
        self._depth = 0

    def term(self, node: ast.expr) -> Term:
        """Raises ExpressionError."""
        if self._depth == MAX_DEPTH:
            raise ExpressionError(f"is nested more than {MAX_DEPTH} levels deep", self._source.column(node))
        self._depth += 1
        term = self._term(node)
        self._depth -= 1
        return term

    def _term(self, node: ast.expr) -> Term:
        match node:
            case ast.Constant(value=value):
                return self._constant(node, value)
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Subscript(value=ast.Constant(value=int() | float() as amount))):
                return self._measure(node, node.operand, -amount)  # -5 °C, which is not the opposite of 5 °C
            case ast.UnaryOp(op=op, operand=operand):
                return self._unary(node, op, self.term(operand))
            case ast.BinOp(op=op, left=left, right=right):
                operands = self.term(left), self.term(right)
                return self._calculated(node, calculated(op, *operands), operands)
            case ast.BoolOp(op=op, values=values):
                conditions = [self.term(value) for value in values]
                return self._made(node, logical(op, conditions), conditions)
            case ast.Compare():
                return self._compared(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                parts = self.term(test), self.term(body), self.term(orelse)
                return self._made(node, chosen(*parts), parts)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                call = Call(name, tuple(map(self.term, arguments)), self._source.column(node))
                return self._calculated(node, called(call), call.arguments)
            case ast.Subscript(value=ast.Constant(value=int() | float() as amount)):
                return self._measure(node, node, amount)
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id=table), attr=column), slice=key):
                return self._looked_up(node, table, column, self.term(key))
        return self._refuse(node)

    def _made(self, node: ast.expr, built: Built, operands: Sequence[Term]) -> Term:
        """The term of a node; worked out now where its operands are constants."""
        type_, run = built
        value = None
        column, segment = self._source.column(node), self._source.segment(node)
        if operands and all(operand.value is not None for operand in operands):
            try:
                value = run(cast(Environment, None))  # constants look nothing up
            except Absent as absent:
                raise ExpressionError(str(absent), column) from absent
        return Term(type_, run if value is None else lambda _: value, segment, column, value)

    def _calculated(self, node: ast.expr, built: Built, operands: Sequence[Term]) -> Term:
        type_, run = built
        if type_.kind in ("number", "time"):
            run = finite(run, self._source.segment(node), series=type_.series)
        return self._made(node, (type_, run), operands)

    def _constant(self, node: ast.Constant, value: object) -> Term:
        column, segment = self._source.column(node), self._source.segment(node)
        if isinstance(value, bool):
            return Term(Type("boolean"), lambda _: value, segment, column, value)
        if isinstance(value, str):
            folded = value.lower()
            return Term(Type("text"), lambda _: folded, segment, column, folded)
        if not isinstance(value, int | float):
            return self._refuse(node)
        number = self._number(node, value)
        return Term(Type("number"), lambda _: number, segment, column, number)

    def _number(self, node: ast.expr, value: int | float) -> float:
        try:
            number = float(value)
        except OverflowError:
            number = inf
        if not isfinite(number):
            raise ExpressionError("this number is too large", self._source.column(node))
        return number

    def _measure(self, node: ast.expr, written: ast.expr, amount: int | float) -> Term:
        """A number with the unit that is `written` behind it."""
        column, begins = self._source.column(node), self._source.column(written)
        name = self._source.units.get(begins)
        if name is None:
            return self._refuse(written)
        try:
            value = self._number(node, unit(name).to_base(self._number(node, amount)))
        except UnknownUnit as error:
            raise ExpressionError(str(error), self._source.text.index("[", begins) + 1) from error
        return Term(Type.of_unit(name), lambda _: value, self._source.segment(node), column, value)

    def _name(self, node: ast.expr, name: str) -> Term:
        column = self._source.column(node)
        if name == NOW:
            self.timed = True
            return Term(Type("time"), lambda environment: environment.now, name, column)
        if name not in self._facts:
            known = (*self._facts, NOW, "True", "False")
            raise ExpressionError(f"there is no fact `{name}`; {nearest(name, known)}", column)
        self.names.add(name)
        return self._calculated(node, (self._facts[name], lambda environment: environment.fact(name)), ())

    def _unary(self, node: ast.expr, op: ast.unaryop, operand: Term) -> Term:
        if isinstance(op, ast.Not):
            return self._made(node, inverted(operand), [operand])
        if isinstance(op, ast.USub):
            return self._made(node, negated(operand), [operand])
        return self._refuse(node)

    def _compared(self, node: ast.Compare) -> Term:
        sides: list[ast.expr] = [node.left, *node.comparators]
        terms = [
            self._pair(node, op, self.term(left), right)
            for op, (left, right) in zip(node.ops, pairwise(sides), strict=True)
        ]
        return self._made(node, logical(ast.And(), terms), terms) if len(terms) > 1 else terms[0]

    def _pair(self, node: ast.expr, op: ast.cmpop, left: Term, right: ast.expr) -> Term:
        if not isinstance(op, ast.In | ast.NotIn):
            other = self.term(right)
            return self._made(node, compared(op, left, other), [left, other])
        among = [self.term(each) for each in right.elts] if isinstance(right, ast.List) else self.term(right)
        term = self._made(node, contained(left, among), ())
        return term if isinstance(op, ast.In) else self._made(node, inverted(term), ())

    def _looked_up(self, node: ast.expr, table: str, column: str, key: Term) -> Term:
        at = self._source.column(node)
        if table not in self._tables:
            raise ExpressionError(f"there is no table `{table}`; {nearest(table, self._tables)}", at)
        columns = self._tables[table]
        if column not in columns:
            raise ExpressionError(
                f"`{table}` has no column `{column}`; {nearest(column, columns)}", at + len(table) + 1
            )
        if key.type.kind != "text":
            raise ExpressionError(f"`{key.source}` is a {key.type}; rows have the names of texts", key.column)
        return self._made(node, (replace(columns[column], series=key.type.series), _lookup(table, column, key)), ())

    def _refuse(self, node: ast.expr) -> NoReturn:
        segment, column = self._source.segment(node)[:40], self._source.column(node)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in self._tables:
            raise ExpressionError(f"`{segment}` lacks its row; write it as `{segment}[name]`", column)
        raise ExpressionError(f"`{segment}` is no part of the language of expressions", column)


def _lookup(table: str, column: str, key: Term) -> Run:
    run = key.run
    if not key.type.series:
        return lambda environment: environment.lookup(table, column, run(environment))

    def every(environment: Environment) -> Any:
        found = [environment.lookup(table, column, name) for name in run(environment)]
        return np.array(found, dtype=object if isinstance(found[0], str) else None) if found else np.array(found)

    return every
