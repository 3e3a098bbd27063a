"""What is solved or certified once is given again only where nothing differs."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from derive.derivation.truth import NotConvex, optimum, spread
from derive.maths import expr as E
from derive.maths.exact import World
from derive.maths.worlds import world_sets
from tests.bank import key, stated
from tests.keys import certify

NORM = key(stated("prox_l1"))
PROGRAM = NORM.part.program
SHAPES = {"x": ("n",)}


def world(*v: int, lam: Fraction = Fraction(1)) -> World:
    return World({"v": [Fraction(k) for k in v], "lam": lam}, {"n": len(v)})


def test_an_optimum_is_that_of_its_own_numbers() -> None:
    assert PROGRAM is not None
    first = optimum(PROGRAM, world(3, -2), SHAPES)
    assert optimum(PROGRAM, world(3, -2), SHAPES) is first
    assert first.value == pytest.approx(2 + 1 + 0.5 + 0.5) and not first.points["x"].flags.writeable
    others = [optimum(PROGRAM, w, SHAPES).value for w in (world(3, 2, lam=Fraction(1, 2)), world(3), world(3, -2, 0), world(4, -2))]
    assert others == pytest.approx([0.5 * (2.5 + 1.5) + 0.25, 2 + 0.5, 4.0, 5.0], abs=1e-6)
    assert optimum(replace(PROGRAM, objective=E.mul(E.TWO, PROGRAM.objective)), world(3, -2), SHAPES).value == pytest.approx(8, abs=1e-6)
    assert spread(PROGRAM, world(3, -2), SHAPES, 4.0, 1e-1) > 2 * spread(PROGRAM, world(3, -2), SHAPES, 4.0, 1e-3)


def test_what_is_not_convex_is_said_each_time() -> None:
    assert PROGRAM is not None
    for _ in "12":
        with pytest.raises(NotConvex):
            optimum(replace(PROGRAM, sense="max"), world(3, -2), SHAPES)


def test_worlds_are_drawn_for_their_own_symbols() -> None:
    symbols = NORM.problem.symbols
    first = world_sets(symbols, count=2)
    assert [a is b for a, b in zip(first, world_sets(dict(symbols), count=2), strict=True)] == [True] * len(first)
    first.clear()
    assert world_sets(symbols, count=2) and len(world_sets(symbols, count=3)[0].worlds) == 3
    other = {**symbols, "lam": replace(symbols["lam"], given=E.TWO)}
    assert all(w.values["lam"] == 2 for ws in world_sets(other, count=2) for w in ws.worlds)


def test_an_edited_derivation_has_a_certificate_of_its_own() -> None:
    assert NORM.answer is not None
    assert certify(NORM).holds and not certify(replace(NORM, answer=E.mul(E.TWO, NORM.answer))).holds
