"""Operators with a range: sums, products, maxima, arg-maxima, and what is left standing as a question."""

from __future__ import annotations

from itertools import pairwise

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths import index_sets, subscripts
from derive.maths.applications import argument_of
from derive.maths.brackets import argument, bracketed
from derive.maths.calls import CALLS
from derive.maths.dual_maximum import best_in_unit_ball, over_unit_ball
from derive.maths.expr import Dim, Expr
from derive.maths.grammar import Grammar
from derive.maths.lex import lex
from derive.maths.tokens import Token

_WITHOUT = {"sum": E.ZERO, "prod": E.ONE, "max": E.neg(E.INF), "min": E.INF}
"""What an entry counts that a side condition leaves out."""
_COMPARES = ("<", ">", "≤", "≥", "≠")
_KINDS = {"∑": "sum", "∏": "prod", "sum": "sum", "prod": "prod", "max": "max", "min": "min", "sup": "max", "inf": "min"}


def big_operator(p: Grammar) -> Expr:
    """∑, ∏, max, min with a range below and above."""
    kind = _KINDS[str(p.tok.value)]
    pos = p.tok.pos
    p.i += 1
    dual = over_unit_ball(p, kind) if kind in ("max", "min") else None
    if dual is not None:
        return dual
    indices, lo, hi, condition = _range(p, pos, kind)
    if indices is None:
        return leave_standing(p, kind, pos)
    before = set(p.free)
    p.bound.extend(indices)
    p.deeper()
    try:
        body = _body(p, kind, indices)
    finally:
        p.depth -= 1
    for _ in indices:
        p.bound.pop()
    if not indices:
        fresh = sorted(E.free_indices(body) - before - set(p.bound))
        if not fresh and body.shape:
            return E.total(body) if kind == "sum" else E.reduce_all(kind, body)
        fresh = fresh or sorted(E.free_indices(body) - set(p.bound))  # \\sum x_i \\sum y_i: each has its own
        if len(fresh) != 1:
            p.fail("an index below the operator", f"The {kind} runs over nothing.", pos=pos)
        indices = fresh
        if fresh[0] in p.free:
            p.free.remove(fresh[0])
    if condition is not None:
        body = p.build(E.cases, ((body, condition),), _WITHOUT[kind], pos=pos)
    for index in reversed(indices):
        top = hi if hi is not None else default_top(p, body, index)
        body = p.build(E.reduce_over, kind, index, body, lo if lo is not None else E.ONE, top, pos=pos)
    return body


def _body(p: Grammar, kind: str, indices: list[str]) -> Expr:
    """A sum takes the whole product that follows; a maximum only the factors that hold its index."""
    if kind == "sum":
        return p.term()
    pos = p.tok.pos
    body = argument_of(p)
    while p.starts_operand() or p.is_op("/", "·", "*", "×"):
        save, nodes, free = p.i, p.nodes, list(p.free)
        divides = p.is_op("/")
        if not p.starts_operand():
            p.i += 1
        try:
            following = p.factor()
        except ReadError:
            following = E.ONE
        if not E.free_indices(following) & set(indices):
            p.i, p.nodes, p.free = save, nodes, free
            break
        body = p.build(E.div if divides else E.product, body, following, pos=pos)
    return body


def dimension_of(body: Expr, index: str, default: Dim) -> Dim:
    """The dimension over which an index runs: that of the vectors it stands on."""
    for x in E.walk(body):
        if x.op == "at":
            for place, i in enumerate(x.args[1:]):
                if i == E.idx(index):
                    return x.args[0].shape[place]
    return default


