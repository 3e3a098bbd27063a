"""The installed set: each part certified; right answers accepted, near misses refused, side by side."""

from __future__ import annotations

import pytest

from derive.derivation.steps import Derivation
from derive.grading.grade import grade
from derive.problem.model import Problem
from tests.conftest import SPECS
from tests.keys import certify, solve

PARTS = [
    *((f"penalty-{n}", p) for n in ("l2", "linf", "l1") for p in ("update", "value", "optimizer")),
    ("penalty-dual", "update"), ("penalty-dual", "dual"), ("ball-l2", "update"), ("ball-linf", "update"), ("ball-l1", "update"),
    ("penalty-linf-unsquared", "status"), ("penalty-linf-unsquared", "update"),
    *(("limit-sgd", p) for p in ("vector", "step-size", "residual", "norm")), *((f"limit-{n}", p) for n in ("adam", "rescaled") for p in ("vector", "norm")),
    *(("comm-table", p) for p in ("a2a-messages", "a2a-size", "ps-messages", "ps-size", "ring-messages", "ring-size", "table")),
]


@pytest.mark.parametrize(("problem", "part"), PARTS)
def test_every_part_is_certified(problems: dict[str, Problem], problem: str, part: str) -> None:
    outcome = solve(problems[problem], problems[problem].part(part))
    assert isinstance(outcome, Derivation)
    certificate = certify(outcome)
    assert certificate.holds, certificate.failures()
    assert outcome.steps and all(s.says for s in outcome.steps)


def test_the_set_has_no_other_parts(problems: dict[str, Problem]) -> None:
    homework = {p.id: p for p in problems.values() if p.path and p.path.parent == SPECS / "cs182-hw2"}
    assert {(p.id, q.id) for p in homework.values() for q in p.parts} == set(PARTS)


