"""What a subscript says by itself: a number, an index, a condition on one, or a moment in time."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.cursor import WORDS
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar
from derive.maths.lex import lex
from derive.maths.signs import GREEK_NAMES
from derive.maths.tokens import Token

# Iterates of a quantity: θ_t is its current value, θ_{t+1} the next, θ_∞ its limit, θ_0 its start.
CURRENT = frozenset(("t", "old", "current", "cur", "(t)", "s"))
NEXT = frozenset(("t+1", "new", "next", "k+1", "(t+1)"))
LIMIT = frozenset(("∞", "*", "opt", "final", "star", "inf", "min", "infty", "oo", "lim", "SGD", "sgd", "Adam", "adam", "GD", "T"))
INDEX_LETTERS = frozenset("ijklmr")


def take(p: Grammar) -> list[Token]:
    """The tokens of the subscript at hand, without its braces."""
    if p.tok.kind == "sub":
        inner = lex(str(p.tok.value))[:-1]
        p.i += 1
        if p.is_op("*") and not _continues_product(p):  # gᵢ*
            inner.append(p.tok)
            p.i += 1
        return inner
    p.i += 1
    _split_letters(p)
    if not p.is_op("{", "("):
        t = p.tok
        if t.kind == "end":
            p.fail("a subscript")
        p.i += 1
        if t.kind == "cmd" and t.value in ("text", "mathrm", "textrm"):
            t = p.tok
            if p.is_op("{"):
                return _group(p, "}")
            p.i += 1
        return [t]
    return _group(p, "}" if p.tok.value == "{" else ")")


def group(p: Grammar) -> list[Token]:
    """The tokens of the group at hand, or the one token that stands for it."""
    if p.is_op("{"):
        return _group(p, "}")
    p.i += 1
    return [p.tokens[p.i - 1]]


def _continues_product(p: Grammar) -> bool:
    """Whether the star at hand multiplies: an operand follows it."""
    after = p.peek()
    return (after.kind in ("name", "num", "cmd", "mark") and not (after.kind == "name" and after.value in WORDS)) or (
        after.kind == "op" and after.value in ("(", "[", "|", "‖", "{", "-")
    )


_LONG_SUBSCRIPTS = frozenset(
    "inf infty oo max min new old next opt star final fro op nuc Fro SGD Adam GD lim cur current imax argmax".split()
)


def _split_letters(p: Grammar) -> None:
    """g_ke_k: a subscript without braces is one letter; what follows it is another name."""
    t = p.tok
    if t.kind != "name" or t.braced or len(t.value) < 2 or t.value in _LONG_SUBSCRIPTS or "." in t.value:
        return
    if t.value[0] in "ts" and t.value[1:] in p.scope.symbols:
        p.tokens[p.i : p.i + 1] = [t._replace(value=t.value[0]), t._replace(value=t.value[1:], pos=t.pos + 1, spaced=False)]
        return
    if (
        t.value in GREEK_NAMES
        or t.value in p.scope.symbols
        or (t.value[0] not in INDEX_LETTERS and t.value[0] not in p.bound and (t.value[0] not in p.scope.symbols))
    ):
        return
    p.tokens[p.i : p.i + 1] = [t._replace(value=t.value[0]), t._replace(value=t.value[1:], pos=t.pos + 1, spaced=False)]


def _group(p: Grammar, closer: str) -> list[Token]:
    opener = p.tok.value
    p.i += 1
    out: list[Token] = []
    level = 1
    while p.tok.kind != "end":
        if p.is_op(opener):
            level += 1
        elif p.is_op(closer):
            level -= 1
            if not level:
                p.i += 1
                return [t for t in out if not (t.kind == "cmd" and t.value in ("text", "mathrm", "textrm"))]
        out.append(p.tok)
        p.i += 1
    p.fail(f"'{closer}'", slip="The subscript is not closed.")
    raise AssertionError


def text_of(tokens: list[Token]) -> str:
    """The subscript as a key: 't+1', 'k', '∞'."""
    return "".join(t.value[1] if t.kind == "num" else str(t.value) for t in tokens if t.value not in ("{", "}"))


def _sub_parser(p: Grammar, tokens: list[Token], pos: int) -> Grammar:
    inner = p.inner([*tokens, Token("end", "", pos)])
    inner.free, inner.met, inner.locals = p.free, p.met, p.locals
    return inner


def value_of(p: Grammar, tokens: list[Token], pos: int) -> Expr:
    """A subscript read as a number or expression."""
    inner = _sub_parser(p, tokens, pos)
    x = inner.expression()
    if inner.tok.kind != "end":
        inner.fail("the end of the subscript")
    return x


def condition_of(p: Grammar, tokens: list[Token], pos: int) -> Expr:
    """What stands behind the colon of a subscript, as the condition of a sum."""
    inner = _sub_parser(p, tokens, pos)
    x = inner.condition()
    if inner.tok.kind != "end" or x.op not in E.CONDITIONS:
        inner.fail("a condition on the index")
    return x


def index_of(p: Grammar, tokens: list[Token], pos: int) -> Expr:
    """A subscript read as one index."""
    key = text_of(tokens)
    if key in ("i*", "i^*", "j*", "j^*", "i⋆", "k*", "k^*", "i^{*}", "max", "imax"):
        return starred(p, key[0] if key[0] in "ijk" else "k", pos)
    if len(key) > 1 and key[1:] in ("*", "^*", "⋆", "^⋆") and key[0] in p.scope.symbols and p.scope.symbols[key[0]].kind == "index":
        return starred(p, key[0], pos)
    if len(tokens) > 2 and tokens[0].value == "(" and tokens[-1].value == ")" and key not in CURRENT and key not in NEXT:
        p.fail("an index", "An index in brackets is an order statistic, which is read of a vector only.", pos=pos)
    return value_of(p, tokens, pos)


def starred(p: Grammar, letter: str, pos: int) -> Expr:
    """i^*: the index that the text or the spec declares as the maximiser."""
    for name in (letter + "*", letter):
        if name in p.locals:
            return p.locals[name]
    declared = [s for s in p.scope.symbols.values() if s.kind == "index" and s.let is not None]
    if letter + "*" in p.scope.symbols or not declared:
        return E.idx(letter + "*")
    if len(declared) == 1 and declared[0].let is not None:
        return declared[0].let
    return E.idx(letter + "*")


def moment_of(key: str) -> str | None:
    """The moment that a subscript names, as the end of the name of an iterate: '' for the current one, '@next', '@limit'; None for none."""
    if key in CURRENT:
        return ""
    if key in NEXT:
        return "@next"
    if key in ("t-1", "k-1", "(t-1)"):
        return "@prev"
    if key in LIMIT:
        return "@limit"
    if key == "0":
        return "@start"
    return None
