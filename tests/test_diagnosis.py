"""The mistake behind a wrong answer: each kind with an answer that shows it and one that does not."""

from __future__ import annotations

import tomllib
from functools import partial
from typing import Any

import pytest

from derive.derivation.certify import certify
from derive.derivation.solve import solve
from derive.derivation.steps import Derivation
from derive.errors import SpecError
from derive.grading.diagnosis.credit import kind_of
from derive.grading.diagnosis.siblings import introduce
from derive.grading.grade import grade
from derive.grading.many import grade_many
from derive.grading.verdict import Grade
from derive.problem.load import from_data
from derive.problem.model import Problem
from derive.problem.nouns.credit import CREDITS
from tests.conftest import SPECS, calls_of


def raw(problem_id: str) -> dict[str, Any]:
    return tomllib.loads((SPECS / "cs182-hw2" / f"{problem_id}.toml").read_text(encoding="utf-8"))


def stated(problem_id: str, minimize: str = "", **tables: Any) -> Problem:
    data = raw(problem_id) | tables
    if minimize:
        data["parts"][0]["minimize"] = minimize
    return from_data(data, f"{problem_id}.toml")


@pytest.fixture(scope="module")
def at_hand() -> dict[str, Problem]:
    """The set without what other tests left in its caches."""
    return {f.stem: from_data(tomllib.loads(f.read_text(encoding="utf-8")), f.name) for f in sorted((SPECS / "cs182-hw2").glob("*.toml"))}


def judged(problem: Problem, part: str, text: str) -> Grade:
    return grade(problem, part, text, certified=False)


