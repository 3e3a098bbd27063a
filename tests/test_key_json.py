"""The key as data: every derived part has LaTeX, text, steps and evidence, and its Python runs on NumPy arrays alone."""

from __future__ import annotations

import inspect
import json
import math
import subprocess
import sys
import tomllib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from derive.cli import main
from derive.derivation.certificate import MEASURED, PROVED
from derive.derivation.steps import Derivation, Step, weakest
from derive.maths import expr as E
from derive.maths.evaluate import evaluate
from derive.maths.expr import Expr
from derive.maths.read import read_expr
from derive.maths.symbols import Scope, Symbol
from derive.maths.worlds import WorldSet, world_sets
from derive.maths.write import latex, python
from derive.problem.load import from_data, load
from derive.problem.model import Problem
from derive.reports.function import formulas, function_source
from derive.reports.key import key_data, key_markdown
from tests.conftest import ROOT, SPECS
from tests.keys import certify, solve

FILES = sorted(SPECS.rglob("*.toml"))


def called(source: str) -> Callable[..., Any]:
    names: dict[str, Any] = {}
    exec(source, names)  # our own source, from our own spec
    return names["answer"]  # type: ignore[no-any-return]


def arguments(f: Callable[..., Any], ws: WorldSet, i: int, problem: Problem) -> dict[str, Any]:
    """What a person would pass: floats, ints for counts and sizes, arrays."""
    out: dict[str, Any] = {}
    for name in inspect.signature(f).parameters:
        own = name if name in ws.batch.dims or name in ws.batch.values else name.replace("lam", "lambda").rstrip("_")
        if own in ws.batch.dims:
            out[name] = ws.batch.dims[own]
            continue
        v = ws.batch.values[own][i]
        whole = problem.symbols[own].domain in ("count", "integer")
        out[name] = v if v.shape else int(v) if whole else float(v)
    return out


def agrees(problem: Problem, d: Derivation, f: Callable[..., Any]) -> int:
    """The function equals the derived answer in random worlds of several sizes; the number of worlds compared."""
    compared = 0
    for ws in world_sets(problem.symbols, count=2, seed=99):
        wanted = [np.asarray(evaluate(E.as_column(e), ws.batch)) for e in formulas(d)]
        for i in range(min(2, len(ws.worlds))):
            if not all(np.all(np.isfinite(w[i])) for w in wanted):
                continue
            with np.errstate(all="ignore"):
                out = f(**arguments(f, ws, i, problem))
            given = out if isinstance(out, tuple) else (np.atleast_1d(out) if d.part.stacked else (out,))
            assert len(given) == len(wanted)
            for g, w in zip(given, wanted, strict=True):
                assert isinstance(g, (float, bool, np.ndarray, np.floating))
                assert np.shape(g) == w[i].shape, (np.shape(g), w[i].shape)
                assert np.allclose(np.asarray(g, dtype=float), w[i], rtol=1e-9, atol=1e-12), (g, w[i])
            compared += 1
    return compared


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_the_function_is_the_derived_answer(file: Path) -> None:
    problem = load(file)
    for part in problem.parts:
        d = solve(problem, part)
        if not isinstance(d, Derivation) or (d.answer is None and d.kind != "table") or (
                d.answer is not None and d.answer.op in E.COLLECTIONS):
            continue
        source = function_source(problem, d)
        if source is None:
            assert d.kind == "name"
            continue
        assert agrees(problem, d, called(source)) > 0, part.id


