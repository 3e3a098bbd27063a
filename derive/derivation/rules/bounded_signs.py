"""Signs of sums that follow from bounds: a > 1 makes n + a - 1 positive, counts make sum(x) - n nonnegative, x < m makes m - x positive.

Each bounded quantity x >= l is written l + t with t >= 0, and so is one side of an assumed inequality; a sum of x is n max(x) - t. A sum is
nonnegative if all its coefficients are then.
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
    for put, domains in (*_substitutions(problem, e), *_assumed(facts)):
        known = replace(facts, domains={**facts.domains, **domains}, positive=facts.positive | set(domains))
        words = Words(known)
        best = max(best, sign_of(words, words.tidy(E.replace(e, put))))
    return best


def _assumed(facts: Facts) -> Iterator[tuple[dict[Expr, Expr], dict[str, str]]]:
    """One side of each assumed inequality by the other and their distance; totals of a vector by its maximum or minimum beside it."""
    for c in facts.when:
        if c.op != "rel" or c.data not in ("<", "<=", ">", ">=") or c.args[0].shape or c.args[1].shape:
            continue
        large, small = c.args if c.data[0] == ">" else c.args[::-1]
        gap, over = E.sym("_gap"), E.sym("_over")
        domains = {"_gap": "positive" if c.data in "<>" else "nonnegative", "_over": "nonnegative"}
        totals: dict[Expr, Expr] = {}
        for x in (*E.walk(large), *E.walk(small)):
            if x.op == "reduceall" and len(x.args[0].shape) == 1:
                whole = E.mul(E.dim(x.args[0].shape[0]), x)
                totals[E.total(x.args[0])] = E.sub(whole, over) if x.data == "max" else E.add(whole, over)
        for side, other, way in ((large, small, 1), (small, large, -1)):
            if side.op in ("sym", "total") and side not in set(E.walk(other)):
                put = {side: E.add(other, gap) if way > 0 else E.sub(other, gap)}
                yield {**put, **totals}, domains


def _substitutions(problem: Problem, e: Expr) -> Iterator[tuple[dict[Expr, Expr], dict[str, str]]]:
    """Bounded symbols and totals by their distance from a bound; totals of zeros and ones from either side."""
    put: dict[Expr, Expr] = {}
    domains: dict[str, str] = {}
    upper: dict[Expr, Expr] = {}
    for x in {y for y in E.walk(e) if y.op in ("sym", "total")}:
        name = f"_t{len(put)}"
        inside = x.args[0] if x.op == "total" else x
        logs = inside.op == "fn" and inside.data == "log" and inside.args[0].op == "sym"
        s = problem.symbols.get(str((inside.args[0] if logs else inside).data)) if logs or inside.op == "sym" else None
        if s is None or len(inside.shape) > 1:
            continue
        count = E.dim(inside.shape[0]) if inside.shape else E.ONE
        if logs:  # log x > 0 where x > 1
            if x.op == "total" and s.above is not None and s.above >= 1:
                put[x], domains[name] = E.sym(name), "positive"
            continue
        if x.op == "total" and s.domain == "binary":
            put[x], domains[name] = E.sym(name), "nonnegative"
            upper[x] = E.sub(count, E.sym(name))
        elif s.domain == "count" and bool(inside.shape) == (x.op == "total"):
            put[x], domains[name] = E.add(count, E.sym(name)), "nonnegative"
        elif s.above is not None and s.above > float("-inf") and bool(inside.shape) == (x.op == "total"):
            put[x], domains[name] = E.add(E.mul(count, E.num(Fraction(s.above))), E.sym(name)), "positive"
    if put:
        yield put, domains
    if upper:
        yield {**put, **upper}, domains
