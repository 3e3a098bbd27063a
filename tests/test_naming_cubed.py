"""An update is named by a rule of the quantities that it depends on: a cubed norm gives gradient descent with a step of the gradient."""

from __future__ import annotations

from pathlib import Path

from derive.derivation.solve import solve
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.problem.load import load

SPEC = """
schema = 1
version = "1"
id = "cubed"
title = "A cubed penalty"
statement = "Choose the step u that minimises the linear model with a cubed penalty."

[symbols]
n = { type = "dimension" }
theta = { type = "vector(n)" }
f = { type = "function(theta)", gradient = "g" }
g = { type = "nonzero vector(n)" }
a = { type = "positive" }
u = { type = "vector(n)" }

[[parts]]
id = "update"
ask = "argmin"
over = "u"
minimize = "dot(g, u) + (1/a)*norm(u, 2)^3"

[[parts]]
id = "name"
ask = "name"
of = "update"
"""


def test_weights_that_the_update_does_not_depend_on_are_in_no_name_of_it(tmp_path: Path) -> None:
    (tmp_path / "cubed.toml").write_text(SPEC, encoding="utf-8")
    problem = load(tmp_path / "cubed.toml")
    found = solve(problem, problem.part("name"))
    assert isinstance(found, Derivation) and found.extra["optimizer"] == "gradient-descent"
    assert all("theta" not in E.symbols_in(step) for _, step, _ in found.extra["fits"])
    a, g = E.sym("a"), E.sym("g", ("n",))
    update = E.neg(E.mul(found.extra["step"], g))
    base = solve(problem, problem.part("update"))
    assert isinstance(base, Derivation) and base.answer is not None
    assert proved_equal(E.mul(E.power(found.extra["step"], E.TWO), E.norm(g)), E.div(a, E.num(3)))
    assert proved_equal(update, base.answer)
