"""What stands behind an operand: powers, transposes, factorials, indices in brackets, array methods."""

from __future__ import annotations

from decimal import Decimal

from derive.maths import expr as E
from derive.maths import subscripted, subscripts
from derive.maths.applications import arguments
from derive.maths.bars import norm_with
from derive.maths.brackets import bracketed
from derive.maths.calls import CALLS, METHODS, PYTHON_INDEX
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar
from derive.maths.lex import lex
from derive.maths.order import sliced

TRANSPOSE = frozenset(("T", "⊤", "top", "intercal", "t", "tr", "Tr", "transpose"))


_BEHIND = frozenset(("op", "sup", "sub"))
_SIGNS_BEHIND = frozenset(("^", "†", "'", "⊤", "!", "%", "[", ".", "_"))

_AFTER_PART = frozenset("+-=<>≤≥,;)]}")


def postfix(p: Grammar, x: Expr, pos: int) -> Expr:
    """Powers, transposes, factorials, indices in brackets, array methods."""
    while True:
        t = p.tokens[p.i]
        if t.kind not in _BEHIND or (t.kind == "op" and t.value not in _SIGNS_BEHIND):
            return x
        if (t.kind in ("sup", "sub") and t.value == "+") or (t.kind == "op" and t.value in ("^", "†")):
            marked = _plus(p, x, pos)
            if marked is not None:
                x = marked
                continue
        if t.kind == "sup":
            p.i += 1
            x = _raised(p, x, str(t.value), pos)
        elif t.kind == "op" and t.value == "^":
            x = _power(p, x, pos)
        elif t.kind == "op" and t.value == "'":
            p.i += 1
            if E.is_number(x, 1) and p.starts_operand():  # 1' S e
                x = _of_ones(p, x, pos)
                continue
            if not x.shape:
                p.fail("a transpose or a declared name", f"A prime stands on {E.shape_text(x.shape)}.", pos=t.pos)
            x = E.transpose(x)
        elif t.kind == "op" and t.value == "⊤":
            p.i += 1
            x = E.transpose(x)
        elif t.kind == "op" and t.value == "!":
            if p.peek().kind == "op" and p.peek().value == "!" and not p.peek().spaced:
                p.fail("one '!', or brackets as in (n!)!", "'!!' is the double factorial.")
            p.i += 1
            x = p.build(E.fn, "factorial", x)
        elif t.kind == "op" and t.value == "%" and E.is_number(x):
            p.i += 1
            x = _percent(x) or p.build(E.div, x, E.num(100))
        elif t.kind == "op" and t.value == "[" and x.shape and not t.spaced and not _is_transposed(p, x) and _is_index(p, len(x.shape) == 2):
            entry = _bracket_index(p, x)
            if entry is None:
                return x
            x = entry
        elif t.kind == "op" and t.value == "." and p.peek().kind == "name" and not p.peek().spaced:
            if not _is_attribute(p):
                return x
            x = _attribute(p, x)
        elif t.kind == "op" and t.value == "_" and (part := _part_of(p)):  # x_+, [x]_-
            x = p.build(E.fn, "relu", x if part == "+" else E.neg(x), pos=pos)
        elif x.op == "norm" and x.data == "p" and x.args[1] == E.TWO and (t.kind == "sub" or (t.kind == "op" and t.value == "_")) and (
                p.tokens[p.i - 1].value == "}"):  # {‖g‖}_1
            x = norm_with(p, x.args[0], subscripts.take(p), pos)
        elif x.op == "num" and (t.kind == "sub" or t.value == "_") and (filled := _filled(p, x)) is not None:
            x = filled  # 1_n, 0_n
        elif (t.kind == "op" and t.value in ("_",) and x.shape) or (t.kind == "sub" and x.shape):
            x = subscripted.indexed(p, x, None)
        else:
            return x


def _percent(x: Expr) -> Expr | None:
    """33 % as the decimal 0.33 that it shows, and 33.3 % as 0.333."""
    if x.op == "num" and x.data.denominator == 1:
        return E.dec(x.data / 100, format(Decimal(x.data.numerator).scaleb(-2), "f"))
    if x.op == "dec" and "e" not in str(x.data[1]).lower() and not str(x.data[1]).endswith("…"):
        return E.dec(x.data[0] / 100, format(Decimal(x.data[1]).scaleb(-2), "f"))
    return None


def _filled(p: Grammar, x: Expr) -> Expr | None:
    """1_n and 0_n: the vector of n ones or zeros."""
    save = p.i
    key = subscripts.text_of(subscripts.take(p))
    if key in p.scope.dims and (E.is_number(x, 1) or E.is_number(x, 0)):
        return (E.ones if E.is_number(x, 1) else E.zeros)(key)
    p.i = save
    return None


