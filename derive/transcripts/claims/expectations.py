"""Expectations over the noise of an iteration: E[(x + N)^2] and E[w_{t+1}] -> formulas in the moments and in the mean of the states.

For a polynomial p of degree 5 at most and normal N with mean m and variance v, E[p(N)] = p(m) + v/2 p''(m) + v^2/8 p''''(m), with the derivatives by
central differences, which are exact then; of another law only degrees up to 2 are averaged. The states are independent of the noise of their step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.nouns.iteration import Noise
from derive.transcripts.claims.language import Language, Side, Unreadable

MEAN = "mean:"  # begins the name of the mean of a state
_EXPECTS = re.compile(
    r"(?:\\mathbb\s*\{?\s*E\s*\}?|\\(?:mathbf|mathrm|operatorname|text)\s*\{\s*E\s*\}|(?<![A-Za-z\\])E)"
    r"\s*(?:_\s*(?:\{[^{}]*\}|[A-Za-z]))?\s*(?:\\(?:left|big|Big|bigl|Bigl))?\s*(?P<open>[\[(])")
_TIMED = re.compile(r"_\s*\{?\s*(?:t(?![A-Za-z])|T\b|\\infty|\d)")
_CLOSERS = {"[": "]", "(": ")"}


def with_expectations(text: str, lang: Language, put: Callable[[Expr], str], read: Callable[[str, Language], tuple[Side, ...]]) -> str:
    """The text with every expectation as a name. Raises Unreadable where one cannot be worked out."""
    if not lang.noise:
        return text
    i = 0
    while (m := _EXPECTS.search(text, i)) is not None:
        if "E" in lang.scope.symbols and m.group().startswith("E"):
            return text
        stop = _closing(text, m.end() - 1)
        inner = re.sub(r"\\(?:right|big|Big|bigr|Bigr)\s*$", "", text[m.end() : stop])
        side = read(inner, lang)[0]
        drawn = any(x.op == "sym" and x.data in {n.name for n in lang.noise} for x in E.walk(side.expr))
        written = put(_of_states(averaged(side.expr, lang.noise), lang, not drawn or bool(_TIMED.search(inner))))
        text = text[: m.start()] + written + text[stop + 1 :]
        i = m.start() + len(written)
    return text


def _closing(text: str, start: int) -> int:
    """The place of the bracket that closes the one at start. Raises Unreadable."""
    level = 0
    opened, closed = text[start], _CLOSERS[text[start]]
    for k in range(start, len(text)):
        level += (text[k] == opened) - (text[k] == closed)
        if not level:
            return k
    raise Unreadable("an expectation that does not end")


def averaged(e: Expr, noise: Sequence[Noise]) -> Expr:
    """The expectation of an expression over independent noise, the states held fixed. Raises Unreadable where it is no polynomial of a low degree in it."""
    for n in noise:
        if n.mean.shape:
            raise Unreadable("an expectation over a vector")
        degree = _degree(e, n.name)
        if degree is None or degree > (5 if n.law == "normal" else 2):
            raise Unreadable("an expectation that is not worked out here")
        if not degree:
            continue
        z = E.sym(n.name)

        def at(k: int, e: Expr = e, z: Expr = z, mean: Expr = n.mean) -> Expr:
            return E.replace(e, {z: E.add(mean, E.num(k))})

        fourth = E.add(at(2), E.mul(E.num(-4), at(1)), E.mul(E.num(6), at(0)), E.mul(E.num(-4), at(-1)), at(-2)) if degree > 2 else E.mul(E.ZERO, at(0))
        second = E.sub(E.add(at(1), E.mul(E.num(-2), at(0)), at(-1)), E.div(fourth, E.num(12)))
        e = E.add(at(0), E.mul(E.div(n.variance, E.TWO), second), E.mul(E.div(E.power(n.variance, E.TWO), E.num(8)), fourth))
    return e


def _degree(e: Expr, name: str) -> int | None:
    """The degree of a polynomial in a symbol; None where it is none."""
    if e.op == "sym":
        return int(e.data == name)
    found = [_degree(a, name) for a in e.args]
    known = [d for d in found if d is not None]
    if len(known) < len(found):
        return None
    if not any(known):
        return 0
    if e.op in ("add", "neg", "vec", "comp", "T"):
        return max(known)
    if e.op in ("mul", "dot", "matmul"):
        return sum(known)
    if e.op == "pow" and not known[1] and e.args[1].op == "num" and isinstance(e.args[1].data, (int, Fraction)) and e.args[1].data == int(e.args[1].data) and e.args[1].data > 0:
        return known[0] * int(e.args[1].data)
    return known[0] if e.op == "div" and not known[1] else None


def _of_states(e: Expr, lang: Language, moving: bool) -> Expr:
    """An average over the noise of a step with the states by their means; moving: they are those of a step, and not one fixed value. Raises Unreadable."""
    names = (str(lang.unknown.data), *(n for n, _ in lang.states.values()))
    states = [x for x in set(E.walk(e)) if x.op == "sym" and str(x.data).partition("@")[0] in names]
    if not moving and not any("@" in str(x.data) for x in states):
        return e
    if len(states) > 1 or any(_degree(e, str(x.data)) != 1 for x in states):
        raise Unreadable("the expectation of a product of states")
    return E.replace(e, {x: x._replace(data=f"{MEAN}{x.data}") for x in states})