SIGNATURES = [
    ("bank/ls_ridge", "answer", ["X", "y", "lam"]), ("bank/kkt_dual_min_norm", "answer", ["A", "b"]), ("bank/kkt_line_search", "answer", ["H", "x", "b"]),
    ("bank/proj_consensus", "answer", ["v"]), ("bank/conj_power", "answer", ["y", "p"]), ("bank/kkt_unc_qp", "answer", ["Pm", "q", "r"]),
    ("bank/pli_l2", "answer", ["g", "alpha"]), ("cs182-hw2/penalty-l2", "update", ["g", "alpha"]), ("cs182-hw2/limit-adam", "vector", []),
    ("cs182-hw2/comm-table", "ring-messages", ["n", "p"]), ("cs182-hw2/penalty-dual", "dual", ["g", "p"]),
    # states, noise, the number of the step, the curvature of a mode and what may be chosen are no parameters
    ("bank/extragradient_bilinear", "answer", ["x0", "y0", "eta", "T"]), ("bank/heavy_ball_best_rate", "answer", ["mu", "L"]),
    ("bank/gd_noise_closed_form", "answer", ["x", "y", "s", "c", "T"]), ("bank/ib_adam_first_step", "answer", ["g", "eta", "eps", "b1", "b2"]),
    ("bank/prox_point_rate", "answer", ["h", "eta"]), ("bank/gd_iterations", "answer", ["s", "c", "eps"]), ("bank/proj_affine", "answer", ["v", "A", "b"]),
]


@pytest.mark.parametrize(("name", "part", "expected"), SIGNATURES)
def test_arguments_are_the_parameters_in_the_order_of_their_declaration(name: str, part: str, expected: list[str]) -> None:
    """Also those that the answer does not depend on (r, p); not unknowns, definitions, given values or the step of a limit."""
    problem = load(SPECS / f"{name}.toml")
    source = function_source(problem, solve(problem, problem.part(part)))  # type: ignore[arg-type]
    assert source is not None
    assert list(inspect.signature(called(source)).parameters) == expected


def spec(text: str) -> Problem:
    return from_data(tomllib.loads('schema = 1\nid = "x"\ntitle = "x"\n' + text), "x")


def test_a_dimension_that_no_parameter_shows_is_an_argument() -> None:
    problem = spec('[symbols]\nn = { type = "dimension" }\ns = { type = "real" }\nx = { type = "vector(n)" }\n'
                   '[[parts]]\nid = "a"\nask = "argmin"\nover = "x"\nminimize = "norm(x, 2)^2"\nsubject_to = ["sum_i x_i = s"]\n')
    d = solve(problem, problem.parts[0])
    assert isinstance(d, Derivation)
    f = called(str(function_source(problem, d)))
    assert list(inspect.signature(f).parameters) == ["s", "n"]
    assert np.allclose(f(6.0, 3), [2, 2, 2]) and f(s=6, n=4).shape == (4,)


def test_names_that_python_keeps_are_written_with_an_underscore() -> None:
    problem = spec('[symbols]\nn = { type = "dimension" }\nin = { type = "vector(n)" }\nlambda = { type = "positive" }\nx = { type = "vector(n)" }\n'
                   '[[parts]]\nid = "a"\nask = "argmin"\nover = "x"\nminimize = "lambda*norm(x, 2)^2 - in^T x"\n')
    d = solve(problem, problem.parts[0])
    assert isinstance(d, Derivation), d
    f = called(str(function_source(problem, d)))
    assert list(inspect.signature(f).parameters) == ["in_", "lam"]
    assert np.allclose(f(np.array([2.0, 4.0]), 2.0), [0.5, 1])


def test_it_runs_with_numpy_alone(tmp_path: Path) -> None:
    problem = load(SPECS / "bank" / "kkt_eq_qp.toml")
    source = str(function_source(problem, solve(problem, problem.parts[0])))  # type: ignore[arg-type]
    code = source + "\nprint(answer(np.eye(3), np.zeros(3), np.ones((1, 3)), np.array([3.0])).tolist())"
    code += "\nimport sys; print([m for m in ('derive', 'sympy', 'scipy', 'cvxpy') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert out.stdout.split("\n")[:2] == ["[1.0, 1.0, 1.0]", "[]"]


# ------------------------------------------------------------------------------------------ the writer

