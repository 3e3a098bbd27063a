"""Operands of the grammar: symbols with their subscripts, brackets, bars, fractions, functions.

Each function takes the parser, reads from its token on, and returns an Expr.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths import subscripts
from derive.maths.bigops import argument_of, big_operator, limit
from derive.maths.calls import CALLS, KEYWORDS, METHODS, PYTHON_INDEX
from derive.maths.expr import Expr
from derive.maths.lex import GREEK_NAMES
from derive.maths.parse import Parser, general_entry

TRANSPOSE = frozenset(("T", "⊤", "top", "intercal", "t", "tr", "Tr", "transpose"))


# ------------------------------------------------------------------ postfix

def postfix(p: Parser, x: Expr, pos: int) -> Expr:
    """Powers, transposes, factorials, indices in brackets, array methods."""
    while True:
        t = p.tok
        if t.kind == "sup":
            p.i += 1
            x = _raised(p, x, str(t.value), pos)
        elif t.kind == "op" and t.value == "^":
            x = _power(p, x, pos)
        elif t.kind == "op" and t.value == "'":
            p.i += 1
            if not x.shape:
                p.fail("a transpose or a declared name", f"A prime stands on {E.shape_text(x.shape)}.", pos=t.pos)
            x = E.transpose(x)
        elif t.kind == "op" and t.value == "⊤":
            p.i += 1
            x = E.transpose(x)
        elif t.kind == "op" and t.value == "!":
            p.i += 1
            x = p.build(E.fn, "factorial", x)
        elif t.kind == "op" and t.value == "%" and E.is_number(x):
            p.i += 1
            x = p.build(E.div, x, E.num(100))
        elif t.kind == "op" and t.value == "[" and x.shape and not t.spaced and _is_index(p):
            x = _bracket_index(p, x)
        elif t.kind == "op" and t.value == "." and p.peek().kind == "name" and not p.peek().spaced:
            if not _is_attribute(p):
                return x
            x = _attribute(p, x)
        elif x.op == "norm" and x.data == "p" and x.args[1] == E.TWO and (t.kind == "sub" or (t.kind == "op" and t.value == "_")) and (
                p.tokens[p.i - 1].value == "}"):  # {‖g‖}_1
            x = subscripts.norm_with(p, x.args[0], subscripts.take(p), pos)
        elif (t.kind == "op" and t.value in ("_",) and x.shape) or (t.kind == "sub" and x.shape):
            x = subscripts.indexed(p, x, None)
        else:
            return x


def _raised(p: Parser, x: Expr, written: str, pos: int) -> Expr:
    """A Unicode superscript: ᵀ, ², ⁻¹, ⁿ."""
    if written in ("T", "t"):
        return E.transpose(x)
    if written.lstrip("+-").isdigit():
        k = E.num(int(written))
        return p.build(E.power, x, k if k.data >= 0 else E.neg(E.num(-k.data)), pos=pos)
    inner = Parser(written, p.scope, p.choices)
    inner.bound = p.bound
    return p.build(E.power, x, inner.expression(), pos=pos)


def _power(p: Parser, x: Expr, pos: int) -> Expr:
    p.i += 1
    t = p.tok
    braced = t.kind == "op" and t.value in ("{", "(")
    if t.kind == "name" and not t.braced and len(t.value) > 1 and t.value[0] == "T" and t.value not in p.scope.symbols and t.value not in TRANSPOSE:
        # a^Ta: a superscript without braces is one letter
        p.tokens[p.i : p.i + 1] = [t._replace(value="T"), t._replace(value=t.value[1:], pos=t.pos + 1, spaced=False)]
        t = p.tok
    first = p.peek() if braced else t
    after = p.peek(2) if braced else p.peek(1)
    closes = not braced or (after.kind == "op" and after.value in ("}", ")"))
    step = 3 if braced else 1
    if closes and first.kind in ("name", "op") and first.value in TRANSPOSE and (x.shape or first.value != "t") and (first.value not in p.scope.symbols or first.kind == "op"):
        p.i += step
        return E.transpose(x)
    if closes and first.kind == "name" and first.value in ("opt", "star", "min", "best", "optimal") and first.value not in p.scope.symbols:
        p.i += step
        return x
    if closes and first.kind == "op" and first.value in ("*", "⋆"):
        p.i += step
        return x
    if closes and first.kind == "op" and first.value in ("†", "+"):
        p.i += step
        return p.build(E.pinv, x, pos=pos)
    if closes and first.kind == "op" and first.value == "'":
        p.i += step
        return E.transpose(x)
    if braced and first.kind == "cmd" and first.value in ("text", "mathrm", "textrm"):
        word = p.peek(2)
        if word.kind == "name" and word.value in TRANSPOSE and p.peek(3).value == "}":
            p.i += 4
            return E.transpose(x)
    if braced and first.kind == "op" and first.value in ("⊙",):  # x^{\odot 2}
        p.i += 2
        k = p.expression()
        p.expect("}")
        return p.build(E.power, x, k, pos=pos)
    if braced and t.value == "{":
        p.i += 1
        k = p.expression()
        if not p.is_op("}"):
            p.fail("'}'", slip="A '}' seems to be missing.")
        p.i += 1
    else:
        p.deeper()  # x^x^x... nests to the right
        k = p.factor()
        p.depth -= 1
    if k.shape:
        p.fail("a scalar exponent", pos=t.pos)
    return p.build(E.power, x, k, pos=pos)


def _is_index(p: Parser) -> bool:
    """Whether the bracket at hand holds an index rather than a list."""
    level = 0
    for t in p.tokens[p.i :]:
        if t.kind == "op" and t.value in ("[", "("):
            level += 1
        elif t.kind == "op" and t.value in ("]", ")"):
            level -= 1
            if not level:
                return True
        elif t.kind == "op" and level == 1 and t.value in (",", ";"):
            return False
    return False


def _bracket_index(p: Parser, x: Expr) -> Expr:
    pos = p.tok.pos
    p.i += 1
    i = p.expression()
    p.expect("]")
    # Code counts from 0; a letter that is an index of the text (g[k], g[i]) counts as the text does.
    declared = {s.let for s in p.scope.symbols.values() if s.kind == "index"}
    from_one = i.op == "idx" or i in declared
    return p.build(E.at, x, i if from_one else E.add(i, E.ONE), pos=pos)


def _is_attribute(p: Parser) -> bool:
    name = p.peek().value
    if name in ("T", "size", "shape"):
        return True
    return name in METHODS and p.peek(2).kind == "op" and p.peek(2).value == "("


def _attribute(p: Parser, x: Expr) -> Expr:
    name = str(p.peek().value)
    pos = p.tok.pos
    p.i += 2
    if name == "T":
        return E.transpose(x)
    if name in ("size", "shape"):
        if p.is_op("["):
            bracketed(p, "]")
        return E.dim(x.shape[0]) if x.shape else E.ONE
    if name in ("astype", "copy", "item", "ravel", "flatten"):
        _skip_call(p)
        return x
    args, kw = _arguments(p)
    out = p.build(CALLS[name], [x, *args], kw, pos=pos)
    return E.sub(out, E.ONE) if name in PYTHON_INDEX else out


def _skip_call(p: Parser) -> None:
    """Step over the arguments of a method that changes no value."""
    level = 0
    while p.tok.kind != "end":
        level += p.is_op("(") - p.is_op(")")
        p.i += 1
        if level == 0:
            return


# ------------------------------------------------------------------ primary

def primary(p: Parser) -> Expr:
    """One operand without its postfixes."""
    t = p.tok
    if t.kind == "op" and t.value in ("∇", "∂"):
        from derive.maths.names import aliased

        name = aliased(p)
        if name is not None:
            return subscripts.symbol(p, name, t.pos)
    handler = _BY_KIND.get(t.kind)
    if handler is not None:
        return handler(p)
    if t.kind == "op" and t.value in _BY_OP:
        return _BY_OP[t.value](p)
    p.fail("a number, a symbol or a bracket")
    raise AssertionError


def _number(p: Parser) -> Expr:
    value, written, decimal = p.tok.value
    p.i += 1
    if p.is_op(",") and not decimal and _is_thousands(p, written):
        p.met.add("thousands")
    return E.dec(value, written) if decimal else E.num(value)


def _is_thousands(p: Parser, written: str) -> bool:
    follower = p.peek()
    return (
        len(written) <= 3 and follower.kind == "num" and not follower.spaced and len(follower.value[1]) == 3
        and follower.value[1].isdigit() and not p.bars and p.depth <= 1
    )


def _mark(p: Parser) -> Expr:
    """\\mathbf, \\vec, \\hat, ...: bold one is the vector of ones, bold I the identity."""
    mark = p.tok.value
    pos = p.tok.pos
    p.i += 1
    t, inner = p.tok, p.tok
    step = 1
    if t.kind == "op" and t.value == "{" and p.peek(2).kind == "op" and p.peek(2).value == "}":
        inner, step = p.peek(), 3
    if mark == "bold":
        if inner.kind == "num" and inner.value[0] in (0, 1):
            one = inner.value[0] == 1
            p.i += step
            return ones_or_indicator(p) if one else _sized(p, E.zeros)
        if inner.kind == "name" and inner.value == "I" and "I" not in p.scope.symbols:
            p.i += step
            if p.is_op("\\{", "(", "["):
                return ones_or_indicator(p)
            return _sized(p, lambda d: E.eye(d))
        return primary(p)
    if mark == "hat" and inner.kind == "name" and (inner.value == p.scope.asked or (inner.value == "e" and "e" not in p.scope.symbols)):
        return primary(p)
    if mark == "hat" and inner.kind == "mark":
        return primary(p)
    if inner.kind == "name":
        p.i += step
        name = f"{mark}_{inner.value}"
        if name in p.scope.symbols:
            return subscripts.symbol(p, name, pos)
        if name in p.locals:
            return p.locals[name]
        raise ReadError(p.text, pos, f"'{mark} {inner.value}' is not declared.", f"one of {p.scope.names()}")
    return primary(p)


def ones_or_indicator(p: Parser) -> Expr:
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


def _sized(p: Parser, make: Callable[..., Expr]) -> Expr:
    """A constant vector of the scope's size, or of the size that its subscript gives."""
    d: E.Dim = p.scope.size
    if p.is_op("_") or p.tok.kind == "sub":
        written = subscripts.take(p)
        if len(written) == 1 and written[0].kind == "num":
            d = int(written[0].value[0])
        elif len(written) == 1 and written[0].value in p.scope.dims:
            d = str(written[0].value)
    return make(d)


