"""Functions with their arguments: f(x, y), log_2 x, sin^2 x."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths import subscripts
from derive.maths.bars import norm_with
from derive.maths.brackets import argument, bracketed
from derive.maths.call_arguments import KEYWORDS, NONE
from derive.maths.calls import CALLS, PYTHON_INDEX
from derive.maths.comprehensions import comprehension
from derive.maths.dots import DOTS, dotted_slice
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar

INVERSES = {"sin": "asin", "cos": "acos", "tan": "atan", "sinh": "asinh", "cosh": "acosh", "tanh": "atanh"}


def call(p: Grammar, name: str, pos: int, python: bool = False) -> Expr:
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
    elif p.is_op("(", "\\{") or (p.is_op("{", "[") and not p.tok.spaced):
        args, kw = arguments(p)
        if "axis" in kw and name != "sum" and args and len(args[0].shape) == 2 and 1 not in args[0].shape:
            p.fail("a formula", f"'{name}' along an axis of a matrix is read of code only.", pos=pos)
        out = p.build(CALLS[name], args, kw, pos=pos)
    else:
        out = p.build(CALLS[name], [argument_of(p)], {}, pos=pos)
    if name == "sqrt" and not python and out.op == "fn" and len(out.shape) == 2 and out.shape[0] == out.shape[1]:
        out = p.build(E.power, out.args[0], E.HALF, pos=pos)  # of a matrix, the matrix whose square it is
    if python and name in PYTHON_INDEX:
        out = E.sub(out, E.ONE)
    if exponent is not None and out.op == "fn" and out.data in INVERSES and E.number_value(exponent) == -1:  # sin^{-1} x
        p.notes.append(f"{name}^-1 is read as the inverse function")
        return p.build(CALLS[INVERSES[out.data]], list(out.args), {}, pos=pos)
    return out if exponent is None else p.build(E.power, out, exponent, pos=pos)


def _with_base(p: Grammar, name: str, pos: int) -> Expr:
    """log_2 x, norm_1(g)."""
    written = subscripts.take(p)
    x = bracketed(p, ")") if p.is_op("(") else argument_of(p)
    if name == "norm":
        return norm_with(p, x, written, pos)
    base = subscripts.value_of(p, written, pos)
    if E.is_number(base, 2):
        return p.build(E.fn, "log2", x)
    if E.is_number(base, 10):
        return p.build(E.fn, "log10", x)
    return p.build(E.div, E.fn("log", x), E.fn("log", base), pos=pos)


def arguments(p: Grammar) -> tuple[list[Expr], dict[str, Expr]]:
    """(a, b, key=c) of a call, brackets included; LaTeX braces count as brackets."""
    closer = {"(": ")", "{": "}", "[": "]", "\\{": "\\}"}.get(str(p.tok.value))
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
        key, width = keyword(p)
        if key and (args or key in ("x", "ord", "p", "axis")):
            p.i += width
            if key in ("dtype", "out"):
                while p.tok.kind != "end" and not p.is_op(",", closer):
                    p.i += 1
            elif key == "x":
                args.append(p.expression())
            else:
                kw[{"p": "ord", "dim": "axis"}.get(key, key)] = _option(p)
        elif p.tok.kind == "name" and p.tok.value == "None":
            p.i += 1
            args.append(NONE)
        elif p.is_op("'", '"') and p.peek().kind == "name" and p.peek(2).kind == "op" and p.peek(2).value == p.tok.value:
            args.append(E.sym(str(p.peek().value)))  # the name of a norm: 'fro'
            p.i += 3
        else:
            args.append(DOTS if p.accept("…") else p.conditional(p.relation()))
        if not p.accept(",", ";"):
            break
    if DOTS in args:  # max(x_1, ..., x_k)
        args = [p.build(dotted_slice, args, pos=p.tok.pos)]
    p.depth -= 1
    p.bars = bars
    p.expect(closer, f"'{closer}' or ','")
    return args, kw


def keyword(p: Grammar) -> tuple[str, int]:
    """The name of a keyword argument, which may have underscores (num_classes=), and how many signs it has with its '='; '' where there is none."""
    name, width = "", 0
    while p.peek(width).kind == "name" and width < 8:
        name += str(p.peek(width).value)
        following = p.peek(width + 1)
        if following.kind == "op" and following.value == "=":
            return (name, width + 2) if name in KEYWORDS else ("", 0)
        if following.value != "_":
            break
        name, width = name + "_", width + 2
    return "", 0


def _option(p: Grammar) -> Expr:
    """The value of a keyword: a formula, None, or the name of a norm in quotes."""
    if p.tok.kind == "name" and p.tok.value == "None":
        p.i += 1
        return NONE
    if p.is_op("'", '"') and p.peek().kind == "name" and p.peek(2).kind == "op" and p.peek(2).value == p.tok.value:
        p.i += 3
        return E.sym(str(p.tokens[p.i - 2].value))
    return p.expression()


def argument_of(p: Grammar) -> Expr:
    """The operand of a function without brackets: one factor, and 2n in log 2n."""
    first = p.tok
    p.deeper()
    try:
        x = p.factor()
    finally:
        p.depth -= 1
    while first.kind == "num" and p.starts_operand() and not p.tok.spaced:
        pos = p.tok.pos
        x = p.build(E.product, x, p.factor(), pos=pos)
    return x
