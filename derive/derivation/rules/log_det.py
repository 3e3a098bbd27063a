"""A positive definite matrix under log det and a trace: a log det S + tr(S^{-1} M), or -a log det S + tr(S M).

log det A <= tr A - n for A positive definite, with equality only at A = I. With A = M S^{-1} / a (or S M / a, up to similarity)
the objective is bounded below by its value at S = M / a (or S = a M^{-1}), which is therefore the only minimum.
Obligations: a > 0, M positive definite. Source: Boyd and Vandenberghe, Convex Optimization, section 7.1.1; Anderson (1984), lemma 3.2.2.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.quadratics.definite import Requirement, definite, sign_of
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.words import Sum, TooLong, Words
from derive.derivation.rules.common import Solve, addends, signed_objective
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "log-determinant"


@dataclass(frozen=True)
class Form:
    """weight log det S + tr(S^{-1} M) where inverse, else weight log det S + tr(S M)."""

    words: Words
    s: Expr
    weight: Expr
    inverse: bool
    m: Sum
    constant: tuple[Expr, ...]
    requires: Requirement


def _matched(problem: Problem, part: Part) -> Form | None:
    asked = unknown_of(problem, part)
    if asked is None or asked[0].constraints or len(asked[1].shape) != 2 or problem.symbols[str(asked[1].data)].domain != "spd":
        return None
    program, s = asked
    words = Words(Facts.of(problem, part), s)
    weight, constant = E.ZERO, []
    traced: dict[bool, Sum] = {}
    try:
        for t in addends(signed_objective(program)):
            if s not in set(E.walk(t)):
                constant.append(t)
                continue
            c, core = _coefficient(t, s)
            if core.op == "fn" and core.data == "log" and core.args[0].op == "det" and core.args[0].args[0] == s:
                weight = E.add(weight, c)
                continue
            found = _traced(words, core, s)
            if found is None:
                return None
            inverse, m = found
            traced[inverse] = words.plus(traced.get(inverse, {}), words.scaled(m, c))
    except (TooLong, E.ShapeError):
        return None
    if len(traced) != 1 or E.is_number(weight, 0):
        return None
    (inverse, m), = traced.items()
    known = definite(words, _symmetric(words, m))
    return Form(words, s, words.tidy(weight), inverse, m, tuple(constant), known if known.holds else _assumed(words, m) or known)


def _assumed(words: Words, m: Sum) -> Requirement | None:
    """M is definite where the statement assumes det(P) > 0 of a Gram matrix P = R^T R with M = c P, c > 0."""
    for c in words.facts.when:
        if c.op != "rel" or c.data not in (">", "<"):
            continue
        large, small = c.args if c.data == ">" else c.args[::-1]
        if large.op != "det" or not E.is_number(small, 0):
            continue
        try:
            left, right = large.args[0].args if large.args[0].op == "matmul" else (large.args[0], large.args[0])
            given, gram = words.expand(large.args[0]), words.expand(left) == words.transposed(words.expand(right))
        except (TooLong, E.ShapeError):
            continue
        shared = next((k for k in given if k in m), None)
        if not gram or shared is None:
            continue
        ratio = words.tidy(E.div(m[shared], given[shared]))
        if sign_of(words, ratio) == 2 and not words.plus(m, words.scaled(given, E.neg(ratio))):
            return Requirement(True, (f"{latex(large)} > 0",))
    return None


def _coefficient(t: Expr, s: Expr) -> tuple[Expr, Expr]:
    """t = c * core with c free of S."""
    if t.op == "neg":
        c, core = _coefficient(t.args[0], s)
        return E.neg(c), core
    if t.op in ("mul", "div") and not t.shape:
        a, b = t.args
        if s not in set(E.walk(b)):
            c, core = _coefficient(a, s)
            return (E.mul(c, b) if t.op == "mul" else E.div(c, b)), core
        if t.op == "mul" and s not in set(E.walk(a)):
            c, core = _coefficient(b, s)
            return E.mul(a, c), core
    return E.ONE, t


def _traced(words: Words, core: Expr, s: Expr) -> tuple[bool, Sum] | None:
    """tr(L S^{-1} R) = tr(S^{-1} R L): whether the inverse stands there, and R L. x^T S y is the trace of S y x^T."""
    if core.op == "trace":
        product = words.expand(core.args[0])
    elif core.op == "dot" and len(core.args[0].shape) == 1:
        product = words.times(words.transposed(words.expand(core.args[0])), words.expand(core.args[1]))
    else:
        return None
    out: Sum = {}
    ways = set()
    for w, c in product.items():
        places = [i for i, f in enumerate(w) if s in set(E.walk(f))]
        if len(places) != 1 or w[places[0]] not in (s, E.inverse(s)):
            return None
        i = places[0]
        ways.add(w[i] != s)
        out = words.plus(out, words.reduced(w[i + 1 :] + w[:i], c))
    return (ways.pop(), out) if len(ways) == 1 else None


def _symmetric(words: Words, m: Sum) -> Sum:
    """(M + M^T)/2: a trace against a symmetric matrix sees nothing else of M."""
    return words.scaled(words.plus(m, words.transposed(m)), E.HALF)


def accepts(problem: Problem, part: Part) -> bool:
    """A logarithm of a determinant beside traces in which the unknown (or its inverse) stands once."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """S = M/a, or S = a M^{-1}."""
    f, asked = _matched(problem, part), unknown_of(problem, part)
    assert f is not None and asked is not None
    w = f.words
    size = f.weight if f.inverse else w.tidy(E.neg(f.weight))
    if sign_of(w, size) < 2:
        return NotDerived(problem, part, f"The weight ${latex(size)}$ of the log-determinant is not known to be positive.")
    if not f.requires.holds:
        return NotDerived(problem, part, f"The matrix beside it is not known to be positive definite ({f.requires.missing}).")
    m = _symmetric(w, f.m)
    n = f.s.shape[0]
    found = w.scaled(m, w.tidy(E.div(E.ONE, size))) if f.inverse else w.scaled(w.inverted(m, n), size)
    answer = w.build(found, f.s.shape)
    value = E.replace(asked[0].objective, {f.s: answer})
    s, a = latex(f.s), latex(size)
    beside = rf"{s}^{{-1}} «M»" if f.inverse else rf"{s} «M»"
    steps = (
        Step(NAME, "Gather the terms: a log-determinant, and one trace of the unknown" + (" inverted" if f.inverse else "") + " against a matrix $«M»$.",
             rf"\min\ {'' if f.inverse else '-'}{a} \log\det {s} + \operatorname{{tr}}({beside}),\quad «M» = {latex(w.build(m, f.s.shape))}",
             before=latex(asked[0].objective), requires=f.requires.because),
        Step("trace-inequality", "For a positive definite $«A»$ with eigenvalues $«\\lambda»_i$: $\\log\\det «A» = \\sum_i \\log «\\lambda»_i \\le \\sum_i («\\lambda»_i - 1)$, "
             f"with equality only for $«A» = I$. Taken for ${beside}/{a}$, which has the eigenvalues of a positive definite matrix, this bounds the objective from below.",
             rf"\operatorname{{tr}}({beside}) - {a} \log\det\left(\tfrac{{1}}{{{a}}} {beside}\right) \ge {a}\, {n}", relation=Relation.BOUNDS, requires=(f"{a} > 0",)),
        Step(NAME, "The bound is attained where that matrix is the identity, and nowhere else.", rf"{s} = {latex(answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")