# (problem, part, right answers, near misses)
CASES: list[tuple[str, str, list[str], list[str]]] = [
    ("penalty-l2", "update",
     [r"-\frac{\alpha}{2} g", "u = -α/2 · g", "-(alpha/2)*g", r"$\theta_{t+1} = \theta_t - \frac{\alpha}{2}\nabla f(\theta_t)$", r"u=-\eta g, \eta=\alpha/2",
      r"u_i = -\frac{\alpha}{2} g_i", "-0.5*alpha*g", r"-2^{-1}\alpha g", r"\frac{-\alpha g}{2}", r"u^* = -\frac{\alpha}{2}\,\vec{g}"],
     [r"-\alpha g", r"\frac{\alpha}{2} g", r"-\frac{2}{\alpha} g", r"-\frac{\alpha}{2}", r"-\frac{\alpha}{2}\|g\|_2", r"-\frac{\alpha}{2}\frac{g}{\|g\|_2}",
      r"\theta - \frac{\alpha}{2} g", r"u = \arg\min_u g^T u + \frac1\alpha \|u\|^2", "-0.49*alpha*g", r"u=-\eta g", r"-\frac{\alpha^2}{2} g"]),
    ("penalty-linf", "update",
     [r"-\frac{\alpha}{2}\|g\|_1 \operatorname{sign}(g)", "−(α/2)‖g‖₁ sgn(g)", r"u_i = -\frac{\alpha}{2}\left(\sum_j |g_j|\right)\mathrm{sign}(g_i)",
      "-(alpha/2)*np.linalg.norm(g,1)*np.sign(g)", r"-\frac{\alpha}{2}(g^\top s)s, s = \operatorname{sign}(g)"],
     [r"-\frac{\alpha}{2}\|g\|_2 \operatorname{sign}(g)", r"-\alpha\|g\|_1 \operatorname{sign}(g)", r"-\frac{\alpha}{2}\operatorname{sign}(g)",
      r"-\frac{\alpha}{2}\|g\|_1 g", r"-\frac{\alpha}{2}\left(\sum_j g_j\right)\operatorname{sign}(g)", r"-\|u\|_\infty \operatorname{sign}(g)",
      r"-\frac{\alpha}{2}\|g\|_1"]),
    ("penalty-l1", "update",
     [r"-\frac{\alpha}{2} g_k e_k, k = \arg\max_i |g_i|", r"-\frac{\alpha}{2}\|g\|_\infty \operatorname{sign}(g_k) e_k",
      r"u_k = -\frac{\alpha}{2} g_k,\; u_i = 0 \text{ otherwise}", r"u_{i^*} = -\frac{\alpha}{2} g_{i^*}, u_j = 0 \text{ for } j \ne i^*"],
     [r"-\frac{\alpha}{2} g_k e_k, k = \arg\min_i |g_i|", r"-\frac{\alpha}{2}\|g\|_\infty \operatorname{sign}(g)", r"-\frac{\alpha}{2}\|g\|_\infty e_k",
      r"-\frac{\alpha}{2} g_1 e_1", r"u_i=-\frac{\alpha}{2} g_i \mathbf{1}\{|g_i| = \|g\|_\infty\}"]),
    ("penalty-l2", "value", [r"-\frac{\alpha}{4}\|g\|_2^2", "-(alpha/4)*g@g", r"-\frac{\alpha}{4} g^T g", r"J^* = -\frac{\alpha}{4}\sum_i g_i^2"],
     [r"-\frac{\alpha}{2}\|g\|_2^2", r"\frac{\alpha}{4}\|g\|_2^2", r"-\frac{\alpha}{4}\|g\|_2", r"-\frac{\alpha}{4} g"]),
    ("penalty-dual", "update",
     [r"u_i = -\frac{\alpha}{2}\|g\|_q^{2-q}|g_i|^{q-1}\operatorname{sign}(g_i)", r"-\frac{\alpha}{2} \|g\|_q \frac{|g|^{q-1} sign(g)}{\|g\|_q^{q-1}}"],
     [r"-\frac{\alpha}{2}\|g\|_p^{2-p}|g|^{p-1}\operatorname{sign}(g)", r"-\frac{\alpha}{2}\|g\|_q |g|^{q-1} sign(g)", r"-\frac{\alpha}{2}\|g\|_q sign(g)"]),
    ("penalty-dual", "dual", [r"\|g\|_q", r"\left(\sum_i |g_i|^q\right)^{1/q}", r"\|g\|_{p/(p-1)}"], [r"\|g\|_p", r"\|g\|_{1/p}", r"\|g\|_{q-1}"]),
    ("ball-linf", "update", [r"-\delta \operatorname{sign}(g)", "-δ sgn(g)"], [r"-\delta g", r"\delta \operatorname{sign}(g)", r"-\delta\|g\|_1 sign(g)"]),
    ("ball-l2", "update", [r"-\delta \frac{g}{\|g\|_2}", "-delta*g/np.linalg.norm(g)"], [r"-\delta g", r"-\delta\frac{g}{\|g\|_1}", r"-\delta\frac{g}{\|g\|_2^2}"]),
    ("ball-l1", "update", [r"-\delta\operatorname{sign}(g_k) e_k"], [r"-\delta e_k", r"-\delta g_k e_k"]),
    ("penalty-linf-unsquared", "status",
     [r"bounded iff $\|g\|_1 \le 1/\alpha$", r"It is bounded below if and only if $\alpha\|g\|_1 \leq 1$; otherwise it is unbounded",
      r"unbounded when $\|g\|_1 > \frac1\alpha$"],
     [r"bounded iff $\|g\|_1 < 1/\alpha$", r"bounded iff $\|g\|_1 \le \alpha$", r"bounded iff $\|g\|_\infty \le 1/\alpha$", "always bounded",
      r"unbounded when $\|g\|_1 \ge \frac1\alpha$"]),
    ("penalty-linf-unsquared", "update", ["u = 0", r"\mathbf{0}", "0"], [r"-\frac{\alpha}{2}\|g\|_1 sign(g)", "1", r"-sign(g)"]),
    ("limit-sgd", "vector",
     ["[10000/10101, 1000/10101, 100/10101]", "[0.9900, 0.0990, 0.00990]", r"\frac{a}{\|a\|_2^2}", r"a/(a^T a)", "θ₁ = 10000/10101, θ₂ = 1000/10101, θ₃ = 100/10101"],
     ["[0.9901, 0.09901, 0.009901]", "[10000/10101, 1000/10101]", "[100/10101, 1000/10101, 10000/10101]", r"\frac{a}{\|a\|_2}", "10000/10101", r"\lim_{t\to\infty}\theta_t"]),
    ("limit-sgd", "step-size",
     [r"0 < \alpha < \frac{1}{\|a\|_2^2}", r"\alpha < 1/1.0101", r"\alpha \in (0, 10000/10101)", r"|1 - 2\alpha \|a\|^2| < 1"],
     [r"0 < \alpha \le \frac{1}{\|a\|_2^2}", r"\alpha < 1/1.01", r"0 < \alpha < \frac{2}{\|a\|_2^2}", r"\alpha < 1", r"\alpha < 0.99000099"]),
    ("limit-sgd", "residual",
     [r"r_{t+1} = (1 - 2\alpha\|a\|^2) r_t", r"r_{t+1} = r_t - 2\alpha r_t \|a\|_2^2", r"r_{t+1} = (1 - 2.0202\alpha) r_t"],
     [r"r_{t+1} = (1 - \alpha\|a\|^2) r_t", r"r_{t+1} = (1 + 2\alpha\|a\|^2) r_t", r"r_{t+1} = 1 - 2\alpha\|a\|^2", r"r_{t+1} = (1 - 2.02\alpha) r_t"]),
    ("limit-sgd", "norm", ["the L2 norm", r"$\ell_2$", r"\|\theta\|_2", "Euclidean norm", r"\|\theta\|_2^2"], ["L1 norm", r"$\|\theta\|_\infty$", r"\|a \odot \theta\|_2"]),
    ("limit-adam", "vector", [r"\frac{100}{111}[1,1,1]", "[0.9009, 0.9009, 0.9009]", r"\frac{sign(a)}{\|a\|_1}"], ["[1/3,1/3,1/3]", "[0.9010, 0.9009, 0.9009]", "[1,1,1]"]),
    ("limit-adam", "norm", ["infinity norm", r"$L_\infty$", r"\|\theta\|_\infty"], ["L2", r"\|\theta\|_1"]),
    ("limit-rescaled", "vector", ["[1/3, 10/3, 100/3]", "[0.333, 3.333, 33.333]", "1/(3a)"], ["[1/3, 1/3, 1/3]", "[0.333, 3.333, 33.33, 1]", "[1/3, 10/3, 100/30]"]),
    ("limit-rescaled", "norm", [r"\sqrt{\sum_i a_i^2 \theta_i^2}", r"\|a\odot\theta\|_2"], [r"\|\theta\|_2", r"\sum_i \theta_i^2/a_i^2"]),
    ("comm-table", "ring-messages", ["2n(n-1)", r"n \cdot 2(n-1) = 2n(n-1)", r"4\binom{n}{2}"], ["n(n-1)", "2(n-1)", "2n(n-1)p", r"O(n^2)", r"2n(n-1)=2n^2"]),
    ("comm-table", "ring-size", ["p/n", r"\frac{p}{n}"], ["p", "n/p", r"\frac{p}{n-1}"]),
    ("comm-table", "table",
     ["| | messages | size |\n|---|---|---|\n| All-to-all | $n(n-1)$ | $p$ |\n| Parameter server | $2n$ | $p$ |\n| Ring all-reduce | $2n(n-1)$ | $p/n$ |"],
     ["| | messages | size |\n|---|---|---|\n| All-to-all | $n(n-1)$ | $p$ |\n| Parameter server | $2n$ | $p$ |\n| Ring all-reduce | $2n(n-1)$ | $p$ |"]),
]