# problem, part, answer, how the diagnosis begins, its kind; then an answer that does not show it
SHOWN = [
    ("penalty-l2", "update", r"-\frac{\alpha}{3} g", "constant factor 2/3", "constant_factor", r"-\frac{\alpha}{3} |g|"),
    ("penalty-linf", "update", r"-\frac{\alpha}{8}\|g\|_1 sign(g)", "constant factor 1/4", "constant_factor", r"-\frac{\alpha}{8} sign(g)"),
    ("comm-table", "ring-messages", "n(n-1)", "constant factor 1/2", "constant_factor", "n^2"),
    ("penalty-l2", "update", r"\frac{\alpha}{2} g", "sign", "sign", r"\frac{\alpha}{2} \|g\|_2 g"),
    ("penalty-l2", "update", r"\frac{\alpha}{3} g", "sign and constant factor 2/3", "sign_and_factor", r"\frac{\alpha}{2} g"),
    ("limit-sgd", "residual", r"(1 + 2\alpha\|a\|^2) r", "sign of α", "sign", r"(1 + 3\alpha\|a\|^2) r"),
    ("penalty-l2", "update", r"-\alpha g", "constant factor 2: right for the penalty weight 1/(2·α)", "penalty_convention", r"-3\alpha g"),
    ("penalty-linf", "update", r"-\frac{1}{\alpha}\|g\|_1 sign(g)", "right for the penalty weight α/2", "penalty_convention", r"-\frac{1}{3\alpha}\|g\|_1 sign(g)"),
    ("penalty-l1", "update", r"-\frac{1}{2\alpha} g_k e_k", "right for the penalty weight α in", "penalty_convention", r"-\frac{5}{\alpha} g_k e_k"),
    ("penalty-l2", "value", r"-\frac{\alpha}{2}\|g\|_2^2", "constant factor 2: right for the penalty weight 1/(2·α)", "penalty_convention", r"-\frac{\alpha}{3}\|g\|_2^2"),
    ("penalty-l2", "update", r"-\frac{\alpha}{2}\|g\|_1 sign(g)", "dual norm" , "", ""),
    ("penalty-linf", "update", r"-\frac{\alpha}{2} g", "another norm: right for ‖u‖₂", "other_norm", r"-\frac{\alpha}{2} |g|"),
    ("penalty-linf", "update", r"-\frac{\alpha}{2} g_k e_k, k = \arg\max_i |g_i|", "dual norm: right for ‖u‖₁", "dual_norm", r"-\frac{\alpha}{2} g_1 e_1"),
    ("penalty-linf", "update", r"-\frac{\alpha}{2}\|g\|_2 sign(g)", "another norm: ‖g‖₂ where ‖g‖₁", "other_norm", r"-\frac{\alpha}{2}\|g\|_3 sign(g)"),
    ("penalty-linf", "update", r"-\alpha\|g\|_2 sign(g)", "another norm: ‖g‖₂ where ‖g‖₁ is required, and constant factor 2", "", ""),
    ("penalty-dual", "dual", r"\|g\|_p", "dual norm: the norm itself", "dual_norm", r"\|g\|_{q-1}"),
    ("ball-l2", "update", r"-\delta g/\|g\|_1", "another norm", "other_norm", r"-\delta g/\|g\|_2^3"),
    ("penalty-l2", "update", r"-\frac{\alpha^2}{2} g", "extra factor α", "factor", r"-\frac{\alpha+1}{2} g"),
    ("penalty-l2", "update", r"-\frac{1}{2} g", "missing factor α", "factor", r"-\frac{1}{2} |g|"),
    ("penalty-linf", "update", r"-\frac{\alpha}{2} sign(g)", "missing factor ‖g‖₁", "factor", r"-\frac{\alpha}{2} |sign(g)|"),
    ("penalty-linf", "update", r"-\frac{n\alpha}{2}\|g\|_1 sign(g)", "extra factor n", "factor", r"-\frac{(n+2)\alpha}{2}\|g\|_1 sign(g)"),
    ("comm-table", "ring-messages", "2n^2", "extra factor n and missing factor n - 1", "factor", "2n^2+n"),
    ("comm-table", "ring-size", "p/(n-1)", "extra factor n and missing factor n - 1", "factor", "p/(n+3)"),
    ("penalty-l2", "update", r"-\frac{\alpha}{2} g/\|g\|_2", "normalised: divided by ‖g‖₂", "normalised", r"-\frac{\alpha}{2} g/(1+\|g\|_2)"),
    ("ball-l2", "update", r"-\delta g", "not normalised", "normalised", r"-\delta (g + g^2)"),
    ("limit-sgd", "vector", r"a/\|a\|_2", "not normalised", "normalised", r"a/(1+\|a\|_2)"),
    ("ball-linf", "update", r"\delta sign(g)", "sign: the maximiser", "maximiser", r"-2\delta sign(g)"),
    ("limit-sgd", "vector", "[100/10101, 1000/10101, 10000/10101]", "entries in reverse order", "rearranged", "[1/10101, 1000/10101, 10000/10101]"),
    ("limit-sgd", "vector", "[0.0990, 0.9900, 0.00990]", "entries swapped", "rearranged", "[0.0980, 0.9900, 0.00990]"),
    ("limit-sgd", "vector", "[1000/10101, 100/10101, 10000/10101]", "entries permuted", "rearranged", "[1000/10101, 100/10101, 1]"),
    ("comm-table", "ring-size", "n/p", "inverse", "inverse", "n/p^2"),
    ("penalty-l2", "update", r"-\frac{2}{\alpha} g", "inverse: the coefficient of g", "inverse", r"-\frac{2}{\alpha+1} g"),
    ("ball-l2", "update", r"-\delta g/(1+\|g\|_2)", "feasible but not optimal", "not_optimal", r"-\delta (g + g^2)"),
    ("ball-l2", "update", r"-\delta (g + g^2)", "infeasible: ‖u‖₂ ≤ δ", "infeasible", r"-\delta g/(1+\|g\|_2)"),
    ("limit-sgd", "vector", "[1, 2, 3]", "infeasible: it does not solve", "infeasible", "[1/2, 1, 40]"),
    ("limit-sgd", "vector", "[1/2, 1, 40]", "not the limit, though it solves", "not_optimal", "[1/2, 1, 41]"),
    ("penalty-l2", "update", r"\theta - \frac{\alpha}{2} g", "answers another question: the next iterate", "sibling", r"2\theta - \frac{\alpha}{2} g"),
    ("comm-table", "ring-size", "p", "answers another part: a2a-size", "sibling", "p+1"),
    ("limit-rescaled", "vector", "[1/3, 1/3, 1/3]", "not converted back", "not_converted", "[1/4, 1/4, 1/4]"),
    ("limit-rescaled", "vector", "[0.333, 0.333, 0.333]", "not converted back", "not_converted", "[0.335, 0.335, 0.335]"),
    ("limit-rescaled", "vector", "[10000, 1000, 100]/10101", "not rescaled", "not_converted", "[10000, 1000, 101]/10101"),
    ("limit-sgd", "vector", "[0.9009, 0.9009, 0.9009]", "another norm: this is the solution of least ‖θ‖_∞", "other_norm", "[0.9109, 0.9009, 0.9009]"),
    ("limit-adam", "vector", "[0.9010, 0.9009, 0.9009]", "rounding", "rounding", "[0.8009, 0.9009, 0.9009]"),
    ("penalty-linf", "update", r"-\frac{\alpha}{2}\|g\|_3 sign(g)", "right at n = 1 only", "small_size", r"-\frac{\alpha}{5}\|g\|_3 sign(g)"),
    ("penalty-l2", "update", "0", "zero where it is not", "zero", r"-\frac{\alpha}{7}|g|"),
    ("penalty-l2", "update", r"-\frac{\alpha}{2}", "wrong shape", "shape", r"-\alpha g"),
    ("limit-sgd", "step-size", r"0 < \alpha \le 1/\|a\|_2^2", "boundary", "boundary", r"0 < \alpha \le 3/\|a\|_2^2"),
    ("limit-sgd", "step-size", r"\alpha \ge 1/\|a\|_2^2", "opposite", "opposite", r"\alpha \ge 3/\|a\|_2^2"),
    ("limit-sgd", "step-size", r"0 < \alpha < 2/\|a\|_2^2", "constant factor 2 at the boundary", "constant_factor", r"\alpha < 1"),
    ("limit-sgd", "step-size", r"0 < \alpha < \|a\|_2^2", "inverse", "inverse", r"0 < \alpha < \|a\|_2"),
    ("penalty-l1", "update", r"u_i=-\frac{\alpha}{2} g_i \mathbf{1}\{|g_i| = \|g\|_\infty\}", "boundary: right but where entries", "boundary", ""),
    ("limit-rescaled", "vector", "[1/3, 10/3, 100/30]", "entry 3 alone", "", ""),
]


