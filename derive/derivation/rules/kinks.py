"""A sum of convex functions with one kink each: where the slopes to the left and right of x balance.

Term i falls with slope -beta_i left of z_i and rises with alpha_i right of it. The right derivative at z is
sum_{z_j <= z} alpha_j - sum_{z_j > z} beta_j, so the smallest minimiser is the least z_i with
sum_{z_j <= z_i} (alpha_j + beta_j) >= sum_j beta_j: median, weighted median, quantile.
Accepts one scalar unknown under |p + q x|, max and (.)_+, summed over an index. Source: Koenker and Bassett, Econometrica 46 (1978).
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.rules.common import Solve, positive_names, signed_objective
from derive.derivation.rules.kink_form import Kinks, read_kinks
from derive.derivation.steps import Derivation, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.expr import Expr
from derive.maths.order import beside, least_reaching, median
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "slope-count"


@dataclass(frozen=True)
class Balance:
    """What is gathered on the left of z_i, and what is needed of it; counted: all slopes are equal, the entries are counted."""

    gathered: Expr  # sum of alpha_j + beta_j over z_j <= z_i
    needed: Expr  # sum of beta_j
    counted: bool

    def least(self, k: Kinks) -> Expr:
        """The smallest minimiser."""
        return least_reaching(k.place, k.index, self.gathered, self.needed, k.first, k.last)


def accepts(problem: Problem, part: Part) -> bool:
    """A sum over an index of functions of one number with one kink each."""
    return _matched(problem, part) is not None


def _matched(problem: Problem, part: Part) -> Kinks | None:
    asked = unknown_of(problem, part)
    if asked is None or asked[0].constraints or asked[1].shape:
        return None
    return read_kinks(problem, part, signed_objective(asked[0]), asked[1])


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The smallest minimiser, and the value there."""
    k, asked = _matched(problem, part), unknown_of(problem, part)
    assert k is not None and asked is not None
    program, x = asked
    balance = balanced(k)
    unique = "always" if _never_level(problem, k) else "no"
    middle = unique == "no" and balance.counted and k.rise == k.fall
    answer = median(k.place, k.index, k.first, k.last) if middle else balance.least(k)
    value = E.replace(program.objective, {x: answer})
    return Derivation(problem, part, "point", _steps(k, balance, program.objective, x, unique, middle), answer, value, unique,
                      () if unique == "always" else ("Where the slopes balance exactly every point up to the next kink is optimal too.",))


def balanced(k: Kinks) -> Balance:
    """The condition in the least form: equal weights are counted, and halves are cleared."""
    weight = simplify(E.add(k.rise, k.fall))
    own = k.index in E.free_indices(k.fall)
    if k.index in E.free_indices(weight) or own:
        needed = E.reduce_over("sum", k.index, k.fall, k.first, k.last) if own else E.mul(k.count, k.fall)
        return Balance(beside(k.place, k.index, weight, k.first, k.last), needed, False)
    needed = simplify(E.mul(k.count, E.div(k.fall, weight)))
    return Balance(beside(k.place, k.index, E.ONE, k.first, k.last), needed, True)


def _never_level(problem: Problem, k: Kinks) -> bool:
    """Whether a whole number of equal slopes can never balance exactly: (alpha + beta) c = n beta with alpha = beta and n odd."""
    if k.index in E.free_indices(k.rise) | E.free_indices(k.fall) or k.rise != k.fall:
        return False
    n = normal_form(k.count, positive_names(problem))
    if n is None:
        return False
    odd = 0
    for (scalars, vectors), c in n.items():
        whole = not vectors and c.denominator == 1 and all(
            a.op == "dim" or (a.op == "sym" and problem.symbols[str(a.data)].domain in ("count", "integer")) for a, _ in scalars)
        if not whole or (scalars and c % 2):
            return False
        odd += 0 if scalars else int(c)
    return odd % 2 == 1


def _steps(k: Kinks, b: Balance, objective: Expr, x: Expr, unique: str, middle: bool) -> tuple[Step, ...]:
    v, z, i = latex(x), latex(k.place), latex(E.idx(k.index))
    rise, fall = latex(k.rise), latex(k.fall)
    only = "An exact balance cannot occur: both sides would be a whole number and half of an odd one." if unique == "always" else ""
    smallest = rf"\min\{{\, {z} : {latex(b.gathered)} \ge {latex(b.needed)},\ {latex(k.first)} \le {i} \le {latex(k.last)} \,\}}"
    said = "So the minimiser is the smallest kink that meets this condition."
    if middle:
        said = "That is the smallest minimiser; the largest is found in the same way from the right. Every point between them is optimal, so their mean, the median, is."
        smallest = rf"\operatorname{{median}}({z})_{{{i} = {latex(k.first)}, \dots, {latex(k.last)}}}"
    return (
        Step(NAME, f"Every term is convex with one kink, at ${z}$: its slope is $-({fall})$ to the left and ${rise}$ to the right.",
             rf"«f»'({v}^+) = \sum_{{{z} \le {v}}} {rise} - \sum_{{{z} > {v}}} {fall}", before=latex(objective), relation=Relation.DEFINES),
        Step("subdifferential", "The sum is convex and piecewise linear, and 0 lies in its subdifferential where the slope turns from negative to nonnegative: "
             f"at the smallest kink with nonnegative slope to its right. {only}".strip(), rf"{latex(b.gathered)} \ge {latex(b.needed)}"),
        Step(NAME, said, rf"{v} = {smallest}"),
    )
