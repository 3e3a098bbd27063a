"""Conditions: right is what is true exactly where the required one is, tested on both sides of its boundary."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from derive.derivation.certify_worlds import near_boundary
from derive.grading.judging.values import where_it_is
from derive.grading.keys import Key, kept
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.algebra import NormalForms
from derive.maths.batches import NotEvaluable
from derive.maths.equality import (
    Witness,
)
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr
from derive.maths.truths import OPEN, Truths
from derive.maths.worlds import WorldSet, describe, relevant


def judge_condition(answer: Expr, key: Key, approximate: bool) -> Judgement:
    """A condition is right iff it is true exactly where the required one is, tested on both sides of the boundary."""
    required = key.derivation.answer
    assert required is not None
    if answer.op not in E.CONDITIONS:
        return Judgement(Verdict.UNREADABLE, "An inequality or a range is asked.")
    shapes = {_compared(x) for x in E.walk(answer) if x.op == "rel"}
    if len(shapes) > 1 or not shapes <= {(), *(_compared(x) for x in E.walk(required) if x.op == "rel")}:
        return Judgement(Verdict.INCORRECT, "It compares a vector, and the required condition is one on numbers.", "proved")
    seen = {True: 0, False: 0}
    sides = sides_of(key)
    if _same_relation(answer, required):
        certain = np.array([want for _, want in sides], dtype=np.int8)
    else:
        certain = kept(key, "boundary truths", lambda: Truths([w for w, _ in sides])).of(answer)
    order = sorted(range(len(sides)), key=lambda j: certain[j] == OPEN)  # what float64 tells comes first
    for j in order:
        w, want = sides[j]
        try:
            got = bool(certain[j]) if certain[j] != OPEN else bool(exact(answer, w))
        except Undefined:
            continue
        except NotEvaluable as err:
            return Judgement(Verdict.UNDECIDED, f"It could not be decided: {err}.")
        if got != want:
            witness = Witness(describe(w, relevant(w, answer, required)), _holds(got), _holds(want))
            return Judgement(Verdict.INCORRECT, f"It {_holds(got)} where the required condition {_holds(want)}{where_it_is(witness)}.",
                             "proved", witness)
        seen[want] += 1
    if not sum(seen.values()):
        return Judgement(Verdict.UNDECIDED, "No instance could be evaluated.")
    return Judgement(Verdict.CORRECT, f"It holds and fails where it must, on {seen[True]} instances inside, {seen[False]} outside, "
                     "and at the boundary and within 2^-60 of it.", "measured")


def _compared(relation: Expr) -> tuple[object, ...]:
    """The shape of what a comparison compares."""
    return next((t.shape for t in relation.args if t.shape), ())


def _same_relation(a: Expr, b: Expr) -> bool:
    """Whether one comparison, or its mirror image, has sides with the normal forms of the other's."""
    if a.op != "rel" or b.op != "rel":
        return False
    if a.data != b.data:
        a = Expr("rel", a.args[::-1], a.shape, _MIRRORED.get(a.data, ""))
    forms = NormalForms(places=True)
    return a.data == b.data and all(x == y or (forms.of(x) is not None and forms.of(x) == forms.of(y)) for x, y in zip(a.args, b.args, strict=True))


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def sides_of(key: Key) -> list[tuple[World, bool]]:
    """The worlds at the boundary of the condition that a key requires, and whether it holds there; made once a part."""
    required = key.derivation.answer
    assert required is not None
    return kept(key, "boundary", lambda: _sides(key, required))


def _sides(key: Key, required: Expr) -> list[tuple[World, bool]]:
    """The worlds at the boundary of the required condition, and whether it holds there."""
    out = []
    for w in boundary_worlds(key, required):
        w.known = {}
        try:
            out.append((w, bool(exact(required, w))))
        except (Undefined, NotEvaluable):
            continue
    return out


def _holds(v: bool) -> str:
    return "holds" if v else "fails"


def boundary_worlds(key: Key, condition: Expr) -> list[World]:
    """Worlds on, just beside and far from the boundary of a condition."""
    on = key.derivation.extra.get("on")
    out: list[World] = []
    if on is None:
        out = near_boundary(key.problem, condition, [*key.generic, *key.edges])
        return out + _at_equality(condition, [*key.generic, *key.edges])
    ends = [e for e in (key.derivation.extra.get("lower"), key.derivation.extra.get("upper")) if isinstance(e, Expr)]
    tiny = Fraction(1, 2**60)
    for ws in key.generic:
        for w in ws.worlds[:4]:
            for e in ends:
                try:
                    edge = exact(e, w)
                except (Undefined, NotEvaluable):
                    continue
                if not isinstance(edge, Fraction):
                    continue
                scale = abs(edge) or Fraction(1)
                for shift in (Fraction(0), tiny, -tiny, Fraction(1, 1000), Fraction(-1, 1000), Fraction(1, 2), Fraction(-1, 2),
                              Fraction(1), Fraction(5)):
                    value = edge + shift * scale
                    if value > 0 or key.problem.symbols[on].domain not in ("positive",):
                        out.append(World({**w.values, on: value}, w.dims, w.kind))
    return out


def _at_equality(condition: Expr, sets: Sequence[WorldSet]) -> list[World]:
    """Worlds in which a scalar on one side of lhs <= rhs is set so that both sides are equal."""
    if condition.op != "rel":
        return []
    out = []
    for ws in sets:
        for w in ws.worlds[:3]:
            for name in sorted(E.symbols_in(condition)):
                if isinstance(w.values.get(name), Fraction):
                    out += _balanced(condition, w, name)
    return out


def _balanced(condition: Expr, w: World, name: str) -> list[World]:
    """Solve lhs = rhs for one scalar where the ratio of the sides is a power of it (as 1/alpha)."""
    try:
        a, b = (exact(x, w) for x in condition.args)
        double = World({**w.values, name: w.values[name] * 2}, w.dims, w.kind)
        a2, b2 = (exact(x, double) for x in condition.args)
        if not all(isinstance(v, Fraction) and v for v in (a, b, a2, b2)):
            return []
        growth = (a2 / b2) / (a / b)
        factor = {Fraction(2): b / a, Fraction(1, 2): a / b}.get(growth)
    except (Undefined, NotEvaluable):
        return []
    if factor is None:
        return []
    tiny = 1 + Fraction(1, 2**60)
    return [World({**w.values, name: w.values[name] * factor * k}, w.dims, w.kind) for k in (Fraction(1), tiny, 1 / tiny)]
