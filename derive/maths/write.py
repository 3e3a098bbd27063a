"""Expr -> LaTeX, plain text (Unicode) and Python. What is written reads back as the same expression."""

from __future__ import annotations

from derive.maths.expr import Expr
from derive.maths.writing.latex import Latex
from derive.maths.writing.plain import Plain
from derive.maths.writing.python import Python

_LATEX, _PLAIN, _PYTHON = Latex(), Plain(), Python()


def latex(e: Expr) -> str:
    """LaTeX of an expression, without delimiters."""
    return _LATEX.write(e)


def plain(e: Expr) -> str:
    """Unicode text of an expression, as echoed in grades."""
    return _PLAIN.write(e)


def python(e: Expr, taken: frozenset[str] = frozenset()) -> str:
    """NumPy code of an expression; taken: names that its bound indices must not have."""
    return Python(taken).write(e) if taken else _PYTHON.write(e)