@pytest.mark.parametrize(("problem", "part", "text"), [(p, q, t) for p, q, right, _ in CASES for t in right])
def test_right_answers_are_accepted(problems: dict[str, Problem], problem: str, part: str, text: str) -> None:
    g = grade(problems[problem], part, text, certified=False)
    assert g.verdict.value == "correct", g.reason


@pytest.mark.parametrize(("problem", "part", "text"), [(p, q, t) for p, q, _, wrong in CASES for t in wrong])
def test_near_misses_are_refused(problems: dict[str, Problem], problem: str, part: str, text: str) -> None:
    g = grade(problems[problem], part, text, certified=False)
    assert g.verdict.value != "correct", g.reason
    if g.verdict.value == "incorrect":
        assert g.witness is not None or g.diagnosis, "an incorrect verdict shows a witness"


def test_a_short_decimal_is_undecided(problems: dict[str, Problem]) -> None:
    assert grade(problems["limit-sgd"], "vector", "[0.990, 0.1, 0.0099]", certified=False).verdict.value == "undecided"


def test_a_blank_answer_is_missing(problems: dict[str, Problem]) -> None:
    for blank in ("", "   ", "\n", "\u200b"):
        g = grade(problems["penalty-l2"], "update", blank, certified=False)
        assert g.verdict.value == "unreadable" and g.reason.startswith("missing")
