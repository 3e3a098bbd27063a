"""Marks on letters, and the ones in bold: \\mathbf, \\vec, \\hat, 𝟏."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths import subscripted, subscripts
from derive.maths.cursor import BARE
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar
from derive.maths.lex import lex


def mark(p: Grammar) -> Expr:
    """\\mathbf, \\vec, \\hat, ...: bold one is the vector of ones, bold I the identity."""
    kind = p.tok.value
    pos = p.tok.pos
    p.i += 1
    t, inner = p.tok, p.tok
    step = 1
    if t.kind == "op" and t.value == "{" and p.peek(2).kind == "op" and p.peek(2).value == "}":
        inner, step = p.peek(), 3
    if kind == "bold":
        if inner.kind == "num" and inner.value[0] in (0, 1):
            one = inner.value[0] == 1
            p.i += step
            return ones_or_indicator(p) if one else _sized(p, E.zeros)
        if inner.kind == "name" and inner.value == "I" and "I" not in p.scope.symbols:
            p.i += step
            indicator = bracketed_indicator(p)
            if indicator is not None:
                return indicator
            bare = not (p.is_op("_") or p.tok.kind == "sub")
            return _sized(p, lambda d: E.eye(d)._replace(data=BARE if bare else None))
        return p.primary()
    named = next((x.name for x in p.scope.symbols.values() for a in x.aliases if marked(a) == (kind, inner.value)), None)
    if named is not None and inner.kind == "name":
        p.i += step
        return subscripted.symbol(p, named, pos)
    if kind == "hat" and inner.kind == "name" and (inner.value == p.scope.asked or (inner.value == "e" and "e" not in p.scope.symbols)):
        return p.primary()
    if kind == "hat" and (inner.kind == "mark" or (step == 1 and _begins_notation(p, str(inner.value)))):
        return p.primary()  # \\hat\\sigma^2 where \\sigma^2 is declared
    if inner.kind == "name":
        p.i += step
        name = f"{kind}_{inner.value}"
        if name in p.scope.symbols:
            return subscripted.symbol(p, name, pos)
        if name in p.locals:
            return p.locals[name]
        averaged = p.scope.symbols.get(str(inner.value)) if kind in ("bar", "overline") else None
        if averaged is not None and len(averaged.shape) == 1:
            p.notes.append(f"{kind} {inner.value} is read as the mean of the entries of {inner.value}")
            return E.mean(E.sym(averaged.name, averaged.shape))
        pair = [s for c in str(inner.value) if (s := p.scope.symbols.get(c)) is not None and len(s.shape) == 1]
        if kind in ("bar", "overline") and len(pair) == len(str(inner.value)) == 2 and pair[0].shape == pair[1].shape:
            p.notes.append(f"{kind} {inner.value} is read as the mean of the products of entries")
            return E.mean(E.mul(*(E.sym(s.name, s.shape) for s in pair)))
        raise ReadError(p.text, pos, f"'{kind} {inner.value}' is not declared.", f"one of {p.scope.names()}")
    x = p.primary()
    if kind in ("bar", "overline") and len(x.shape) == 1:  # a bar over a formula: |g| on average
        p.notes.append(f"the {kind} is read as the mean of the entries")
        return E.mean(x)
    return x


def _begins_notation(p: Grammar, name: str) -> bool:
    """Whether an undeclared name begins a declared notation of several signs."""
    return name not in p.scope.symbols and any(
        t[0].value == name and len(t) > 2 for s in p.scope.symbols.values() for a in s.aliases for t in (lex(a),))


@cache
def marked(alias: str) -> tuple[str, str] | None:
    """('bar', 'x') for an alias like \\bar{x}: another quantity than x. Bold letters and arrows only restyle."""
    tokens = [t for t in lex(alias)[:-1] if not (t.kind == "op" and t.value in ("{", "}"))]
    if len(tokens) == 2 and tokens[0].kind == "mark" and tokens[0].value in ("bar", "overline", "hat", "tilde", "dot") and tokens[1].kind == "name":
        return str(tokens[0].value), str(tokens[1].value)
    return None


def bold_one(p: Grammar) -> Expr:
    p.i += 1
    return ones_or_indicator(p)


def bracketed_indicator(p: Grammar) -> Expr | None:
    """The condition in brackets behind an I, as an indicator; None where what stands in them is a factor of the identity: I (1/t^2)."""
    save = p.i
    if not p.is_op("\\{", "(", "["):
        return None
    try:
        out = ones_or_indicator(p)
    except ReadError:
        out = E.ONE
    if out.op != "cases":
        p.i = save
        return None
    return out


def ones_or_indicator(p: Grammar) -> Expr:
    """1 in bold: an indicator before braces or a bracketed condition, else the vector of ones."""
    if p.is_op("\\{", "{", "[", "("):
        closer = {"\\{": "\\}", "{": "}", "[": "]", "(": ")"}[str(p.tok.value)]
        save = p.i
        p.i += 1
        nested = p.accept("\\{")
        condition = p.relation()
        if condition.op in E.CONDITIONS:
            if nested:
                p.expect("\\}")
            p.expect(closer)
            return p.build(E.cases, ((E.ONE, condition),), E.ZERO)
        p.i = save
    if p.is_op("_") and p.peek().kind == "op" and p.peek().value in ("{", "\\{"):
        save = p.i
        p.i += 2
        nested = p.accept("\\{")
        condition = p.relation()
        if condition.op in E.CONDITIONS:
            if nested:
                p.expect("\\}")
            p.accept("}")
            return p.build(E.cases, ((E.ONE, condition),), E.ZERO)
        p.i = save
    return _sized(p, E.ones)


def _sized(p: Grammar, make: Callable[..., Expr]) -> Expr:
    """A constant vector of the scope's size, or of the size that its subscript gives."""
    d: E.Dim = p.scope.size
    if p.is_op("_") or p.tok.kind == "sub":
        written = subscripts.take(p)
        p.sized = True
        if len(written) == 1 and written[0].kind == "num":
            d = int(written[0].value[0])
        elif len(written) == 1 and written[0].value in p.scope.dims:
            d = str(written[0].value)
    return make(d)
