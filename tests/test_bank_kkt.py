"""Several unknowns, KKT conditions, linear programs and medians: derived, certified, equal to the reference, and following the statement."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from derive.derivation.rules import elimination, homogeneous_multiplier, kinks, lp_duality, ratio, tight_constraint
from derive.derivation.steps import NotDerived
from derive.errors import ReadError
from derive.grading.grade import grade
from derive.grading.several import entry_by_entry
from derive.maths import expr as E
from derive.maths.batches import Batch
from derive.maths.evaluate import evaluate
from derive.maths.read import read_expr
from derive.maths.symbols import Scope, Symbol
from derive.problem.load import from_data
from derive.problem.model import Problem
from derive.reports.key import key_data, key_markdown
from tests.bank import agrees_with_the_reference, changed, instance, key, outputs_at, stated
from tests.conftest import half
from tests.keys import certify, solve

SEVERAL = ["ls_line_fit", "kkt_svm_two_points", "proj_consensus"]
NAMES = [*SEVERAL, "kkt_am_gm", "kkt_tangency", "kkt_mean_nonneg", "lp_affine_value", "lp_halfspace_value", "ls_median", "ls_median_even"]


@pytest.mark.parametrize("name", NAMES)
def test_derived_and_certified(name: str) -> None:
    d = key(stated(name))
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    assert d.steps and all(s.says and s.after for s in d.steps)
    assert not set(d.point) & set().union(*(E.symbols_in(e) for e in d.point.values())) or not d.point


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_equal_to_the_reference_and_every_listed_mistake_is_refused(name: str) -> None:
    agrees_with_the_reference(name, [key(stated(name))])


# ------------------------------------------------------------------------------------------ answers

LINE = r"s=\frac{\sum(x_i-\bar x)(y_i-\bar y)}{\sum(x_i-\bar x)^2}"
W = r"\frac{2(x_1-x_2)}{\|x_1-x_2\|^2}"
B = r"\frac{\|x_2\|^2-\|x_1\|^2}{\|x_1-x_2\|^2}"
ANSWERS = [
    ("ls_line_fit", LINE + r",\ c=\bar y-s\bar x", "correct"),
    ("ls_line_fit", rf"$c = \bar y - s \bar x$ where ${LINE}$", "correct"),
    ("ls_line_fit", "s = dot(x - mean(x), y - mean(y))/norm(x - mean(x))^2; c = mean(y) - s*mean(x)", "correct"),
    ("ls_line_fit", "s = dot(x, y)/norm(x)^2; c = mean(y) - s*mean(x)", "incorrect"),
    ("ls_line_fit", LINE, "partial"),
    ("ls_line_fit", r"c = \bar y - s \bar x", "incorrect"),
    ("kkt_svm_two_points", rf"w={W},\ b={B}", "correct"),
    ("kkt_svm_two_points", rf"(w^*, b^*) = \left({W}, {B}\right)", "correct"),
    ("kkt_svm_two_points", "b = 1 - w^T x1 and w = 2*(x1-x2)/norm(x1-x2)^2", "correct"),
    ("kkt_svm_two_points", rf"w={W},\ b=0", "incorrect"),
    ("kkt_svm_two_points", rf"w=\frac{{x_1-x_2}}{{\|x_1-x_2\|^2}},\ b={B}", "incorrect"),
    ("kkt_svm_two_points", rf"w={W}", "partial"),
    ("proj_consensus", r"x = \bar v \mathbf 1, t = \bar v", "correct"),
    ("proj_consensus", "(mean(v)*ones(n), mean(v))", "correct"),
    ("proj_consensus", "t = mean(v), x = t*ones(n)", "correct"),
    ("proj_consensus", "(mean(v), mean(v)*ones(n))", "incorrect"),
    ("proj_consensus", "(sum(v)*ones(n), sum(v))", "incorrect"),
    ("kkt_am_gm", r"x_i=\frac{c\,(\prod_ja_j)^{1/n}}{a_i}", "correct"),
    ("kkt_am_gm", "c*np.exp(np.log(a).mean())/a", "correct"),
    ("kkt_am_gm", "c*mean(a)/a", "incorrect"),
    ("kkt_tangency", r"w=\frac{S^{-1}e}{\mathbf 1^\top S^{-1}e}", "correct"),
    ("kkt_tangency", "inv(S) e", "incorrect"),
    ("kkt_tangency", r"w=\frac{S^{-1}\mathbf 1}{\mathbf 1^\top S^{-1}\mathbf 1}", "incorrect"),
    ("kkt_mean_nonneg", r"x=\frac{b}{\|a_+\|^2}a_+", "correct"),
    ("kkt_mean_nonneg", "b*max(a, 0)/norm(max(a, 0))^2", "correct"),
    ("kkt_mean_nonneg", "max(b*a/norm(a)^2, 0)", "incorrect"),
    ("lp_affine_value", r"p^*=\lambda^\top b", "correct"),
    ("lp_affine_value", r"-\lambda^\top b", "incorrect"),
    ("lp_halfspace_value", r"x=\frac{b}{\|a\|^2}a", "correct"),
    ("lp_halfspace_value", "b*a", "incorrect"),
    ("ls_median", r"x = \operatorname{median}(z_1, \dots, z_{2h+1})", "correct"),
    ("ls_median", "np.median(z[:2*h+1])", "correct"),
    ("ls_median", "z[:2*h+1].mean()", "incorrect"),
    ("ls_median_even", "np.median(z[:2*h])", "correct"),
    ("ls_median_even", "max(z[:2*h])", "incorrect"),
]


@pytest.mark.parametrize(("name", "answer", "expected"), ANSWERS)
def test_answers_and_near_misses(name: str, answer: str, expected: str) -> None:
    assert grade(stated(name), "answer", answer, certified=False).verdict.value == expected


def test_what_is_missing_is_named() -> None:
    assert "c is missing" in grade(stated("ls_line_fit"), "answer", LINE, certified=False).reason
    assert "it still contains s" in grade(stated("ls_line_fit"), "answer", r"c = \bar y - s \bar x", certified=False).reason


def test_a_tuple_is_read_entry_by_entry() -> None:
    assert entry_by_entry("(w, b) = (1/(2+x), y)", ["w", "b"]) == "w = 1/(2+x); b = y"
    assert entry_by_entry("(b, w) = (1, 2)", ["w", "b"]) == "b = 1; w = 2"
    assert entry_by_entry("return (f(a, c), y)", ["w", "b"]) == "w = f(a, c); b = y"
    for other in ("w = 1, b = 2", "(1, 2, 3)", "w = (1, 2)", "f(a, c)"):
        assert entry_by_entry(other, ["w", "b"]) == other


def test_any_minimiser_in_the_middle_interval_is_right() -> None:
    """Of an even number of points both middle ones are medians, and so is every point between them."""
    p = stated("ls_median_even")
    lower = "min_{i=1}^{2h} (z_i if sum_{j=1}^{2h} (1 if z_j <= z_i else 0) >= h else inf)"
    d = key(p)
    assert d.unique == "no" and key(stated("ls_median")).unique == "always"
    least = kinks.balanced(kinks._matched(p, p.part("answer"))).least(kinks._matched(p, p.part("answer")))  # type: ignore[arg-type]
    values, dims = instance(p)
    z, h = values["z"][0], int(values["h"][0])
    assert float(np.asarray(evaluate(least, Batch(values, dims, 1))[0])) == np.sort(z[: 2 * h])[h - 1]
    assert lower


# ------------------------------------------------------------------------------------------ the key

def test_the_key_gives_every_output() -> None:
    p = stated("kkt_svm_two_points")
    data = key_data(p, [(key(p), None)])["parts"][0]
    scope: dict[str, object] = {}
    exec(data["python"], scope)
    w, b = scope["answer"](np.array([1.0, 3.0]), np.array([-1.0, 1.0]))  # type: ignore[operator]
    assert np.allclose(w, [0.5, 0.5]) and np.isclose(b, -1.0)
    assert data["text"].startswith("w = ") and "; b = " in data["text"]
    assert "b &= " in key_markdown(p, [(key(p), None)])


def test_unknowns_that_are_asked_as_a_vector_come_as_one_array() -> None:
    p = stated("mle_gauss_var")
    scope: dict[str, object] = {}
    exec(key_data(p, [(key(p), None)])["parts"][0]["python"], scope)
    found = scope["answer"](np.array([1.0, 2.0, 6.0]))  # type: ignore[operator]
    assert isinstance(found, np.ndarray) and np.allclose(found, [3.0, 14 / 3])


# ------------------------------------------------------------------------------------------ restatements

SAME = [
    ("ls_line_fit", {"sum_i (y_i - s*x_i - c)^2": "3*norm(y - s*x - c*ones(m), 2)^2 + 1"}),
    ("ls_line_fit", {'["s", "c"]': '["c", "s"]'}),
    ("ls_line_fit", {'ask = "argmin"': 'ask = "argmax"', 'minimize = "sum_i': 'maximize = "-sum_i'}),
    ("kkt_svm_two_points", {"w^T x2 + b <= -1": "-(w^T x2) - b >= 1", "(1/2)*norm(w, 2)^2": "w^T w"}),
    ("kkt_svm_two_points", {"(1/2)*norm(w, 2)^2": "norm(w, 2)"}),
    ("proj_consensus", {"x = t*ones(n)": "t*ones(n) = x"}),
    ("proj_consensus", {"norm(x - v, 2)^2": "x^T x - 2*v^T x"}),
    ("kkt_am_gm", {"(prod_{i=1}^n x_i)^(1/n) >= c": "c^n <= prod_{i=1}^n x_i"}),
    ("kkt_am_gm", {"a^T x": "2*sum_i a_i*x_i"}),
    ("kkt_tangency", {"sqrt(w^T S w)": "(w^T S w)^(1/2)", "sum(w) = 1": "2*sum(w) = 2"}),
    ("kkt_tangency", {'ask = "argmax"': 'ask = "argmin"', 'maximize = "e^T w': 'minimize = "-e^T w'}),
    ("kkt_mean_nonneg", {'"a^T x >= b", "x >= 0"': '"x >= 0", "b - a^T x <= 0"', "norm(x, 2)^2": "5*x^T x"}),
    ("kkt_mean_nonneg", {"norm(x, 2)^2": "norm(x, 2)"}),
    ("lp_halfspace_value", {"mu*(a^T x)": "2*mu*dot(x, a) - 1", "a^T x >= b": "-(a^T x) <= -b"}),
    ("ls_median", {"sum_{i=1}^{2*h+1} |x - z_i|": "3*sum_{i=1}^{2*h+1} |z_i - x|"}),
    ("ls_median", {"|x - z_i|": "max(x - z_i, z_i - x)"}),
]


@pytest.mark.parametrize(("name", "pairs"), SAME)
def test_restatements_give_the_same_key(name: str, pairs: dict[str, str]) -> None:
    base, other = key(stated(name)), key(changed(name, pairs))
    for seed in range(2):
        values, dims = instance(base.problem, seed)
        if name == "kkt_mean_nonneg" and np.max(values["a"]) <= 0:
            values = {**values, "a": -values["a"]}
        ours = dict(zip([n for n, _ in base.outputs] or [""], outputs_at(base, values, dims), strict=True))
        theirs = dict(zip([n for n, _ in other.outputs] or [""], outputs_at(other, values, dims), strict=True))
        assert ours.keys() == theirs.keys()
        assert all(np.allclose(ours[n], theirs[n], rtol=1e-9, atol=1e-12) for n in ours)


def test_a_changed_number_changes_the_key() -> None:
    base, other = key(stated("kkt_svm_two_points")), key(changed("kkt_svm_two_points", {"w^T x1 + b >= 1": "w^T x1 + b >= 3"}))
    values, dims = instance(base.problem)
    assert np.allclose(2 * outputs_at(base, values, dims)[0], outputs_at(other, values, dims)[0])


# ------------------------------------------------------------------------------------------ relatives

def _spec(symbols: dict[str, str], part: str, dims: tuple[str, ...] = ("n",)) -> Problem:
    declared = "".join(f"{d} = {{ type = \"dimension\" }}\n" for d in dims) + "".join(f"{n} = {{ type = \"{t}\" }}\n" for n, t in symbols.items())
    text = f'schema = 1\nid = "r"\ntitle = "r"\n[symbols]\n{declared}\n[[parts]]\nid = "answer"\n{part}\n'
    return from_data(tomllib.loads(text), "r")


def _min(over: str, objective: str, constraints: str = "", when: str = "", ask: str = "argmin") -> str:
    said = f'subject_to = {constraints}\n' if constraints else ""
    said += f'when = {when}\n' if when else ""
    return f'ask = "{ask}"\nover = {over}\n{"maximize" if ask == "argmax" else "minimize"} = "{objective}"\n{said}'


V, M, S, P = "vector(n)", "spd matrix(n, n)", "real", "positive"
RELATIVES = [
    ({"X": "matrix(n, k)", "y": V, "r": P, "w": "vector(k)", "b": S}, _min('["w", "b"]', "norm(y - X w - b*ones(n))^2 + r*norm(w)^2"), ("n", "k"),
     "b = mean(y) - mean(X w), w = inv(X^T (X - ones(n) ones(n)^T X/n) + r*eye(k)) X^T (y - mean(y))", "w = inv(X^T X + r*eye(k)) X^T y, b = mean(y - X w)"),
    ({"x": V, "y": V, "a": "positive vector(n)", "s": S, "c": S}, _min('["s", "c"]', "sum_i a_i*(y_i - s*x_i - c)^2", "", '["norm(x - mean(x)) > 0"]'), ("n",),
     "", "s = dot(x - mean(x), y - mean(y))/norm(x - mean(x))^2, c = mean(y) - s*mean(x)"),
    ({"u": "nonzero vector(n)", "v": V, "x": V, "t": S}, _min('["x", "t"]', "norm(x - v)^2", '["x = t*u"]'), ("n",),
     "t = dot(u, v)/norm(u)^2, x = t*u", "t = dot(u, v), x = t*u"),
    ({"a": S, "b": S, "c": S, "x": S, "y": S}, _min('["x", "y"]', "(x - a)^2 + (y - b)^2", '["x + y = c"]'), (),
     "x = (a - b + c)/2, y = c - x", "x = c/2, y = c/2"),
    ({"S": M, "e": V, "r": S, "w": V}, _min('"w"', "w^T S w", '["sum(w) = 1", "e^T w = r"]', '["norm(e - mean(e)) > 0"]'), ("n",), "", "inv(S) e/sum(inv(S) e)"),
    ({"c": V, "w": V}, _min('"w"', "c^T w/norm(w)", '["sum(w) = 1"]', '["sum(c) > 0"]', "argmax"), ("n",), "c/sum(c)", "c/norm(c)"),
    ({"a": "positive vector(n)", "c": "positive vector(n)", "B": P, "x": "positive vector(n)"}, _min('"x"', "sum_i a_i*log(x_i)", '["c^T x <= B"]', "", "argmax"), ("n",),
     "B*a/(c*sum(a))", "B*a/sum(a)"),
    ({"a": "positive vector(n)", "B": P, "x": "positive vector(n)"}, _min('"x"', "sum_i a_i/x_i", '["sum(x) <= B"]'), ("n",),
     "B*sqrt(a)/sum(sqrt(a))", "B*a/sum(a)"),
    ({"c": P, "x": "positive vector(n)"}, _min('"x"', "(prod_{i=1}^n x_i)^(1/n)", '["sum(x) <= c"]', "", "argmax"), ("n",), "c/n*ones(n)", "c*ones(n)"),
    ({"a": "nonzero vector(n)", "k": "positive vector(n)", "b": S, "x": V}, _min('"x"', "sum_i k_i*x_i^2", '["a^T x >= b", "x >= 0"]', '["max(a) > 0"]'), ("n",),
     "max(b, 0)*max(a, 0)/k/sum(max(a, 0)^2/k)", "b*max(a, 0)/norm(max(a, 0))^2"),
    ({"z": V, "tau": "unit", "x": S}, _min('"x"', "sum_i max(tau*(z_i - x), (tau - 1)*(z_i - x))"), ("n",), "", "mean(z)"),
    ({"z": V, "a": "positive vector(n)", "x": S}, _min('"x"', "sum_i a_i*|x - z_i|"), ("n",), "", "dot(a, z)/sum(a)"),
    ({"z": V, "x": S}, _min('"x"', "norm(x*ones(n) - z, inf)"), ("n",), "(max(z) + min(z))/2", "mean(z)"),
]


@pytest.mark.parametrize(("symbols", "part", "dims", "right", "wrong"), half(RELATIVES))
def test_relatives_derive_and_are_judged(symbols: dict[str, str], part: str, dims: tuple[str, ...], right: str, wrong: str) -> None:
    """Programs like those of the bank: every other one, all with --long."""
    problem = _spec(symbols, part, dims)
    certificate = certify(key(problem))
    assert certificate.holds, certificate.failures()
    if right:
        assert grade(problem, "answer", right, certified=False).verdict.value == "correct"
    assert grade(problem, "answer", wrong, certified=False).verdict.value == "incorrect"


def test_a_linear_program_is_bounded_where_its_multiplier_is_nonnegative() -> None:
    p = _spec({"a": "nonzero vector(n)", "b": S, "mu": S, "x": V}, _min('"x"', "mu*(a^T x)", '["a^T x >= b"]').replace("argmin", "status"))
    certificate = certify(key(p))
    assert certificate.holds and any("ray" in e.check for e in certificate.evidence)
    assert grade(p, "answer", "bounded iff mu >= 0", certified=False).verdict.value == "correct"
    assert grade(p, "answer", "bounded iff mu > 0", certified=False).verdict.value == "incorrect"


# ------------------------------------------------------------------------------------------ what is not so

NOT = [
    ("kkt_svm_two_points", {'when = ["norm(x1 - x2, 2) > 0"]': ""}),  # equal points cannot be separated
    ("ls_line_fit", {'when = ["norm(x - mean(x)*ones(m), 2) > 0"]': ""}),  # every line through the mean is as good
    ("kkt_mean_nonneg", {'when = ["max(a) > 0"]': ""}),  # infeasible where no a_i is positive
    ("kkt_tangency", {'when = ["ones(n)^T inv(S) e > 0"]': ""}),
    ("lp_halfspace_value", {'mu = { type = "positive"': 'mu = { type = "real"'}),  # unbounded where mu < 0
    ("lp_halfspace_value", {"a^T x >= b": "a^T x <= b"}),
    ("kkt_am_gm", {">= c": "<= c"}),  # the infimum 0 is not attained
]


@pytest.mark.parametrize(("name", "pairs"), NOT)
def test_without_its_condition_nothing_is_claimed(name: str, pairs: dict[str, str]) -> None:
    p = changed(name, pairs)
    out = solve(p, p.part("answer"))
    assert isinstance(out, NotDerived) and out.reason


@pytest.mark.parametrize("name", ["ls_line_fit", "kkt_mean_nonneg", "kkt_tangency", "ls_median"])
def test_a_wrong_key_is_not_certified(name: str) -> None:
    d = key(stated(name))
    assert d.answer is not None and d.part.program is not None
    names = list(d.point)
    moved = {**d.point, names[0]: E.mul(E.TWO, d.point[names[0]])}
    value = E.replace(d.part.program.objective, {E.sym(n, e.shape): e for n, e in moved.items()})
    wrong = replace(d, answer=moved[names[0]], value=value, outputs=tuple(moved.items()) if d.outputs else (), extra={"unknowns": tuple(moved.items())})
    assert not certify(wrong).holds


def test_rules_accept_only_their_forms() -> None:
    p = stated("ls_ridge")
    for rule in (elimination, homogeneous_multiplier, kinks, lp_duality, ratio, tight_constraint):
        assert not rule.accepts(p, p.part("answer"))


# ------------------------------------------------------------------------------------------ notation

SCOPE = Scope({"a": Symbol("a", (4,)), "x": Symbol("x"), "k": Symbol("k", domain="count")}, frozenset(), 4)
READ = [
    ("(a)_+", lambda a: np.maximum(a, 0)), ("a_+", lambda a: np.maximum(a, 0)), ("a_{+}", lambda a: np.maximum(a, 0)),
    (r"\bar a", np.mean), (r"a - \bar a", lambda a: a - a.mean()), ("median(a)", np.median), ("median(a_1, a_2, a_3)", lambda a: np.median(a[:3])),
    ("a[1:3].sum()", lambda a: a[1:3].sum()), ("mean(a[:2])", lambda a: a[:2].mean()), ("soft(a, 2)", lambda a: np.sign(a) * np.maximum(abs(a) - 2, 0)),
    (r"\max(a_1, \dots, a_3)", lambda a: a[:3].max()),
]


@pytest.mark.parametrize(("text", "f"), READ)
def test_notation_is_read(text: str, f: object) -> None:
    a = np.array([3.0, -1.0, 5.0, 2.0])
    e = read_expr(text, SCOPE)
    assert np.allclose(evaluate(e, Batch({"a": a[None], "x": np.array([1.0])}, {}, 1))[0], f(a))  # type: ignore[operator]


@pytest.mark.parametrize("text", ["a - x", r"\bar k", "a_+1", "soft(a)"])
def test_near_misses_are_not_read(text: str) -> None:
    with pytest.raises(ReadError):
        read_expr(text, SCOPE)
