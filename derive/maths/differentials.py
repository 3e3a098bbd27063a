"""Derivatives of formulas that are written out: \\frac{d}{dx} x^3, \\frac{\\partial (g^T u)}{\\partial u_i}, \\frac{d^2}{dx^2} f."""

from __future__ import annotations

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths import subscripts
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar
from derive.maths.signs import GREEK_NAMES
from derive.maths.tokens import Token

MAX_ORDER = 4
FRACTIONS = frozenset(("frac", "dfrac", "tfrac"))


def written_derivative(p: Grammar) -> Expr | None:
    """The derivative that the two arguments of \\frac at hand stand for, or None (and nothing read) where they are a quotient.

    What stands above after the d is differentiated, else the product that follows; in a vector by its gradient, in one
    entry of it (a subscript below) by that component. A letter d that is declared is a number and no sign of a derivative.
    """
    start = p.i
    above = p.peek() if p.is_op("{") else p.tok
    if str(above.value)[:1] not in ("d", "∂"):  # most fractions: nothing is stepped over
        return None
    found = _parts(p)
    if found is None:
        p.i = start
        return None
    order, operand, below = found
    pos = p.tokens[start].pos
    x = p.inner([*below, p.tokens[start]._replace(kind="end", value="")])
    variable = x.factor()
    if x.tok.kind != "end" or not (variable.op == "sym" or (variable.op == "at" and variable.args[0].op == "sym")):
        p.fail("one variable below d", "A derivative in what is no variable.", pos=pos)
    if operand:
        inner = p.inner([*operand, p.tokens[start]._replace(kind="end", value="")])
        f = inner.expression()
        if inner.tok.kind != "end":
            inner.fail("one formula above d")
    else:
        f = p.term()
    for _ in range(order):
        f = differentiated(p, f, variable, pos)
    return f


def without_differentials(tokens: list[Token]) -> list[Token]:
    """The tokens without the d of d/dx, and x for dx: what is left names what the formula speaks of."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        t = tokens[i]
        i += 1
        out.append(t)
        if t.kind == "cmd" and t.value in FRACTIONS:
            above, k = _group(tokens, i)
            below, end = _group(tokens, k)
            rest, found = _without_sign(below, "d")
            top, also = _without_sign(above, "d")
            if found and also:
                out += [*top, *rest]
                i = end
    return out


def _group(tokens: list[Token], i: int) -> tuple[list[Token], int]:
    """The tokens of the group at place i, without its braces, and the place after it."""
    if i >= len(tokens) or tokens[i].value != "{":
        return tokens[i : i + 1], i + 1
    level = 0
    for k in range(i, len(tokens)):
        level += (tokens[k].value == "{") - (tokens[k].value == "}") if tokens[k].kind == "op" else 0
        if not level:
            return tokens[i + 1 : k], k + 1
    return [], len(tokens)


def differentiated(p: Grammar, f: Expr, variable: Expr, pos: int) -> Expr:
    """The gradient of a written formula in a variable, or in one entry of it. Raises ReadError where there is none."""
    whole = variable.args[0] if variable.op == "at" else variable
    try:
        g = gradient(f, whole)
    except NotDifferentiable as err:
        raise ReadError(p.text, pos, f"The derivative cannot be taken: {err}.") from None
    return E.at(g, *variable.args[1:]) if variable.op == "at" else g


def _parts(p: Grammar) -> tuple[int, list[Token], list[Token]] | None:
    """The order, the tokens of the function above (empty: it follows) and those of the variable below, stepped over."""
    above, below = subscripts.group(p), subscripts.group(p)
    sign = str(above[0].value)[:1] if above and above[0].kind in ("name", "op") else ""
    if sign not in ("d", "∂") or (sign == "d" and p.scope.writes("d")):
        return None
    without, found = _without_sign(above, sign)
    if not found:
        return None
    rest, order = _order(without)
    below, again = _without_sign(below, sign)
    below, last = _last_order(below)
    if not below or order != again * last or not _names_variable(p, below[0]):
        return None
    if len(rest) == 1 and rest[0].kind == "name" and sign == "d" and p.scope.writes(str(rest[0].value)) and rest[0].value != below[0].value:
        p.fail("a formula above d", f"{rest[0].value} is not written as a formula in {below[0].value}.", pos=rest[0].pos)
    if len(rest) == 1 and rest[0].kind == "name" and not p.scope.writes(str(rest[0].value)):  # a function by name: its declared gradient
        return None
    symbol = p.scope.symbols.get(str(rest[0].value)) if rest and rest[0].kind == "name" else None
    return None if symbol is not None and symbol.kind == "function" else (order, rest, below)


def _names_variable(p: Grammar, t: Token) -> bool:
    if t.kind == "mark":
        return True
    s = p.scope.symbols.get(str(t.value)) if t.kind == "name" else None
    return s is not None and s.kind == "value"


def _order(tokens: list[Token]) -> tuple[list[Token], int]:
    """^2 at the front of what stands above, taken off."""
    if len(tokens) > 1 and tokens[0].kind == "op" and tokens[0].value == "^" and tokens[1].kind == "num":
        return tokens[2:], _small(tokens[1])
    return tokens, 1


def _last_order(tokens: list[Token]) -> tuple[list[Token], int]:
    """^2 at the end of what stands below, taken off."""
    if len(tokens) > 2 and tokens[-2].kind == "op" and tokens[-2].value == "^" and tokens[-1].kind == "num":
        return tokens[:-2], _small(tokens[-1])
    return tokens, 1


def _small(t: Token) -> int:
    value = t.value[0]
    return int(value) if value.denominator == 1 and 1 <= value <= MAX_ORDER else -1


def _without_sign(tokens: list[Token], sign: str) -> tuple[list[Token], int]:
    """dx, d x or ∂x without the sign of the differential; 1 where it stood there."""
    if not tokens:
        return [], 0
    first = tokens[0]
    if first.value == sign:
        return tokens[1:], 1
    name = str(first.value)
    if sign == "d" and first.kind == "name" and name.startswith("d") and (len(name) == 2 or name[1:] in GREEK_NAMES):
        return [first._replace(value=name[1:], pos=first.pos + 1), *tokens[1:]], 1
    return [], 0