def _name(p: Parser) -> Expr:
    """A symbol, a function, or letters that stand for a product of symbols."""
    from derive.maths.names import resolve

    return resolve(p)


def bracketed(p: Parser, closer: str) -> Expr:
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
        rows = [[p.conditional(p.relation())]]
        over: Expr | None = None
        while True:
            if p.is_op(","):
                p.i += 1
                if p.is_op(closer):
                    break
                rows[-1].append(_item(p))
            elif p.is_op(";", "\\\\"):
                p.i += 1
                if p.is_op(closer):
                    break
                rows.append([_item(p)])
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


def _repeats(p: Parser) -> bool:
    """[x]*3 in code, where 3 is the length that is asked: the list repeated."""
    star, count = p.peek(1), p.peek(2)
    return p.is_op("]") and star.kind == "op" and star.value == "*" and count.kind == "num" and count.value[0] == p.scope.size and (
        isinstance(p.scope.size, int))


def _item(p: Parser) -> Expr:
    """An entry of a list; dots stand for entries that are left out."""
    if p.accept("…"):
        return DOTS
    return p.relation()


DOTS = Expr("dots")


def comprehension(p: Parser) -> Expr | None:
    """[f(x) for x in v] and its kin as the vector of f(v_i); None where no 'for' stands in the bracket."""
    level = 0
    where = -1
    for j in range(p.i, len(p.tokens)):
        t = p.tokens[j]
        if t.kind == "op" and t.value in ("(", "[", "{"):
            level += 1
        elif t.kind == "op" and t.value in (")", "]", "}"):
            level -= 1
            if level < 0:
                break
        elif level == 0 and t.kind == "name" and t.value == "for":
            where = j
            break
    if where < 0 or p.tokens[where + 1].kind != "name" or p.tokens[where + 2].value not in ("in", "∈"):
        return None
    start = p.i
    variable = str(p.tokens[where + 1].value)
    p.i = where + 3
    source = p.expression()
    end = p.i
    index = f"_{variable}"
    saved = dict(p.locals)
    if len(source.shape) != 1:
        p.fail("a vector to run over")
    p.locals[variable] = E.at(source, E.idx(index)) if source.op != "comp" else E.replace(source.args[0], {E.idx(str(source.data)): E.idx(index)})
    p.bound.append(index)
    p.i = start
    body = p.expression()
    p.bound.pop()
    p.locals = saved
    if p.i != where:
        p.fail("'for'")
    p.i = end
    return p.build(E.comp, index, body, source.shape[0])


