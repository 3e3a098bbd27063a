"""What the values of a program are: expressions of the language, and what is no expression by itself."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.partitioned import Blocks

UNKNOWN = E.sym("@unknown")  # what a loop leaves behind that cannot be named, or a choice that sets it in one branch only


@dataclass(frozen=True)
class Items:
    """A list or tuple of values that are known one by one; names: what a library calls them."""

    values: tuple[Value, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """range(first, stop): the integers from first up to, not including, stop."""

    first: Expr
    stop: Expr


@dataclass(frozen=True)
class Func:
    """A function of the program: names of its arguments, and its body (statements, or one expression)."""

    arguments: tuple[str, ...]
    body: tuple[ast.stmt, ...] | ast.expr
    defaults: Mapping[str, ast.expr] = field(default_factory=dict)


@dataclass(frozen=True)
class Looped:
    """The values of an expression for an index that runs from 1 to count: what a comprehension makes.

    condition: where only some of them are kept.
    """

    index: str
    body: Value
    count: Expr
    condition: Expr | None = None


@dataclass(frozen=True)
class Column:
    """x[:, None]: a vector as a matrix of one column."""

    vector: Expr | Cut


@dataclass(frozen=True)
class Cut:
    """A slice of an array: the whole, and for each axis the first and last place (from 1), or None where nothing is cut off."""

    whole: Expr
    ranges: tuple[tuple[Expr, Expr] | None, ...]


@dataclass(frozen=True)
class Picked:
    """x[mask]: the entries, or rows, at which a condition holds; column: as a matrix of one column."""

    values: Expr
    mask: Expr
    column: bool = False


@dataclass(frozen=True)
class Wide:
    """A square orthogonal factor of which only the first columns (axis 1), or rows (axis 0), are determined: those of the thin one."""

    thin: Expr
    axis: int


Value = Expr | Items | Span | Func | Looped | Column | Cut | Picked | Wide | Blocks


def length_of(v: Span) -> Expr:
    """stop - first, with what cancels left out: of range(1, n + 1) it is n."""
    terms = list(v.stop.args if v.stop.op == "add" else (v.stop,))
    if v.first in terms:
        terms.remove(v.first)
        return E.add(*terms) if terms else E.ZERO
    return v.stop if E.is_number(v.first, 0) else E.sub(v.stop, v.first)


@dataclass
class Loop:
    """What a loop over the entries does: entries it sets, and what it adds to names from outside."""

    index: str
    variable: Expr
    count: Expr
    entries: dict[str, Expr] = field(default_factory=dict)
    added: dict[str, Expr] = field(default_factory=dict)
    listed: dict[str, Expr] = field(default_factory=dict)
    rows: dict[str, Expr] = field(default_factory=dict)  # D[i, j] = ... in a loop over j inside one over i: the entry of the row
    marked: dict[str, tuple[Expr, Expr]] = field(default_factory=dict)  # x[order[i]] = 1: the place, and what is set there


def function_of(a: ast.arguments, body: tuple[ast.stmt, ...] | ast.expr) -> Func:
    """A function of the program, with the values of the arguments that may be left out."""
    given = dict(zip((x.arg for x in reversed(a.args)), reversed(a.defaults), strict=False))
    given |= {x.arg: d for x, d in zip(a.kwonlyargs, a.kw_defaults, strict=True) if d is not None}
    return Func(tuple(x.arg for x in (*a.args, *a.kwonlyargs)), body, given)
