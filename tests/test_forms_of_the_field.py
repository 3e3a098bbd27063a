"""Forms that the field has for an answer (parameters of PyTorch, sets, typed derivatives, words of other languages), each beside a near miss in the same words."""

from __future__ import annotations

import pytest

from derive.grading.conditions.sets import as_inequality
from derive.grading.counts.directions import sizes_of_directions
from derive.grading.grade import grade
from derive.grading.keys import key_of
from derive.grading.text.foreign_words import in_english
from derive.grading.text.torch_parameters import with_parameters
from derive.problem.model import Problem

TWO = [
    ("penalty-l2", "update", "theta.data.add_(theta.grad, alpha=-alpha/2)", "-alpha/2", "alpha/2"),
    ("penalty-l2", "update", "with torch.no_grad():\n    for p in model.parameters():\n        p -= alpha/2 * p.grad", "alpha/2", "alpha"),
    ("penalty-l2", "update", "for p in params:\n    p.data.add_(p.grad, alpha=-0.5*alpha)", "-0.5", "-1.5"),
    ("penalty-linf", "update", "p.data -= 0.5 * alpha * p.grad.abs().sum() * p.grad.sign()", "sum()", "max()"),
    ("penalty-linf", "update", "p.data.sub_(0.5 * alpha * p.grad.abs().sum() * p.grad.sign())", "sub_", "add_"),
    ("penalty-l2", "update", "def step(theta, g, alpha):\n    u = -0.5 * alpha * g\n    return theta + u", "theta + u", "theta - u"),
    ("penalty-l2", "update", "def step(theta, g, alpha):\n    return theta - 0.5 * alpha * g", "0.5 *", "2 *"),
    ("penalty-l1", "update", "u = -alpha/2 * g * F.one_hot(g.abs().argmax(), g.numel())", "g.abs().argmax()", "g.argmax()"),
    ("ball-l2", "update", "-delta * F.normalize(g, dim=0)", "dim=0", "p=1, dim=0"),
    ("limit-adam", "norm", "torch.linalg.vector_norm(theta, ord=float('inf'))", "float('inf')", "2"),
    ("penalty-l2", "update", "First order condition: g + (2/a) u = 0   (a = alpha)\n=> u = -(a/2)*g", "(a/2)", "(2/a)"),
    ("penalty-l2", "update", r"u=-\rho\,\frac{g}{\|g\|_2}\quad\text{with length } \rho=\frac{\alpha}{2}\|g\|_2", r"\rho=\frac{\alpha}{2}", r"\rho=\alpha"),
    ("penalty-l2", "value", "p* = ½ gᵀu* = −¼ α ‖∇f(θ)‖₂²", "−¼", "−½"),
    ("penalty-l2", "value", r"-\frac{\alpha}{2}\|g\|^2+\frac{\alpha}{4}\|g\|^2=-\frac{\alpha}{4}\|g\|^2,\qquad \|\cdot\|=\|\cdot\|_2", r"=-\frac{\alpha}{4}", r"=-\frac{\alpha}{8}"),
    ("penalty-l2", "value", "the objective at the minimum is minus a quarter of alpha times the squared Euclidean length of the gradient", "quarter", "third"),
    ("penalty-linf", "value", "φ(t) = −t‖g‖₁ + t²/α is minimal at t* = α‖g‖₁/2, φ(t*) = −α‖g‖₁²/4", "²/4", "²/2"),
    ("penalty-linf", "value", r"$\varphi(t) = -t\|g\|_1 + t^2/\alpha$ is minimal at $t^* = \alpha\|g\|_1/2$, where $\varphi(t^*) = -\alpha\|g\|_1^2/4$", "^2/4", "^2/2"),
    ("penalty-linf", "update", "every coordinate moves by the same distance (alpha/2)*(|g_1|+...+|g_n|), each in the direction opposite to the sign of its gradient entry", "(alpha/2)", "alpha"),
    ("penalty-linf-unsquared", "status", r"\inf_u\Big(g^\top u+\tfrac1\alpha\|u\|_\infty\Big)=\begin{cases}0,&\|g\|_1\le\frac1\alpha\\-\infty,&\|g\|_1>\frac1\alpha\end{cases}",
     r"\le\frac1\alpha", r"\le\alpha"),
    ("penalty-linf-unsquared", "status", r"$\inf_u f(u) = 0$ if $\|g\|_1 \le 1/\alpha$ and $-\infty$ otherwise", r"\le", r"\ge"),
    ("penalty-linf-unsquared", "status", r"\left\{\, g\in\mathbb{R}^n : \alpha\sum_{i=1}^n|g_i| \leqslant 1 \,\right\}", r"\leqslant", "<"),
    ("penalty-linf-unsquared", "status", "iff g lies in the closed 1-norm ball of radius 1/α", "closed", "open"),
    ("penalty-linf-unsquared", "status",
     "bounded below **iff $\\|g\\|_1\\le\\frac1\\alpha$.**\n\nProof. Suppose $\\|g\\|_1>1/\\alpha$. Then the objective goes to $-\\infty$.", r"\le\frac1\alpha", r"\le\alpha"),
    ("penalty-l1", "update", "theta_k <- theta_k - (alpha/2) * g_k where k is the coordinate with the biggest |g_i|; all the others stay", "biggest", "smallest"),
    ("penalty-l1", "update", "theta_k <- theta_k - (alpha/2) * df/dtheta_k, k = argmax_i |df/dtheta_i|, others unchanged", "argmax_i", "argmin_i"),
    ("penalty-l1", "update", "u_k = −(α/2)·g_k, all other uᵢ = 0   (k = index of the entry of g largest in absolute value)", "largest", "smallest"),
    ("penalty-l1", "value", "-(alpha/4) * max over i of (g_i)^2", "max over", "min over"),
    ("penalty-dual", "update", "u_i = -(alpha/2) * g_i * (|g_i| / ||g||_q)^(q-2) whenever g_i is nonzero; u_i = 0 if g_i = 0", "(q-2)", "(q-1)"),
    ("ball-l2", "update", "u = −δ ĝ, where ĝ = g/√(g₁²+…+g_n²) is the unit vector along g", "g/√", "2 g/√"),
    ("ball-linf", "update", "uᵢ = −δ falls gᵢ > 0, uᵢ = +δ falls gᵢ < 0, and anything in [−δ, δ] if gᵢ = 0", "falls gᵢ > 0", "falls gᵢ < -1"),
    ("limit-sgd", "vector", "θ∞ = a/(aᵀa) = a/1,0101 ≈ (0,9900; 0,0990; 0,0099)", "a/1,0101", "a/1,1010"),
    ("limit-sgd", "step-size", r"\alpha\in\left]0,\ \tfrac{10000}{10101}\right[", r"\right[", r"\right]"),
    ("limit-sgd", "vector", r"$$\theta_T\longrightarrow\boxed{\frac{a}{\|a\|_2^2}=\left(\frac{10000}{10101},\frac{1000}{10101},\frac{100}{10101}\right)}$$", r"\frac{100}{", r"\frac{10}{"),
    ("limit-adam", "vector", r"$\theta_\infty=\left(\tfrac{100}{111},\tfrac{100}{111},\tfrac{100}{111}\right)$, i.e. about $(0.901,0.901,0.901)$.", "(0.901,0.901", "(0.901,0.911"),
    ("penalty-l1", "optimizer", "SGD with top-1 sparsified gradient (only the entry that is largest in magnitude is kept), learning rate alpha/2", "top-1 sparsified", "sparsified"),
    ("penalty-l1", "optimizer", "greedy CD (coordinate descent). One signed step along e_k of length (α/2)‖g‖_∞ = (α/2)|g_k|", "greedy CD (coordinate descent)", "sign descent"),
    ("comm-table", "ps-size", "Each worker sends $p$ numbers. The server returns $p$ numbers.", "returns $p", "returns $np"),
    ("comm-table", "ps-size", "| direction | parameters in a message |\n|---|---|\n| worker → server | $p$ |\n| server → worker | $p$ |", "→ worker | $p", "→ worker | $np"),
    ("kkt_tangency", "answer", "The ratio does not change if $w$ is multiplied by a positive number.\n\n$$w^*=\\frac{S^{-1}e}{\\mathbf 1^\\top S^{-1}e}.$$", "S^{-1}e}{", "Se}{"),
    ("limit-sgd", "vector",
     "**2. On the line.** Put $\\theta=ca$ into $a^\\top\\theta=1$.\n\n**3. Limit.**\n\n$$\\theta_\\infty=\\frac{a}{\\|a\\|_2^2}$$\n\n"
     "Along the line the residual is multiplied by $1-2\\alpha\\|a\\|_2^2$.",
     r"\frac{a}{\|a\|_2^2}$$", r"\frac{a}{\|a\|_2}$$"),
]


