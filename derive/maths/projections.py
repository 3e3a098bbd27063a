"""Projections onto norm balls by their formulas, and the notation for them: Pi_{||.||_1 <= r}(v), proj_l1(v, r).

The projection onto the 1-norm ball lowers all moduli by one threshold, stated in sorted form: for every set A of entries
sum_A (b_i - nu) <= sum_i (b_i - nu)_+, with equality at {b_i > nu}, so nu is a maximum over the sets {i : b_i >= b_j}.
Source: M. Held, P. Wolfe, H. Crowder (1974); J. Duchi et al. (2008).
"""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths import subscripts
from derive.maths.brackets import bracketed
from derive.maths.expr import Expr, ShapeError
from derive.maths.grammar import Grammar
from derive.maths.tokens import Token

NAMES = frozenset(("Pi", "P", "proj", "Proj", "Projection", "projection"))


def entry_of(b: Expr, i: Expr) -> Expr:
    """b_i, taken inside entrywise operations and listed vectors."""
    if b.op == "ones":
        return E.ONE
    if b.op in ("neg", "add", "mul", "div") and len(b.shape) == 1:
        parts = tuple(entry_of(a, i) if a.shape else a for a in b.args)
        kept = [p for p in parts if not E.is_number(p, 1)] if b.op == "mul" else []
        return kept[0] if len(kept) == 1 else E.rebuild(b, parts)
    if b.op == "pow" and not b.args[1].shape:
        return E.power(entry_of(b.args[0], i), b.args[1])
    if b.op == "comp":
        return E.replace(b.args[0], {E.idx(str(b.data)): i})
    if b.op == "fn" and b.shape and all(a.shape == b.shape for a in b.args):
        return E.fn(b.data, *(entry_of(a, i) for a in b.args))
    return E.at(b, i)


def threshold(b: Expr, left: Expr) -> Expr:
    """The nu with sum_i (b_i - nu)_+ = left > 0, as a maximum over j."""
    i, j, n = E.idx("i"), E.idx("j"), E.dim(b.shape[0])
    here, there = entry_of(b, i), entry_of(b, j)
    reached = E.rel(">=", here, there)
    top = E.reduce_over("sum", "i", E.cases(((here, reached),), E.ZERO), E.ONE, n)
    count = E.reduce_over("sum", "i", E.cases(((E.ONE, reached),), E.ZERO), E.ONE, n)
    return E.reduce_over("max", "j", E.div(E.sub(top, left), count), E.ONE, n)


def onto_ball(v: Expr, p: Expr, r: Expr) -> Expr:
    """The nearest point to the vector v with p-norm at most r > 0, for p = 1, 2, infinity."""
    if len(v.shape) != 1 or r.shape:
        raise ShapeError(f"projection of {E.shape_text(v.shape)}")
    if p == E.INF:
        return E.fn("minimum", E.fn("maximum", v, E.neg(r)), r)
    if E.is_number(p, 2):
        return E.mul(E.div(r, E.fn("maximum", E.norm(v), r)), v)
    if not E.is_number(p, 1):
        raise ShapeError("only the projections onto balls of the 1-, 2- and max norm have a formula")
    size = E.fn("abs", v)
    level = E.mul(E.fn("relu", threshold(size, r)), E.ones(*v.shape))
    return E.mul(E.fn("sign", v), E.fn("relu", E.sub(size, level)))


def projection(p: Grammar) -> Expr | None:
    """Pi_{||.||_1 <= r}(v): None, and nothing taken, where the tokens at hand are no such operator."""
    if p.tok.kind != "name" or p.tok.value not in NAMES or not (p.peek().kind == "op" and p.peek().value == "_"):
        return None
    save = p.i
    p.i += 1
    inside = [t for t in subscripts.take(p) if t.value not in ("\\{", "\\}")]
    if inside and inside[0].value == "[" and p.is_op("("):
        return _onto_range(p, inside, save)
    bound = next((k for k, t in enumerate(inside) if t.kind == "op" and t.value == "≤"), None)
    if bound is None or len(inside) < 4 or inside[0].value != "‖" or inside[2].value != "‖" or not p.is_op("("):
        onto = next((str(t.value) for t in inside if _is_set(t, p)), "") if p.is_op("(") and not _is_equated(p) and not any(t.value in ("=", "∈") for t in inside) else ""
        p.i = save
        if bound is None and onto:
            p.fail(f"the ball in place of its name, Pi_{{||.||_1 <= r}}(v): what {onto} is, is not known")
        return None
    kind, pos = _kind(inside[3:bound]), p.tok.pos
    if kind is None:
        p.i = save
        return None
    radius = subscripts.value_of(p, inside[bound + 1 :], pos)
    return p.build(onto_ball, bracketed(p, ")"), kind, radius, pos=pos)


def _is_set(t: Token, p: Grammar) -> bool:
    """Whether a token of a subscript is the name of a set rather than a size or a matrix."""
    name = str(t.value)
    return t.kind == "name" and len(name) == 1 and name.isupper() and name not in p.scope.dims and not p.scope.writes(name) and name not in p.locals


def _is_equated(p: Grammar) -> bool:
    """Whether an equals sign stands behind the bracket at hand: 'Pi_C(v) = ...' says what it is."""
    level = 0
    for t in p.tokens[p.i :]:
        level += (t.value == "(") - (t.value == ")")
        if level == 0:
            behind = p.tokens[p.tokens.index(t, p.i) + 1 : ][:1]
            return bool(behind) and behind[0].value in ("=", "≈", "_")
    return False


def _onto_range(p: Grammar, inside: list[Token], save: int) -> Expr | None:
    """Pi_{[a, b]}(v) and Pi_{[a, b]^n}(v): v between a and b, entry by entry."""
    level, cuts = 0, list[int]()
    for k, t in enumerate(inside):
        if t.kind == "op":
            level += (t.value in ("[", "(")) - (t.value in ("]", ")"))
            if (level == 1 and t.value == ",") or (level == 0 and t.value == "]"):
                cuts.append(k)
    if len(cuts) != 2 or (cuts[1] + 1 < len(inside) and inside[cuts[1] + 1].value != "^"):
        p.i = save
        return None
    pos = p.tok.pos
    low, high = (subscripts.value_of(p, part, pos) for part in (inside[1 : cuts[0]], inside[cuts[0] + 1 : cuts[1]]))
    return p.build(E.fn, "minimum", p.build(E.fn, "maximum", bracketed(p, ")"), low, pos=pos), high, pos=pos)


def _kind(tokens: list[Token]) -> Expr | None:
    written = subscripts.text_of([t for t in tokens if t.value != "_"])
    return {"1": E.ONE, "2": E.TWO, "": E.TWO, "∞": E.INF, "inf": E.INF, "infty": E.INF, "₁": E.ONE, "₂": E.TWO}.get(written)