def _interval(p: Parser, x: Expr, opener: str, closer: str) -> Expr:
    if len(x.args) != 2:
        p.fail("two ends of an interval")
    return E.collection("interval", x.args, (opener == "[", closer == "]"))


def _printed_array(p: Parser) -> Expr:
    """[0.9 0.9 0.9], as NumPy prints it."""
    entries = []
    while p.tok.kind == "num" or p.is_op("-"):
        entries.append(p.factor())
    return E.vec(tuple(entries))


def _listed(p: Parser, rows: list[list[Expr]], pos: int) -> Expr:
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    flat = [r[0] for r in rows] if len(rows) > 1 and all(len(r) == 1 for r in rows) else rows[0] if len(rows) == 1 else []
    if DOTS in flat:
        return p.build(_dotted, flat, pos=pos)
    if len(rows) > 1:
        return p.build(E.mat, tuple(tuple(r) for r in rows), pos=pos)
    items = rows[0]
    if all(not x.shape and x.op not in E.CONDITIONS for x in items):
        return p.build(E.vec, tuple(items), pos=pos)
    if all(x.op == "vec" for x in items) and len({x.shape for x in items}) == 1:
        return p.build(E.mat, tuple(x.args for x in items), pos=pos)
    return E.collection("list", tuple(items))