@pytest.mark.parametrize(("problem", "part", "text", "here", "instead"), TWO, ids=[f"{t[0]}-{k}" for k, t in enumerate(TWO)])
def test_each_form_is_right_and_its_near_miss_is_not(problems: dict[str, Problem], problem: str, part: str, text: str, here: str, instead: str) -> None:
    assert here in text
    right, wrong = (grade(problems[problem], part, t) for t in (text, text.replace(here, instead, 1)))
    assert right.verdict.value == "correct", right.reason
    assert wrong.verdict.value != "correct", wrong.read_as


@pytest.mark.parametrize("text", [
    "**u = −(α/2)·g**, with g := −∇f(θ) the descent direction", r"$u = -\frac{\alpha}{2} g$ with g = -∇f(θ), the downhill direction", "**u = −(α/2)·g**, where g = 2g for short"])
def test_a_declared_letter_that_is_told_to_be_something_else_takes_the_answer_back(problems: dict[str, Problem], text: str) -> None:
    assert grade(problems["penalty-l2"], "update", text).verdict.value == "undecided"
    assert grade(problems["penalty-l2"], "update", "**u = −(α/2)·g**, with g := ∇f(θ) the gradient").verdict.value == "correct"


def test_an_explanation_that_fails_leaves_the_verdict(problems: dict[str, Problem], monkeypatch: pytest.MonkeyPatch) -> None:
    import derive.grading.grade as module

    def broken(*_: object) -> None:
        raise ValueError("no such thing")

    assert grade(problems["penalty-l2"], "update", r"-\frac{\alpha}{2} g").verdict.value == "correct"  # the key is prepared
    monkeypatch.setattr(module, "_by_formula", broken)
    found = grade(problems["penalty-l2"], "update", r"-\frac{\alpha}{2} g", id=7).to_dict()
    assert found["verdict"] == "correct" and found["id"] == 7 and "ValueError: no such thing" in found["reason"]


