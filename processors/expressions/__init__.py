"""Expressions: a small, safe language over facts and tables, with units that are checked before anything is run."""

from processors.expressions.compiler import Expression, compile_expression
from processors.expressions.types import Absent, Environment, ExpressionError, Type

__all__ = ["Absent", "Environment", "Expression", "ExpressionError", "Type", "compile_expression"]
