"""Norms as answers: named in words, or written as an expression of the unknown.

A norm is right iff the limit of the iteration minimises it among all solutions, for every
admissible instance: judged by the lower bound |b| / N_*(a) and its attainment where the dual is
known, and by exact comparison with other solutions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from derive import patterns as re
from derive.grading.finding.labels import labels, own_labels
from derive.grading.keys import Key, kept
from derive.grading.norms.told import MOST_TEXT, measured, with_weights, written_out
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable, NotPadded
from derive.maths.equality import TOLERANCE, Witness, show_value
from derive.maths.evaluate import evaluate
from derive.maths.exact import Undefined, Value, World, compare, exact
from derive.maths.expr import Expr
from derive.maths.ordinary_worlds import ordinary_of
from derive.maths.rounding_of import bound_of
from derive.maths.worlds import WorldSet, describe, gather, join, relevant, world_sets

_INF = r"(?:\\infty|∞|infinity|infty|inf|oo)"
_NAMED = re.compile(
    r"(?P<weighted>\b(?:weighted|scaled|rescaled|mahalanobis|diagonal(?:ly)?)\b[^.;\n]{0,40}?)?"
    r"(?:"
    rf"(?:\\?ell|[LℓlL])\s*(?:\\,)?[_^{{\s(-]*(?P<p>{_INF}|[12]|₁|₂|[pq])[}})]*"
    rf"|(?P<word>euclidean|manhattan|taxicab|chebyshev|max(?:imum)?|sup(?:remum)?|uniform|frobenius)(?=[\s-]*(?:\([A-Za-z∞ -]{{1,20}}\)\s*)?(?:norm|distance|length))"
    rf"|(?P<lead>{_INF}|[12]|two|one|[pq])\s*[-–]?\s*norm"
    r")", re.I)
_WORDS = {"euclidean": "2", "frobenius": "2", "manhattan": "1", "taxicab": "1", "chebyshev": "inf", "max": "inf", "maximum": "inf",
          "sup": "inf", "supremum": "inf", "uniform": "inf", "two": "2", "one": "1", "₁": "1", "₂": "2"}
_NOT = re.compile(r"\b(?:not|isn't|rather than|instead of|unlike|neither|never)\b[^.;,\n]{0,30}$", re.I)
_BESIDE = re.compile(r"[\s-]*\(([A-Za-z∞ -]{1,20})\)")
TRIALS = 24
MOST_ANSWER = 12_000


def names_of_norms(text: str) -> int:
    """How many names of norms stand in a text, of whatever they are."""
    return sum(1 for _ in _NAMED.finditer(text))


def named_norm(text: str, vector: str, key: Key) -> Expr | None:
    """The norm that a text names, of the given vector; the last one that is not denied. Weighted ones are not named but written."""
    found = named_norms(text, vector, key)
    return found[-1] if found else None


def named_norms(text: str, vector: str, key: Key) -> list[Expr]:
    """Every norm that a text names and does not deny, in order, each once; of what the text says that it is of."""
    found: list[Expr] = []
    foreign: list[Expr] = []
    for m, norm in norms_in(text, vector, key, weighted=True):
        if norm in found:
            found.remove(norm)
        (foreign if of_another_method(text[max(0, m.start() - 500) : m.start()], key) else found).append(norm)
    return found or foreign


def norms_in(text: str, vector: str, key: Key, weighted: bool = False, denied: bool = False) -> Iterator[tuple[re.Match[str], Expr]]:
    """Where a text names a norm that it does not deny, and the norm, of the given vector or of what the text says it is of.

    weighted: also those whose weights it writes; denied: also those that it denies.
    """
    shape = key.problem.symbols[vector].shape if vector in key.problem.symbols else key.wanted.shape
    x = E.sym(vector, shape)
    for m in _NAMED.finditer(text[:MOST_ANSWER]):
        if (not denied and _NOT.search(text[max(0, m.start() - 40) : m.start()])) or (m.group("weighted") and not weighted):
            continue
        raw = (m.group("p") or m.group("word") or m.group("lead") or "").lower()
        raw = _WORDS.get(raw, raw)
        if raw in ("p", "q") and raw not in key.problem.symbols:
            continue
        beside = _BESIDE.match(text, m.end())
        if beside is not None and _WORDS.get(beside[1].lower().strip(" -"), raw) != raw:
            continue  # 'Euclidean (max) norm'
        order = E.num(int(raw)) if raw in ("1", "2") else E.sym(raw) if raw in ("p", "q") else E.INF
        norm = _told(text[m.end() : m.end() + MOST_TEXT], order, x, bool(m.group("weighted")), key) if x.shape else E.norm(x, order)
        if norm is not None:
            yield m, norm


def _told(behind: str, order: Expr, x: Expr, weighted: bool, key: Key) -> Expr | None:
    """The norm of a name, with what stands behind it: weights, the vector that it is of, or its formula; None for one with weights that are not written."""
    scope = key.wanted.scope
    weights = with_weights(behind, order, x, scope)
    if weights is not None:
        usual, other = weights
        clear = usual == other or judge_norm(usual, key).verdict is Verdict.CORRECT or judge_norm(other, key).verdict is not Verdict.CORRECT
        return usual if clear else None
    of = measured(behind, x, scope)
    return written_out(behind, x, scope) if weighted and of == x else E.norm(of, order) if of is not None else None


def of_another_method(before: str, key: Key) -> bool:
    """Whether the clause of a norm is about another optimizer: 'SGD on the other hand minimises the 2-norm'."""
    own = own_labels(key.wanted.about) if key.wanted.about else frozenset()
    *others, clause = re.split(r"[.;,\n]|\b(?:while|whereas|but|and)\b", before)
    if others and re.match(r"\s*(?:which|that|who)\b", clause):  # 'in contrast to gradient descent, which finds the one of least 2-norm'
        clause = f"{others[-1]} {clause}"
    said = {x for x in labels(clause) if not x.startswith("norm")}
    return bool(said and own) and not said & own


_BLANK_NORM = re.compile(r"(\\\||‖|\|\||\\lVert\s*)\s*(?:\\cdot|·|\.)\s*(\\\||‖|\|\||\\rVert)")


def named_blanks(text: str, theta: str) -> str:
    """‖·‖_2 as a norm of the unknown."""
    return _BLANK_NORM.sub(lambda m: f"{m.group(1)} {theta} {m.group(2)}", text) if len(text) < 4000 else text


def judge_norm(norm: Expr, key: Key) -> Judgement:
    """Whether the limit minimises the expression among all solutions, for every admissible instance.

    Refuted by a solution with a smaller value (exact arithmetic). Accepted where, besides, the
    derivation found this very norm by duality; else the acceptance is measured.
    """
    d = key.derivation
    theta, _limit = d.extra["theta"], d.extra["limit"]
    if theta not in E.symbols_in(norm) or norm.shape:
        return Judgement(Verdict.INCORRECT, f"It does not measure {theta}.", "proved")
    found = _minimised(norm, key)
    if found.verdict is Verdict.INCORRECT and _of_what_is_given(norm, theta, key):  # weights by the numbers of the statement
        given = _minimised(norm, key, given=True)
        if given.verdict is Verdict.CORRECT:
            return replace(given, reason=f"{given.reason} (With the numbers of the statement.)")
    return found


def _of_what_is_given(norm: Expr, theta: str, key: Key) -> bool:
    """Whether an expression of the unknown holds numbers beyond exponents and indices, or a quantity whose value the statement gives."""
    others = E.symbols_in(norm) - {theta}
    if others and all((s := key.problem.symbols.get(n)) is not None and s.given is not None for n in others):
        return True
    return not others and any(x.op == "dec" or (x.op == "num" and x.data not in (0, 1, 2, 3)) for x in E.walk(norm))


def _minimised(norm: Expr, key: Key, given: bool = False) -> Judgement:
    """Whether the limit minimises the expression. given: only with the numbers of the statement."""
    trials = _trials(key, given)
    d = key.derivation
    theta, limit = d.extra["theta"], d.extra["limit"]
    compared = 0
    doubtful = _all_doubtful(norm, key, trials)
    for (w, others, b_at), doubts in zip(trials, doubtful, strict=True):
        try:
            own = exact(norm, others.worlds[0]) if doubts else Fraction(0)
            for i in doubts:
                value = exact(norm, others.worlds[i])
                if compare(value, own) < 0:
                    shown, other = describe(w, relevant(w, norm, limit)), others.worlds[i].values[theta]
                    witness = Witness(shown, {"at the limit": show_value(own), "at another solution": show_value(value)},
                                      "the smallest among all solutions", f"other solution: {_shown(other)}; {b_at} = aᵀθ")
                    return Judgement(Verdict.INCORRECT, f"The limit does not minimise it: the solution {_shown(other)} has "
                                     f"{_shown(value)}, the limit {_shown(own)}.", "proved", witness)
        except NotEvaluable as err:
            return Judgement(Verdict.UNDECIDED, f"It could not be decided: {err}.")
        except Undefined:
            continue
        compared += len(others.worlds) - 1
    if not compared:
        return Judgement(Verdict.UNDECIDED, "No instance could be evaluated.")
    if not is_convex_norm(norm, theta, key, given):
        return Judgement(Verdict.UNDECIDED, "The limit minimises it on every instance tried, but it is not recognised as a norm.")
    return Judgement(Verdict.CORRECT, f"The limit minimises it among {compared} other solutions, on instances of every sign pattern.", "measured")


def _shown(v: Value) -> str:
    """A value as a person writes it: (1, 1/2)."""
    return f"({', '.join(map(_shown, v))})" if isinstance(v, list) else str(show_value(v))


def _trials(key: Key, given: bool = False) -> list[tuple[World, WorldSet, Value]]:
    """For each instance: itself, the instance with the limit and then with other solutions put in, and the right side."""
    name = f"norm trials {given}"
    if name not in key.cache:
        d = key.derivation
        theta, (a, b), limit = d.extra["theta"], d.extra["constraint"], d.extra["limit"]
        rng = np.random.default_rng(5)
        out: list[tuple[World, WorldSet, Value]] = []
        for ws in world_sets(key.problem.symbols if given else key.problem.without_given(), ("generic",), count=10, seed=77):
            for w in ws.worlds:
                try:
                    x, row, rhs = exact(limit, w), exact(a, w), exact(b, w)
                except (Undefined, NotEvaluable):
                    continue
                points = [x, *_solutions(x, row, rng)]
                out.append((w, gather("generic", [_put(w, theta, p) for p in points], w.dims), rhs))
        key.cache[name] = out
    found = key.cache[name]
    assert isinstance(found, list)
    return found


def _all_doubtful(norm: Expr, key: Key, trials: list[tuple[World, WorldSet, Value]]) -> list[list[int]]:
    """For each instance the solutions at which float64 does not see clearly that the norm is larger than at the first, smallest first."""
    whole = kept(key, f"norm batch {id(trials)}", lambda: (trials, join([t[1] for t in trials])))[1]
    try:
        values = evaluate(norm, whole.batch) if whole is not None else None
    except (NotPadded, NotEvaluable):
        values = None
    out = []
    for k, (_, others, _) in enumerate(trials):
        n = len(others.worlds)
        if whole is not None and values is not None:
            out.append(_doubtful(values[whole.starts[k] : whole.starts[k] + n]))
            continue
        try:
            out.append(_doubtful(evaluate(norm, others.batch)))
        except NotEvaluable:
            out.append(list(range(1, n)))
    return out


def _doubtful(values: npt.NDArray[np.float64]) -> list[int]:
    with np.errstate(all="ignore"):
        clear = values[1:] > values[0] + TOLERANCE.filter * (np.abs(values[1:]) + np.abs(values[0]))
    return [int(i) + 1 for i in np.argsort(values[1:], kind="stable") if not clear[i]]


def _put(w: World, name: str, value: object) -> World:
    return World({**w.values, name: value}, w.dims, w.kind)


def _solutions(x: list[Fraction], a: list[Fraction], rng: np.random.Generator) -> list[list[Fraction]]:
    """Other solutions of the same equation: x + t v with v orthogonal to a, of several lengths."""
    out = []
    size = sum((abs(v) for v in x), Fraction(0)) or Fraction(1)
    square = sum((v * v for v in a), Fraction(0))
    for k in range(TRIALS // 4):
        v = [Fraction(int(c), 8) for c in rng.integers(-8, 9, size=len(x))]
        if k % 3 == 0 and len(x) > 1:  # trade between two coordinates: where 1-norms are decided
            i, j = (int(c) for c in rng.choice(len(x), size=2, replace=False))
            v = [Fraction(0)] * len(x)
            v[i], v[j] = a[j], -a[i]
        slope = sum((p * q for p, q in zip(v, a, strict=True)), Fraction(0)) / square
        v = [p - slope * q for p, q in zip(v, a, strict=True)]
        length = sum((abs(p) for p in v), Fraction(0))
        if not length:
            continue
        for t in (Fraction(1, 1024), Fraction(1, 16), Fraction(1)):
            for sign in (1, -1):
                out.append([p + sign * t * size / length * q for p, q in zip(x, v, strict=True)])
    return out


class _Ray(NamedTuple):
    """A world with the unknown at 0, v, 2 v, -2 v and, where there is room, at a direction within the solutions: in float64 and exactly."""

    points: WorldSet
    flat: bool


def _rays(theta: str, key: Key, given: bool) -> list[_Ray]:
    rng = np.random.default_rng(9)
    out = []
    for ws in world_sets(key.problem.symbols if given else key.problem.without_given(), ("generic",), count=3, seed=78):
        for w in ws.worlds:
            n = len(w.values[theta])
            v = [Fraction(int(c), 8) for c in rng.integers(1, 9, size=n)]
            points = [[c * t for c in v] for t in (0, 1, 2, -2)]
            a = exact(key.derivation.extra["constraint"][0], w)
            along = sum((p * q for p, q in zip(v, a, strict=True)), Fraction(0)) / sum((q * q for q in a), Fraction(0))
            flat = [p - along * q for p, q in zip(v, a, strict=True)] if n > 1 else []
            out.append(_Ray(gather("generic", [_put(w, theta, p) for p in (*points, *([flat] if any(flat) else []))], w.dims), any(flat)))
    return out


def is_convex_norm(norm: Expr, theta: str, key: Key, given: bool = False) -> bool:
    """Positive off 0, zero at 0 and growing along every ray: a constant or a truncated function is no norm.

    No direction may have length 0 either, least of all one within the solutions. What float64 with its bound does not tell is worked out exactly;
    that 2 v and -2 v have one length is, in the first world of each size.
    """
    sizes: set[int] = set()
    for ray in kept(key, f"norm rays {given}", lambda: _rays(theta, key, given)):
        n = len(ray.points.worlds[0].values[theta])
        exactly = n not in sizes
        sizes.add(n)
        if not _grows(norm, ray, exactly):
            return False
    return True


def _grows(norm: Expr, ray: _Ray, exactly: bool) -> bool:
    worlds = ray.points.worlds
    try:
        if not exactly and _certainly_grows(norm, ray):
            return True
        values = [exact(norm, w) for w in worlds[:4]]
        if ray.flat and compare(exact(norm, worlds[4]), Fraction(0)) <= 0:
            return False
    except (Undefined, NotEvaluable):
        return False
    return compare(values[0], Fraction(0)) == 0 and compare(values[1], values[0]) > 0 and compare(values[2], values[1]) > 0 and compare(values[2], values[3]) == 0


def _certainly_grows(norm: Expr, ray: _Ray) -> bool:
    """The same where float64 tells it: 0 at 0, larger and larger beyond rounding, and alike on both sides up to rounding."""
    found = bound_of(norm, ray.points.batch, ordinary_of(ray.points))
    if found is None or not found.worlds[1:].all():
        return False
    v, error = evaluate(norm, ray.points.batch), 4 * found.rounding.error
    return bool(v[1] > error and v[2] > v[1] + error and abs(v[2] - v[3]) <= error and (not ray.flat or v[4] > error)) and (
        compare(exact(norm, ray.points.worlds[0]), Fraction(0)) == 0)