@pytest.mark.parametrize(("problem", "part", "text", "says", "kind", "other"), SHOWN)
def test_a_mistake_is_named_and_its_neighbour_is_not(at_hand: dict[str, Problem], problem: str, part: str, text: str, says: str, kind: str, other: str) -> None:
    g = judged(at_hand[problem], part, text)
    if problem == "penalty-l2" and says == "dual norm":  # the 2-norm is its own dual
        says, kind = "another norm: right for ‖u‖_∞", "other_norm"
    assert g.verdict.value == "incorrect" and g.score == 0.0
    assert g.diagnosis.startswith(says), g.diagnosis
    assert kind_of(g.diagnosis) == kind
    if other:
        miss = judged(at_hand[problem], part, other)
        assert miss.verdict.value == "incorrect" and not miss.diagnosis.startswith(says), miss.diagnosis
        assert not kind or kind_of(miss.diagnosis) != kind or miss.diagnosis.split()[:3] != says.split()[:3]


def test_transposed() -> None:
    problem = from_data({"schema": 1, "id": "m", "title": "t", "symbols": {"x": {"type": "vector(2)"}}, "parts": [{"id": "a", "ask": "dual", "norm": "norm(x, 2)", "at": "x"}]})
    from dataclasses import replace

    from derive.grading.diagnosis.diagnose import diagnose
    from derive.grading.keys import key_of
    from derive.maths import expr as E

    key = key_of(problem, problem.part("a"), False)
    square = E.mat(((E.num(1), E.at(E.sym("x", (2,)), E.ONE)), (E.num(3), E.num(5))))
    matrix = replace(key, outcome=replace(key.derivation, answer=square), cache={})
    assert diagnose(E.transpose(square), matrix) == "transposed"
    assert diagnose(E.inverse(square), matrix) == "inverse"
    assert diagnose(E.neg(E.transpose(square)), matrix) not in ("transposed", "inverse")


