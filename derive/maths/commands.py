"""LaTeX commands with arguments: fractions, roots, binomials, text, braces."""

from __future__ import annotations

from collections.abc import Callable

from derive.maths import expr as E
from derive.maths import subscripts
from derive.maths.bars import macro
from derive.maths.bigops import limit
from derive.maths.brackets import argument, bracketed
from derive.maths.differentials import written_derivative
from derive.maths.environments import environment
from derive.maths.expr import Expr
from derive.maths.gradients import derivative
from derive.maths.grammar import Grammar


def command(p: Grammar) -> Expr:
    """What the command at hand stands for, with its arguments."""
    t = p.tok
    read = _COMMANDS.get(t.value)
    if read is None:
        p.fail("a formula in the declared symbols", f"'\\{t.value}' is not read as mathematics.")
        raise AssertionError
    p.i += 1
    return read(p)


def _fraction(p: Grammar) -> Expr:
    pos = p.tokens[p.i - 1].pos
    d = written_derivative(p) or derivative(p)
    if d is not None:
        return d
    top = argument(p)
    return p.build(E.div, top, argument(p), pos=pos)


def _root(p: Grammar) -> Expr:
    degree: Expr | None = None
    if p.is_op("["):
        degree = bracketed(p, "]")
    x = argument(p)
    if degree is None and len(x.shape) == 2 and x.shape[0] == x.shape[1]:
        return p.build(E.power, x, E.HALF)  # of a matrix, the matrix whose square it is
    return p.build(E.fn, "sqrt", x) if degree is None else p.build(E.power, x, E.div(E.ONE, degree))


def _binomial(p: Grammar) -> Expr:
    n = argument(p)
    return p.build(E.fn, "binom", n, argument(p))


def _text(p: Grammar) -> Expr:
    """\\text{...} round something that is not plain words."""
    return argument(p)


def _braced_over(p: Grammar) -> Expr:
    """\\underbrace{x}_{remark}: x."""
    x = argument(p)
    if p.is_op("_", "^"):
        p.i += 1
        subscripts.group(p)
    return x


def _inner(p: Grammar) -> Expr:
    """\\inner{a}{b}."""
    a = argument(p)
    return p.build(E.dot, a, argument(p))


def _underset(p: Grammar) -> Expr:
    """\\underset{i}{\\arg\\max} as \\arg\\max_{i}."""
    t = p.tok
    below = subscripts.group(p)
    body = subscripts.group(p)
    under = [t._replace(kind="op", value="_"), t._replace(kind="op", value="{"), *below, t._replace(kind="op", value="}")]
    p.tokens[p.i : p.i] = [*body, *under]
    return p.primary()


_COMMANDS: dict[str, Callable[[Grammar], Expr]] = {
    **dict.fromkeys(("frac", "tfrac", "dfrac", "cfrac", "sfrac", "nicefrac"), _fraction),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _binomial),
    **dict.fromkeys(("text", "textrm", "mathrm", "operatorname", "operatornamewithlimits", "mathop"), _text),
    **dict.fromkeys(("underbrace", "overbrace"), _braced_over),
    **dict.fromkeys(("inner", "ip"), _inner),
    "sqrt": _root,
    "begin": environment,
    "lim": limit,
    "norm": lambda p: macro(p, "‖"),
    "abs": lambda p: macro(p, "|"),
    "underset": _underset,
}
