"""Orders of growth: what Θ(…) or O(…) says where an exact count is asked.

The order alone is part of the answer where it is that of the count; another order is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from derive.grading.keys import Key, kept
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import Witness
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr
from derive.maths.many_digits import mpmath
from derive.maths.worlds import show_number

_SIZES = (2**40, 2**160)  # a power of a logarithm grows by 4 between them, a power of the size by 2^120
_SAME = 1.3  # lower terms matter little at such sizes
_OTHERS = 64
_SHOWN = 1000


def judge_order(orders: tuple[Expr, ...], key: Key) -> Judgement:
    """Judge orders of growth f against the required count c: partial where f/c stays between two bounds as each size grows alone."""
    required = key.derivation.answer
    if key.part.ask not in ("count", "table") or required is None or required.shape or not orders:
        return Judgement(Verdict.INCORRECT, "Only an order of growth is given; the expression itself is asked.", "proved", diagnosis="order of growth only")
    names = sorted(set().union(*(E.symbols_in(e) for e in (*orders, required))))
    try:
        for order in orders:
            grows = next((n for n in names if not alike(order, required, n, names, lambda sizes: _world(sizes, key), key)), None)
            if grows is not None:
                at = _world(dict.fromkeys(names, _SHOWN), key)
                witness = Witness(dict.fromkeys(names, str(_SHOWN)), show_number(exact(order, at)), show_number(exact(required, at)),
                                  f"the ratio of the two does not stay bounded as {grows} grows")
                return Judgement(Verdict.INCORRECT, f"It is another order of growth: the ratio to the exact count does not stay between two bounds as {grows} "
                                 "grows. An exact expression is asked.", "measured", witness, "order of growth only")
    except (Undefined, NotEvaluable) as err:
        return Judgement(Verdict.UNDECIDED, f"Only an order of growth is given, and it could not be compared: {err}.")
    return Judgement(Verdict.PARTIAL, "Only the order of growth is given; an exact expression is asked.", diagnosis="order of growth only")


def alike(order: Expr, required: Expr, name: str, names: list[str], world: Callable[[dict[str, int]], World], key: Key | None = None) -> bool:
    """Whether order/required is about the same at both sizes of one name, the others fixed. Raises Undefined and NotEvaluable. key: whose required value it is."""
    ratios = []
    for size in _SIZES:
        at = world({n: _OTHERS if n != name else size for n in names})
        below = exact(required, at) if key is None else kept(key, f"required at {name} = {size} of {names}", partial(exact, required, at))
        if not below:
            return False
        above = exact(order, at)
        if not (isinstance(above, Fraction) and isinstance(below, Fraction)):
            above, below = mpmath.mpmathify(above), mpmath.mpmathify(below)
        ratios.append(above / below)
    if not all(ratios):
        return False
    if not all(isinstance(r, Fraction) for r in ratios):
        ratios = [mpmath.mpmathify(r) for r in ratios]
    return bool(1 / _SAME <= abs(ratios[0] / ratios[1]) <= _SAME)


def _world(sizes: dict[str, int], key: Key) -> World:
    symbols = key.problem.symbols
    dims = {n: v for n, v in sizes.items() if n in symbols and symbols[n].kind == "dimension"}
    return World({n: Fraction(v) for n, v in sizes.items()}, dims)