@pytest.mark.parametrize(("norm", "direction"), [("2", "g"), ("inf", "norm(g, 1)*sign(g)")])
@pytest.mark.parametrize(("stated_weight", "key_half"), [("1/alpha", "alpha/2"), ("alpha", "1/(2*alpha)"), ("1/(2*alpha)", "alpha"), ("alpha/2", "1/alpha")])
def test_conventions_follow_the_statement(norm: str, direction: str, stated_weight: str, key_half: str) -> None:
    """With the weight w the key is 1/(2w) times the direction; every other convention is told apart by its own key."""
    problem = stated("penalty-l2", f"g^T u + ({stated_weight}) * norm(u, {norm})^2")
    shown = {"1/alpha": "1/α", "alpha": "α", "1/(2*alpha)": "1/(2·α)", "alpha/2": "α/2"}
    halves = {"1/alpha": "alpha/2", "alpha": "1/(2*alpha)", "1/(2*alpha)": "alpha", "alpha/2": "1/alpha"}
    assert halves[stated_weight] == key_half
    for weight, half in halves.items():
        g = judged(problem, "update", f"-({half})*{direction}")
        if weight == stated_weight:
            assert g.verdict.value == "correct" and not g.diagnosis
        else:
            assert f"right for the penalty weight {shown[weight]} in place of {shown[stated_weight]}" in g.diagnosis


def test_another_name_of_the_weight_and_a_maximisation() -> None:
    data = raw("penalty-l2")
    data["symbols"]["lambda"] = {"type": "positive"}
    data["parts"] = [{"id": "update", "ask": "argmax", "over": "u", "maximize": "-g^T u - lambda*norm(u, 2)^2"}]
    problem = from_data(data)
    assert "right for the penalty weight λ/2 in place of λ" in judged(problem, "update", r"-g/\lambda").diagnosis
    assert judged(problem, "update", r"-g/(2\lambda)").verdict.value == "correct"


@pytest.mark.parametrize("scale", ["2", "1/3", "-1"])
def test_scaling_the_answer_shows_as_that_factor(at_hand: dict[str, Problem], scale: str) -> None:
    for problem, part, right in (("ball-linf", "update", r"(-\delta sign(g))"), ("penalty-l1", "update", r"(-\frac{\alpha}{2} g_k e_k)"), ("comm-table", "ps-messages", "(2n)")):
        found = judged(at_hand[problem], part, f"({scale})*{right}").diagnosis
        assert found.startswith("sign" if scale == "-1" else "constant factor " + scale), found


def test_a_sibling_problem_is_known_where_the_set_is_at_hand(at_hand: dict[str, Problem]) -> None:
    pair = {n: stated(n) for n in ("penalty-linf-unsquared", "penalty-linf")}
    text = r"-\frac{\alpha}{2}\|g\|_1 sign(g)"
    item = {"problem": "penalty-linf-unsquared", "part": "update", "answer": text}
    assert "another problem" not in judged(stated("penalty-linf-unsquared"), "update", text).diagnosis
    introduce(pair.values())
    assert judged(pair["penalty-linf-unsquared"], "update", text).diagnosis == "answers another problem: penalty-linf#update"
    assert next(grade_many([item], at_hand)).diagnosis == "answers another problem: penalty-linf#update"


