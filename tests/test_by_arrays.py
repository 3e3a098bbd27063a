"""What is written entry by entry has the value of the operation on whole arrays that is evaluated in its place."""

from __future__ import annotations

import pytest

from derive.derivation.solve import solve
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.algebra import NormalForms
from derive.maths.entrywise import by_arrays
from derive.maths.equality import same_exactly
from derive.maths.exact import value_at
from derive.maths.expr import Expr
from derive.maths.worlds import world_sets
from derive.problem.model import Problem

G, A, K, J, N = E.sym("g", ("n",)), E.sym("alpha"), E.idx("i"), E.idx("j"), E.dim("n")


def size(x: Expr) -> Expr:
    return E.fn("abs", x)


def largest(index: str, of: Expr = G) -> Expr:
    return E.argopt("argmax", index, size(E.at(of, E.idx(index))), N)


def only(index: Expr, place: Expr, value: Expr) -> Expr:
    return E.comp("i", E.cases(((value, E.rel("=", index, place)),), E.ZERO), "n")


LIFTED = [
    E.comp("i", E.mul(A, E.fn("sign", E.at(G, K))), "n"),
    E.comp("i", E.mul(E.reduce_over("sum", "j", size(E.at(G, J)), E.ONE, N), E.fn("sign", E.at(G, K))), "n"),
    E.mul(E.reduce_over("max", "j", size(E.at(G, J)), E.ONE, N), G),
    only(K, largest("j"), E.neg(E.mul(A, E.at(G, K)))),
]
LEFT = [  # whose entries are not those of one operation, or which may have no value elsewhere
    only(K, E.ONE, E.at(G, K)),
    only(K, largest("j"), E.div(A, E.at(G, K))),
    E.comp("i", E.mul(K, E.at(G, K)), "n"),
    E.reduce_over("sum", "j", E.at(G, J), E.TWO, N),
]


@pytest.mark.parametrize("e", [*LIFTED, *LEFT])
def test_arrays_have_the_same_value(problems: dict[str, Problem], e: Expr) -> None:
    whole = by_arrays(e)
    assert (whole != e) == (e in LIFTED)
    assert whole.shape == e.shape
    for ws in world_sets(problems["penalty-l1"].symbols, ("generic", "zeros", "ties"), sizes=(1, 2, 4), count=3):
        for w in ws.worlds:
            a, b = value_at(e, w), value_at(whole, w)
            assert (a is None) == (b is None) and (a is None or b is None or same_exactly(a, b))


def test_places_of_maxima_have_one_normal_form(problems: dict[str, Problem]) -> None:
    """g_k e_k and sign(g_k) ||g||_inf e_k are one, whatever the index is called; another place is another form."""
    problem = problems["penalty-l1"]
    key = solve(problem, problem.part("update"))
    assert isinstance(key, Derivation) and key.answer is not None
    forms = NormalForms(places=True)

    def step(k: Expr) -> Expr:
        return E.mul(E.neg(E.mul(E.div(A, E.TWO), E.at(G, k))), E.basis(k, "n"))

    required = forms.of(key.answer)
    assert forms.of(step(largest("i"))) == forms.of(step(largest("j"))) == required
    for miss in (step(E.argopt("argmin", "i", size(E.at(G, K)), N)), step(E.argopt("argmax", "i", E.at(G, K), N)),
                 E.mul(E.neg(E.mul(E.div(A, E.TWO), size(E.at(G, largest("i"))))), E.basis(largest("i"), "n"))):
        assert forms.of(miss) != required
