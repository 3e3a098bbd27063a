"""Sets of indices that a sum runs over: sum_{i in J}, with J listed, ranged or described, or a name that the text defines.

A set under a name X is a local value of the key X∈: the vector of the truths 'i in X' (an entrywise condition with an index of its own).
"""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths import subscripts
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar
from derive.maths.tokens import Token

MARK = "∈"
LENGTHS = frozenset("ndpmNDMK")
"""Letters that may stand for the length of a vector as the end of a range."""


def holds(own: Expr, index: str) -> Expr:
    """That an index lies in a set: own is the set as a local value."""
    return E.replace(own.args[0], {E.idx(str(own.data)): E.idx(index)})


def count(own: Expr) -> Expr:
    """How many indices a set has."""
    return E.reduce_over("sum", str(own.data), E.cases(((E.ONE, own.args[0]),), E.ZERO), E.ONE, E.dim(own.shape[0]))


def size_at(p: Grammar) -> Expr | None:
    """|J| of a set that the text defines; None where other bars stand."""
    name = p.peek()
    own = p.locals.get(f"{name.value}{MARK}") if name.kind == "name" and p.peek(2).value == p.tok.value else None
    if own is None:
        return None
    p.i += 3
    return count(own)


def describes(p: Grammar, k: int) -> bool:
    """Whether a set of indices is described from a token on: {j : ...}, {j in {1, ..., n} : ...}, {1 <= j <= n : ...}."""
    if p.tokens[k].kind != "op" or p.tokens[k].value not in ("\\{", "{"):
        return False
    level, letter = 0, ""
    for t in p.tokens[k:]:
        if t.kind == "op":
            level += (t.value in ("(", "[", "{", "\\{")) - (t.value in (")", "]", "}", "\\}"))
            if not level or (level == 1 and t.value == ","):
                return False
            if level == 1 and t.value in (":", "|"):
                return bool(letter)
        elif level == 1 and t.kind == "name" and t.value in subscripts.INDEX_LETTERS:
            letter = letter or str(t.value)
        elif level == 1 and t.kind == "name" and not letter:
            return False
    return False


def size_of_described(p: Grammar, k: int) -> Expr | None:
    """How many indices {j : ...} holds, written from the token k places on; the parser stands behind it then. None where no such set stands there."""
    start = p.i + k
    if not describes(p, start) or p.tokens[start + 1].value not in subscripts.INDEX_LETTERS or p.tokens[start + 2].value not in (":", "|"):
        return None
    level = 0
    for end in range(start, len(p.tokens)):
        t = p.tokens[end]
        level += (t.kind == "op") * ((t.value in ("{", "\\{")) - (t.value in ("}", "\\}")))
        if not level:
            break
    letter = str(p.tokens[start + 1].value)
    p.bound.append(letter)
    said = subscripts.condition_of(p, p.tokens[start + 3 : end], p.tokens[start].pos)
    p.bound.pop()
    p.i = end + 1
    size = next((x.args[0].shape[place] for x in E.walk(said) if x.op == "at" for place, i in enumerate(x.args[1:]) if i == E.idx(letter)), p.scope.size)
    return E.reduce_over("sum", letter, E.cases(((E.ONE, said),), E.ZERO), E.ONE, E.dim(size))


def hashed(p: Grammar) -> Expr:
    """#{j : c_j < c_i}: how many indices the set has."""
    found = size_of_described(p, 1)
    if found is None:
        p.fail("a number, a symbol or a bracket")
    assert found is not None
    return found


def condition(p: Grammar, tokens: list[Token], pos: int, index: str) -> Expr | None:
    """What lies behind the ∈ below a sum as a condition on its index; None where it is every index."""
    if not tokens or tokens[0].kind == "mark":
        return None
    first = tokens[0]
    if first.value == "[" and len(tokens) == 3:  # [n]
        return None if _length(p, tokens[1]) else _unknown(p, tokens[1], pos)
    if first.value in ("\\{", "{"):
        return _braced(p, tokens[1:-1], pos, index)
    if first.kind != "name" or len(tokens) != 1:
        return None
    own = p.locals.get(f"{first.value}{MARK}")
    if own is not None:
        return holds(own, index)
    name = str(first.value)
    return None if name in p.scope.dims or p.scope.writes(name) else _unknown(p, first, pos)


def _length(p: Grammar, t: Token) -> bool:
    return t.kind == "name" and (str(t.value) in LENGTHS or str(t.value) in p.scope.dims or p.scope.writes(str(t.value)))


def _unknown(p: Grammar, t: Token, pos: int) -> Expr | None:
    p.fail("the indices that the sum runs over", f"'{t.value}' is not declared.", pos=pos)
    return None


def _braced(p: Grammar, inner: list[Token], pos: int, index: str) -> Expr | None:
    """{1, 3}, {i : g_i > 0}."""
    colon = next((k for k, t in enumerate(inner) if t.value in (":", "|")), None)
    if colon == 1 and inner[0].kind == "name":
        p.bound.append(str(inner[0].value))
        said = subscripts.condition_of(p, inner[2:], pos)
        p.bound.pop()
        return E.replace(said, {E.idx(str(inner[0].value)): E.idx(index)})
    here = E.idx(index)
    equal = tuple(E.rel("=", here, subscripts.value_of(p, [t], pos)) for t in inner if t.value != ",")
    if not equal:
        p.fail("the indices that the sum runs over", pos=pos)
    return equal[0] if len(equal) == 1 else E.logic("or", *equal)
