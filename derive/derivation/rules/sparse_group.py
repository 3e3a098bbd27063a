"""The 1-norm and a block 2-norm together beside a spherical quadratic: soft threshold first, then shrink the blocks.

min (k/2) ||x - t||^2 + a ||x||_1 + b ||x||_2  (or the sum of the 2-norms of rows).  The soft threshold z of t leaves the
subgradient t - z in a/k times the subdifferential of ||.||_1 at z; shrinking a block of z keeps signs and zeros, so the same
subgradient serves at x, and the proximal operators compose. Source: Y.-L. Yu, On decomposing the proximal map (2013);
N. Simon et al., A sparse-group lasso (2013).
"""

from __future__ import annotations

from derive.derivation.rules.common import Solve, positive_names, program_of, signed_objective
from derive.derivation.rules.norm_program import LENGTH, NotQuadratic, power_of_norm, quadratic, strictly_positive, terms, times
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable
from derive.maths.expr import Expr
from derive.maths.norm_forms import COLUMNS, ENTRIES, INDEX, ROWS, NormForm, is_positive
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "sparse-group"
SPARSE = NormForm(ENTRIES, E.ONE)
GROUPS = (NormForm(ENTRIES, E.TWO), NormForm(ROWS, E.ONE), NormForm(COLUMNS, E.ONE))

Read = tuple[Expr, NormForm, Expr, Expr, Expr, Expr]


def _read(problem: Problem, part: Part) -> Read | None:
    """(unknown, block norm, weight of the 1-norm, weight of the block norm, curvature, linear part)."""
    program = program_of(problem, part)
    if program is None or len(program.over) != 1 or program.constraints:
        return None
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    if not u.shape:
        return None
    strict = strictly_positive(problem)
    weights: dict[NormForm, list[Expr]] = {}
    smooth: list[Expr] = []
    try:
        for c, core in terms(signed_objective(program), u):
            found = power_of_norm(core, u, strict)
            if found is None:
                smooth.append(times(c, core))
            else:
                weights.setdefault(found[0], []).append(times(c, found[1]))
        if len(weights) != 2 or SPARSE not in weights or not smooth:
            return None
        k, linear, _ = quadratic(E.add(*smooth), u, positive_names(problem))
    except (NotDifferentiable, NotQuadratic, E.ShapeError):
        return None
    group = next(form for form in weights if form != SPARSE)
    a, b = (simplify(E.replace(E.add(*weights[f]), {LENGTH: E.ONE}), strict) for f in (SPARSE, group))
    lines = all(simplify(E.add(*weights[f], E.neg(E.mul(s, LENGTH))), strict) == E.ZERO for f, s in ((SPARSE, a), (group, b)))
    return (u, group, a, b, k, linear) if group in GROUPS and lines else None


def accepts(problem: Problem, part: Part) -> bool:
    """A 1-norm, a block norm and a quadratic, nothing else."""
    return part.ask in ("argmin", "argmax") and _read(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The soft threshold of t with its blocks shrunk."""
    found, program = _read(problem, part), program_of(problem, part)
    assert found is not None and program is not None
    u, group, a, b, k, linear = found
    strict, positive = strictly_positive(problem), positive_names(problem)
    if not all(is_positive(x, strict) for x in (a, b, k)):
        return NotDerived(problem, part, "The weights of the norms and the curvature are not all known to be positive.")
    t = simplify(E.neg(E.div(linear, k)), positive)
    first, second = (simplify(E.div(x, k), positive) for x in (a, b))
    soft = E.mul(E.fn("sign", t), E.fn("relu", E.sub(E.fn("abs", t), E.mul(first, E.ones(*t.shape)))))
    if group.structure == ENTRIES:
        answer = _shrunk(soft, second)
    else:
        blocks = soft if group.structure == ROWS else E.transpose(soft)
        rows = E.comp(str(INDEX.data), _shrunk(E.at(blocks, INDEX), second), blocks.shape[0])
        answer = rows if group.structure == ROWS else E.transpose(rows)
    value = E.replace(program.objective, {u: answer})
    x, z = latex(u), latex(soft)
    steps = (
        Step("soft-threshold", "Without the block norm each entry is a problem of its own: the soft threshold.", rf"«z» = {z}",
             before=latex(program.objective), relation=Relation.DEFINES),
        Step("block-shrinkage", "With the block norm alone a block is shortened along its direction, or set to 0.",
             rf"«x» \mapsto \left(1 - \frac{{{latex(second)}}}{{\max(\|«x»\|_2, {latex(second)})}}\right) «x»", relation=Relation.DEFINES),
        Step(NAME, "Shortening a block of $«z»$ changes no sign and no zero, so the subgradient of the 1-norm that the soft threshold leaves serves at the "
             "shortened point too: 0 lies in the subdifferential of the whole objective there.", rf"{x} = {latex(answer)}"),
        Step(NAME, "The value is the objective there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")


def _shrunk(x: Expr, level: Expr) -> Expr:
    return E.mul(E.sub(E.ONE, E.div(level, E.fn("maximum", E.norm(x, None, "p" if len(x.shape) == 1 else "fro"), level))), x)