def _part_of(p: Grammar) -> str:
    """The sign of the subscript + or - of a positive or negative part; steps over it. Empty for any other subscript."""
    braced = p.peek().kind == "op" and p.peek().value == "{"
    sign = p.peek(1 + braced)
    if sign.kind != "op" or sign.value not in ("+", "-") or (braced and p.peek(3).value != "}"):
        return ""
    after = p.peek(2)
    closed = sign.value == "+" and p.tokens[p.i - 1].kind == "op" and p.tokens[p.i - 1].value in (")", "]", "}")
    if not braced and not closed and (after.kind in ("num", "name") and not after.spaced):  # x_-1
        return ""
    p.i += 4 if braced else 2
    return str(sign.value)


def _plus(p: Grammar, x: Expr, pos: int) -> Expr | None:
    """X^+ and X† of a matrix: its pseudo-inverse; (x)₊ and (x)^+ of anything else in brackets: its positive part."""
    t = p.tok
    if t.kind == "op" and t.value == "†":
        p.i += 1
        return p.build(E.pinv, x, pos=pos)
    step = 1
    if t.kind == "op":
        first, after = p.peek(), p.peek(2)
        if first.kind == "op" and first.value == "{" and after.kind == "op" and after.value == "+" and p.peek(3).value == "}":
            step = 4
        elif first.kind == "op" and first.value == "+":
            step = 2
        else:
            return None
    above = t.kind == "sup" or t.value == "^"
    if above and len(x.shape) == 2 and x.shape[0] != 1:
        p.i += step
        return p.build(E.pinv, x, pos=pos)
    before = p.tokens[p.i - 1]
    if len(x.shape) == 2 or not (before.kind == "op" and before.value in (")", "]", "}", "\\}")):
        return None
    p.i += step
    return p.build(E.fn, "relu", x, pos=pos)


def _of_ones(p: Grammar, x: Expr, pos: int) -> Expr:
    """1^T and 11^T: the vector of ones, transposed, and the matrix of ones; another number has no transpose."""
    ones = E.ones(p.scope.size)
    if E.is_number(x, 1):
        return E.transpose(ones)
    if not E.is_number(x, 11):
        p.fail("a vector or a matrix below the transpose", "A number is transposed.", pos=pos)
    return E.matmul(ones, E.transpose(ones))


def _raised(p: Grammar, x: Expr, written: str, pos: int) -> Expr:
    """A Unicode superscript: ᵀ, ⁻ᵀ, ², ⁻¹, ⁿ."""
    if written in ("T", "t"):
        return E.transpose(x)
    if written in ("-T", "-t"):
        return E.transpose(p.build(E.inverse, x, pos=pos))
    if written.lstrip("+-").isdigit():
        k = E.num(int(written))
        return p.build(E.power, x, k if k.data >= 0 else E.neg(E.num(-k.data)), pos=pos)
    return p.build(E.power, x, p.inner(lex(written), written).expression(), pos=pos)


def _power(p: Grammar, x: Expr, pos: int) -> Expr:
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
    if closes and first.kind in ("name", "op") and first.value in TRANSPOSE and (x.shape or first.value != "t") and first.value not in p.bound and (
            first.value not in p.scope.symbols or first.kind == "op" or not _has_power(p, x, first.value) or (len(x.shape) == 1 and _multiplies(p, step))):
        p.i += step
        return _of_ones(p, x, pos) if x.op == "num" else E.transpose(x)
    if closes and first.kind == "name" and first.value in ("opt", "star", "min", "best", "optimal") and first.value not in p.scope.symbols:
        p.i += step
        return x
    if closes and first.kind == "op" and first.value in ("*", "⋆"):
        p.i += step
        return x
    if closes and first.kind == "op" and first.value in ("†", "+"):
        p.i += step
        return p.build(E.pinv, x, pos=pos) if len(x.shape) == 2 or first.value == "†" else p.build(E.fn, "relu", x, pos=pos)  # x^+ = max(x, 0)
    if closes and first.kind == "op" and first.value == "-" and len(x.shape) < 2 and (
            braced or after.kind == "end" or (after.kind == "op" and after.value in _AFTER_PART)):  # x^- = max(-x, 0)
        p.i += step
        return p.build(E.fn, "relu", E.neg(x), pos=pos)
    if closes and first.kind == "op" and first.value == "'":
        p.i += step
        return E.transpose(x)
    if len(x.shape) == 2 and braced and first.kind == "op" and first.value == "-" and after.value in TRANSPOSE and after.value not in p.scope.symbols and (
            p.peek(3).value == "}" and after.value not in p.locals):
        p.i += 4
        return E.transpose(p.build(E.inverse, x, pos=pos))
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
    if k.shape and x == E.EULER:
        return p.build(E.fn, "exp", k, pos=pos)
    if k.shape:
        p.fail("a scalar exponent", pos=t.pos)
    return p.build(E.power, x, k, pos=pos)


