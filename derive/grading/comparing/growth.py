"""Orders of growth: O(f) and O(g) are the same class where f/g stays between two bounds as each letter grows."""

from __future__ import annotations

from fractions import Fraction

from derive.grading.comparing.outcome import Comparison, Counterexample, undecided
from derive.grading.judging.orders import alike
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World
from derive.maths.expr import Expr
from derive.maths.write import plain


def compare_orders(a: Expr, b: Expr) -> Comparison:
    """Two orders of growth in natural numbers."""
    if a.data != b.data:
        return undecided(f"{a.data} and {b.data} are bounds of different kinds")
    f, g = a.args[0], b.args[0]
    names = sorted(E.symbols_in(f) | E.symbols_in(g))
    try:
        grows = next((n for n in names if not alike(f, g, n, names, lambda sizes: World({n: Fraction(v) for n, v in sizes.items()}, dict(sizes)))), None)
    except (Undefined, NotEvaluable) as err:
        return undecided(str(err))
    if grows is None:
        return Comparison("equal", "The same order: the ratio of the two stays between two bounds as each letter grows alone.", "measured")
    return Comparison("different", f"The ratio of the two does not stay between two bounds as {grows} grows.", "measured",
                      Counterexample({grows: "to infinity"}, plain(f), plain(g)))
