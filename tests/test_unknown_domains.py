"""The domain that an unknown declares is a constraint: closed ones are written out, open ones are checked of the optimum."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from derive.derivation.certify import certify
from derive.derivation.solve import solve
from derive.derivation.steps import Derivation
from derive.problem.load import from_data
from derive.problem.model import Problem
from tests.bank import at, instance


def program(unknown: str, objective: str, more: str = "") -> Problem:
    symbols = f'n = {{ type = "dimension" }}\nv = {{ type = "vector(n)" }}\ns = {{ type = "real" }}\nM = {{ type = "matrix(n, n)" }}\nx = {{ {unknown} }}\n'
    text = f'schema = 1\nid = "x"\ntitle = "x"\n[symbols]\n{symbols}[[parts]]\nid = "a"\nask = "argmin"\nover = "x"\nminimize = "{objective}"\n{more}'
    return from_data(tomllib.loads(text), "x")


CLOSED = [
    ('type = "nonnegative vector(n)"', "norm(x - v, 2)^2", lambda g: np.maximum(g["v"][0], 0)),
    ('type = "nonnegative"', "(x - s)^2 + x", lambda g: max(0.0, g["s"][0] - 0.5)),
    ('type = "symmetric matrix(n, n)"', "norm_fro(x - M)^2", lambda g: (g["M"][0] + g["M"][0].T) / 2),
]


@pytest.mark.parametrize(("unknown", "objective", "expected"), CLOSED)
def test_a_closed_domain_is_a_constraint(unknown: str, objective: str, expected: object) -> None:
    problem = program(unknown, objective)
    d = solve(problem, problem.part("a"))
    assert isinstance(d, Derivation), d
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    for seed in range(6):
        values, dims = instance(problem, seed)
        assert np.allclose(at(d, values, dims), expected(values))  # type: ignore[operator]


OPEN = ['type = "positive vector(n)"', 'type = "negative vector(n)"', 'type = "sign vector(n)"', 'type = "integer vector(n)"']


@pytest.mark.parametrize("unknown", OPEN)
def test_an_optimum_outside_the_domain_is_not_certified(unknown: str) -> None:
    """v is nearest to itself, but v lies in none of these domains."""
    problem = program(unknown, "norm(x - v, 2)^2")
    d = solve(problem, problem.part("a"))
    assert not isinstance(d, Derivation) or not certify(d).holds


def test_a_domain_that_is_stated_twice_stands_once() -> None:
    stated = program('type = "nonnegative vector(n)"', "norm(x - v, 2)^2", 'subject_to = ["0 <= x"]').part("a").program
    assert stated is not None and len(stated.constraints) == 1
