"""Two conditions: equal if the same instances satisfy them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from derive.grading.comparing.bounds import BOUNDS
from derive.grading.comparing.equivalence import same_condition
from derive.grading.comparing.evaluation import signs, value_at
from derive.grading.comparing.formulas import plainer
from derive.grading.comparing.instances import Case, inside
from derive.grading.comparing.logic import HOLDS, atoms
from derive.grading.comparing.outcome import Comparison, different, rational_values, undecided
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import World
from derive.maths.expr import Expr
from derive.maths.worlds import describe, relevant


def compare_conditions(case: Case, a: Expr, b: Expr) -> Comparison:
    """Conditions are equal if the same instances satisfy them."""
    a, b = _opened(plainer(a)), _opened(plainer(b))
    unclear = ""
    seen = {True: 0, False: 0}
    relations = len(atoms(a)) + len(atoms(b))
    if relations > BOUNDS.relations:
        return undecided(f"more than {BOUNDS.relations} relations")
    for w in islice(_points(case, a, b), BOUNDS.points):
        try:
            left, right = _truth(a, w), _truth(b, w)
        except NotEvaluable as err:
            unclear = str(err)
            continue
        if left != right:
            at = describe(w, relevant(w, a, b))
            values = [value_at(x, w) for c in (a, b) for r in atoms(c) for x in r.args]
            return different("One holds and the other fails.", at, "holds" if left else "fails", "holds" if right else "fails",
                              exactly=rational_values(*values))
        seen[left] += 1
    how = same_condition(case, a, b)
    if how:
        return Comparison("equal", f"The same instances satisfy them: {how}.", "proved")
    if not case.symbols and not case.dims and any(seen.values()) and not unclear:
        return Comparison("equal", f"Both {'hold' if seen[True] else 'fail'}.", "proved")
    if unclear and not any(seen.values()):
        return undecided(unclear)
    return undecided(f"both hold at {seen[True]} and fail at {seen[False]} instances, and none tells them apart; no proof was found")


def _truth(c: Expr, w: World) -> bool:
    """Whether a condition holds; one that is undefined does not. Raises NotEvaluable where digits do not tell."""
    if c.op == "rel":
        found = signs(c.args[0], c.args[1], w)
        return found is not None and all(HOLDS[c.data](s) for s in found) if c.data != "!=" else bool(found and any(found))
    if c.op in ("and", "or"):
        return (all if c.op == "and" else any)([_truth(x, w) for x in c.args])
    if c.op == "bool":
        return bool(c.data)
    raise NotEvaluable("a condition of this kind is not evaluated")


def _points(case: Case, a: Expr, b: Expr) -> Iterator[World]:
    """Instances on, just beside and far from where a relation of either side turns."""
    for ws in case.sets_of_worlds:
        yield from ws.worlds[:24]
    tiny = Fraction(1, 2**60)
    for r in (*atoms(a), *atoms(b)):
        if not r.shape:
            for w in case.on_boundary(E.sub(*r.args), 4):
                yield w
                for s in case.scalars:
                    if s.name in E.symbols_in(r) and isinstance(w.values[s.name], Fraction):
                        for v in (w.values[s.name] * (1 + tiny) + tiny, w.values[s.name] * (1 - tiny) - tiny):
                            if inside(s, v):
                                yield World({**w.values, s.name: v}, w.dims, "boundary")
    for side in (a, b):
        yield from _solutions(case, side)


def _solutions(case: Case, c: Expr) -> Iterator[World]:
    """Instances that satisfy equations u = ... with a bare symbol on one side."""
    for option in c.args if c.op == "or" else (c,):
        given = [(x, y) for r in atoms(option) if r.data == "=" for x, y in (r.args, r.args[::-1]) if x.op == "sym"
                 and x.data not in E.symbols_in(y)]
        for ws in case.sets_of_worlds:
            for w in ws.worlds[:4] if given else ():
                values = dict(w.values)
                for x, y in given * 2:
                    try:
                        v = value_at(y, World(values, w.dims))
                    except NotEvaluable:
                        v = None
                    s = case.symbols.get(str(x.data))
                    if v is not None and s is not None and (s.shape or not isinstance(v, Fraction) or inside(s, v)):
                        values[str(x.data)] = v
                yield World(values, w.dims, "solution")


def _opened(c: Expr) -> Expr:
    """A condition with e^u ~ k as u ~ log k, log u ~ k as u ~ e^k with u > 0, sqrt(u) ~ k as u ~ k^2 with u >= 0."""
    if c.op in ("and", "or"):
        return c._replace(args=tuple(map(_opened, c.args)))
    if c.op != "rel" or c.shape:
        return c
    left, right = c.args
    op = c.data
    if not E.symbols_in(left) and E.symbols_in(right):
        left, right, op = right, left, {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
    if E.symbols_in(right) or not E.symbols_in(left):
        return c
    exponential = left.op == "pow" and left.args[0] == E.EULER
    if not exponential and not (left.op == "fn" and left.data in ("exp", "log", "sqrt")):
        return c
    u = left.args[1] if exponential else left.args[0]
    try:
        known = signs(right, E.ZERO, World({}, {}))
    except NotEvaluable:
        return c
    if left.op == "fn" and left.data == "log":
        found = E.rel(op, u, _folded(E.fn("exp", right)))
        return found if op in ("=", ">", ">=") else Expr("and", (found, E.rel(">", u, E.ZERO)))
    if left.op == "fn" and left.data == "sqrt" and known in ([0], [1]):
        found = E.rel(op, u, _folded(E.power(right, E.TWO)))
        return found if op in ("=", ">", ">=") else Expr("and", (found, E.rel(">=", u, E.ZERO)))
    return E.rel(op, u, _folded(E.fn("log", right))) if known == [1] and left.data != "sqrt" else c


def _folded(e: Expr) -> Expr:
    """A constant as the rational that it is, or as it stands; e^1 is e."""
    v = value_at(e, World({}, {}))
    if isinstance(v, Fraction):
        return E.num(v)
    return E.power(E.EULER, e.args[0]) if e.op == "fn" and e.data == "exp" and not E.is_number(e.args[0], 1) else E.EULER if (
        e.op == "fn" and e.data == "exp") else e