def _has_power(p: Grammar, x: Expr, exponent: str) -> bool:
    """Whether the power of x that a declared name gives means something: of numbers, and of square matrices where the name
    stands for a whole number ((I - eta H)^T after T steps). X^T is a transpose otherwise."""
    if len(x.shape) < 2:
        return x.op != "vec"  # (a, b)^T of a list of entries
    symbol = p.scope.symbols[exponent]
    return x.shape[0] == x.shape[1] and (symbol.kind == "dimension" or symbol.domain == "count")


def _multiplies(p: Grammar, step: int) -> bool:
    """Whether an operand follows close behind x^T: z^T p is an inner product also where a T is declared."""
    save = p.i
    p.i += step
    found = p.starts_operand()
    p.i = save
    return found


def _is_transposed(p: Grammar, x: Expr) -> bool:
    """Whether x^T stands before the bracket at hand, which opens a factor then: x^T [A + B] y, but X.T[0]."""
    return x.op == "T" and p.tokens[p.i - 2].value != "."


def _is_index(p: Grammar, matrix: bool) -> bool:
    """Whether the bracket at hand holds an index: no list, and no positive part [1 - z]_+."""
    level = 0
    for k, t in enumerate(p.tokens[p.i :], p.i):
        if t.kind == "op" and t.value in ("[", "("):
            level += 1
        elif t.kind == "op" and t.value in ("]", ")"):
            level -= 1
            if not level:
                behind, sign = p.tokens[k + 1], p.tokens[k + 2]
                return not ((behind.kind == "sub" and behind.value == "+") or (behind.value == "_" and sign.value in ("+", "{")))
        elif t.kind == "op" and level == 1 and t.value in (",", ";"):
            if not (matrix and t.value == "," and "\\" not in p.text):  # A[i, j]
                return False
    return False


def _bracket_index(p: Grammar, x: Expr) -> Expr | None:
    """x[k], as code or as the text counts; None where the bracket holds a vector or a matrix, and is a factor: P^{-1}[A^T y - q]."""
    start, pos = p.i, p.tok.pos
    p.i += 1
    if p.is_op(":") and p.peek().kind == "op" and p.peek().value == "]":  # x[:], all of it
        p.i += 2
        return x
    notes = len(p.notes)
    i = E.ZERO if p.is_op(":") else p.expression()
    if i.shape and p.is_op("]"):
        p.i = start
        del p.notes[notes:]
        return None
    if p.accept(":"):  # x[a:b] as code counts: entries a+1, ..., b
        first = E.ONE if E.is_number(i, 0) else p.build(E.add, i, E.ONE)
        last = E.dim(x.shape[0]) if p.is_op("]") else p.expression()
        p.expect("]")
        return p.build(sliced, x, first, last, pos=pos)
    second = p.expression() if len(x.shape) == 2 and p.accept(",") else None
    p.expect("]")
    # Code counts from 0; a letter that is an index of the text (g[k], g[i]) counts as the text does.
    if (k := E.number_value(i)) is not None and k < 0:  # x[-1], the last entry
        last = E.dim(x.shape[0])
        return p.build(E.at, x, last if k == -1 else E.sub(last, E.num(-k - 1)), pos=pos)
    declared = {s.let for s in p.scope.symbols.values() if s.kind == "index"}
    places = [j if j.op in ("idx", "argopt") or j in declared else E.add(j, E.ONE)  # code's own argmax counts from 0, and reads as argopt - 1
              for j in (i, second) if j is not None]
    return p.build(E.at, x, *places, pos=pos)


def _is_attribute(p: Grammar) -> bool:
    name = p.peek().value
    if name in ("T", "size", "shape"):
        return True
    return name in METHODS and p.peek(2).kind == "op" and p.peek(2).value == "("


def _attribute(p: Grammar, x: Expr) -> Expr:
    name = str(p.peek().value)
    pos = p.tok.pos
    p.i += 2
    if name == "T":
        return E.transpose(x)
    if name in ("size", "shape"):
        place = bracketed(p, "]") if p.is_op("[") else E.ZERO
        axis = next((k for k in range(len(x.shape)) if E.number_value(place) in (k, k - len(x.shape))), 0)
        return E.dim(x.shape[axis]) if x.shape else E.ONE
    if name == "numel":
        _skip_call(p)
        return E.dim(x.shape[0]) if len(x.shape) == 1 else E.ONE if not x.shape else E.mul(*(E.dim(d) for d in x.shape))
    if name in ("astype", "copy", "item", "ravel", "flatten"):
        _skip_call(p)
        return x
    args, kw = arguments(p)
    out = p.build(CALLS[name], [x, *args], kw, pos=pos)
    return E.sub(out, E.ONE) if name in PYTHON_INDEX else out


def _skip_call(p: Grammar) -> None:
    """Step over the arguments of a method that changes no value."""
    level = 0
    while p.tok.kind != "end":
        level += p.is_op("(") - p.is_op(")")
        p.i += 1
        if level == 0:
            return