def _dotted(items: list[Expr]) -> Expr:
    """(g_1, ..., g_n) as the vector whose entries they are."""
    first, last = items[0], items[-1]
    if items.count(DOTS) != 1 or DOTS in (first, last):
        raise E.ShapeError("dots that do not stand between entries")
    body, top = general_entry(first, last)
    d: E.Dim = int(top.data) if top.op == "num" else str(top.data)
    return E.comp("_d", body, d)


def _set(p: Parser) -> Expr:
    p.i += 1
    bars, p.bars = p.bars, []
    items = [p.relation()]
    while p.accept(","):
        items.append(_item(p))
    if p.is_op(":", "|") or (p.tok.kind == "name" and p.tok.value == "where"):
        items = _described(p, items)
    p.bars = bars
    p.expect("\\}", "'\\}'")
    return E.collection("set", tuple(items))


def _described(p: Parser, items: list[Expr]) -> list[Expr]:
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
    inner = Parser(p.text, p.scope, p.choices, [*p.tokens[start:end], p.tok._replace(kind="end", value="")])
    inner.bound, inner.locals = p.bound, p.locals
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
    from derive.maths.algebra import proved_equal

    if left == let and right == let:
        return True
    body, _ = let.args
    largest = E.reduce_over("max", let.data[1], body, E.ONE, let.args[1])
    at_k = E.replace(body, {E.idx(let.data[1]): let})
    return (proved_equal(left, at_k) and proved_equal(right, largest)) or (proved_equal(right, at_k) and proved_equal(left, largest))


def _bar(p: Parser) -> Expr:
    """|x|, ‖x‖ and their subscripts."""
    if p.is_op("‖") and p.text.startswith("||", p.tok.pos) and not any(t.value == "‖" for t in p.tokens[p.i + 1 :]):
        # ||x| - 1|: two single bars that lex as one; no norm that opens here is ever closed
        p.tokens[p.i : p.i + 1] = [p.tok._replace(value="|"), p.tok._replace(value="|", pos=p.tok.pos + 1)]
    bar, pos = str(p.tok.value), p.tok.pos
    p.i += 1
    p.bars.append(bar)
    p.deeper()
    inner = p.expression()
    p.depth -= 1
    p.bars.pop()
    if p.is_op("‖") and bar == "|":  # |x + |y|| lexes its last two bars as one
        p.tokens[p.i : p.i + 1] = [p.tok._replace(value="|"), p.tok._replace(value="|", pos=p.tok.pos + 1)]
    if not p.accept(bar):
        p.fail(f"'{bar}'", slip=f"The '{bar}' that opens here is not closed.", pos=pos)
    return subscripts.normed(p, inner, bar, pos)


