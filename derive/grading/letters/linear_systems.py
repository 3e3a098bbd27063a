r"""Linear systems that tell a letter: M z = r, with M invertible by the declarations, says z = M^{-1} r.

The system must be solved for its letter: all that holds it on one side, as M z, and none of it on the other. 'P x + q = 0' is the
condition of optimality as it stands, and says no more than the question.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.quadratics.definite import STRICT, definite, sign_of
from derive.derivation.quadratics.factors import is_square
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.words import Sum, TooLong, Words
from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.expr import Expr, Shape
from derive.maths.parse import Choices, Parser
from derive.maths.symbols import Scope
from derive.maths.write import plain

MOST = 300  # characters of a system
_MOST_SHAPES = 12


@dataclass(frozen=True)
class System:
    """M z = r: what it says of z, or why it says nothing."""

    solution: Expr | None
    doubt: str = ""


def system_for(text: str, unknown: Expr, scope: Scope, local: dict[str, Expr] | None = None) -> System | None:
    """The linear system for a letter that a text is; None where it is none. unknown: the letter, with its shape."""
    name = str(unknown.data)
    if text.count("=") != 1 or len(text) > MOST:
        return None
    known = dict(local or {}) if name in scope.symbols else {**(local or {}), name: unknown}
    try:
        left, right = (_side(side, scope, known) for side in text.replace("&", " ").split("="))
        if name in E.symbols_in(right):
            left, right = right, left
        if name in E.symbols_in(right) or unknown not in set(E.walk(left)) or left == unknown or left.shape != right.shape or E.free_indices(left) | E.free_indices(right):
            return None
        if scope.asked and name != scope.asked and scope.asked in E.symbols_in(left) | E.symbols_in(right):
            return None  # an equation for the unknown says nothing of another letter
        return _solved(left, right, unknown, scope)
    except (ReadError, E.ShapeError, TooLong):
        return None


def _side(text: str, scope: Scope, local: dict[str, Expr]) -> Expr:
    """One side of an equation: read alone, for 'Px =' would be a new name."""
    p = Parser(text, scope, Choices())
    p.locals = local
    found = p.statements()
    if len(found) != 1 or found[0].ops:
        raise ReadError(text, 0, "It is no side of an equation.")
    return found[0].terms[0]


def own_letter(text: str, name: str, scope: Scope, local: dict[str, Expr]) -> System | None:
    """The system for a letter of a text's own, whose shape is the one that fits."""
    if not any(len(s.shape) == 2 for s in scope.symbols.values()):
        return None
    sizes = list(dict.fromkeys(d for s in scope.symbols.values() if s.kind == "value" for d in s.shape))
    shapes: list[Shape] = [(d,) for d in sizes]
    if name.isupper():
        shapes += [(a, b) for a in sizes for b in sizes]
    found = (system_for(text, E.sym(f"new {name}", s), scope, local | {name: E.sym(f"new {name}", s)}) for s in shapes[:_MOST_SHAPES])
    return next((f for f in found if f is not None), None)


def _solved(left: Expr, right: Expr, unknown: Expr, scope: Scope) -> System | None:
    """What M z = r says of z, where the left side is M z."""
    words = Words(Facts({n: s.domain for n, s in scope.symbols.items()}, _positive(scope)), unknown)
    terms = words.expand(left)
    if not terms or any(not w or w[-1] != unknown or any(words.holds_unknown(f) for f in w[:-1]) for w in terms) or any(
            words.holds_unknown(c) for c in terms.values()):
        return None
    matrix: Sum = {w[:-1]: c for w, c in terms.items()}
    rows, columns = left.shape[0], unknown.shape[0]
    if rows != columns:
        return System(None, f"{left.shape[0]} equations for {columns} unknowns are no square system")
    m = words.build(matrix, (rows, columns))
    if not _invertible(words, matrix):
        return System(None, f"{plain(m)} is not known to be invertible")
    if set(matrix) == {()}:
        return System(E.div(right, matrix[()]))
    return System(E.matmul(E.inverse(m), right))


def _positive(scope: Scope) -> frozenset[str]:
    return frozenset(n for n, s in scope.symbols.items() if s.kind == "value" and not s.shape and (
        s.domain in STRICT or s.domain == "nonnegative" or (s.above is not None and s.above >= 0)))


def _invertible(words: Words, m: Sum) -> bool:
    """Whether a square sum of words is invertible for all that is declared: definite, of either sign, or one product of invertible factors."""
    if definite(words, m).holds or definite(words, words.scaled(m, E.num(-1))).holds:
        return True
    if len(m) != 1:
        return False
    ((word, c),) = m.items()
    nonzero = sign_of(words, c) == 2 or sign_of(words, words.tidy(E.neg(c))) == 2
    return nonzero and all(is_square(f) and (definite(words, words.expand(f)).holds or f.op == "inv") for f in word)