def ranges(p: Grammar) -> bool:
    """Whether the subscript of the name at hand is the range of an index, Σ_{i=1} or Σ_{i > k}: then a declared Sigma is a sum, too."""
    marks = [p.peek(k) for k in (1, 2, 3, 4)]
    if [t.value for t in marks[:2]] == ["_", "{"] and (marks[3].value == "_" or marks[3].kind == "sub"):
        end = next((k for k in range(p.i + 3, len(p.tokens)) if p.tokens[k].value == "}"), p.i + 3)
        return _index_of_condition(p, p.tokens[p.i + 3 : end]) != ""
    return [t.value for t in marks[:2]] == ["_", "{"] and marks[2].value in subscripts.INDEX_LETTERS and marks[3].value in ("=", "∈", "<", ">", "≤", "≥", "≠", ":")


def typed_for_sum(p: Grammar) -> bool:
    """Whether the Greek capital at hand is typed for a sum over the index of what follows: 'Σxᵢ', 'Σ w_i x_i'; no matrix is meant, as in UΣVᵀ."""
    return p.text[p.tok.pos : p.tok.pos + 1] in ("Σ", "Π") and _holds_index(p, p.i + 1, ("+", "-", "=", ",", ";"))


def sums_entries(p: Grammar) -> bool:
    """Whether the Greek capital at hand, which may be declared as a matrix, sums entries: 'Σσ_i²', 'Σ_i σ_i', but Σ_k between U_k and V_k^T is a block."""
    if p.text[p.tok.pos : p.tok.pos + 1] not in ("Σ", "Π"):
        return False
    below, behind = p.peek(1), p.peek(2)
    letter, k = (str(below.value), 2) if below.kind == "sub" else (str(behind.value), 3) if below.kind == "op" and below.value == "_" else ("", 1)
    if letter and letter not in subscripts.INDEX_LETTERS:
        return False
    while p.peek(k).kind == "op" and p.peek(k).value in ("(", "[", "|"):
        k += 1
    if p.peek(k).kind == "name" and str(p.peek(k).value) in ("max", "min", "relu", "abs") and p.peek(k + 1).value == "(":
        k += 2
    entry, index, braced = p.peek(k), p.peek(k + 1), p.peek(k + 2)
    at = index.value if index.kind == "sub" else braced.value if index.kind == "op" and index.value == "_" else ""
    return entry.kind == "name" and str(entry.value).islower() and at in subscripts.INDEX_LETTERS and at not in p.bound and letter in ("", at)


def summand_goes_on(p: Grammar) -> bool:
    """Whether the brackets behind the 'sum' at hand could be only the first factor of what is summed: sum (x_i - m)^2, in an answer."""
    if p.choices.letters == "whole" or not (p.peek().kind == "op" and p.peek().value == "("):
        return False
    level = 0
    for k in range(p.i + 1, len(p.tokens)):
        t = p.tokens[k]
        if t.kind == "op":
            level += (t.value == "(") - (t.value == ")")
        if not level:
            after = p.tokens[k + 1]
            goes_on = after.kind == "sup" or (after.kind == "op" and after.value in ("^", "**", "(", "*", "·"))
            return goes_on and _holds_index(p, p.i + 2, ())
    return False


_BINDING = frozenset(("sum", "prod", "max", "min", "argmax", "argmin", "∑", "Σ", "Π", "∏", "Sigma", "Pi"))


def _holds_index(p: Grammar, start: int, until: tuple[str, ...]) -> bool:
    """Whether an entry with a free index stands from a token on, before the brackets round it close or a sign of the list stands outside brackets."""
    level = 0
    bound: set[str] = set()  # by sums and extrema within
    for k in range(start, len(p.tokens) - 2):
        t, after = p.tokens[k], p.tokens[k + 1]
        if t.kind == "op":
            level += (t.value in ("(", "[", "{")) - (t.value in (")", "]", "}"))
            if level < 0 or (not level and t.value in until):
                return False
        below = after.value if after.kind == "sub" else p.tokens[k + 2].value if after.kind == "op" and after.value == "_" else ""
        if below == "{" and k + 3 < len(p.tokens):
            below = p.tokens[k + 3].value
        if below and (t.value in _BINDING or t.kind == "big"):
            bound.add(below)
            continue
        if t.kind == "name" and below in subscripts.INDEX_LETTERS and below not in p.bound and below not in bound:
            return True
    return False


