"""The status of convex programs: bounded, feasible, attained; each beside a near miss whose status is another one."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest

from derive.derivation.certificate_file import certificate_data, recheck
from derive.derivation.certify_worlds import sampled
from derive.derivation.steps import Derivation, NotDerived
from derive.grading.grade import grade
from derive.maths import expr as E
from derive.maths.equality import Equal, agree
from derive.maths.expr import Expr
from derive.problem.load import from_data
from derive.problem.model import Problem
from tests.conftest import half
from tests.keys import certify, solve

C, X = "c: vector(n); x: vector(n)", "x: vector(n)"
DATA = "X: matrix(m, n); y: vector(m); v: vector(n); w: vector(n)"
LOGISTIC = "sum_i log(1 + exp(-y_i * (X w)_i))"


@cache
def stated(symbols: str, objective: str, constraints: tuple[str, ...] = (), sense: str = "minimize", when: tuple[str, ...] = ()) -> Problem:
    table = {n.strip(): {"type": k.strip()} for n, k in (s.split(":") for s in symbols.split(";"))}
    part = {"id": "a", "ask": "status", "over": "w" if "w" in table and "x" not in table else "x", sense: objective, "subject_to": list(constraints), "when": list(when)}
    return from_data({"schema": 1, "id": "status", "title": "Status", "symbols": {"m": {"type": "dimension"}, "n": {"type": "dimension"}, **table}, "parts": [part]}, "status")


def derived(problem: Problem) -> Derivation | NotDerived:
    return solve(problem, problem.parts[0])


def status(problem: Problem) -> tuple[str, Expr]:
    """The property and the condition of a certified derivation."""
    d = derived(problem)
    assert isinstance(d, Derivation), d.reason
    c = certify(d)
    assert c.holds, [(e.check, e.detail) for e in c.evidence if not e.holds]
    assert d.answer is not None
    return d.extra["property"], d.answer


def condition(problem: Problem, text: str) -> Expr:
    """A condition in the names of a problem, read as a spec reads its assumptions."""
    if text in ("true", "false"):
        return E.truth(text == "true")
    data = dict(problem.data)
    part = {**data["parts"][0], "when": [text]}
    program = from_data({**data, "parts": [part]}, "c").parts[0].program
    assert program is not None
    return program.when[0] if len(program.when) == 1 else E.logic("and", *program.when)


# symbols, objective, constraints; property, condition. The line after each is its near miss.
RELATIVES = [
    (C, "c^T x", (), "bounded", "norm(c, 2) = 0"),
    (C, "c^T x + norm(x, 2)^2", (), "bounded", "true"),
    ("c: vector(n); x: nonnegative vector(n)", "c^T x", (), "bounded", "min(c) >= 0"),
    (C, "c^T x", ("x <= 0",), "bounded", "max(c) <= 0"),
    (C + "; a: nonzero vector(n); b: real", "c^T x", ("a^T x >= b",), "bounded", "a^T c = norm(a, 2)*norm(c, 2)"),
    (C + "; a: nonzero vector(n); b: real", "c^T x", ("a^T x <= b",), "bounded", "-a^T c = norm(a, 2)*norm(c, 2)"),
    (C + "; a: nonzero vector(n); b: real", "c^T x", ("a^T x = b",), "bounded", "abs(a^T c) = norm(a, 2)*norm(c, 2)"),
    (C + "; a: positive vector(n); b: real", "c^T x", ("a^T x >= b", "x >= 0"), "bounded", "min(c) >= 0"),
    (C + "; A: matrix(m, n)", "c^T x + (1/2)*x^T A^T A x", (), "bounded", "norm(c - pinv(A)*A*c, 2) = 0"),
    (C + "; A: spd matrix(n, n)", "c^T x + (1/2)*x^T A x", (), "bounded", "true"),
    ("c: vector(n); x: positive vector(n)", "c^T x - sum(log(x))", (), "bounded", "min(c) > 0"),
    ("c: vector(n); x: positive vector(n)", "c^T x + sum(1/x)", (), "bounded", "min(c) >= 0"),
    (C, "c^T x + logsumexp(x)", (), "bounded", "max(c) <= 0; sum(c) = -1"),
    (C, "c^T x + sum(exp(x))", (), "bounded", "max(c) <= 0"),
    (C + "; t: positive", "c^T x + t*sum_i log(1 + exp(x_i))", (), "bounded", "max(c) <= 0; min(c) >= -t"),
    ("c: real; x: real", "c*x + exp(x)", (), "bounded", "c <= 0"),
    ("c: real; x: real", "c*x + exp(-x)", (), "bounded", "c >= 0"),
    (X, "logsumexp(x)", (), "bounded", "false"),
    ("x: positive vector(n)", "-sum(log(x))", (), "bounded", "false"),
    ("x: positive vector(n)", "sum(1/x)", (), "attained", "false"),
    ("x: real", "exp(x)", (), "attained", "false"),
    ("x: real", "exp(x) + x^2", (), "bounded", "true"),
    ("x: real; b: real; t: positive", "t*exp(-x) + b", (), "attained", "false"),
    ("a: nonzero vector(n); b: real; x: vector(n)", "log(1 + exp(a^T x + b))", (), "attained", "false"),
    ("a: nonzero vector(n); b: real; x: vector(n); t: positive", "log(1 + exp(a^T x + b)) + t*norm(x, 2)^2", (), "bounded", "true"),
    ("a: nonzero vector(n); b: real; r: positive; x: vector(n)", "norm(x, 1)", ("norm(x, 2) <= r", "a^T x >= b"), "feasible", "b <= r*norm(a, 2)"),
    ("a: nonzero vector(n); b: real; r: positive; x: vector(n)", "norm(x, 1)", ("norm(x, inf) <= r", "a^T x >= b"), "feasible", "b <= r*norm(a, 1)"),
    ("s: real; x: vector(n)", "norm(x, 2)^2", ("x >= 0", "sum(x) = s"), "feasible", "s >= 0"),
    ("s: real; x: vector(n)", "norm(x, 2)^2", ("x >= 0", "x <= 1", "sum(x) = s"), "feasible", "s >= 0; s <= n"),
    ("a: nonzero vector(n); b: real; d: real; x: vector(n)", "norm(x, 2)^2", ("a^T x <= b", "a^T x >= d"), "feasible", "d <= b"),
    (X, "norm(x, 2)^2", ("sum(x) <= 1", "sum(x) >= 2"), "feasible", "false"),
    (X, "norm(x, 2)^2", ("sum(x) >= 2",), "bounded", "true"),
    ("A: matrix(m, n); b: vector(m); x: vector(n)", "norm(x, 2)^2", ("A x = b",), "feasible", "norm(b - A*pinv(A)*b, 2) = 0"),
    ("l: real; h: real; x: real", "x^2", ("x >= l", "x <= h"), "feasible", "l <= h"),
    ("l: vector(n); h: vector(n); x: vector(n)", "norm(x, 2)^2", ("x >= l", "x <= h"), "feasible", "max(l - h) <= 0"),
]


@pytest.mark.parametrize(("symbols", "objective", "constraints", "about", "text"), half(RELATIVES))
def test_the_status_and_its_condition(symbols: str, objective: str, constraints: tuple[str, ...], about: str, text: str) -> None:
    """Bounded, attained or feasible, and where: every other one, all with --long."""
    problem = stated(symbols, objective, constraints)
    found, answer = status(problem)
    assert found == about
    wanted = [condition(problem, t.strip()) for t in text.split(";")]
    whole = wanted[0] if len(wanted) == 1 else E.logic("and", *wanted)
    as_number = [E.cases(((E.ONE, c),), E.ZERO) for c in (answer, whole)]
    assert isinstance(agree(*as_number, sampled(problem, ("generic", "zeros", "ties"))), Equal)


def test_maximising_the_opposite_has_the_same_status() -> None:
    assert status(stated(C, "c^T x", ("x >= 0",))) == status(stated(C, "-(c^T x)", ("x >= 0",), "maximize"))


def test_separable_data_leave_the_logistic_loss_without_a_minimiser() -> None:
    assert status(stated(DATA, LOGISTIC, when=("y*(X v) > 0",))) == ("attained", E.truth(False))
    assert status(stated(DATA, LOGISTIC + " + norm(w, 2)^2", when=("y*(X v) > 0",))) == ("bounded", E.truth(True))
    assert isinstance(derived(stated(DATA, LOGISTIC)), NotDerived)  # it depends on the data: nothing is claimed


def test_a_slope_of_known_sign_leaves_it_bounded_everywhere() -> None:
    problem = stated("x: real; a: positive", "exp(x) - a*x")
    found, answer = status(problem)
    assert found == "bounded" and isinstance(agree(E.cases(((E.ONE, answer),), E.ZERO), E.ONE, sampled(problem)), Equal)


def test_the_edge_of_an_open_domain_is_no_minimiser() -> None:
    d = derived(stated("x: positive", "x^2"))
    assert not isinstance(d, Derivation) or not certify(d).holds


@pytest.mark.parametrize(("problem", "edit"), [
    (stated("x: real", "exp(x)"), {"infimum": E.num(-1)}),
    (stated("x: real", "exp(x)"), {"ray": E.ONE}),
    (stated("x: real", "exp(x)"), {"property": "bounded"}),
    (stated("x: real; b: real", "exp(x) + b"), {"infimum": E.ZERO}),
    (stated(C, "c^T x"), {"ray": E.sym("c", ("n",))}),
    (stated("c: vector(n); x: positive vector(n)", "c^T x"), {"start": E.neg(E.ones("n"))}),
    (stated("A: matrix(m, n); b: vector(m); x: vector(n)", "norm(x, 2)^2", ("A x = b",)), {"multipliers": E.sym("b", ("m",))}),
    (stated(X, "norm(x, 2)^2", ("sum(x) <= 1", "sum(x) >= 2")), {"property": "bounded"}),
], ids=str)
def test_a_wrong_proof_is_not_certified(problem: Problem, edit: dict[str, object]) -> None:
    d = derived(problem)
    assert isinstance(d, Derivation) and certify(d).holds
    assert not certify(replace(d, extra={**d.extra, **edit})).holds


@pytest.mark.parametrize(("objective", "constraints"), [("norm(x, 1)", ()), ("c^T x", ("norm(x, 2) <= 1",)), ("norm(x - c, 2)^2", ())])
def test_an_attained_optimum_is_not_certified_as_unattained(objective: str, constraints: tuple[str, ...]) -> None:
    d = derived(stated(C, objective, constraints))
    assert isinstance(d, Derivation) and certify(d).holds
    claim = {"property": "attained", "infimum": E.ZERO, "ray": E.sym("c", ("n",)), "start": E.zeros("n")}
    assert not certify(replace(d, answer=E.truth(False), extra=claim)).holds


@pytest.mark.parametrize("problem", [stated("x: real", "exp(x)"), stated(*RELATIVES[25][:3]), stated(C, "c^T x")], ids=["attained", "feasible", "bounded"])
def test_a_status_is_checked_again_from_its_file_alone(problem: Problem) -> None:
    d = derived(problem)
    assert isinstance(d, Derivation)
    assert recheck(json.loads(json.dumps(certificate_data(d, certify(d))))).holds


HALFSPACE = ("a: nonzero vector(n); b: real; r: positive; x: vector(n)", "norm(x, 1)", ("norm(x, 2) <= r", "a^T x >= b"))
ANSWERS = [
    (stated(X, "logsumexp(x)"), "Unbounded below.", "CORRECT"),
    (stated(X, "logsumexp(x)"), "The optimal value is $-\\infty$.", "CORRECT"),
    (stated(X, "logsumexp(x)"), "It is bounded below.", "INCORRECT"),
    (stated(X, "logsumexp(x)"), "The problem is infeasible.", "INCORRECT"),
    (stated(X, "norm(x, 2)^2", ("sum(x) <= 1", "sum(x) >= 2")), "Infeasible.", "CORRECT"),
    (stated(X, "norm(x, 2)^2", ("sum(x) <= 1", "sum(x) >= 2")), "The feasible set is empty.", "CORRECT"),
    (stated(X, "norm(x, 2)^2", ("sum(x) <= 1", "sum(x) >= 2")), "It is unbounded.", "INCORRECT"),
    (stated(X, "norm(x, 2)^2", ("sum(x) <= 1", "sum(x) >= 2")), "It is feasible.", "INCORRECT"),
    (stated("x: real", "exp(x)"), "There is no minimiser, the infimum is 0.", "CORRECT"),
    (stated("x: real", "exp(x)"), "The infimum is 0, approached as x → -∞, but it is not attained.", "CORRECT"),
    (stated("x: real", "exp(x)"), "There is no minimiser, the infimum is 1.", "INCORRECT"),
    (stated("x: real", "exp(x)"), "It is unbounded below.", "INCORRECT"),
    (stated("x: real", "exp(x)"), "The minimum is attained at x = 0.", "INCORRECT"),
    (stated(*HALFSPACE), "Feasible if and only if $b \\le r\\|a\\|_2$.", "CORRECT"),
    (stated(*HALFSPACE), "Infeasible exactly when $b > r\\|a\\|_2$.", "CORRECT"),
    (stated(*HALFSPACE), "Infeasible exactly when $b > r\\|a\\|_1$.", "INCORRECT"),
    (stated(C, "c^T x", ("x >= 0",)), "Bounded iff $\\min_i c_i \\ge 0$.", "CORRECT"),
    (stated(C, "c^T x", ("x >= 0",)), "Unbounded iff $\\min_i c_i < 0$.", "CORRECT"),
    (stated(C, "c^T x", ("x >= 0",)), "Bounded iff $\\max_i c_i \\ge 0$.", "INCORRECT"),
]


@pytest.mark.parametrize(("problem", "text", "verdict"), ANSWERS, ids=[f"{k}" for k in range(len(ANSWERS))])
def test_answers_in_words(problem: Problem, text: str, verdict: str) -> None:
    g = grade(problem, problem.parts[0], text)
    assert g.verdict.name == verdict, (text, g.reason)