def _angle(p: Parser) -> Expr:
    pos = p.tok.pos
    p.i += 1
    items = [p.expression()]
    while p.accept(",", "|"):
        items.append(p.expression())
    p.expect("⟩", "'⟩'")
    if len(items) == 2 and items[0].shape:
        return p.build(E.dot, items[0], items[1], pos=pos)
    return p.build(E.vec, tuple(items), pos=pos)


def _pointed(p: Parser) -> Expr:
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


def _rounded(closer: str, name: str) -> Callable[[Parser], Expr]:
    def read(p: Parser) -> Expr:
        p.i += 1
        x = p.expression()
        p.expect(closer)
        return p.build(E.fn, name, x)

    return read


def _radical(p: Parser) -> Expr:
    p.i += 1
    return p.build(E.fn, "sqrt", p.factor())


def _infinity(p: Parser) -> Expr:
    p.i += 1
    return E.INF


def _gradient(p: Parser) -> Expr:
    """∇f, ∇_θ f(θ), ∂_k f: the declared gradient of a declared function, or a component of it."""
    component = p.tok.value == "∂"
    pos = p.tok.pos
    p.i += 1
    written = subscripts.take(p) if p.is_op("_") or p.tok.kind == "sub" else []
    if p.is_op("‖", "|"):
        return _gradient_of_formula(p, pos)
    g = gradient_of(p, pos)
    if not component and len(written) == 1 and written[0].kind == "name" and (
            written[0].value in subscripts.INDEX_LETTERS or written[0].value in p.bound or (
                written[0].value in p.scope.symbols and p.scope.symbols[written[0].value].kind == "index")):
        component = True  # ∇_i f
    elif not component and written and not any(t.value == s.of for t in written for s in p.scope.symbols.values() if s.gradient):
        p.fail("the variable of the function below ∇", "A gradient in another variable.", pos=pos)
    if component:
        return p.build(E.at, g, subscripts.index_of(p, written, pos), pos=pos)
    return g


def _gradient_of_formula(p: Parser, pos: int) -> Expr:
    """∇‖g‖_1 and kin: differentiated with respect to the only vector that stands in the formula."""
    from derive.maths.calculus import NotDifferentiable, gradient

    f = p.factor()
    vectors = {x for x in E.walk(f) if x.op == "sym" and x.shape}
    if f.shape or len(vectors) != 1:
        p.fail("a scalar formula in one vector", pos=pos)
    try:
        return gradient(f, vectors.pop())
    except NotDifferentiable as err:
        raise ReadError(p.text, pos, f"The gradient cannot be taken: {err}.") from None


_LOSSES = frozenset(("f", "L", "J", "F", "E", "ell", "loss", "R"))


def gradient_of(p: Parser, pos: int) -> Expr:
    """The gradient symbol of the function named at the token at hand, its argument stepped over."""
    opened = p.accept("(")
    if p.tok.kind == "mark":
        p.i += 1
    f = p.scope.symbols.get(str(p.tok.value)) if p.tok.kind == "name" else None
    if f is None and p.tok.kind == "name" and p.tok.value in _LOSSES:
        # One loss is declared: whatever letter stands for it, its gradient is meant.
        declared = [s for s in p.scope.symbols.values() if s.kind == "function" and s.gradient is not None]
        if len(declared) == 1:
            f = declared[0]
            p.notes.append(f"{p.tok.value} is read as {f.name}")
    if f is None or f.kind != "function" or f.gradient is None:
        p.fail("a declared function with a declared gradient", "The gradient of an undeclared function.", pos=pos)
        raise AssertionError
    p.i += 1
    if p.is_op("_") or p.tok.kind == "sub":
        subscripts.take(p)
    if p.is_op("(") and (not p.tok.spaced or p.peek().value == f.of):
        here = p.tok.pos
        point = bracketed(p, ")")
        if point.op == "at" and point.args[0].op == "sym":  # θ_k, the k-th iterate
            point = point.args[0]
        if not (point.op == "sym" and str(point.data) == f.of) and not opened:
            p.fail(f"its value at {f.of}", "The gradient at another point.", pos=here)
    if opened:
        p.expect(")")
        if p.is_op("("):
            bracketed(p, ")")
    return E.sym(f.gradient, p.scope.symbols[f.gradient].shape)


