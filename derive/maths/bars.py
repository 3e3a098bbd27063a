"""Bars: absolute values, norms and determinants, with the kind of norm that a subscript names."""

from __future__ import annotations

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.brackets import argument
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar
from derive.maths.index_sets import size_at, size_of_described
from derive.maths.norms import conjugate
from derive.maths.subscripts import INDEX_LETTERS, group, take, text_of, value_of
from derive.maths.tokens import Token

_NORM_WORDS = {
    "F": "fro",
    "fro": "fro",
    "Fro": "fro",
    "*": "nuc",
    "nuc": "nuc",
    "op": "op",
    "Frobenius": "fro",
    "infty": "inf",
    "inf": "inf",
    "oo": "inf",
    "max": "inf",
    "spec": "op",
    "nuclear": "nuc",
}


def barred(p: Grammar) -> Expr:
    """|x|, ‖x‖ and their subscripts."""
    if p.is_op("‖") and p.text.startswith("||", p.tok.pos) and not _closed(p):
        # ||x| - 1|: two single bars that lex as one; no norm that opens here is ever closed
        p.tokens[p.i : p.i + 1] = [p.tok._replace(value="|"), p.tok._replace(value="|", pos=p.tok.pos + 1)]
    elif p.is_op("‖") and p.text.startswith("|||", p.tok.pos) and _next_bar(p) == "‖":
        # |||x|| - r|: a single bar opens before a double one
        p.tokens[p.i : p.i + 2] = [p.tok._replace(value="|"), p.tok._replace(value="‖", pos=p.tok.pos + 1)]
    counted = size_at(p) if p.locals else None
    if counted is not None:
        return counted
    bar, pos = str(p.tok.value), p.tok.pos
    if bar == "|" and p.peek().value in ("\\{", "{") and (counted := size_of_described(p, 1)) is not None:  # |{j : c_j < c_i}|
        p.expect("|")
        return counted
    p.i += 1
    p.bars.append(bar)
    p.deeper()
    inner = p.expression()
    p.depth -= 1
    p.bars.pop()
    if p.is_op("‖") and bar == "|" and p.text.startswith("|||", p.tok.pos):  # ||x + |y|||: the single one closes first
        p.tokens[p.i : p.i + 2] = [p.tok._replace(value="|"), p.tok._replace(value="‖", pos=p.tok.pos + 1)]
    elif p.is_op("‖") and bar == "|":  # |x + |y|| lexes its last two bars as one
        p.tokens[p.i : p.i + 1] = [p.tok._replace(value="|"), p.tok._replace(value="|", pos=p.tok.pos + 1)]
    if not p.accept(bar):
        p.fail(f"'{bar}'", slip=f"The '{bar}' that opens here is not closed.", pos=pos)
    return normed(p, inner, bar, pos)


def _next_bar(p: Grammar) -> str:
    """The first bar behind the two tokens of |||, outside brackets that open later; '' where there is none."""
    level = 0
    for t in p.tokens[p.i + 2 :] if p.tokens[p.i + 1].value == "|" else ():
        if t.kind == "op":
            level += (t.value in ("(", "[", "{", "\\{")) - (t.value in (")", "]", "}", "\\}"))
            if level < 0:
                return ""
            if t.value in ("|", "‖") and not level:
                return str(t.value)
    return ""


def _closed(p: Grammar) -> bool:
    """Whether double bars follow that could close those at hand: before the bracket ends that they stand in."""
    level = 0
    for t in p.tokens[p.i + 1 :]:
        if t.kind != "op":
            continue
        level += (t.value in ("(", "[", "{", "\\{")) - (t.value in (")", "]", "}", "\\}"))
        if level < 0:
            return False
        if t.value == "‖":
            return True
    return False


def macro(p: Grammar, bar: str) -> Expr:
    """\\norm{g}_1, \\abs{x}."""
    pos = p.tokens[p.i - 1].pos
    return normed(p, argument(p), bar, pos)


