"""Signs of sums that follow from bounds: a > 1 makes n + a - 1 positive, counts make sum(x) - n nonnegative.

Each bounded quantity x >= l is written l + t with t >= 0; a sum is nonnegative if all its coefficients are then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derive.derivation.quadratics.definite import sign_of
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.words import Words
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem


def sign(problem: Problem, part: Part, e: Expr) -> int:
    """2 where e > 0 is known, 1 where e >= 0 is, else 0."""
    facts = Facts.of(problem, part)
    own = sign_of(Words(facts), e)
    if own:
        return own
    best = 0
    for put, domains in _substitutions(problem, e):
        known = replace(facts, domains={**facts.domains, **domains}, positive=facts.positive | set(domains))
        words = Words(known)
        best = max(best, sign_of(words, words.tidy(E.replace(e, put))))
    return best


def _substitutions(problem: Problem, e: Expr) -> Iterator[tuple[dict[Expr, Expr], dict[str, str]]]:
    """Bounded symbols and totals by their distance from a bound; totals of zeros and ones from either side."""
    put: dict[Expr, Expr] = {}
    domains: dict[str, str] = {}
    upper: dict[Expr, Expr] = {}
    for x in {y for y in E.walk(e) if y.op in ("sym", "total")}:
        name = f"_t{len(put)}"
        inside = x.args[0] if x.op == "total" else x
        s = problem.symbols.get(str(inside.data)) if inside.op == "sym" else None
        if s is None or len(inside.shape) > 1:
            continue
        count = E.dim(inside.shape[0]) if inside.shape else E.ONE
        if x.op == "total" and s.domain == "binary":
            put[x], domains[name] = E.sym(name), "nonnegative"
            upper[x] = E.sub(count, E.sym(name))
        elif s.domain == "count" and bool(inside.shape) == (x.op == "total"):
            put[x], domains[name] = E.add(count, E.sym(name)), "nonnegative"
        elif s.above is not None and s.above > float("-inf") and not inside.shape:
            put[x], domains[name] = E.add(E.num(Fraction(s.above)), E.sym(name)), "positive"
    if put:
        yield put, domains
    if upper:
        yield {**put, **upper}, domains
