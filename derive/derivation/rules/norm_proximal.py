"""A spherical quadratic beside a norm or in its ball: only the magnitudes change (block and singular value thresholds).

min (k/2) ||X - T||_2^2 + c ||X||   or   subject to ||X|| <= r.  A norm of magnitudes does not see signs, directions of blocks or
singular vectors, and ||X - T|| >= || |X| - |T| || with equality where X and T share them. So X has those of T, and its magnitudes
solve the vector problem for mu = |T|: (mu - lam)_+ for the 1-norm, min(mu, tau) for the max norm with sum (mu - tau)_+ = lam
(Moreau: the residual is the projection onto the dual ball). Sources: N. Parikh and S. Boyd, Proximal Algorithms (2014), section 6;
J.-F. Cai, E. Candes, Z. Shen (2010); L. Mirsky (1960) for singular values.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.letters import own
from derive.derivation.rules.common import Solve, positive_names
from derive.derivation.rules.norm_program import LENGTH, NormProgram, read, strictly_positive, times
from derive.derivation.rules.spectral_words import named, sizes_text
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.expr import Expr
from derive.maths.monomials import build, constant_of
from derive.maths.norm_forms import COLUMNS, ENTRIES, INDEX, ROWS, SINGULAR, NormForm, is_positive, spectral
from derive.maths.projections import threshold
from derive.problem.model import Part, Problem

NAME = "norm-proximal"
SHRUNK, CLIPPED, SCALED = "shrunk", "clipped", "scaled"


@dataclass(frozen=True)
class Change:
    """How magnitudes change: (mu - level)_+ or min(mu, level). sorted: the level is a threshold in sorted form."""

    kind: str
    level: Expr
    is_sorted: bool


def accepts(problem: Problem, part: Part) -> bool:
    """A spherical quadratic with one norm, as a penalty or as a bound."""
    if part.ask not in ("argmin", "argmax"):
        return False
    found = read(problem, part)
    if found is None or found.others or E.is_number(found.curvature, 0):
        return False
    return (found.limit is None) != E.is_number(found.phi, 0)


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """T with its magnitudes shrunk or clipped, and the value."""
    found = read(problem, part)
    assert found is not None
    strict, positive = strictly_positive(problem), positive_names(problem)
    k = found.curvature
    if not is_positive(k, strict):
        return NotDerived(problem, part, f"The curvature {named(problem, k)} is not known to be positive.")
    t = simplify(E.neg(E.div(found.linear, k)), positive)
    if t.op == "zeros":
        return NotDerived(problem, part, "The quadratic is centred at 0, where the norm is least too: the point 0 is optimal, and no rule states it.")
    if found.limit is None:
        weight = _slope(found.phi, strict)
        if weight is None:
            return NotDerived(problem, part, "The penalty is no positive multiple of the norm itself.")
        level = simplify(E.div(weight, k), positive)
    else:
        weight, level = E.ZERO, found.limit
        if not is_positive(level, strict):
            return NotDerived(problem, part, f"The radius {named(problem, level)} is not known to be positive.")
    form = found.form
    change = _change(form, t, level, found.limit is not None)
    if isinstance(change, str):
        return NotDerived(problem, part, change)
    sizes = _sizes(form, t)
    new = _magnitudes(sizes, change)
    answer = _scaled_threshold(t, change, strict) if form.structure == ENTRIES and change.kind == SHRUNK and len(t.shape) == 1 and not _whole(form) else None
    answer = _composed(form, t, change) if answer is None else answer
    residual = E.sub(sizes, new)
    square = E.power(E.norm(residual, None, "fro" if len(residual.shape) == 2 else "p"), E.TWO) if residual.shape else E.power(residual, E.TWO)
    value = E.mul(simplify(E.div(k, E.TWO), positive), square)
    if found.limit is None:
        value = E.add(E.mul(weight, _outer(form, new)), value)
    least = simplify(E.sub(found.constant, E.mul(E.div(k, E.TWO), _squared(t))), positive)
    value = value if E.is_number(least, 0) else E.add(value, least)
    value = value if found.program.sense == "min" else E.neg(value)
    return Derivation(problem, part, "point", _steps(problem, found, t, change, sizes, new, answer, value), answer, value, "always")


def _slope(phi: Expr, strict: frozenset[str]) -> Expr | None:
    """c where phi = c * length with c > 0."""
    n = normal_form(phi, strict | {str(LENGTH.data)})
    if n is None or len(n) != 1:
        return None
    ((scalars, vectors), _), = n.items()
    powers = [constant_of(dict(p)) for a, p in scalars if a == LENGTH]
    c = simplify(E.replace(phi, {LENGTH: E.ONE}), strict)
    return c if powers == [1] and not vectors and is_positive(c, strict) else None


def _whole(form: NormForm) -> bool:
    return form.structure == ENTRIES and E.is_number(form.p, 2) and form.weights is None


def _change(form: NormForm, t: Expr, level: Expr, ball: bool) -> Change | str:
    """What happens to the magnitudes; text where there is no closed form."""
    if _whole(form):
        return Change(CLIPPED if ball else SHRUNK, level, False)
    if form.structure in (ROWS, COLUMNS) and not E.is_number(form.inner, 2):
        return "Blocks whose size is not a 2-norm have no common direction that the quadratic keeps."
    one, top = E.is_number(form.p, 1), form.p == E.INF
    if not (one or top):
        return "The best magnitudes solve an equation without a closed form for this exponent."
    if form.weights is not None:
        if one != (not ball) or form.structure == SINGULAR:
            return "Weighted magnitudes share a threshold that no rule states in closed form."
        levels = times(level, form.weights) if one else E.div(level, form.weights)
        return Change(SHRUNK if one else CLIPPED, levels, False)
    if one != ball:
        return Change(SHRUNK if one else CLIPPED, level, False)
    sizes = form.magnitudes(t)
    if len(sizes.shape) != 1:
        return "The common threshold of the entries of a matrix is not stated in sorted form."
    tau = E.fn("relu", threshold(sizes, level))
    return Change(SHRUNK if one else CLIPPED, tau, True)


def _sizes(form: NormForm, t: Expr) -> Expr:
    return E.norm(t, None, "p" if len(t.shape) == 1 else "fro") if _whole(form) else form.magnitudes(t)


def _magnitudes(sizes: Expr, change: Change) -> Expr:
    level = change.level if change.level.shape or not sizes.shape else E.mul(change.level, E.ones(*sizes.shape))
    return E.fn("relu", E.sub(sizes, level)) if change.kind == SHRUNK else E.fn("minimum", sizes, change.level)


def _outer(form: NormForm, h: Expr) -> Expr:
    """The norm of a point with magnitudes h >= 0."""
    if _whole(form):
        return h
    weighted = h if form.weights is None else E.mul(form.weights, h)
    return E.total(weighted) if E.is_number(form.p, 1) else E.reduce_all("max", weighted)


def _squared(t: Expr) -> Expr:
    return E.power(E.norm(t, None, "p" if len(t.shape) == 1 else "fro"), E.TWO)


def _composed(form: NormForm, t: Expr, change: Change) -> Expr:
    """The point with the directions of t and the new magnitudes."""
    if form.structure == SINGULAR:
        return spectral(t, _magnitudes(E.svd(t, "s"), change))
    if _whole(form):
        return _rescaled(t, _sizes(form, t), change)
    if form.structure == ENTRIES:
        if change.kind == CLIPPED:
            return E.fn("minimum", E.fn("maximum", t, E.neg(change.level)), change.level)
        return E.mul(E.fn("sign", t), _magnitudes(E.fn("abs", t), change))
    blocks = t if form.structure == ROWS else E.transpose(t)
    block = E.at(blocks, INDEX)
    level = E.at(change.level, INDEX) if change.level.shape else change.level
    rows = E.comp("i", _rescaled(block, E.norm(block, E.TWO), Change(change.kind, level, change.is_sorted)), blocks.shape[0])
    return rows if form.structure == ROWS else E.transpose(rows)


def _scaled_threshold(t: Expr, change: Change, strict: frozenset[str]) -> Expr | None:
    """c sign(v) (|v| - level/c)_+ where t = c v or -c v with one positive factor c; None where there is none to take out."""
    n = normal_form(t, strict)
    if n is None or len(n) != 1 or change.is_sorted or change.level.shape:
        return None
    ((scalars, vectors), k), = n.items()
    outside = frozenset(p for p in scalars if is_positive(build({(frozenset([p]), frozenset()): k / k}, E.SCALAR), strict))
    factor = build({(outside, frozenset()): abs(k)}, E.SCALAR)
    core = build({(scalars - outside, vectors): k / k}, t.shape)
    if E.is_number(factor, 1) and k > 0:
        return None
    level = simplify(E.div(change.level, factor), strict)
    soft = E.mul(E.fn("sign", core), _magnitudes(E.fn("abs", core), Change(SHRUNK, level, False)))
    if factor.op == "div" and E.is_number(factor.args[0], 1):
        out = E.div(soft, factor.args[1])
    else:
        out = soft if E.is_number(factor, 1) else E.mul(factor, soft)
    return out if k > 0 else E.neg(out)


def _rescaled(x: Expr, size: Expr, change: Change) -> Expr:
    """x shortened to (size - level)_+ or min(size, level), written so that x = 0 stays defined."""
    ratio = E.div(change.level, E.fn("maximum", size, change.level))
    return E.mul(ratio if change.kind == CLIPPED else E.sub(E.ONE, ratio), x)


def _steps(problem: Problem, found: NormProgram, t: Expr, change: Change, sizes: Expr, new: Expr, answer: Expr, value: Expr) -> tuple[Step, ...]:
    form = found.form
    x, centre, mu = named(problem, found.u), named(problem, t), named(problem, sizes)
    what = {ENTRIES: "signs", ROWS: "directions of the rows", COLUMNS: "directions of the columns", SINGULAR: "singular vectors"}[form.structure]
    what = "direction" if _whole(form) else what
    inequality = {SINGULAR: "By Mirsky's inequality", ENTRIES: "By the triangle inequality"}.get(form.structure, "By the triangle inequality in each block")
    words = sizes_text(problem, form, t)
    level = named(problem, change.level)
    if change.is_sorted:
        total = named(problem, found.limit) if found.limit is not None else level
        says = (f"The best magnitudes are {'lowered by' if change.kind == SHRUNK else 'cut at'} one threshold; what is cut off "
                f"{'keeps the rest within the radius' if change.kind == SHRUNK else 'is the projection onto the ball of the dual norm (Moreau)'}. "
                "For every set of magnitudes the excess over the threshold is at most what it must sum to, with equality at the largest ones; "
                "so the threshold is a maximum over the sets of largest magnitudes, and 0 where that is negative.")
        line = rf"«\tau» = {level}"
        del total
    elif change.kind == SHRUNK:
        says, line = "Each magnitude pays its own price: the derivative vanishes, or it stands at 0.", rf"«\mu» \mapsto {named(problem, new)}"
    else:
        says, line = "Each magnitude is bounded alone: it stands where it is free, or at the bound.", rf"«\mu» \mapsto {named(problem, new)}"
    if change.is_sorted:  # the threshold has a name now
        tau = {change.level: own("tau")}
        answer, value = E.replace(answer, tau), E.replace(value, tau)
    return (
        Step("stationarity", "Complete the square: up to a constant the smooth part is a distance from one point.",
             rf"\tfrac12 {named(problem, found.curvature)} \|{x} - {centre}\|^2" if not E.is_number(found.curvature, 1) else rf"\tfrac12 \|{x} - {centre}\|^2",
             before=named(problem, found.program.objective), requires=() if E.is_number(found.curvature) else (f"{named(problem, found.curvature)} > 0",)),
        *((Step("notation", *words, relation=Relation.DEFINES),) if words else ()),
        Step(NAME, f"{inequality} the distance is at least that of the magnitudes, with equality where the {what} agree; the norm sees the "
             "magnitudes alone.", rf"\|{x} - {centre}\| \ge \|«\mu»({x}) - «\mu»\|,\quad «\mu» = {mu}", relation=Relation.BOUNDS),
        Step("threshold", says, line),
        Step(NAME, f"The new magnitudes with the old {what}.", rf"{x} = {named(problem, answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {named(problem, value)}", relation=Relation.REDUCES),
    )
