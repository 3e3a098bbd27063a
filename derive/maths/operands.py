"""Operands of the grammar: which reader begins at which token.

Each reader takes the parser, reads from its token on, and returns an Expr.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.maths import expr as E
from derive.maths import subscripted
from derive.maths.aliases import aliased
from derive.maths.bars import barred
from derive.maths.bigops import big_operator
from derive.maths.brackets import angle, bracketed, pointed, rounded
from derive.maths.commands import command
from derive.maths.expr import Expr
from derive.maths.gradients import nabla
from derive.maths.grammar import Grammar
from derive.maths.index_sets import hashed
from derive.maths.marks import bold_one, mark, ones_or_indicator
from derive.maths.names import resolve
from derive.maths.sets import braced_set, cases_in_braces

_ALIASED = frozenset(("∇", "∂", "frac", "tfrac", "dfrac"))
"""Signs and commands with which a declared notation may begin: \\frac{\\partial L}{\\partial y}."""


def primary(p: Grammar) -> Expr:
    """One operand without its postfixes."""
    t = p.tokens[p.i]
    if t.value in _ALIASED and t.kind in ("op", "cmd"):
        name = aliased(p)
        if name is not None:
            return subscripted.symbol(p, name, t.pos)
    handler = _BY_KIND.get(t.kind)
    if handler is not None:
        return handler(p)
    if t.kind == "op" and t.value in _BY_OP:
        return _BY_OP[t.value](p)
    p.fail("a number, a symbol or a bracket")
    raise AssertionError


def _number(p: Grammar) -> Expr:
    value, written, decimal = p.tokens[p.i].value
    p.i += 1
    follower = p.tokens[p.i]
    if follower.kind != "op":
        return E.dec(value, written) if decimal else E.num(value)
    if written == "1" and p.is_op("[", "{", "\\{", "(") and not p.tok.spaced and p.opens_condition():
        indicator = ones_or_indicator(p)  # 1[x > 0]
        if indicator.op == "cases":
            return indicator
    if p.is_op(",") and not decimal and _is_thousands(p, written):
        p.met.add("thousands")
    return E.dec(value, written) if decimal else E.num(value)


def _is_thousands(p: Grammar, written: str) -> bool:
    follower = p.peek()
    return (
        len(written) <= 3 and follower.kind == "num" and not follower.spaced and len(follower.value[1]) == 3
        and follower.value[1].isdigit() and not p.bars and p.depth <= 1
    )


def _radical(p: Grammar) -> Expr:
    p.i += 1
    return p.build(E.fn, "sqrt", p.factor())


def _braces(p: Grammar) -> Expr:
    """A group, or in plain text a set: {i : |g_i| = max_j |g_j|}."""
    colon = p.peek(4) if p.peek(2).value == "_" else p.peek(2)
    if p.peek().kind == "name" and colon.kind == "op" and colon.value == ":":
        level = 0
        for k in range(p.i, len(p.tokens)):
            t = p.tokens[k]
            level += (t.value == "{") - (t.value == "}") if t.kind == "op" else 0
            if not level:
                p.tokens[k] = t._replace(value="\\}")
                return braced_set(p)
    p.i += 1
    cases = cases_in_braces(p, "}")
    if cases is not None:
        return cases
    p.i -= 1
    return bracketed(p, "}")


def _infinity(p: Grammar) -> Expr:
    p.i += 1
    return E.INF


_BY_KIND: dict[str, Callable[[Grammar], Expr]] = {"num": _number, "mark": mark, "name": resolve, "cmd": command}
_BY_OP: dict[str, Callable[[Grammar], Expr]] = {
    "(": lambda p: bracketed(p, ")"),
    "[": lambda p: bracketed(p, "]"),
    "{": _braces,
    "\\{": braced_set,
    "⟨": angle,
    "<": pointed,
    "#": hashed,
    "|": barred,
    "‖": barred,
    "∑": big_operator,
    "∏": big_operator,
    "√": _radical,
    "∞": _infinity,
    "∇": nabla,
    "∂": nabla,
    "⌊": rounded("⌋", "floor"),
    "⌈": rounded("⌉", "ceil"),
    "𝟏": bold_one,
    "𝟙": bold_one,
}