def test_a_right_answer_is_never_diagnosed(at_hand: dict[str, Problem], monkeypatch: pytest.MonkeyPatch) -> None:
    import derive.grading.diagnosis.diagnose as module

    def never(*_: Any) -> str:
        raise AssertionError("called for a right answer")

    monkeypatch.setattr(module, "diagnose", never)
    assert judged(at_hand["penalty-linf"], "update", r"-\frac{\alpha}{2}\|g\|_1 sign(g)").verdict.value == "correct"


def test_what_a_diagnosis_costs(at_hand: dict[str, Problem]) -> None:
    for problem, text in (("penalty-linf", r"-\frac{\alpha}{2} (g + g^2)"), ("penalty-l1", r"-\alpha |g|"), ("limit-sgd", "[3, 2, 1]")):
        part = at_hand[problem].parts[0].id
        judged(at_hand[problem], part, text)
        assert calls_of(partial(judged, at_hand[problem], part, text)) < 400_000


# ------------------------------------------------------------------------------------------ misconceptions and credit

FORESEEN = [{"part": "update", "answer": "-alpha*g", "says": "The 2 of the square is lost in the derivative.", "credit": 0.25},
            {"part": "update", "answer": "-(alpha/2)*norm(g, 2)", "says": "A length is no direction."},
            {"part": "value", "answer": "-(alpha/2)*norm(g, 2)^2", "says": "Only the linear term."}]


def test_a_misconception_says_its_words_and_earns_its_credit() -> None:
    problem = stated("penalty-l2", misconceptions=FORESEEN)
    g = judged(problem, "update", r"-\alpha g")
    assert (g.verdict.value, g.score, g.diagnosis) == ("partial", 0.25, FORESEEN[0]["says"]) and g.witness is not None
    g = judged(problem, "update", r"-\frac{\alpha}{2}\|g\|_2")
    assert (g.verdict.value, g.score, g.diagnosis) == ("incorrect", 0.0, FORESEEN[1]["says"])
    assert judged(problem, "value", r"-\frac{\alpha}{2} g^T g").diagnosis == FORESEEN[2]["says"]
    assert judged(problem, "update", r"-1.001\alpha g").diagnosis == "constant factor 1001/500" or judged(problem, "update", r"-1.001\alpha g").score == 0
    assert judged(problem, "update", r"-\frac{\alpha}{2} g").score == 1.0
    several = judged(problem, "update", r"$-\alpha g$ or $-\frac{\alpha}{2} g$")
    assert several.verdict.value != "correct" and not several.score


def test_a_misconception_about_a_condition_and_about_numbers() -> None:
    problem = stated("limit-sgd", misconceptions=[
        {"part": "step-size", "answer": "alpha < 2/norm(a, 2)^2", "says": "The loss has no 1/2.", "credit": 0.5},
        {"part": "vector", "answer": "a/norm(a, 2)", "says": "The direction only.", "credit": 0.1}])
    assert judged(problem, "step-size", r"0 < \alpha < 2/1.0101").score == 0.5
    assert judged(problem, "step-size", r"0 < \alpha < 2/1.01").score == 0.0
    assert judged(problem, "vector", "[0.995, 0.0995, 0.00995]").score == 0.1
    assert judged(problem, "vector", "[0.985, 0.0995, 0.00995]").score == 0.0


@pytest.mark.parametrize(("part", "answer"), [("update", "-(alpha/2)*g"), ("update", "-0.5*alpha*g"), ("value", "-(alpha/4)*g^T g")])
def test_a_misconception_that_is_the_key_falls(part: str, answer: str) -> None:
    problem = stated("penalty-l2", misconceptions=[FORESEEN[0], {"part": part, "answer": answer, "says": "x"}])
    d = solve(problem, problem.part(part))
    assert isinstance(d, Derivation)
    assert [e.check for e in certify(d).failures()] == ["misconception 2 differs from the key"]


