"""A root is not split where a factor may be negative: the normal form is defined where the formula is, and has its value."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from derive.maths.algebra import proved_equal, simplify
from derive.maths.batches import Batch
from derive.maths.evaluate import evaluate
from derive.maths.expr import Expr
from derive.maths.read import read_expr
from derive.maths.symbols import Scope, Symbol

SYMBOLS = {"a": Symbol("a"), "b": Symbol("b"), "p": Symbol("p", domain="positive"), "x": Symbol("x", (2,))}
SCOPE = Scope(SYMBOLS, frozenset(), 2)
POSITIVE = frozenset("p")
INSIDE = ["-a", "-2*a", "a*b", "-a*b", "-p*a", "p*a*b", "a/b", "-a/p", "p - a", "2*a - 2*p", "-3*(a - b)", "-3*(a^2 - b^2)", "-(a + b + p)",
          "-norm(x, 2)", "-2*norm(x, 2)*a", "norm(x, 2)^2 - a^2", "-2*(x_1*a - p)", "-a^3", "-(a*b)^2", "a^2*b", "-8"]
ROOTS = ["sqrt({})", "({})^(1/2)", "({})^(3/2)", "({})^(-1/2)", "p*sqrt({})", "sqrt(p*({}))", "1/sqrt({})"]


def value(e: Expr, values: dict[str, float], x: tuple[float, float]) -> float:
    batch = Batch({**{n: np.array([v]) for n, v in values.items()}, "x": np.array([x])}, {}, 1)
    with np.errstate(all="ignore"):
        return float(np.asarray(evaluate(e, batch)[0]))


@pytest.mark.parametrize("root", ROOTS)
def test_a_root_keeps_its_domain_and_its_value(root: str) -> None:
    points = [*itertools.product((-2.0, -0.5, 1.5), (-1.0, 0.25, 3.0), (0.5, 2.0), ((1.0, -2.0), (-0.25, 0.0)))]
    for inside in INSIDE:
        e = read_expr(root.format(inside), SCOPE)
        tidy = simplify(e, POSITIVE)
        for a, b, p, x in points:
            values = {"a": a, "b": b, "p": p}
            assert np.isclose(value(e, values, x), value(tidy, values, x), rtol=1e-12, equal_nan=True), (root.format(inside), values, tidy)


@pytest.mark.parametrize(("left", "right", "same"), [
    ("sqrt(-4*a)", "2*sqrt(-a)", True), ("sqrt(2*p - 2*a)", "sqrt(2)*sqrt(p - a)", True), ("sqrt(p*a)", "sqrt(p)*sqrt(a)", True),
    ("sqrt(a*b)", "sqrt(a)*sqrt(b)", False), ("sqrt(p - a)", "sqrt(a - p)", False), ("sqrt(-a)", "sqrt(a)", False), ("sqrt(a^2)", "a", False), ("sqrt(a^2)", "abs(a)", True),
])
def test_equal_roots_are_proved_equal_and_others_not(left: str, right: str, same: bool) -> None:
    assert proved_equal(read_expr(left, SCOPE), read_expr(right, SCOPE), POSITIVE) is same
