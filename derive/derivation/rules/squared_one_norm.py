"""A quadratic with the square of a 1-norm: soft thresholding by a multiple of the norm that comes out.

min (k/2) ||x - t||^2 + c ||x||_1^2, c > 0. With s = ||x||_1 the subdifferential gives x_i = sign(t_i) (|t_i| - g s)_+, g = 2 c/k, so
s = sum_i (|t_i| - g s)_+. For every set A of entries s >= sum_A (|t_i| - g s), with equality at the entries that stay, which are the largest ones:
s = max_j sum_{|t_i| >= |t_j|} |t_i| / (1 + g #{i : |t_i| >= |t_j|}).   Source: Beck, First-Order Methods in Optimization (2017), example 6.70.
"""

from __future__ import annotations

from derive.derivation.letters import own
from derive.derivation.rules.common import Solve, positive_names
from derive.derivation.rules.norm_program import LENGTH, NormProgram, read, strictly_positive
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import proved_equal, simplify
from derive.maths.expr import Expr
from derive.maths.levels import shrunk_sum
from derive.maths.norm_forms import ENTRIES, is_positive
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "squared-one-norm"


def _matched(problem: Problem, part: Part) -> tuple[NormProgram, Expr] | None:
    """The program and c."""
    found = read(problem, part) if part.ask in ("argmin", "argmax") else None
    if found is None or found.others or found.limit is not None or len(found.u.shape) != 1 or E.is_number(found.curvature, 0):
        return None
    if found.form.structure != ENTRIES or not E.is_number(found.form.p, 1) or found.form.weights is not None:
        return None
    names = strictly_positive(problem) | {str(LENGTH.data)}
    c = simplify(E.replace(found.phi, {LENGTH: E.ONE}), names)
    return (found, c) if proved_equal(found.phi, E.mul(c, E.power(LENGTH, E.TWO)), names) else None


def accepts(problem: Problem, part: Part) -> bool:
    """A spherical quadratic with a multiple of the squared 1-norm."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """sign(t) (|t| - g s)_+ with s in sorted form, and the value."""
    matched = _matched(problem, part)
    assert matched is not None
    found, c = matched
    strict, k = strictly_positive(problem), found.curvature
    for e in (k, c):
        if not is_positive(e, strict):
            return NotDerived(problem, part, f"${latex(e)}$ is not known to be positive.")
    t = simplify(E.neg(E.div(found.linear, k)), positive_names(problem))
    if t.op == "zeros":
        return NotDerived(problem, part, "The quadratic is centred at 0, where the norm is least too: the point 0 is optimal, and no rule states it.")
    g, size = simplify(E.div(E.mul(E.TWO, c), k), strict), E.fn("abs", t)
    s = shrunk_sum(size, g)

    def at(total: Expr) -> Expr:
        return E.mul(E.fn("sign", t), E.fn("relu", E.sub(size, E.mul(E.mul(g, total), E.ones(*t.shape)))))

    x, name = found.u, own("s")
    answer = at(s)
    value = E.replace(found.program.objective, {x: answer})
    v, w = latex(x), latex(t)
    steps = (
        Step("subgradient", rf"Name the norm that comes out $«s» = \|{v}\|_1$. Its square has the subgradients $2 «s»$ times those of the norm.",
             rf"0 \in {latex(k)} \left({v} - ({w})\right) + {latex(simplify(E.mul(E.TWO, c)))}\, «s»\, \partial \|{v}\|_1", before=latex(found.program.objective),
             requires=(f"{latex(k)} > 0", f"{latex(c)} > 0")),
        Step("soft-threshold", "So every entry is lowered by the same multiple of $«s»$ and cut at 0.", rf"{v} = {latex(at(name))}"),
        Step("threshold", r"The sum of the moduli is $«s»$ again. For every set $«A»$ of entries $\sum_{«A»} (|«t»_i| - «\gamma» «s») \le «s»$, with equality at the entries that stay, which are "
             r"the largest ones. So $«s»$ is a maximum over the sets of the largest ones.", rf"«\gamma» = {latex(g)},\quad «s» = {latex(s)}", relation=Relation.BOUNDS),
        Step(NAME, "The value is the objective there.", rf"«J»^* = {latex(E.replace(found.program.objective, {x: at(name)}))}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")