def described_extreme(p: Grammar, kind: str, pos: int) -> Expr:
    """max{j : condition}, the largest index of a described set; the set is at hand."""
    closer = "\\}" if p.tok.value == "\\{" else "}"
    p.i += 1
    inside: list[Token] = []
    level = 1
    while p.tok.kind != "end":
        level += (p.tok.value in ("{", "\\{")) - (p.tok.value in ("}", "\\}")) if p.tok.kind == "op" else 0
        if not level:
            break
        inside.append(p.tok)
        p.i += 1
    p.expect(closer)
    colon = next(k for k, t in enumerate(inside) if t.kind == "op" and t.value in (":", "|"))
    index = next(str(t.value) for t in inside[:colon] if t.kind == "name" and t.value in subscripts.INDEX_LETTERS)
    if any(t.kind == "name" and t.value != index and str(t.value) not in p.scope.dims and not p.scope.writes(str(t.value)) for t in inside[:colon]):
        p.fail("an index and its range", pos=pos)
    if colon > 1 and not (inside[1].value in ("∈", "=") or inside[0].kind == "num"):
        p.fail("an index and its range", pos=pos)
    p.bound.append(index)
    needed = subscripts.condition_of(p, inside[colon + 1 :], pos)
    p.bound.pop()
    return p.build(E.reduce_over, kind, index, E.cases(((E.idx(index), needed),), E.neg(E.INF) if kind == "max" else E.INF), E.ONE,
                   E.dim(dimension_of(needed, index, p.scope.size)), pos=pos)


def default_top(p: Grammar, body: Expr, index: str) -> Expr:
    """The upper bound that is not written: the length of the vectors, or the declared count n."""
    n = p.scope.symbols.get("n")
    if p.scope.size == 1 and n is not None and n.domain == "count" and n.kind == "value":
        return E.sym("n")
    return E.dim(dimension_of(body, index, p.scope.size))


def _range(p: Grammar, pos: int, kind: str) -> tuple[list[str] | None, Expr | None, Expr | None, Expr | None]:
    """The indices, bounds and side condition below and above an operator; indices None: no index stands there."""
    below: list[Token] | None = None
    hi: Expr | None = None
    for _ in range(2):
        if below is None and (p.is_op("_") or p.tok.kind == "sub"):
            below = subscripts.take(p)
        elif hi is None and p.is_op("^") and kind in ("sum", "prod", "max", "min"):
            p.i += 1
            hi = _upper(p)
        elif hi is None and p.tok.kind == "sup":
            hi = subscripts.value_of(p, lex(str(p.tok.value))[:-1], pos)
            p.i += 1
    if below is None:
        return [], None, hi, None
    return _parse_below(p, below, pos, hi, kind)