# ------------------------------------------------------------------ commands

def _command(p: Parser) -> Expr:
    t = p.tok
    read = _COMMANDS.get(t.value)
    if read is None:
        p.fail("a formula in the declared symbols", f"'\\{t.value}' is not read as mathematics.")
        raise AssertionError
    p.i += 1
    return read(p)


def argument(p: Parser) -> Expr:
    """The argument of a command: a group, or one token (one digit, one letter)."""
    t = p.tok
    if t.kind == "op" and t.value == "{":
        return bracketed(p, "}")
    if t.braced and t.kind == "name":  # {np}: the whole group, and nothing after it
        inner = Parser(p.text, p.scope, p.choices, [t, t._replace(kind="end", value="")])
        inner.bound, inner.free, inner.met, inner.notes, inner.locals = p.bound, p.free, p.met, p.notes, p.locals
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
    return primary(p)


def _fraction(p: Parser) -> Expr:
    pos = p.tokens[p.i - 1].pos
    d = _derivative(p)
    if d is not None:
        return d
    top = argument(p)
    return p.build(E.div, top, argument(p), pos=pos)


def _derivative(p: Parser) -> Expr | None:
    """\\frac{\\partial f}{\\partial \\theta_k}."""
    if not (p.is_op("{") and p.peek().kind == "op" and p.peek().value == "∂"):
        return None
    close = next((j for j in range(p.i, len(p.tokens)) if p.tokens[j].kind == "op" and p.tokens[j].value == "}"), len(p.tokens) - 3)
    if not (p.tokens[close + 1].value == "{" and p.tokens[close + 2].value == "∂"):
        return None
    pos = p.tok.pos
    p.i += 2
    g = gradient_of(p, pos)
    p.expect("}")
    p.expect("{")
    p.expect("∂")
    while p.tok.kind == "mark":
        p.i += 1
    p.i += 1
    written = subscripts.take(p) if p.is_op("_") or p.tok.kind == "sub" else []
    p.expect("}")
    return p.build(E.at, g, subscripts.index_of(p, written, pos), pos=pos) if written else g


def _root(p: Parser) -> Expr:
    degree: Expr | None = None
    if p.is_op("["):
        degree = bracketed(p, "]")
    x = argument(p)
    return p.build(E.fn, "sqrt", x) if degree is None else p.build(E.power, x, E.div(E.ONE, degree))


def _binomial(p: Parser) -> Expr:
    n = argument(p)
    return p.build(E.fn, "binom", n, argument(p))


def _text(p: Parser) -> Expr:
    """\\text{...} round something that is not plain words."""
    return argument(p)