def test_programs_without_parameters_stay_as_they_are(problems: dict[str, Problem]) -> None:
    scope = key_of(problems["penalty-l2"], problems["penalty-l2"].part("update")).wanted.scope
    for text in ("u = -alpha/2 * g", "for i in range(n):\n    u[i] = -alpha/2 * g[i]", "x.add_(g, h)"):
        assert with_parameters(text, scope) == text
    assert with_parameters("w.sub_(w.grad)", scope) == "theta -= (g)"


def test_english_stays_english() -> None:
    assert in_english("the value falls if g_i > 0, so mit is a place") == "the value falls if g_i > 0, so mit is a place"
    assert in_english("si") == "if"


def test_sets_and_balls_as_conditions() -> None:
    assert as_inequality("{g : ||g||_1 <= 1/alpha}") == "||g||_1 <= 1/alpha"
    assert as_inequality("g is in the open unit 2-norm ball") == "norm(g, 2) < 1"
    assert as_inequality("a ball rolls down") == "a ball rolls down"
    assert as_inequality(r"\alpha\le\dfrac{1}{\|g\|_1}") == r"\alpha\le\dfrac{1}{\|g\|_1}"


def test_sizes_of_the_two_directions() -> None:
    assert sizes_of_directions("Each worker sends $p$ numbers. The server returns $np$ numbers.") == [("up", "p"), ("down", "np")]
    assert sizes_of_directions("Every message has $p$ numbers.") == []