def _parse_below(p: Grammar, below: list[Token], pos: int, hi: Expr | None, kind: str
                 ) -> tuple[list[str] | None, Expr | None, Expr | None, Expr | None]:
    first = below[0]
    if first.kind == "num" and len(below) >= 5 and below[1].value in ("≤", "<") and below[3].value in ("≤", "<"):
        lo = subscripts.value_of(p, below[:1], pos)  # 1 <= i <= n
        return [str(below[2].value)], lo, _bound_value(p, below[4:], pos), None
    over = _index_of_condition(p, below)
    if over:  # sum_{lambda_i > 0}
        p.bound.append(over)
        needed = subscripts.condition_of(p, below, pos)
        p.bound.pop()
        return [over], None, hi, needed
    if first.kind != "name":
        return None, None, None, None
    names = str(first.value)
    if names == p.scope.asked or (names in p.scope.symbols and p.scope.symbols[names].kind not in ("index",)):
        if p.scope.symbols.get(names) is not None and p.scope.symbols[names].kind != "index":
            return None, None, None, None
    if len(names) > 1 and not (names.isalpha() and set(names) <= set("ijkl")):
        return None, None, None, None
    indices = list(names)
    rest = below[1:]
    while len(rest) >= 2 and rest[0].value == "," and rest[1].kind == "name":
        indices.append(str(rest[1].value))
        rest = rest[2:]
    if not rest:
        return indices, None, hi, None
    if rest[0].value in ("∈", "=") and hi is None and any(t.value == "…" for t in rest):
        return indices, *_enumerated(p, [t for t in rest[1:] if t.value not in ("{", "}", "\\{", "\\}")], pos), None
    if rest[0].value == "∈" or (rest[0].kind == "cmd" and rest[0].value == "notin"):
        inside = index_sets.condition(p, rest[1:], pos, indices[0]) if len(indices) == 1 else None
        if rest[0].value == "notin" or (inside is not None and kind in ("max", "min")):
            p.fail("a range of an index", pos=pos)
        return indices, None, hi, inside
    if rest[0].value == "=":
        return indices, subscripts.value_of(p, rest[1:], pos), hi, None
    if rest[0].value in (":", "|") and len(rest) > 1:  # sum_{i : x_i >= 0}
        p.bound.extend(indices)
        condition = subscripts.condition_of(p, rest[1:], pos)
        for _ in indices:
            p.bound.pop()
        return indices, None, hi, condition
    if kind in ("max", "min") and rest[0].value in ("<", ">", "≤", "≥") and not set(indices) <= subscripts.INDEX_LETTERS:
        return None, None, None, None  # min over s >= 0, a number
    if rest[0].value in ("≠", "<", ">", "≤", "≥"):
        p.bound.extend(indices)
        other = subscripts.value_of(p, rest[1:], pos)
        for _ in indices:
            p.bound.pop()
        op = {"≠": "!=", "≤": "<=", "≥": ">="}.get(str(rest[0].value), str(rest[0].value))
        return indices, None, hi, E.rel(op, E.idx(indices[0]), other)
    return None, None, None, None


def _index_of_condition(p: Grammar, below: list[Token]) -> str:
    """The one index of a condition on entries below an operator, lambda_i > 0; empty for any other range."""
    if not any(t.kind == "op" and t.value in _COMPARES for t in below) or any(t.kind == "op" and t.value in (":", "∈", ",") for t in below):
        return ""
    letters = {str(t.value) for before, t in pairwise(below) if (before.kind == "op" and before.value == "_" and t.kind == "name") or t.kind == "sub"}
    loose = {str(t.value) for before, t in pairwise([below[0], *below]) if t.kind == "name" and not (before.kind == "op" and before.value == "_") and t.value in subscripts.INDEX_LETTERS
             and not p.scope.writes(str(t.value))}
    found = letters - set(p.bound)
    return found.pop() if len(found) == 1 and found <= subscripts.INDEX_LETTERS and not loose - set(p.bound) - found else ""


def _upper(p: Grammar) -> Expr | None:
    """The upper bound; an undeclared letter reads as the length of the vectors (None)."""
    t = p.tok
    inner, step = t, 1
    if p.is_op("{") and p.peek(2).value == "}":
        inner, step = p.peek(), 3
    if inner.kind == "name" and inner.value in index_sets.LENGTHS and inner.value not in p.scope.symbols and (
            inner.value not in p.scope.dims):
        p.i += step
        p.notes.append(f"the upper bound {inner.value} of the sum is read as the length of the vector")
        return None
    if inner.kind == "name" and inner.value in p.scope.symbols and inner.value in index_sets.LENGTHS and not (
            p.scope.symbols[inner.value].kind == "dimension" or p.scope.symbols[inner.value].domain in ("count", "integer")):
        p.i += step
        p.notes.append(f"the upper bound {inner.value} of the sum is read as the length of the vector")
        return None
    return argument(p)