def _environment(p: Parser) -> Expr:
    """\\begin{pmatrix} ... \\end{pmatrix}, cases, array."""
    pos = p.tok.pos
    if p.accept("{"):
        kind = str(p.tok.value)
        p.i += 1
        p.accept("}")
    else:
        kind = str(p.tok.value)
        p.i += 1
    kind = kind.rstrip("*")
    if kind == "array":
        _skip_group(p)
    if kind not in ("pmatrix", "bmatrix", "matrix", "vmatrix", "Bmatrix", "smallmatrix", "array", "cases", "aligned",
                    "rcases", "dcases"):
        p.fail("a matrix or cases", f"The environment '{kind}' is not read.", pos=pos)
    bars, p.bars = p.bars, []
    p.deeper()
    rows: list[list[Expr | None]] = []
    row: list[Expr | None] = []
    while not (p.tok.kind == "cmd" and p.tok.value == "end"):
        if p.tok.kind == "end":
            p.fail("\\end{" + kind + "}", slip="The environment is not closed.")
        if p.accept("&"):
            continue
        if p.accept("\\\\"):
            if row:
                rows.append(row)
            row = []
            continue
        row.append(_case_cell(p, bool(row)) if kind.endswith("cases") else DOTS if p.accept("…") else p.expression())
        if kind.endswith("cases"):
            p.accept(",", ".", ";")
    if row:
        rows.append(row)
    p.i += 1
    _skip_group(p)
    p.depth -= 1
    p.bars = bars
    if kind.endswith("cases"):
        return _cases(p, rows, pos)
    cells = [[x for x in r if x is not None] for r in rows]
    flat = [x for r in cells for x in r] if len(cells) == 1 or all(len(r) == 1 for r in cells) else []
    if DOTS in flat:
        return p.build(_dotted, flat, pos=pos)
    return p.build(E.mat, tuple(tuple(r) for r in cells), pos=pos)


def _skip_group(p: Parser) -> None:
    """Step over {cc}, which may already be a single token."""
    if p.tok.kind == "name" and p.tok.braced:
        p.i += 1
        return
    if p.accept("{"):
        while p.tok.kind != "end" and not p.accept("}"):
            p.i += 1


def _case_cell(p: Parser, is_condition: bool) -> Expr | None:
    """A value, or the condition beside it; None for 'otherwise'."""
    if not is_condition:
        x = p.expression()
        p.accept(",")
        return x
    otherwise = False
    while True:
        while p.tok.kind == "cmd" and p.tok.value in ("text", "mathrm", "textrm"):
            p.i += 1
            if p.is_op("{"):
                p.i += 1
        if p.at_word() or p.is_op("quad", ":"):
            otherwise = otherwise or p.tok.value in ("otherwise", "else")
            p.i += 1
            p.accept("}")
        elif p.is_op("}"):
            p.i += 1
        else:
            break
    if otherwise:
        return None
    condition = p.relation()
    p.accept("}")
    if condition.op not in E.CONDITIONS:
        p.fail("a condition")
    return condition


def _cases(p: Parser, rows: list[list[Expr | None]], pos: int) -> Expr:
    pairs: list[tuple[Expr, Expr]] = []
    otherwise: Expr | None = None
    for r in rows:
        value = r[0]
        if value is None:
            continue
        if len(r) < 2 or r[1] is None:
            otherwise = value
        else:
            pairs.append((value, r[1]))
    return p.build(E.cases, tuple(pairs), otherwise, pos=pos)


def _arguments(p: Parser) -> tuple[list[Expr], dict[str, Expr]]:
    """(a, b, key=c) of a call, brackets included; LaTeX braces count as brackets."""
    closer = {"(": ")", "{": "}", "[": "]"}.get(str(p.tok.value))
    if closer is None:
        p.fail("'('")
        raise AssertionError
    p.i += 1
    bars, p.bars = p.bars, []
    p.deeper()
    args: list[Expr] = []
    kw: dict[str, Expr] = {}
    looped = comprehension(p)
    if looped is not None:
        args.append(looped)
    while not p.is_op(closer):
        if p.tok.kind == "name" and p.tok.value in KEYWORDS and p.peek().kind == "op" and p.peek().value == "=" and (
                args or p.tok.value in ("x", "ord", "p")):
            key = str(p.tok.value)
            p.i += 2
            if key in ("dtype", "out"):
                while p.tok.kind != "end" and not p.is_op(",", closer):
                    p.i += 1
            elif key == "x":
                args.append(p.expression())
            else:
                kw[{"p": "ord"}.get(key, key)] = p.expression()
        else:
            args.append(p.relation())
        if not p.accept(",", ";"):
            break
    p.depth -= 1
    p.bars = bars
    p.expect(closer, f"'{closer}' or ','")
    return args, kw