def normed(p: Grammar, inner: Expr, bar: str, pos: int) -> Expr:
    """The meaning of a pair of bars that has just been closed."""
    tokens: list[Token] | None = None
    _exponent_last(p)
    if p.is_op("_") or p.tok.kind == "sub":
        save = p.i
        tokens = take(p)
        # |g_i|_{i=1}^n and |x|_i are no norms; a subscript that is an index belongs to the entry.
        if inner.shape and bar == "|" and text_of(tokens) in INDEX_LETTERS and text_of(tokens) not in ("p", "q"):
            p.i = save
            tokens = None
    elif p.is_op("∞") and bar == "‖":  # ‖g‖∞, as it is typed without an underscore
        p.i += 1
        return p.build(E.norm, inner, E.INF, pos=pos)
    if tokens is not None:
        return _starred(p, norm_with(p, inner, tokens, pos), pos)
    if bar == "‖":
        return p.build(E.norm, inner, None, "fro" if len(inner.shape) == 2 and 1 not in inner.shape else "p", pos=pos)
    if len(inner.shape) == 1:
        p.met.add("bars")
        if p.choices.bars == "norm":
            return p.build(E.norm, inner, pos=pos)
    if inner.op == "eye" and p.choices.letters != "whole":
        p.fail("what the set I is", "I is the identity matrix here, or a set that is not described.", pos=pos)
    if len(inner.shape) == 2 and inner.shape[0] == inner.shape[1]:
        return p.build(E.det, inner, pos=pos)
    return p.build(E.fn, "abs", inner, pos=pos)


def _starred(p: Grammar, norm: Expr, pos: int) -> Expr:
    """‖g‖_∞^* of a vector that is given: the dual of the norm that the subscript names; of the unknown the star is that of the optimum."""
    if norm.op != "norm" or norm.data != "p" or not p.is_op("^") or p.scope.asked in E.symbols_in(norm):
        return norm
    braced = p.peek().value == "{"
    star, behind = p.peek(2) if braced else p.peek(), p.peek(3) if braced else p.peek(2)
    if star.kind != "op" or star.value not in ("*", "⋆") or (braced and behind.value != "}"):
        return norm
    p.i += 4 if braced else 2
    return p.build(E.norm, norm.args[0], conjugate(norm.args[1], p.scope.symbols), pos=pos)


def _exponent_last(p: Grammar) -> None:
    """‖g‖^2_1 as ‖g‖_1^2: the subscript belongs to the norm, whichever stands first."""
    if not p.is_op("^"):
        return
    start = p.i
    p.i += 1
    group(p)
    middle = p.i
    if p.is_op("_"):
        p.i += 1
        group(p)
        p.tokens[start : p.i] = [*p.tokens[middle : p.i], *p.tokens[start:middle]]
    p.i = start


def norm_with(p: Grammar, x: Expr, tokens: list[Token], pos: int) -> Expr:
    """‖x‖ with a subscript: 1, 2, ∞, p, F, *, L_1, ℓ_2, 2→2, a weight matrix."""
    key = text_of(tokens).replace("^", "").replace("_", "")
    if len(key) > 1 and (key[0] in "Ll" or key.startswith("ell")) and key not in ("lambda", "Lambda"):
        tail = key[3:] if key.startswith("ell") else key[1:]
        drop = next((i for i, t in enumerate(tokens) if text_of(tokens[i:]).replace("^", "").replace("_", "") == tail), None)
        if drop is not None:
            tokens, key = tokens[drop:], tail
        elif tail in ("1", "2", "inf"):
            return p.build(E.norm, x, E.INF if tail == "inf" else E.num(int(tail)), pos=pos)
        while tokens and tokens[0].value in ("_", "^", "{"):
            tokens = tokens[1:]
    matrix = len(x.shape) == 2 and 1 not in x.shape
    if key in ("2→2", "2"):
        return p.build(E.norm, x, None, "op" if matrix else "p", pos=pos)
    if key in ("∞", "inf", "infty", "oo", "max") and not matrix:
        return p.build(E.norm, x, E.INF, pos=pos)
    kind = _NORM_WORDS.get(key)
    if kind is not None and kind != "inf" and matrix:
        return p.build(E.norm, x, None, kind, pos=pos)
    if key in ("*", "p,*", "p*", "*,p") and p.is_op("="):  # ‖g‖_* = ...: the dual norm by its name
        return Expr("new", (), (), "dual norm")
    if kind is not None and kind != "inf" and key not in p.scope.symbols:
        raise ReadError(p.text, pos, f"The norm '{key}' of {E.shape_text(x.shape)} is not read.", "1, 2, ∞ or p")
    value = value_of(p, tokens, pos)
    if len(value.shape) == 2:  # ‖x‖_A = sqrt(x^T A x)
        return p.build(lambda: E.fn("sqrt", E.dot(x, E.matmul(value, x))), pos=pos)
    if value.shape:
        raise ReadError(p.text, pos, "A vector stands where the kind of a norm is read.", "1, 2, ∞ or p")
    return p.build(E.norm, x, value, pos=pos)
