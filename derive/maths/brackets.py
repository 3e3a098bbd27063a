"""Brackets: one value, or a list of values that is a vector, a matrix or an interval."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.comprehensions import comprehension
from derive.maths.dots import DOTS, dotted
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar
from derive.maths.signs import GREEK_NAMES


def bracketed(p: Grammar, closer: str) -> Expr:
    """( ... ), [ ... ] or { ... }: one value, or a list of values that is a vector or a matrix."""
    opener, pos = p.tok.value, p.tok.pos
    p.i += 1
    bars, p.bars = p.bars, []
    p.deeper()
    looped = comprehension(p)
    if looped is not None:
        out = looped
    elif opener == "[" and p.tok.kind == "num" and p.peek().kind == "num" and p.peek().spaced:
        out = _printed_array(p)
    else:
        p.accept("≈")
        rows = [[piecewise(p, p.relation())]]
        over: Expr | None = None
        while True:
            if p.is_op(","):
                p.i += 1
                if p.is_op(closer):
                    break
                rows[-1].append(item(p))
            elif p.is_op(";", "\\\\"):
                p.i += 1
                if p.is_op(closer):
                    break
                rows.append([item(p)])
            elif p.tok.kind == "cmd" and p.tok.value == "over" and opener == "{":
                p.i += 1
                over = p.expression()
            elif p.tok.kind == "cmd" and p.tok.value == "choose" and opener == "{":
                p.i += 1
                rows[-1][-1] = p.build(E.fn, "binom", rows[-1][-1], p.expression(), pos=pos)
            else:
                break
        out = _listed(p, rows, pos)
        if over is not None:
            out = p.build(E.div, out, over, pos=pos)
    p.depth -= 1
    p.bars = bars
    if opener == "[" and not out.shape and _repeats(p):
        p.i += 3
        return p.build(E.mul, out, E.ones(p.scope.size), pos=pos)
    if not p.accept(closer):
        other = {")": "]", "]": ")"}.get(closer, "")
        if p.is_op(other) and out.op in ("vec", "list"):  # an interval such as (0, 1]
            p.i += 1
            return _interval(p, out, opener, other)
        slip = f"The '{opener}' is not closed." if p.tok.kind == "end" else ""
        p.fail(f"'{closer}'", slip=slip)
    return out


_IF = frozenset(("if", "when"))
_ELSE = frozenset(("else", "otherwise"))


def piecewise(p: Grammar, value: Expr) -> Expr:
    """{a if c, b if d, v otherwise} within brackets, the pieces parted by commas or semicolons; a alone where no 'if' follows."""
    if not (p.tok.kind == "name" and p.tok.value in _IF):
        return value
    if p.tok.value == "if" and p.else_follows():
        return p.conditional(value)
    pairs: list[tuple[Expr, Expr]] = []
    otherwise: Expr | None = None
    while True:
        p.i += 1
        condition = p.condition()
        if condition.op not in E.CONDITIONS:
            p.fail("a condition")
        pairs.append((value, condition))
        if not p.is_op(",", ";", "\\\\"):
            break
        while p.is_op(",", ";", "\\\\", "quad"):
            p.i += 1
        first = p.tok.kind == "name" and p.tok.value in _ELSE
        p.i += first
        p.accept(",", ":")
        value = p.expression()
        p.accept(",")
        last = p.tok.kind == "name" and p.tok.value in _ELSE
        p.i += last
        if first or last:
            otherwise = value
            break
        if not (p.tok.kind == "name" and p.tok.value in _IF):
            p.fail("'if' or 'otherwise'")
    return p.build(E.cases, tuple(pairs), otherwise)


def _repeats(p: Grammar) -> bool:
    """[x]*3 in code, where 3 is the length that is asked: the list repeated."""
    star, count = p.peek(1), p.peek(2)
    return p.is_op("]") and star.kind == "op" and star.value == "*" and count.kind == "num" and count.value[0] == p.scope.size and (
        isinstance(p.scope.size, int))


def item(p: Grammar) -> Expr:
    """An entry of a list; dots stand for entries that are left out."""
    if p.accept("…"):
        return DOTS
    p.accept("≈")  # a decimal means its rounding interval with or without the sign
    return p.relation()


def _interval(p: Grammar, x: Expr, opener: str, closer: str) -> Expr:
    if len(x.args) != 2:
        p.fail("two ends of an interval")
    return E.collection("interval", x.args, (opener == "[", closer == "]"))


def _printed_array(p: Grammar) -> Expr:
    """[0.9 0.9 0.9], as NumPy prints it, on one line or several."""
    entries = []
    while p.tok.kind == "num" or p.is_op("-"):
        entries.append(p.factor())
        p.accept(",")
    return E.vec(tuple(entries))


def _listed(p: Grammar, rows: list[list[Expr]], pos: int) -> Expr:
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    flat = [r[0] for r in rows] if len(rows) > 1 and all(len(r) == 1 for r in rows) else rows[0] if len(rows) == 1 else []
    if DOTS in flat:
        kinds = {x for x in flat if x != DOTS}
        if len(kinds) == 1 and not E.free_indices(same := kinds.pop()) and not same.shape:  # (1, 1, ..., 1)
            return p.build(E.mul, same, E.ones(p.scope.size), pos=pos) if not E.is_number(same, 0) else E.zeros(p.scope.size)
        return p.build(dotted, flat, pos=pos)
    if len(rows) > 1:
        return p.build(E.mat, tuple(tuple(r) for r in rows), pos=pos)
    items = rows[0]
    if all(not x.shape and x.op not in E.CONDITIONS for x in items):
        return p.build(E.vec, tuple(items), pos=pos)
    if all(x.op == "vec" for x in items) and len({x.shape for x in items}) == 1:
        return p.build(E.mat, tuple(x.args for x in items), pos=pos)
    return E.collection("list", tuple(items))


def angle(p: Grammar) -> Expr:
    """⟨a, b⟩: the inner product of two vectors, else the vector of the entries."""
    pos = p.tok.pos
    p.i += 1
    items = [p.expression()]
    while p.accept(",", "|"):
        items.append(p.expression())
    p.expect("⟩", "'⟩'")
    if len(items) == 2 and items[0].shape:
        return p.build(E.dot, items[0], items[1], pos=pos)
    return p.build(E.vec, tuple(items), pos=pos)


def pointed(p: Grammar) -> Expr:
    """<1, 2, 3>, typed for angle brackets."""
    pos = p.tok.pos
    p.i += 1
    items = [p.expression()]
    while p.accept(","):
        items.append(p.expression())
    p.expect(">", "'>'")
    if len(items) < 2:
        p.fail("a list in angle brackets", pos=pos)
    if len(items) == 2 and items[0].shape:
        return p.build(E.dot, items[0], items[1], pos=pos)
    return p.build(E.vec, tuple(items), pos=pos)


def rounded(closer: str, name: str) -> Callable[[Grammar], Expr]:
    """The reader of ⌊x⌋ or ⌈x⌉."""

    def read(p: Grammar) -> Expr:
        p.i += 1
        x = p.expression()
        p.expect(closer)
        return p.build(E.fn, name, x)

    return read


def argument(p: Grammar) -> Expr:
    """The argument of a command: a group, or one token (one digit, one letter)."""
    t = p.tok
    if t.kind == "op" and t.value == "{":
        return bracketed(p, "}")
    if t.braced and t.kind == "name":  # {np}: the whole group, and nothing after it
        inner = p.inner([t, t._replace(kind="end", value="")])
        inner.free, inner.met, inner.notes, inner.locals = p.free, p.met, p.notes, p.locals
        x = inner.expression()
        if inner.tok.kind != "end":
            inner.fail("the end of the group")
        p.i += 1
        return x
    if t.kind == "num" and not t.braced and t.value[1].isdigit() and len(t.value[1]) > 1:
        first, rest = t.value[1][0], t.value[1][1:]
        p.tokens[p.i : p.i + 1] = [
            t._replace(value=(Fraction(int(first)), first, False)),
            t._replace(value=(Fraction(int(rest)), rest, False), pos=t.pos + 1, spaced=False),
        ]
    elif t.kind == "name" and not t.braced and len(t.value) > 1 and t.value not in GREEK_NAMES and t.value not in p.scope.symbols:
        p.tokens[p.i : p.i + 1] = [t._replace(value=t.value[0]), t._replace(value=t.value[1:], pos=t.pos + 1, spaced=False)]
    p.deeper()
    x = p.primary()
    p.depth -= 1
    return x