def call(p: Parser, name: str, pos: int, python: bool = False) -> Expr:
    """name(arguments), or name operand without brackets."""
    exponent: Expr | None = None
    if p.is_op("^") and not (p.peek().kind == "op" and p.peek().value == "*"):  # sin^2 x
        p.i += 1
        exponent = argument(p)
    elif p.is_op("^"):
        p.i += 2
    elif p.tok.kind == "sup":
        exponent = E.num(int(p.tok.value)) if str(p.tok.value).lstrip("-").isdigit() else None
        p.i += 1
    if name in ("norm", "log") and (p.is_op("_") or p.tok.kind == "sub"):
        out = _with_base(p, name, pos)
    elif p.is_op("(") or (p.is_op("{", "[") and not p.tok.spaced):
        args, kw = _arguments(p)
        out = p.build(CALLS[name], args, kw, pos=pos)
    else:
        out = p.build(CALLS[name], [argument_of(p)], {}, pos=pos)
    if python and name in PYTHON_INDEX:
        out = E.sub(out, E.ONE)
    return out if exponent is None else p.build(E.power, out, exponent, pos=pos)


def _with_base(p: Parser, name: str, pos: int) -> Expr:
    """log_2 x, norm_1(g)."""
    written = subscripts.take(p)
    x = bracketed(p, ")") if p.is_op("(") else argument_of(p)
    if name == "norm":
        return subscripts.norm_with(p, x, written, pos)
    base = subscripts.value_of(p, written, pos)
    if E.is_number(base, 2):
        return p.build(E.fn, "log2", x)
    if E.is_number(base, 10):
        return p.build(E.fn, "log10", x)
    return p.build(E.div, E.fn("log", x), E.fn("log", base), pos=pos)


_COMMANDS: dict[str, Callable[[Parser], Expr]] = {
    **dict.fromkeys(("frac", "tfrac", "dfrac", "cfrac", "sfrac", "nicefrac"), _fraction),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _binomial),
    **dict.fromkeys(("text", "textrm", "mathrm", "operatorname", "operatornamewithlimits", "mathop"), _text),
    "sqrt": _root, "begin": _environment, "lim": limit, "norm": lambda p: _macro_norm(p, "‖"), "abs": lambda p: _macro_norm(p, "|"),
    "underset": lambda p: _underset(p), "underbrace": lambda p: _braced_over(p), "overbrace": lambda p: _braced_over(p), "inner": lambda p: _macro_inner(p), "ip": lambda p: _macro_inner(p),
}
_BY_KIND: dict[str, Callable[[Parser], Expr]] = {"num": _number, "mark": _mark, "name": _name, "cmd": _command}
_BY_OP: dict[str, Callable[[Parser], Expr]] = {
    "(": lambda p: bracketed(p, ")"), "[": lambda p: bracketed(p, "]"), "{": lambda p: bracketed(p, "}"),
    "\\{": _set, "⟨": _angle, "<": lambda p: _pointed(p), "|": _bar, "‖": _bar, "∑": big_operator, "∏": big_operator, "√": _radical,
    "∞": _infinity, "∇": _gradient, "∂": _gradient, "⌊": _rounded("⌋", "floor"), "⌈": _rounded("⌉", "ceil"),
    "𝟏": lambda p: _bold_one(p), "𝟙": lambda p: _bold_one(p),
}


def _macro_norm(p: Parser, bar: str) -> Expr:
    """\\norm{g}_1, \\abs{x}."""
    pos = p.tokens[p.i - 1].pos
    return subscripts.normed(p, argument(p), bar, pos)


def _braced_over(p: Parser) -> Expr:
    """\\underbrace{x}_{remark}: x."""
    x = argument(p)
    if p.is_op("_", "^"):
        p.i += 1
        subscripts.group(p)
    return x


def _macro_inner(p: Parser) -> Expr:
    """\\inner{a}{b}."""
    a = argument(p)
    return p.build(E.dot, a, argument(p))


def _underset(p: Parser) -> Expr:
    """\\underset{i}{\\arg\\max} as \\arg\\max_{i}."""
    t = p.tok
    below = subscripts.group(p)
    body = subscripts.group(p)
    under = [t._replace(kind="op", value="_"), t._replace(kind="op", value="{"), *below, t._replace(kind="op", value="}")]
    p.tokens[p.i : p.i] = [*body, *under]
    return primary(p)


def _bold_one(p: Parser) -> Expr:
    p.i += 1
    return ones_or_indicator(p)