X, A, C = E.sym("x", ("n",)), E.sym("A", ("m", "n")), E.sym("c")
FORMULAS: list[Expr] = [
    E.comp("i", E.mul(E.idx("i"), E.at(X, E.idx("i"))), "n"), E.reduce_over("sum", "i", E.power(E.at(X, E.idx("i")), E.TWO), E.ONE, E.dim("n")),
    E.reduce_over("max", "i", E.at(X, E.idx("i")), E.ONE, E.dim("n")), E.at(X, E.argopt("argmax", "i", E.fn("abs", E.at(X, E.idx("i"))), E.dim("n"))),
    E.cases(((X, E.Expr("and", (E.rel(">", X, E.zeros("n")), E.rel("<", X, E.ones("n"))), ("n",))),), E.neg(X)),
    E.fn("divide_or_zero", X, E.fn("relu", X)), E.fn("divide_or_zero", X, C), E.matmul(E.transpose(A), E.matmul(A, X)), E.as_column(E.matmul(E.transpose(X), E.transpose(A))),
    E.matmul(X, E.transpose(X)), E.norm(A, kind="nuc"), E.norm(X, E.num(Fraction(3, 2))), E.power(C, E.num(-2)), E.neg(E.power(E.neg(C), E.TWO)),
    E.sub(C, E.sub(C, E.ONE)), E.div(C, E.div(C, E.num(Fraction(2, 3)))), E.mul(E.basis(E.ONE, "n"), X), E.mat(((C, E.ONE), (E.ZERO, C))),
    E.fn("sigmoid", E.neg(X)), E.mul(E.num(-3), X), E.power(E.fn("exp", X), E.div(E.ONE, C)), E.diag(X), E.trace(E.matmul(A, E.transpose(A))),
]


@pytest.mark.parametrize("e", FORMULAS, ids=latex)
def test_what_is_written_in_python_is_the_expression(e: Expr) -> None:
    symbols = {"m": Symbol("m", kind="dimension"), "n": Symbol("n", kind="dimension"), "x": Symbol("x", ("n",)), "A": Symbol("A", ("m", "n")),
               "c": Symbol("c", domain="positive")}
    for ws in world_sets(symbols, count=2):
        values = {**{k: v[0] for k, v in ws.batch.values.items()}, **ws.batch.dims, "np": np, "math": math}
        with np.errstate(all="ignore"):
            got = np.asarray(eval(python(e), values), dtype=float)
        wanted = np.asarray(evaluate(e, ws.batch)[0])
        assert np.allclose(got, wanted, equal_nan=True) and got.shape == wanted.shape


def test_an_index_does_not_hide_a_parameter() -> None:
    e = E.reduce_over("sum", "i", E.mul(E.sym("i"), E.idx("i")), E.ONE, E.num(3))
    assert eval(python(e, frozenset(["i"])), {"i": 5}) == 30


@pytest.mark.parametrize(("name", "tex"), [("lam", r"\lambda"), ("lambda", r"\lambda"), ("x0", "x_{0}"), ("b1", "b_{1}"), ("eps", r"\epsilon"), ("th", r"\theta"),
                                           ("wd", r"\mathrm{wd}"), ("Pm", r"\mathrm{Pm}"), ("theta1", r"\theta_{1}"), ("x0@next", r"x_{0, t+1}")])
def test_names_in_latex(name: str, tex: str) -> None:
    assert latex(E.sym(name)) == tex


@pytest.mark.parametrize(("written", "name"), [(r"\lambda", "lam"), ("lam", "lam"), (r"\epsilon", "eps"), (r"\varepsilon", "eps"), ("b_1", "b1"), ("b_{1}", "b1"), ("x_{0}", "x0"),
                                               (r"\theta", "th")])
def test_they_are_read_as_they_are_written(written: str, name: str) -> None:
    scope = Scope({n: Symbol(n) for n in ("lam", "eps", "b1", "x0", "th")})
    assert read_expr(written, scope) == E.sym(name)


@pytest.mark.parametrize(("symbols", "written", "expected"), [
    ({"x": Symbol("x", ("n",)), "b1": Symbol("b1")}, "x_1", E.at(E.sym("x", ("n",)), E.ONE)),
    ({"lam": Symbol("lam"), "lambda": Symbol("lambda")}, r"\lambda", E.sym("lambda")),
])
def test_other_notations_stand_back_where_they_mean_something(symbols: dict[str, Symbol], written: str, expected: Expr) -> None:
    assert read_expr(written, Scope(symbols, frozenset(["n"]))) == expected


