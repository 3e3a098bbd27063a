"""For which constant steps |1 - gain(alpha)| < 1: the range in which a linear residual law contracts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.derivation.rules.force import symbol_table
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.ray import Ray
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.sympy_bridge import from_sympy, to_sympy

# Positive values at which intervals between roots are tried; sample j of atom i is PROBES[(i + j) % 5].
PROBES = (Fraction(1, 3), Fraction(7, 5), Fraction(2), Fraction(5, 7), Fraction(11, 4))


@dataclass(frozen=True)
class StepRange:
    """The open interval lower < step < upper; upper may be infinite.

    sampled: the order of its ends, and on which side of them the multiplier shrinks, were decided at sampled parameters.
    """

    step: Expr
    lower: Expr
    upper: Expr
    sampled: bool = False

    @property
    def condition(self) -> Expr:
        """The range as a condition on the step."""
        below = E.rel("<", self.lower, self.step)
        return below if self.upper == E.INF else Expr("and", (below, E.rel("<", self.step, self.upper)))


def step_range(ray: Ray) -> StepRange:
    """All step sizes alpha > 0 with |1 - gain(alpha)| < 1, that is 0 < gain < 2.

    Raises Refused for the sign law, and where the range is empty or no single interval.
    """
    if ray.law != "linear":
        raise Refused("the step does not shrink with the residual, so no constant step size makes every start converge")
    import sympy as sp

    step = sp.Symbol("step", positive=True)
    gain, back = to_sympy(ray.gain, {**symbol_table([ray.gain], ray.signs), ray.step: step})
    if not gain.has(step):
        raise Refused("the step size does not enter the update")
    try:
        # Where the gain leaves (0, 2): there the multiplier is 1 or -1.
        roots = {z for level in (0, 2) for z in sp.solve(gain - level, step) if z.is_positive is not False}
    except NotImplementedError:
        raise Refused("the step sizes where the multiplier is 1 or -1 cannot be found") from None
    ends = _ordered(roots, gain, step)
    inside = [i for i in range(len(ends)) if _contracts(gain, step, ends, i)]
    if not inside:
        raise Refused("no constant step size converges")
    if len(inside) != 1:
        raise Refused(f"the step sizes that converge form {len(inside)} intervals")
    i = inside[0]
    lower = E.ZERO if i == 0 else ray.signs.simplify(from_sympy(ends[i - 1], back))
    upper = E.INF if i == len(ends) - 1 else ray.signs.simplify(from_sympy(ends[i], back))
    return StepRange(ray.step, lower, upper, len(ends) > 2 and bool(gain.free_symbols - {step}))


def _samples(exprs: list[Any], step: Any) -> list[dict[Any, Any]]:
    import sympy as sp

    atoms = sorted(set().union(*(e.free_symbols for e in exprs)) - {step}, key=str)
    return [{a: sp.Rational(PROBES[(i + j) % 5].numerator, PROBES[(i + j) % 5].denominator)
             for i, a in enumerate(atoms)} for j in range(len(PROBES))]


def _ordered(roots: set[Any], gain: Any, step: Any) -> list[Any]:
    """Ends of the intervals between positive roots, the last one infinite; their order must be the same everywhere."""
    import sympy as sp

    orders = set()
    listed = sorted(roots, key=str)
    for at in _samples([gain, *listed], step):
        values = [z.subs(at) for z in listed]
        if any(v.is_real is not True for v in values):
            raise Refused("a bound on the step size is real only for some instances")
        orders.add(tuple(sorted((i for i, v in enumerate(values) if v > 0), key=lambda i: values[i])))
    if len(orders) != 1:
        raise Refused("the order of the bounds on the step size depends on the instance")
    return [*(listed[i] for i in orders.pop()), sp.oo]


def _contracts(gain: Any, step: Any, ends: list[Any], i: int) -> bool:
    """Whether 0 < gain < 2 in the middle of interval i; by continuity then in all of it."""
    verdicts = set()
    for at in _samples([gain, *ends[:-1]], step):
        low = ends[i - 1].subs(at) if i else 0
        middle = low + 1 if i == len(ends) - 1 else (low + ends[i].subs(at)) / 2
        value = gain.subs(at).subs(step, middle)
        verdicts.add(bool(0 < value < 2))
    if len(verdicts) != 1:
        raise Refused("whether a step size converges depends on the instance")
    return verdicts.pop()