def _bound_value(p: Grammar, tokens: list[Token], pos: int) -> Expr | None:
    if len(tokens) == 1 and tokens[0].kind == "name" and tokens[0].value in index_sets.LENGTHS and (
            tokens[0].value not in p.scope.symbols and tokens[0].value not in p.scope.dims):
        return None
    return subscripts.value_of(p, tokens, pos)


def _enumerated(p: Grammar, tokens: list[Token], pos: int) -> tuple[Expr | None, Expr | None]:
    """The ends of 1, ..., n and of 1, 2, ..., 2h + 1."""
    dots = next(k for k, t in enumerate(tokens) if t.value == "…")
    first, last = tokens[: dots + 1], [t for t in tokens[dots + 1 :] if t.value != ","]
    comma = next((k for k, t in enumerate(first) if t.value == ","), dots)
    return subscripts.value_of(p, first[:comma], pos) if comma else None, _bound_value(p, last, pos) if last else None


def arg_operator(p: Grammar, kind: str, pos: int) -> Expr:
    """argmax_i and argmin_i over an index; over anything else it restates the question."""
    best = best_in_unit_ball(p, kind)
    if best is not None:
        return best
    indices, lo, hi, condition = _range(p, pos, "max")
    if indices is None:
        return leave_standing(p, kind, pos)
    if lo is not None and not E.is_number(lo, 1):
        p.fail("a range from 1 on", pos=pos)
    if condition is not None:
        p.fail("a range without a side condition", pos=pos)
    if not indices:
        if p.is_op("("):
            body = bracketed(p, ")")
        else:
            body = _body(p, "max", [])
        if body.shape:
            return p.build(CALLS[kind], [body], {}, pos=pos)
        indices = sorted(E.free_indices(body) - set(p.bound))[:1]
        if not indices:
            return leave_standing(p, kind, pos)
    else:
        p.bound.extend(indices)
        body = _body(p, "max", indices)
        for _ in indices:
            p.bound.pop()
        if len(body.shape) == 1:  # argmax_i |g|
            return p.build(CALLS[kind], [body], {}, pos=pos)
    for i in indices:
        if i in p.free:
            p.free.remove(i)
    top = hi if hi is not None else E.dim(dimension_of(body, indices[0], p.scope.size))
    return p.build(E.argopt, kind, indices[0], body, top, pos=pos)


OVER_ANOTHER = "over another variable"
"""A maximum over a variable of the text's own, such as a dual norm by its definition: no restatement, but not evaluated either."""


_STEPS = frozenset("tkTKNsnmi")  # what counts the steps of an iteration


def leave_standing(p: Grammar, kind: str, pos: int, own: bool = False) -> Expr:
    """An optimisation over the unknown: what follows belongs to it, and none of it is an answer. own: it is a limit of a letter of the text's own."""
    level = 0
    while p.tok.kind != "end":
        t = p.tok
        if t.kind == "op":
            if t.value in ("(", "[", "{", "\\{"):
                level += 1
            elif t.value in (")", "]", "}", "\\}"):
                if level == 0:
                    break
                level -= 1
            elif level == 0 and t.value in ("=", "≈", ",", ";", "\\\\", "quad", "⇒"):
                break
        elif level == 0 and p.at_word() and t.value in ("where", "with", "so", "thus", "hence", "which", "and"):
            break
        p.i += 1
    names = {str(t.value) for t in p.tokens if t.kind == "name" and pos <= t.pos < p.tok.pos}
    other = (own or kind in ("max", "min", "sup")) and p.scope.asked is not None and p.scope.asked not in names
    return E.restate(OVER_ANOTHER if other else kind)


def limit(p: Grammar) -> Expr:
    """lim_{t→∞} θ_t: a limit left standing."""
    pos = p.tok.pos
    inside = subscripts.take(p) if p.is_op("_") else []
    over = next((str(t.value) for t in inside if t.kind == "name"), "")
    own = over != "" and over not in _STEPS and not p.scope.writes(over) and over not in p.scope.dims
    return leave_standing(p, "lim", pos, own)
