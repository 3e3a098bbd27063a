"""max and sup of a linear form over a unit ball: the dual norm by its definition, max_{‖v‖_∞ ≤ 1} gᵀv = ‖g‖_1."""

from __future__ import annotations

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.applications import argument_of
from derive.maths.calculus import NotDifferentiable, depends, gradient
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar
from derive.maths.neat import neat
from derive.maths.tokens import Token

_DUALS = {"1": E.INF, "2": E.TWO, "∞": E.ONE}


def over_unit_ball(p: Grammar, kind: str) -> Expr | None:
    r"""max_{‖v‖_p ≤ 1} cᵀv and the like as ‖c‖_q, 1/p + 1/q = 1; see _over_unit_ball."""
    found = _over_unit_ball(p)
    if found is None:
        return None
    size = E.norm(*found)
    return size if kind == "max" else E.neg(size)


def best_in_unit_ball(p: Grammar, kind: str) -> Expr | None:
    """argmax_{‖v‖_p ≤ 1} cᵀv and argmin: sign(c) for p = ∞, c/‖c‖_2 for p = 2, sign(c_k) e_k with k = argmax_i |c_i| for p = 1; see _over_unit_ball."""
    found = _over_unit_ball(p)
    if found is None:
        return None
    c, q = found
    if len(c.shape) != 1:
        return None
    if q == E.ONE:
        best = E.fn("sign", c)
    elif q == E.TWO:
        best = E.div(c, E.norm(c, q))
    else:
        i = "_b"
        k = E.argopt("argmax", i, E.fn("abs", E.at(c, E.idx(i))), E.dim(c.shape[0]))
        best = E.mul(E.fn("sign", E.at(c, k)), E.basis(k, c.shape[0]))
    return best if kind == "argmax" else E.neg(best)


def _over_unit_ball(p: Grammar) -> tuple[Expr, Expr] | None:
    """At the subscript of max, sup, min or inf: c and q, where what follows is cᵀv and the subscript ‖v‖_p ≤ 1 or = 1, 1/p + 1/q = 1, p one
    of 1, 2, ∞. None, with nothing read, where it is anything else, or v is declared, or stands behind it again."""
    start, nodes, free, notes = p.i, p.nodes, list(p.free), list(p.notes)
    ball = _ball(p)
    name, q = ball if ball is not None else ("", E.TWO)
    if ball is None or name == p.scope.asked or name in p.scope.dims or name in p.locals or p.scope.writes(name):
        p.i = start
        return None
    behind = p.i
    for shape in dict.fromkeys(s.shape for s in p.scope.symbols.values() if len(s.shape) == 1):
        v = E.sym(name, shape)
        p.locals[name] = v
        try:
            form = _form(p, v)
            if form is not None and _linear(form, v) and all(t.value != name for t in p.tokens[p.i :]):
                return neat(gradient(form, v)), q
        except (ReadError, E.ShapeError, NotDifferentiable):
            pass
        finally:
            del p.locals[name]
        p.i, p.nodes, p.free[:], p.notes[:] = behind, nodes, free, notes
    p.i = start
    return None


def _ball(p: Grammar) -> tuple[str, Expr] | None:
    """The variable of '_{‖v‖_p ≤ 1}', and the exponent of the dual norm."""
    marks = [p.peek(k) for k in range(12)]
    if not (marks[0].value == "_" and marks[1].value == "{" and marks[2].value == "‖" and marks[3].kind == "name" and marks[4].value == "‖"):
        return None
    k, exponent = 5, ""
    if marks[5].value == "_":
        braced = marks[6].value == "{"
        exponent = _written(marks[6 + braced])
        if (braced and marks[8].value != "}") or not exponent:
            return None
        k = 9 if braced else 7
    if exponent not in _DUALS or marks[k].value not in ("≤", "=") or _written(marks[k + 1]) != "1" or marks[k + 2].value != "}":
        return None
    p.i += k + 3
    return str(marks[3].value), _DUALS[exponent]


def _written(t: Token) -> str:
    return str(t.value[1]) if t.kind == "num" else str(t.value)


def _form(p: Grammar, v: Expr) -> Expr | None:
    """The scalar product that follows: the factors up to where it holds v and is a number."""
    pos = p.tok.pos
    form = argument_of(p)
    while form.shape or not depends(form, v):
        if p.is_op("·", "*", "×"):
            p.i += 1
        elif not p.starts_operand():
            return None
        form = p.build(E.product, form, p.factor(), pos=pos)
    return form


_CARRIES = frozenset(("neg", "T", "at", "total", "comp", "trace"))
_PRODUCTS = frozenset(("mul", "dot", "matmul"))


def _linear(e: Expr, v: Expr) -> bool:
    """Whether an expression is built so that it is linear in v, without a constant."""
    if e == v:
        return True
    held = [k for k, a in enumerate(e.args) if depends(a, v)]
    if e.op == "add":
        return len(held) == len(e.args) and all(_linear(a, v) for a in e.args)
    one = len(held) == 1 and _linear(e.args[held[0]], v)
    return one and (e.op in _PRODUCTS or (held == [0] and (e.op in _CARRIES or e.op == "div" or (e.op == "reduce" and e.data[0] == "sum"))))
