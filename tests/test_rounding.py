"""float64 values stand within their bound of the exact ones, and are exact where the bound says so."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import Different, Equal, agree
from derive.maths.evaluate import evaluate
from derive.maths.exact import Undefined, Value, exact, flatten, to_mpf
from derive.maths.expr import Expr
from derive.maths.ordinary_worlds import joined, ordinary_of
from derive.maths.rounding_of import bound_of
from derive.maths.standard import Standard
from derive.maths.symbols import Symbol
from derive.maths.truths import OPEN, Truths
from derive.maths.worlds import join, world_sets

SYMBOLS = {"alpha": Symbol("alpha", domain="positive"), "b": Symbol("b"), "g": Symbol("g", ("n",)), "h": Symbol("h", ("n",), domain="nonzero")}
SETS = [ws for kinds, count in ((("generic",), 8), (("zeros", "ties"), 3)) for ws in world_sets(SYMBOLS, kinds, (1, 2, 3), count=count)]
JOINED = join(SETS)
assert JOINED is not None
KNOWN = joined([ordinary_of(ws) for ws in SETS])
TRUTHS = Truths(JOINED.worlds)

ALPHA, B, G, H = E.sym("alpha"), E.sym("b"), E.sym("g", ("n",)), E.sym("h", ("n",))
N = E.dim("n")
LARGEST = E.argopt("argmax", "j", E.fn("abs", E.at(G, E.idx("j"))), N)
NUMBERS = st.sampled_from([E.num(k) for k in (1, 2, -3, Fraction(1, 2), Fraction(1, 3), Fraction(7, 10), 10**6)])
SCALARS = st.sampled_from([ALPHA, B, N, E.norm(G, E.ONE), E.norm(G, E.TWO), E.norm(H, E.INF), E.dot(G, H), E.at(G, LARGEST), E.at(H, E.ONE)])


def _grown(scalars: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """Scalar expressions made of smaller ones."""
    pairs = st.tuples(scalars, scalars)
    return st.one_of(
        pairs.map(lambda p: E.add(*p)), pairs.map(lambda p: E.sub(*p)), pairs.map(lambda p: E.mul(*p)), pairs.map(lambda p: E.div(*p)),
        pairs.map(lambda p: E.fn("maximum", *p)), scalars.map(lambda x: E.power(x, E.TWO)), scalars.map(lambda x: E.power(x, E.num(3))),
        st.tuples(st.sampled_from(["abs", "sign", "sqrt", "relu", "floor", "exp", "log", "tanh", "sigmoid"]), scalars).map(lambda p: E.fn(*p)),
        scalars.map(lambda x: E.norm(E.mul(x, G), E.TWO)), scalars.map(lambda x: E.total(E.mul(x, E.fn("sign", G)))),
        pairs.map(lambda p: E.cases(((p[0], E.rel("<=", p[1], B)),), p[1])),
        pairs.map(lambda p: E.reduce_over("sum", "i", E.mul(E.at(G, E.idx("i")), p[0]), E.ONE, N)))


FORMULAS = st.recursive(st.one_of(SCALARS, NUMBERS), _grown, max_leaves=7)
VECTORS = st.tuples(FORMULAS, st.sampled_from([
    G, E.fn("sign", G), E.div(G, E.fn("abs", G)), E.div(G, H), E.basis(LARGEST, "n"), E.mul(G, H), E.fn("maximum", G, H),
    E.comp("i", E.cases(((E.at(G, E.idx("i")), E.rel("=", E.fn("abs", E.at(G, E.idx("i"))), E.norm(G, E.INF))),), E.ZERO), "n"),
])).map(lambda p: E.mul(*p))


def _true(e: Expr, k: int, digits: int = 120) -> Value | None:
    """The exact value in one of the worlds, None where it has none."""
    try:
        return exact(e, JOINED.worlds[k], digits)  # type: ignore[union-attr]
    except Undefined:
        return None


@settings(max_examples=150, deadline=None)
@given(st.one_of(FORMULAS, VECTORS))
def test_the_bound_bounds(e: Expr) -> None:
    """|float64 value - value| <= error in every world for which a bound is given; undefined values are NaN there and no others."""
    found = bound_of(e, JOINED.batch, KNOWN)  # type: ignore[union-attr]
    if found is None:
        return
    r, values = found.rounding, evaluate(e, JOINED.batch)  # type: ignore[union-attr]
    for k in [int(k) for k in np.flatnonzero(found.worlds)[::5]]:
        try:
            true = _true(e, k)
        except NotEvaluable:
            continue
        if true is None:
            n = JOINED.worlds[k].dims["n"]  # type: ignore[union-attr]
            assert np.isnan(values[k][:n] if e.shape else values[k]).any() and not r.whole
            continue
        for x, v in zip(flatten(true), np.ravel(values[k]), strict=False):
            with mpmath.workdps(120):
                assert abs(to_mpf(x)) <= r.most * (1 + 1e-12)
                assert abs(to_mpf(x) - mpmath.mpf(float(v))) <= r.error
            if r.step is not None:
                assert isinstance(x, Fraction) and x == Fraction(float(v)) and x.denominator <= 2**r.step


MATRIX = {"A": Symbol("A", ("m", "n")), "x": Symbol("x", ("n",)), "y": Symbol("y", ("m",)), "c": Symbol("c", domain="positive"), "S": Symbol("S", ("n", "n"), domain="symmetric")}
A, X, Y, C, S = E.sym("A", ("m", "n")), E.sym("x", ("n",)), E.sym("y", ("m",)), E.sym("c"), E.sym("S", ("n", "n"))
AX, ATY = E.matmul(A, X), E.matmul(E.transpose(A), Y)


@pytest.mark.parametrize(("e", "exact_in_float64"), [
    (AX, True), (E.sub(ATY, E.mul(C, X)), True), (E.matmul(E.transpose(A), E.sub(AX, Y)), True), (E.dot(AX, AX), True), (E.norm(A, kind="fro"), False),
    (E.matmul(S, X), False), (E.div(AX, E.num(3)), False), (E.matmul(E.diag(X), ATY), True), (E.trace(E.matmul(A, E.transpose(A))), True),
    (E.total(E.fn("abs", A)), True), (E.at(AX, E.ONE), True), (E.mul(E.norm(AX, E.TWO), X), False),
])
def test_matrices_in_padded_batches(e: Expr, exact_in_float64: bool) -> None:
    """Products, traces and norms over worlds of several shapes: exact as long as the entries are dyadic, within the bound else."""
    sets = world_sets(MATRIX, ("generic", "zeros"), count=3)
    whole = join(sets)
    assert whole is not None
    found = bound_of(e, whole.batch, joined([ordinary_of(ws) for ws in sets]))
    assert found is not None and (found.rounding.error == 0) == exact_in_float64
    values = evaluate(e, whole.batch)
    for k in np.flatnonzero(found.worlds):
        w = whole.worlds[k]
        true = exact(e, w, 80)
        own = values[k][tuple(slice(w.dims[d] if isinstance(d, str) else d) for d in e.shape)]
        for x, v in zip(flatten(true), np.ravel(own), strict=True):
            with mpmath.workdps(80):
                assert abs(to_mpf(x) - mpmath.mpf(float(v))) <= found.rounding.error


@pytest.mark.parametrize("e", [
    E.mul(E.neg(E.div(ALPHA, E.TWO)), G), E.mul(E.norm(G, E.ONE), E.fn("sign", G)), E.mul(E.at(G, LARGEST), E.basis(LARGEST, "n")),
    E.mul(E.norm(G, E.ONE), E.div(G, E.fn("abs", G))),
])
def test_the_usual_updates_are_exact_in_float64(e: Expr) -> None:
    """Sums, products, halves, signs and choices of dyadic numbers are not rounded, and neither is g/|g|."""
    found = bound_of(e, JOINED.batch, KNOWN)  # type: ignore[union-attr]
    assert found is not None and found.rounding.error == 0 and found.worlds.sum() >= 30


@pytest.mark.parametrize("e", [
    E.div(G, E.num(3)), E.div(G, E.norm(G, E.TWO)), E.norm(G, E.TWO), E.mul(E.num(Fraction(1, 10)), G), E.mul(E.fn("exp", B), G),
    E.mul(E.num(Fraction(1, 2**60) + 1), G),
])
def test_what_float64_rounds_is_not_called_exact(e: Expr) -> None:
    """The near misses: thirds, roots, exponentials and numbers of more than 53 bits."""
    found = bound_of(e, JOINED.batch, KNOWN)  # type: ignore[union-attr]
    assert found is None or found.rounding.error > 0


@pytest.mark.parametrize("off", [Fraction(1, 2**60), Fraction(1, 10**30)])
def test_a_factor_that_float64_does_not_see_is_refuted_all_the_same(off: Fraction) -> None:
    """(1 + 2^-60) g is g in float64; no bound calls them equal."""
    other = E.mul(E.num(1 + off), G)
    standard = Standard(G, SETS)
    whole = standard.whole(other)
    assert whole is not None and whole.near.all() and not whole.certain.same.any()
    assert isinstance(agree(other, G, SETS), Different)
    assert isinstance(agree(E.add(E.mul(E.HALF, G), E.mul(E.HALF, G)), G, SETS), Equal)


def test_values_that_nearly_tie_are_not_told_apart_by_float64() -> None:
    """A comparison of sides whose difference is lost has no bound; one of ties among few bits has."""
    close = E.cases(((E.ONE, E.rel("<", B, E.mul(E.num(1 + Fraction(1, 2**50)), B))),), E.ZERO)
    tied = E.cases(((E.ONE, E.rel("<=", E.norm(G, E.INF), E.fn("abs", E.at(G, LARGEST)))),), E.ZERO)
    assert bound_of(close, JOINED.batch, KNOWN) is None  # type: ignore[union-attr]
    found = bound_of(tied, JOINED.batch, KNOWN)  # type: ignore[union-attr]
    assert found is not None and found.rounding.error == 0


def test_tiny_and_huge_worlds_are_left_to_exact_arithmetic() -> None:
    """The bound speaks of ordinary worlds only."""
    sets = world_sets(SYMBOLS, sizes=(2,))
    assert list(ordinary_of(sets[0]).worlds) == [True] * 10 + [False] * 2


@settings(max_examples=60, deadline=None)
@given(st.tuples(st.sampled_from(["<", "<=", ">", ">=", "="]), FORMULAS, FORMULAS))
def test_conditions_are_decided_as_exactly(parts: tuple[str, Expr, Expr]) -> None:
    """Where float64 tells whether a condition holds, exact arithmetic says the same; at ties it tells only what it holds without rounding."""
    condition = E.rel(*parts)
    found = TRUTHS.of(condition)
    for j in np.flatnonzero(found != OPEN)[::7]:
        assert bool(exact(condition, TRUTHS.worlds[j], 120)) == bool(found[j])


def test_a_boundary_within_rounding_is_left_open() -> None:
    """b < b (1 + 2^-60) holds for b > 0, which float64 does not see; b <= ||g||_1 is told everywhere."""
    assert (TRUTHS.of(E.rel("<", B, E.mul(E.num(1 + Fraction(1, 2**60)), B))) == OPEN).all()
    told = TRUTHS.of(E.rel("<=", B, E.norm(G, E.ONE)))
    assert (told != OPEN).sum() == KNOWN.worlds.sum()


def test_what_is_only_close_to_the_key_is_refuted_exactly() -> None:
    """||g||_2 off by 1e-12 is within the filter of float64; by 1e-6 it is refuted by the bound alone."""
    for off, told in ((Fraction(1, 10**12), False), (Fraction(1, 10**6), True)):
        other = E.mul(E.num(1 + off), E.norm(G, E.TWO))
        whole = Standard(E.norm(G, E.TWO), SETS).whole(other)
        assert whole is not None and bool(whole.certain.differs.any()) >= told
        found = agree(other, E.norm(G, E.TWO), SETS)
        assert isinstance(found, Different) and found.submitted != found.required