def test_true_misconceptions_are_certified() -> None:
    problem = stated("penalty-l2", misconceptions=FORESEEN)
    d = solve(problem, problem.part("update"))
    assert isinstance(d, Derivation)
    certificate = certify(d)
    assert certificate.holds and sum(e.check.startswith("misconception") for e in certificate.evidence) == 2
    limit = stated("limit-sgd", misconceptions=[{"part": "step-size", "answer": "alpha < 1/norm(a, 2)^2", "says": "x"}])
    d = solve(limit, limit.part("step-size"))
    assert isinstance(d, Derivation) and not certify(d).holds


@pytest.mark.parametrize(("entry", "where", "what"), [
    ({"part": "updat"}, "misconceptions[0].part", "there is no part 'updat'"),
    ({"part": "optimizer"}, "misconceptions[0].part", "asks for a name"),
    ({"answer": "-beta*g"}, "misconceptions[0].answer", "not declared"),
    ({"answer": "u = -alpha*g"}, "misconceptions[0].answer", "no equation"),
    ({"says": " "}, "misconceptions[0].says", "'says'"),
    ({"credit": 2}, "misconceptions[0].credit", "not a share"),
    ({"credit": True}, "misconceptions[0].credit", "not a share"),
    ({"points": 1}, "misconceptions[0].points", "not a key"),
])
def test_errors_in_a_misconception_name_file_and_key(entry: dict[str, Any], where: str, what: str) -> None:
    with pytest.raises(SpecError) as err:
        stated("penalty-l2", misconceptions=[FORESEEN[0] | entry])
    assert "penalty-l2.toml" in str(err.value) and where in str(err.value) and what in str(err.value)


@pytest.mark.parametrize(("table", "where"), [({"sing": 0.5}, "credit.sing"), ({"sign": "half"}, "credit.sign"), ({"sign": -0.1}, "credit.sign"), ({"partial": 1.5}, "credit.partial")])
def test_errors_in_a_credit_table_name_file_and_key(table: dict[str, Any], where: str) -> None:
    with pytest.raises(SpecError) as err:
        stated("penalty-l2", credit=table)
    assert "penalty-l2.toml" in str(err.value) and where in str(err.value)


def test_credit_by_kind() -> None:
    problem = stated("penalty-l2", credit={"sign": 0.5, "constant_factor": 0.25, "shape": 0.1, "penalty_convention": 0.75})
    scores = {text: judged(problem, "update", text) for text in (r"\frac{\alpha}{2} g", r"-\frac{\alpha}{3} g", r"-\alpha g", r"-\frac{\alpha}{2}", r"\frac{\alpha}{3} g")}
    assert [g.score for g in scores.values()] == [0.5, 0.25, 0.75, 0.1, 0.0]
    assert [g.verdict.value for g in scores.values()] == ["partial"] * 4 + ["incorrect"]
    both = judged(problem, "update", r"$\frac{\alpha}{2} g$ or $-\frac{\alpha}{2} g$")
    assert both.verdict.value == "incorrect" and both.score == 0.0, "two answers earn nothing for the better one"


def test_the_score_of_partial() -> None:
    assert judged(stated("comm-table"), "ring-messages", "O(n^2)").score == 0.5
    assert judged(stated("comm-table", credit={"partial": 0.2}), "ring-messages", "O(n^2)").score == 0.2
    assert judged(stated("comm-table", credit={"partial": 0.0}), "ring-messages", "O(n^2)").verdict.value == "partial"


def test_every_kind_of_credit_is_a_kind_of_diagnosis() -> None:
    shown = {kind for *_, kind, _ in SHOWN} - {""}
    assert shown | {"partial", "follow_through"} == set(CREDITS)


def test_two_mistakes_are_of_no_kind() -> None:
    assert kind_of("missing factor α, and constant factor 4") == "" and kind_of("several answers") == "" and kind_of("") == ""