# ------------------------------------------------------------------------------------------ the fields

@pytest.mark.parametrize("name", ["bank/kkt_eq_qp", "bank/proj_consensus", "cs182-hw2/penalty-l1", "cs182-hw2/comm-table", "cs182-hw2/limit-sgd"])
def test_every_part_has_every_field(name: str) -> None:
    out = CliRunner().invoke(main, ["key", str(SPECS / f"{name}.toml"), "--format", "json"])
    assert out.exit_code == 0
    problem = load(SPECS / f"{name}.toml")
    parts = json.loads(out.stdout)["parts"]
    assert [p["part"] for p in parts] == [p.id for p in problem.parts]
    for p in parts:
        assert {"problem", "part", "latex", "text", "python", "strength", "unique", "steps", "evidence"} <= p.keys()
        assert p["problem"] == problem.id and p["latex"] and p["text"] and p["evidence"] and p["certified"]
        assert p["strength"] in (PROVED, MEASURED) and all(s["says"] and s["strength"] in (PROVED, MEASURED) for s in p["steps"])
        assert (p["python"] is None) == (p["part"] == "optimizer")


def test_several_outputs_are_named_and_come_as_a_tuple() -> None:
    problem = load(SPECS / "bank" / "proj_consensus.toml")
    d = solve(problem, problem.parts[0])
    assert isinstance(d, Derivation)
    data = key_data(problem, [(d, certify(d))])["parts"][0]
    assert data["text"].startswith("x = ") and "; t = " in data["text"]
    x, t = called(data["python"])(np.array([1.0, 2.0, 6.0]))
    assert x.tolist() == [3, 3, 3] and t == 3


def test_a_long_name_is_shown_by_the_letter_that_is_declared_for_it() -> None:
    problem = load(SPECS / "bank" / "kkt_eq_qp.toml")
    d = solve(problem, problem.parts[0])
    assert isinstance(d, Derivation)
    text = key_markdown(problem, [(d, certify(d))])
    assert "P^{-1}" in text and "Pm" not in text and "$$P$" not in text


# ------------------------------------------------------------------------------------------ strength

def test_a_chain_is_as_strong_as_its_weakest_step() -> None:
    assert weakest([]) == PROVED and weakest([PROVED, MEASURED, PROVED]) == MEASURED
    problem = load(SPECS / "bank" / "pli_l2.toml")
    d = solve(problem, problem.parts[0])
    assert isinstance(d, Derivation)
    assert d.strength == PROVED
    assert Derivation(problem, d.part, "point", (*d.steps, Step("s", "seen", "x", strength=MEASURED))).strength == MEASURED


@pytest.mark.parametrize(("name", "part", "strength"), [
    ("bank/kkt_log_barrier_box", "answer", MEASURED), ("bank/prox_l1", "answer", PROVED), ("cs182-hw2/limit-adam", "norm", MEASURED),
    ("cs182-hw2/penalty-l2", "optimizer", PROVED), ("cs182-hw2/penalty-l1", "optimizer", MEASURED), ("cs182-hw2/limit-sgd", "step-size", PROVED),
])
def test_what_was_decided_at_sampled_values_is_said_to_be_measured(name: str, part: str, strength: str) -> None:
    problem = load(SPECS / f"{name}.toml")
    d = solve(problem, problem.part(part))
    assert isinstance(d, Derivation)
    assert d.strength == strength
    weak = [s for s in d.steps if s.strength != PROVED]
    assert bool(weak) == (strength == MEASURED) and all("sampled" in s.says or "seeded" in s.says for s in weak)
    shown = key_markdown(problem, [(d, certify(d))])
    assert ("*(measured)*" in shown) == bool(weak) and f"Strength of the steps: {strength}" in shown


def test_readme_names_the_command() -> None:
    assert "derive verify" in (ROOT / "README.md").read_text(encoding="utf-8")
