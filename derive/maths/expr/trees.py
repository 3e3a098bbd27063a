"""Looking at trees: what stands in an expression, as which number, under which index."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive.maths.expr.node import Expr

_NONE: frozenset[str] = frozenset()


def is_number(e: Expr, value: int | Fraction | None = None) -> bool:
    """Whether e is a number literal (equal to value where given)."""
    if e.op == "num":
        return value is None or e.data == value
    if e.op == "dec":
        return value is None or e.data[0] == value
    return False


def number_value(e: Expr) -> Fraction | None:
    """The value of a signed number literal, else None."""
    if e.op == "num":
        return Fraction(e.data)
    if e.op == "dec":
        return Fraction(e.data[0])
    if e.op == "neg":
        v = number_value(e.args[0])
        return None if v is None else -v
    return None


def walk(e: Expr) -> Iterator[Expr]:
    """Every node of the tree, parents first."""
    stack = [e]
    while stack:
        x = stack.pop()
        yield x
        stack.extend(x.args)


def symbols_in(e: Expr) -> frozenset[str]:
    """Names of the symbols that stand in e."""
    if not e.args:
        return frozenset((e.data,)) if e.op == "sym" else _NONE
    return _seen(e)[2]


def has(e: Expr, op: str) -> bool:
    """Whether a node of this operation stands in e."""
    return op in _seen(e)[1] if e.args else e.op == op


def _seen(e: Expr) -> tuple[Expr, frozenset[str], frozenset[str]]:
    """(e, its operations, its symbols): the same tree is asked for several of them."""
    found = _LATEST.get(id(e))
    if found is not None and found[0] is e:  # the tree is kept, so that its id stays its own
        return found
    operations, symbols = set(), set()
    stack = [e]
    while stack:
        x = stack.pop()
        operations.add(x.op)
        if x.args:
            stack.extend(x.args)
        elif x.op == "sym":
            symbols.add(x.data)
    if len(_LATEST) >= _MOST_LATEST:
        _LATEST.clear()
    found = _LATEST[id(e)] = e, frozenset(operations), frozenset(symbols)
    return found


_LATEST: dict[int, tuple[Expr, frozenset[str], frozenset[str]]] = {}
_MOST_LATEST = 64


def bound_index(e: Expr) -> str | None:
    """The index that this node binds, or None."""
    if e.op in ("reduce", "argopt"):
        return str(e.data[1])
    return str(e.data) if e.op == "comp" else None


def free_indices(e: Expr) -> frozenset[str]:
    """Indices that occur in e and are not bound in it."""
    return _free(e) if has(e, "idx") else _NONE


def _free(e: Expr) -> frozenset[str]:
    if not e.args:
        return frozenset((e.data,)) if e.op == "idx" else _NONE
    found = _NONE.union(*map(_free, e.args))
    bound = bound_index(e) if found else None
    return found - {bound} if bound else found
