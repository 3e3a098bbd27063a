"""Sets in braces, listed or described by a condition."""

from __future__ import annotations

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.brackets import item
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar


def braced_set(p: Grammar) -> Expr:
    """{a, b}, {x_k : condition}."""
    p.i += 1
    bars, p.bars = p.bars, []
    items = [p.relation()]
    while p.accept(","):
        items.append(item(p))
    if p.is_op(":", "|") or (p.tok.kind == "name" and p.tok.value == "where"):
        items = _described(p, items)
    p.bars = bars
    p.expect("\\}", "'\\}'")
    return E.collection("set", tuple(items))


def _described(p: Grammar, items: list[Expr]) -> list[Expr]:
    """{x_k : condition on k}: members for the declared index where the condition says just that, else for an index of its own."""
    p.i += 1
    start = p.i
    level = 1
    while p.tok.kind != "end":
        level += p.is_op("\\{") - p.is_op("\\}")
        if not level:
            break
        p.i += 1
    end = p.i
    inner = p.inner([*p.tokens[start:end], p.tok._replace(kind="end", value="")])
    inner.locals = p.locals
    try:
        said = [inner.statement()]
    except ReadError:
        said = []
    for s in p.scope.symbols.values():
        if s.kind != "index" or s.let is None or s.let.op != "argopt":
            continue
        fits = any(len(t.terms) == 2 and _is_maximiser(t.terms[0], t.terms[1], s.let) for t in said)
        if not fits:
            items = [E.replace(x, {s.let: E.idx(f"{s.name} (as the set says)")}) for x in items]
    return items


def _is_maximiser(left: Expr, right: Expr, let: Expr) -> bool:
    """k in argmax |g_i|, or |g_k| = max |g_i|."""
    if left == let and right == let:
        return True
    body, _ = let.args
    largest = E.reduce_over("max", let.data[1], body, E.ONE, let.args[1])
    at_k = E.replace(body, {E.idx(let.data[1]): let})
    return (proved_equal(left, at_k) and proved_equal(right, largest)) or (proved_equal(right, at_k) and proved_equal(left, largest))
