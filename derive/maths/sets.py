"""Sets in braces, listed or described by a condition."""

from __future__ import annotations

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.brackets import item, piecewise
from derive.maths.environments import environment
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar, Statement


def braced_set(p: Grammar) -> Expr:
    """{a, b}, {x_k : condition}."""
    p.i += 1
    if p.tok.kind == "cmd" and p.tok.value == "begin" and any(t.value in ("array", "aligned") for t in (p.peek(), p.peek(2))):
        p.i += 1
        return environment(p, braced=True)  # \\left\\{ \\begin{array}{ll} ... \\end{array} \\right.
    cases = cases_in_braces(p, "\\}")
    if cases is not None:
        return cases
    bars, p.bars = p.bars, []
    items = [piecewise(p, p.relation())]
    if items[0].op == "cases" and p.accept("\\}"):
        p.bars = bars
        return items[0]
    while p.accept(","):
        items.append(item(p))
    if p.is_op(":", "|") or (p.tok.kind == "name" and p.tok.value == "where"):
        items = _described(p, items)
    p.bars = bars
    p.expect("\\}", "'\\}'")
    return E.collection("set", tuple(items))


_OTHERWISE = frozenset(("otherwise", "else"))


def cases_in_braces(p: Grammar, closer: str) -> Expr | None:
    """{A : c; B : d; C otherwise}, {A, c; B, d; C, otherwise}: a value by cases, the parser behind its first brace; None where no such list stands there."""
    level, parts, compares, start = 0, 0, 0, p.i
    for t in p.tokens[p.i :]:
        if t.kind == "end" or (level == 0 and t.kind == "op" and t.value in ("}", "\\}")):
            break
        if t.kind == "op":
            level += (t.value in ("(", "[", "{", "\\{")) - (t.value in (")", "]", "}", "\\}"))
            parts += not level and t.value in (";", "\\\\")
            compares += not level and t.value in ("<", ">", "≤", "≥", "=", "≠")
    if not parts or not compares or p.tokens[start].kind == "end":
        return None
    pairs: list[tuple[Expr, Expr]] = []
    otherwise: Expr | None = None
    bars, p.bars = p.bars, []
    depth, bound, free, met, notes = p.depth, [*p.bound], [*p.free], {*p.met}, [*p.notes]
    try:
        while True:
            if pairs and p.tok.kind in ("name", "words") and p.tok.value in _OTHERWISE:  # 'else C'
                p.i += 1
                otherwise = p.expression()
                break
            value = p.expression()
            p.accept(",", ":", "&")
            if p.tok.kind in ("name", "words") and p.tok.value in ("if", "when", "for"):
                p.i += 1
            if p.tok.kind in ("name", "words") and p.tok.value in _OTHERWISE:
                p.i += 1
                otherwise = value
            else:
                condition = p.condition()
                if condition.op not in E.CONDITIONS:
                    raise ReadError(p.text, p.tok.pos, "It is no case.")
                pairs.append((value, condition))
            if otherwise is not None or not p.is_op(";", "\\\\"):
                break
            while p.is_op(";", "\\\\", "quad"):
                p.i += 1
        if not pairs or len(pairs) + (otherwise is not None) < 2 or not p.accept(closer):
            raise ReadError(p.text, p.tok.pos, "It is no list of cases.")
        return p.build(E.cases, tuple(pairs), otherwise)
    except ReadError:  # what was met on the way is forgotten
        p.i, p.depth, p.met, p.notes = start, depth, met, notes
        p.bound[:], p.free[:] = bound, free
        return None
    finally:
        p.bars = bars


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
        own = E.idx(str(items[0].data)) if len(items) == 1 and items[0].op == "idx" else None
        if own is not None and any(is_maximiser(t, own, s.let) for t in said):  # {i : |g_i| = max_j |g_j|}
            return [s.let]
        own_letters = {n for x in items for n in E.free_indices(x)}
        at_most = {E.idx(n): s.let for n in own_letters if any(is_maximiser(t, E.idx(n), s.let) for t in said)}
        if at_most:  # {e_i : |g_i| = max_j |g_j|}
            items = [E.replace(x, at_most) for x in items]
        elif not any(is_maximiser(t, s.let, s.let) for t in said):
            items = [E.replace(x, {s.let: E.idx(f"{s.name} (as the set says)")}) for x in items]
    return items


def is_maximiser(said: Statement, index: Expr, let: Expr) -> bool:
    """Whether a statement says that an index is the one that `let` maximises: k in argmax |g_i|, |g_k| = max_i |g_i|, |g_k| >= |g_i|."""
    if len(said.terms) != 2:
        return False
    left, right = said.terms
    body, top = let.args
    bound = E.idx(let.data[1])
    here = E.replace(body, {bound: index})
    if said.ops[0] in (">=", "<="):
        large, small = (left, right) if said.ops[0] == ">=" else (right, left)
        others = E.free_indices(small) - E.free_indices(here)
        return len(others) == 1 and E.free_indices(large) == E.free_indices(here) and proved_equal(large, here) and proved_equal(small, E.replace(body, {bound: E.idx(next(iter(others)))}))
    if said.ops[0] not in ("=", "in"):
        return False
    if left == index and right == let:
        return True
    largest = E.reduce_over("max", let.data[1], body, E.ONE, top)
    free = E.free_indices(here)
    return any(E.free_indices(a) == free and proved_equal(a, here) and _same_maximum(b, largest) for a, b in ((left, right), (right, left)))


def _same_maximum(e: Expr, largest: Expr) -> bool:
    """max_i |g_i| as it stands, or as the max norm."""
    body = largest.args[0]
    if e.op == "norm" and e.data == "p" and e.args[1] == E.INF and body.op == "fn" and body.data == "abs" and body.args[0].op == "at":
        return e.args[0] == body.args[0].args[0]
    return proved_equal(e, largest)
