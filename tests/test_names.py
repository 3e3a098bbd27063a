"""Names of updates: solved for the step size, and judged in words by what the update is.

Every accepted answer stands beside a near miss: another step, another qualifier, a denial.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.derivation.optimizers import apply, catalogue, spellings, unruled
from derive.derivation.rules import naming
from derive.derivation.steps import Derivation, NotDerived, Outcome
from derive.derivation.stepsize import Fit, Misfit, Setting, solve_step, step_at, worlds
from derive.grading.name_text import flatten
from derive.grading.name_words import Standing, find_names, judged_names, known_word, lexicon
from derive.grading.names import NameJudgement, judge_name
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.exact import World, exact
from derive.maths.expr import Expr
from derive.maths.read import read_expr
from derive.maths.worlds import world_sets
from derive.problem.load import from_data
from derive.problem.model import Problem

CORRECT, PARTIAL, INCORRECT, UNDECIDED, UNREADABLE = "correct", "partial", "incorrect", "undecided", "unreadable"


def problem(objective: str, symbols: dict[str, Any] | None = None, sense: str = "min", **part: Any) -> Problem:
    """A program over u with the gradient g, and the question for the name of its solution."""
    known = {
        "n": {"type": "dimension"},
        "g": {"type": "vector(n)"},
        "u": {"type": "vector(n)"},
        "alpha": {"type": "positive"},
        "delta": {"type": "positive"},
        **(symbols or {}),
    }
    update = {
        "id": "update",
        "ask": f"arg{sense}",
        "over": "u",
        ("minimize" if sense == "min" else "maximize"): objective,
        **part,
    }
    parts = [update, {"id": "name", "ask": "name", "of": "update"}]
    return from_data({"schema": 1, "id": "a-problem", "title": "a problem", "symbols": known, "parts": parts})


def outcome(p: Problem, update: str) -> Outcome:
    """The name of an update that is given, in place of one that rules derive."""
    base = p.part("update")
    answer = read_expr(update, p.scope(base))
    return naming.derive(p, p.part("name"), lambda q, part: Derivation(q, part, "point", (), answer=answer))


def name(p: Problem, update: str) -> Derivation:
    found = outcome(p, update)
    assert isinstance(found, Derivation)
    return found


GREEDY = "e_{argmax_i |g_i|}"
PENALTY_L2 = name(problem("g^T u + (1/alpha) * norm(u, 2)^2"), "-(alpha/2) * g")
PENALTY_LINF = name(problem("g^T u + (1/alpha) * norm(u, inf)^2"), "-(alpha/2) * norm(g, 1) * sign(g)")
PENALTY_L1 = name(
    problem("g^T u + (1/alpha) * norm(u, 1)^2"), f"-(alpha/2) * norm(g, inf) * sign(g_{{argmax_i |g_i|}}) {GREEDY}"
)
BALL_L2 = name(problem("g^T u", subject_to="norm(u, 2) <= delta"), "-delta * g / norm(g, 2)")
BALL_LINF = name(problem("g^T u", subject_to="norm(u, inf) <= delta"), "-delta * sign(g)")

PENALTY_L2_CASES = [
    ("gradient descent", CORRECT),
    ("SGD with learning rate α/2", CORRECT),
    ("gradient descent with learning rate α", PARTIAL),
    ("momentum SGD", INCORRECT),
    ("SignSGD", INCORRECT),
    ("gradient descent or SignSGD", INCORRECT),
    ("adaptive gradient descent", PARTIAL),
    ("normalised gradient descent", PARTIAL),
    ("normalised gradient descent with step size (α/2)‖g‖₂", CORRECT),
    ("Adam", INCORRECT),
    ("not gradient descent", UNREADABLE),
    ("It's vanilla GD, with η = α/2", CORRECT),
    ("gradient ascent", INCORRECT),
    ("Newton's method", INCORRECT),
    ("SGD with momentum 0", CORRECT),
    ("Vanilla gradient descent, not SignSGD.", CORRECT),
    ("gradient descent rather than SignSGD", CORRECT),
    ("Unlike Adam, RMSprop and AdaGrad, this is plain SGD.", CORRECT),
    ("It isn't gradient descent, it's sign descent", INCORRECT),
    ("gradient descent with momentum", INCORRECT),
    ("Nesterov accelerated gradient", INCORRECT),
    ("steepest descent in the Euclidean norm", CORRECT),
    ("steepest descent in the max norm", INCORRECT),
    ("gradient descent with learning rate 2/α", PARTIAL),
    ("GD (step size = 0.5 α)", CORRECT),
    ("SGD, lr: alpha/2", CORRECT),
    ("gradient descent with step size 1/α", PARTIAL),
    ("gradient descent with step size proportional to α", CORRECT),
    ("gradient descent with step size inversely proportional to α", PARTIAL),
    ("gradient descent with a step size proportional to the gradient norm", PARTIAL),
    ("It's gradient decent with a fixed step", CORRECT),
    ("signed gradient descent", INCORRECT),
    ("coordinate descent", INCORRECT),
    ("batch gradient descent", CORRECT),
    ("natural gradient descent", INCORRECT),
    ("SGD with weight decay", INCORRECT),
    ("We recover the SGD update.", CORRECT),
    ("Gradient descent! (In contrast to SignSGD, which ignores magnitudes.)", CORRECT),
    ("Heavy ball with β = 0", CORRECT),
    ("a mix of gradient descent and SignSGD", INCORRECT),
    ("either SGD or Adam", INCORRECT),
    ("First I thought gradient descent, but it is SignSGD.", INCORRECT),
    ("First I thought it was SignSGD, but it is gradient descent.", CORRECT),
    ("SignSGD? No, gradient descent.", CORRECT),
    ("The optimizer is SignSGD. Correction: the optimizer is gradient descent.", CORRECT),
    ("clipped coordinate descent", INCORRECT),
    ("clipped gradient descent", PARTIAL),
    ("Adam without averaging", INCORRECT),
    ("projected gradient descent", UNDECIDED),
    ("This would be gradient descent.", CORRECT),
    ("If we rescale, it is exactly gradient descent with step α/2", CORRECT),
    ("it's just like gradient descent with learning rate α/2", CORRECT),
    ("gradient descent: each step is proportional to the gradient", CORRECT),
    ("Gradient descent, with step proportional to the norm of the gradient", CORRECT),
    ("Gradient descent, with step size proportional to the norm of the gradient", PARTIAL),
    ("Gradient descent, with step size proportional to the gradient", PARTIAL),
    ("gradient descent with sign(g)", INCORRECT),
    ("gradient descent, just with a different learning rate", CORRECT),
    ("gradient descent with learning rate α/2 and momentum 0.9", INCORRECT),
    ("gradient descent with exact line search", PARTIAL),
    ("gradient descent with step size 1/L", UNDECIDED),
    ("gradient descent with step size η", CORRECT),
    ("gradient descent with step size η > 0", CORRECT),
    ("gradient descent with learning rate α/2·h", UNDECIDED),
    ("Ordinary gradient descent with stepsize alpha/2.", CORRECT),
    ("plain old SGD!", CORRECT),
    ("The update recovers (stochastic) gradient descent, η=α/2.", CORRECT),
    ("full-batch gradient descent with lr of 0.5*alpha", CORRECT),
    ("full-batch gradient descent with lr of 2*alpha", PARTIAL),
    ("**Gradient descent**. The learning rate is \\(\\eta = \\frac{\\alpha}{2}\\).", CORRECT),
    ("**Gradient descent**. The learning rate is \\(\\eta = \\alpha\\).", PARTIAL),
    ("gradient descent where alpha/2 plays the role of the learning rate", CORRECT),
    ("gradient descent where alpha plays the role of the learning rate", PARTIAL),
    ("It corresponds to vanilla SGD without momentum.", CORRECT),
    ("It corresponds to SGD + momentum.", INCORRECT),
    ("NAG", INCORRECT),
    ("Gradient descent, not normalized gradient descent.", CORRECT),
    ("AdamW", INCORRECT),
    ("gradient descent (a.k.a. steepest descent) with step length α/2", CORRECT),
    ("Standard GD: θ ← θ − (α/2) ∇f(θ)", CORRECT),
    ("Since the step is a constant multiple of the negative gradient, this is gradient descent.", CORRECT),
    ("GD. In contrast with SignSGD, the magnitude of each gradient entry matters.", CORRECT),
    ("We recover gradient descent, where the step size is fixed and independent of the gradient.", CORRECT),
    ("gradient descent, because the step is proportional to the gradient", CORRECT),
    ("Sign descent, because the step is proportional to the sign", INCORRECT),
    ("Could be gradient descent, could be Adam", INCORRECT),
    ("GD with lr α / 2", CORRECT),
    ("gradient descent, step α over 2", CORRECT),
    ("gradient descent, step α over 4", PARTIAL),
    ("gradient descent (learning rate: half of alpha)", CORRECT),
    ("gradient descent; alpha controls the learning rate", CORRECT),
    ("Gradient Descent with η_t = α/2 for all t", CORRECT),
    ("Gradient Descent with η_t = α for all t", PARTIAL),
    ("It's gradient descent. If we used the infinity norm it would be SignSGD.", CORRECT),
    ("It's gradient descent, which with momentum would be heavy ball.", CORRECT),
    ("Gradient descent, also called SGD when g is a minibatch gradient", CORRECT),
    ("I'd call this gradient descent", CORRECT),
    ("the answer is gradient descent and not Adam", CORRECT),
    ("SGD (no momentum, no adaptivity)", CORRECT),
    ("SGD with Nesterov momentum", INCORRECT),
    ("natural gradient", INCORRECT),
    ("not sign descent, but gradient descent", CORRECT),
    ("not gradient descent, but sign descent", INCORRECT),
    ("anything but gradient descent", UNREADABLE),
    ("gradient descent, also known as steepest descent", CORRECT),
    ("exactly **gradient descent**, with learning rate $\\eta = \\frac{\\alpha}{2}$", CORRECT),
    ("whatever the constant, it is gradient descent", CORRECT),
]
PENALTY_LINF_CASES = [
    ("Sign descent with a step proportional to ‖g‖₁", CORRECT),
    ("SignSGD", PARTIAL),
    ("not quite SignSGD", UNREADABLE),
    (
        "This corresponds to **Sign Gradient Descent (SignSGD)** with an **adaptive step size** "
        "proportional to the  $L_1$  norm of the gradient.\n\nWhile standard SignSGD uses a fixed "
        "step size  $\\eta$ , this variant adapts the step size based on the current gradient "
        "magnitude  $\\|g\\|_1$ , making it more responsive to the gradient scale.",
        CORRECT,
    ),
    ("Adam", INCORRECT),
    ("RMSprop without averaging", PARTIAL),
    ("Adam with β1=β2=0", PARTIAL),
    ("Adam with β1=β2=0 and a step size scaled by the l1 norm of the gradient", CORRECT),
    ("normalized sign descent", PARTIAL),
    ("SignSGD with step size α/2", PARTIAL),
    ("SignSGD with step size α‖g‖₁", PARTIAL),
    ("SignSGD with step size (α/2)‖g‖₁", CORRECT),
    ("SignSGD with step size proportional to ‖g‖₂", PARTIAL),
    ("Not exactly SignSGD: its step size is proportional to the l1 norm of the gradient", CORRECT),
    ("steepest descent in the infinity norm", CORRECT),
    ("ℓ∞ steepest descent", CORRECT),
    ("steepest descent", INCORRECT),
    ("normalized steepest descent w.r.t. the ℓ∞ norm", PARTIAL),
    ("similar to AdaGrad, so AdaGrad", INCORRECT),
    ("similar to AdaGrad", UNREADABLE),
    ("a variant of SignSGD", CORRECT),
    ("SignSGD with a step size that does not depend on the gradient", PARTIAL),
    ("SignSGD, but the learning rate is not constant, it's (α/2)||g||_1", CORRECT),
    ("gradient descent", INCORRECT),
    ("maybe SignSGD?", PARTIAL),
    ("ℓ1-norm-scaled sign descent", CORRECT),
    (
        "In part (a) we got gradient descent, whereas here we get sign descent with an adaptive learning rate.",
        CORRECT,
    ),
    ("Here it is an adaptive SignSGD, unlike part (a), where it was gradient descent.", CORRECT),
    ("It's basically AdaGrad because the step size is adaptive.", INCORRECT),
    ("Not AdaGrad, not Adam; it is sign descent whose step length is set by the l1 norm of the gradient.", CORRECT),
    ("I think the answer is SignSGD.", PARTIAL),
    ("sign GD with step proportional to alpha", PARTIAL),
    ("sign-GD with step size proportional to α times the L1 norm of g", CORRECT),
    ("SignSGD where every coordinate moves by (α/2)‖g‖₁", CORRECT),
    ("SignSGD where every coordinate moves by α‖g‖₁", PARTIAL),
    ("sign gradient descent; the learning rate depends on the current gradient", CORRECT),
    ("sign gradient descent; the learning rate depends on alpha", PARTIAL),
    ("sign gradient descent; the learning rate does not depend on the gradient", PARTIAL),
    ("$\\boxed{\\text{SignSGD with step size } \\frac{\\alpha}{2}\\|g\\|_1}$", CORRECT),
    ("\\boxed{\\text{SignSGD}}", PARTIAL),
    ("Normalized gradient descent", INCORRECT),
    (
        "It's SignSGD. Wait, no: the step isn't constant. It is sign descent scaled by the gradient's l1 norm.",
        CORRECT,
    ),
    ("SignSGD with adaptive step, or maybe gradient descent", INCORRECT),
    ("SignSGD with adaptive step size and momentum", INCORRECT),
    ("Rprop", INCORRECT),
    ("AdaGrad at the first step", PARTIAL),
    ("AdaGrad without accumulation, multiplied by ‖g‖₁", CORRECT),
    ("SignSGD with per-coordinate adaptive step sizes", PARTIAL),
    ("Sign descent with step size alpha/2 * sum_i |g_i|", CORRECT),
    ("signSGD (lr = α||g||_1/2)", CORRECT),
    ("signSGD divided by the l1 norm of the gradient", PARTIAL),
    ("signSGD with step inversely proportional to ‖g‖₁", PARTIAL),
    ("sign descent, step size ∝ ∑|g_i|", CORRECT),
    ("sign descent with decaying learning rate", PARTIAL),
    ("sign descent with a non-constant step size", CORRECT),
    ("sign descent with step size proportional to the max norm of the gradient", PARTIAL),
    ("a scaled version of SignSGD where the scale is the dual norm ‖g‖₁ times α/2", CORRECT),
    ("I don't know", UNREADABLE),
    ("", UNREADABLE),
    ("The update is u = -(α/2)‖g‖₁ sign(g)", UNREADABLE),
    ("mirror descent", UNDECIDED),
    ("It's not quite standard SignSGD, because the learning rate scales with the gradient.", CORRECT),
    ("While it resembles SignSGD, the step is not fixed but proportional to the ℓ1 norm of the gradient", CORRECT),
    ("sign desent", PARTIAL),
    ("Adaptive SignGD", CORRECT),
    ("L1-scaled sign gradient descent", CORRECT),
    ("sign descent with a step that depends on the gradient", CORRECT),
    ("sign descent with step proportional to ‖g‖₂", PARTIAL),
    ("SignSGD, because Adam is adaptive", PARTIAL),
    ("SignSGD, whereas Adam is adaptive and depends on the gradient", PARTIAL),
    ("gradient descent with sign(g) instead of g and a step size (α/2)‖g‖₁", CORRECT),
    ("gradient descent using only the signs", PARTIAL),
    ("Sign descent with step size $\\frac{\\alpha}{2}\\lVert g \\rVert_1$", CORRECT),
    ("It is SignSGD. There is also an optimizer called Adafactor.", PARTIAL),
    ("SignSGD; compare Adam.", PARTIAL),
    ("SignSGD, a variant of SGD", PARTIAL),
    ("SignSGD, which is a variant of gradient descent", PARTIAL),
    ("a variant of gradient descent called SignSGD", PARTIAL),
    ("a variant of gradient descent called adaptive SignSGD", CORRECT),
    ("SignSGD, an adaptive method", PARTIAL),
    ("SignSGD with step sizes that adapt over time", PARTIAL),
    ("SignSGD or an adaptive version of gradient descent", INCORRECT),
    (
        "Sign-based gradient descent; the learning rate is (alpha/2) times the L1 norm of the "
        "gradient, so it isn't fixed.",
        CORRECT,
    ),
    ("It recovers signSGD up to a gradient-dependent learning rate.", CORRECT),
    ("signed gradient descent with a dynamic step size", CORRECT),
    ("A norm-scaled SignSGD", CORRECT),
    ("This is the sign method.", PARTIAL),
    ("Sign descent, but each step is multiplied by ||g||_1.", CORRECT),
    ("a kind of sign descent whose step is not constant", CORRECT),
    ("the signSGD optimizer (Bernstein et al.)", PARTIAL),
    ("It's RMSprop.", INCORRECT),
    ("normalised SGD, since g/‖g‖ appears", INCORRECT),
    ("coordinate descent", INCORRECT),
    ("SignSGD (with adaptive lr α/2·‖g‖₁)", CORRECT),
    ("SignSGD with constant step α/2", PARTIAL),
    ("we get Sign Gradient Descent, as the direction only depends on the sign of the gradient", PARTIAL),
    ("SignSGD: direction depends only on sign(g).", PARTIAL),
    ("steepest descent with respect to the max-norm", CORRECT),
    ("L∞ steepest descent with step α/2", CORRECT),
    ("L∞ steepest descent with step α", PARTIAL),
    ("This looks like sign descent, except that the step size grows with the ℓ1 norm of g.", CORRECT),
    ("This looks like Adam, except that the step size grows with the ℓ1 norm of g.", INCORRECT),
    ("Scaled sign descent: the scale is proportional to ‖g‖₁", CORRECT),
    ("Scaled sign descent", PARTIAL),
    (
        "sign descent whose learning rate equals alpha times the sum of absolute gradient entries divided by 2",
        CORRECT,
    ),
    ("Neither gradient descent nor SignSGD; I would say Adagrad.", INCORRECT),
    (
        "I first said SignSGD. That's not exactly right: the step size is adaptive. So it's "
        "SignSGD with an adaptive step size.",
        CORRECT,
    ),
    ("This isn't SignSGD.", UNREADABLE),
    ("sign SGD w/ lr = alpha*||g||_1", PARTIAL),
    ("sign SGD w/ lr = alpha*||g||_1/2", CORRECT),
    ("sgn descent", PARTIAL),
    ("signSGD where the step is not a hyperparameter but (α/2)‖g‖₁", CORRECT),
    ("In the ∞-norm case we obtain sign descent. Its learning rate, (α/2)‖g‖₁, adapts to the gradient.", CORRECT),
    ("In the ∞-norm case we obtain sign descent. Its learning rate is α/2.", PARTIAL),
    ("sign descent, where $\\frac{\\alpha}{2}\\|g\\|_1$ is the learning rate", CORRECT),
    ("sign descent, where $\\alpha\\|g\\|_1$ is the learning rate", PARTIAL),
    ("sign descent (no adaptive step size)", PARTIAL),
    ("sign descent (step size not fixed)", CORRECT),
    ("SignSGD, with the important caveat that the step size is proportional to the dual norm ‖g‖₁.", CORRECT),
    ("This is exactly SignSGD if we allow its learning rate to depend on the gradient: η = (α/2)‖g‖₁.", CORRECT),
    ("sign descent with an l1-norm-dependent step", CORRECT),
    ("Gradient descent with an adaptive step size", INCORRECT),
    ("Adaptive gradient descent", INCORRECT),
    ("normalised gradient descent with step size proportional to ‖g‖₁", INCORRECT),
    ("It is closest to SignSGD.", PARTIAL),
    ("It is closest to SignSGD, though the step scales with ‖g‖₁.", CORRECT),
    ("El paso es signSGD con learning rate (α/2)‖g‖₁", CORRECT),
    ("signSGD; its learning rate is ‖g‖₁ times alpha", PARTIAL),
    ("signSGD; its learning rate is ‖g‖₁ times alpha over 2", CORRECT),
    ("Sign descent, which some call SignSGD or signed gradient descent.", PARTIAL),
    ("More like an adaptive sign descent: its step size scales with the total size of the gradient.", CORRECT),
    (
        "It is **SignSGD** (sign descent), whose step size is adaptive, proportional to the $L_1$ "
        "norm of the gradient.",
        CORRECT,
    ),
    (
        "This is **SignSGD** with an **adaptive step**.\n\nWhile ordinary SignSGD keeps a fixed "
        "step $\\eta$, this one rescales it by $\\|g\\|_1$.",
        CORRECT,
    ),
    (
        'The same update as in the "signed gradient" method, but with a step size proportional to the l1 norm of g.',
        CORRECT,
    ),
]
PENALTY_L1_CASES = [
    ("greedy coordinate descent", CORRECT),
    ("coordinate descent", PARTIAL),
    ("coordinate descent on the coordinate with the largest gradient, step α/2", CORRECT),
    ("random coordinate descent", INCORRECT),
    ("Gauss-Southwell rule", CORRECT),
    ("sign descent", INCORRECT),
    ("sign coordinate descent", PARTIAL),
    ("steepest descent in the l1 norm", CORRECT),
    ("coordinate descent with the Gauss-Southwell rule", CORRECT),
    ("greedy coordinate gradient descent with step α/2", CORRECT),
    ("greedy coordinate descent with step α", PARTIAL),
    ("Greedy (Gauss–Southwell) coordinate descent", CORRECT),
    ("cyclic coordinate descent", INCORRECT),
    ("coordinate descent that updates only the largest gradient component", CORRECT),
    ("sign coordinate descent with step size proportional to the max norm of g", CORRECT),
    ("gradient descent", INCORRECT),
    ("greedy coordinate descent (Gauss-Southwell), α/2 being the step size", CORRECT),
    ("Coordinate descent: update only the coordinate with the biggest |g_i|", CORRECT),
    ("Randomized coordinate descent", INCORRECT),
    ("steepest coordinate descent", CORRECT),
    ("SignSGD", INCORRECT),
    ("block coordinate descent", PARTIAL),
]
BALL_L2_CASES = [
    ("normalized gradient descent", CORRECT),
    ("gradient descent", PARTIAL),
    ("gradient descent with an adaptive step size δ/‖g‖₂", CORRECT),
    ("normalised GD with step δ", CORRECT),
    ("SignSGD", INCORRECT),
    ("SGD", PARTIAL),
    ("NGD", CORRECT),
    ("gradient descent with unit-normalised gradient, i.e. normalized gradient descent", CORRECT),
    ("steepest descent normalised in the Euclidean norm, i.e. normalized GD", CORRECT),
    ("momentum", INCORRECT),
    ("normalised gradient descent (the step always has length δ)", CORRECT),
    ("gradient descent with normalized gradients", CORRECT),
    ("vanilla gradient descent", PARTIAL),
    ("Normalized SGD with learning rate δ", CORRECT),
    ("Normalized SGD with learning rate δ/2", PARTIAL),
]
BALL_LINF_CASES = [
    ("SignSGD", CORRECT),
    ("sign descent with learning rate δ", CORRECT),
    ("Adam without moments", CORRECT),
    ("Adam without momentum", INCORRECT),
    ("the first step of Adam", CORRECT),
    ("RMSprop", INCORRECT),
    ("RMSprop without averaging", CORRECT),
    ("normalised sign descent", CORRECT),
    ("sign descent with step ‖g‖₁", PARTIAL),
    ("SignSGD with momentum", INCORRECT),
    ("Signum", INCORRECT),
    ("Signum with β = 0", CORRECT),
    ("Lion without momentum", CORRECT),
    ("simplified Adam", UNDECIDED),
    ("Lion", INCORRECT),
    ("normalized steepest descent in the infinity norm", CORRECT),
    ("signSGD with a constant step size", CORRECT),
    ("adaptive signSGD", PARTIAL),
    ("Adam with both betas set to zero", CORRECT),
    ("Adam when $\\beta_1=0$ and $\\beta_2=0$", CORRECT),
    ("Adam with β1 = 0", INCORRECT),
    ("Adam with β1 = 0.9", INCORRECT),
    ("RMSProp using only the current gradient", CORRECT),
    ("Adadelta-free SignSGD", CORRECT),
    ("memoryless Adam", CORRECT),
    ("Adam's limit without memory: sign descent", CORRECT),
    ("RMSprop with no moving average, which is just sign descent", CORRECT),
    ("sign descent, i.e. RMSprop without averaging", CORRECT),
    ("sign descent, i.e. RMSprop", INCORRECT),
    ("RMSprop without averaging or Adam", INCORRECT),
    ("RMSprop or Adam without averaging", CORRECT),
    ("Adam/RMSprop without averaging", CORRECT),
    ("sign descent, or the first step of Adam", CORRECT),
    ("sign descent or Adam", INCORRECT),
    ("Without averaging, RMSprop", CORRECT),
    ("signed gradient method with a step of δ", CORRECT),
    ("SignSGD, lr δ", CORRECT),
    ("SignSGD, lr 2δ", PARTIAL),
    ("RMSprop with β2 = 0", CORRECT),
    ("Adam, if we turn off both moving averages", CORRECT),
    ("Adam with no momentum and no second-moment averaging", CORRECT),
    ("Adam with bias correction", INCORRECT),
    ("FGSM-style sign descent", CORRECT),
    ("FGSM", INCORRECT),
]

TABLE = [
    pytest.param(derivation, text, verdict, id=f"{label}-{k}")
    for label, derivation, cases in (
        ("penalty-l2", PENALTY_L2, PENALTY_L2_CASES),
        ("penalty-linf", PENALTY_LINF, PENALTY_LINF_CASES),
        ("penalty-l1", PENALTY_L1, PENALTY_L1_CASES),
        ("ball-l2", BALL_L2, BALL_L2_CASES),
        ("ball-linf", BALL_LINF, BALL_LINF_CASES),
    )
    for k, (text, verdict) in enumerate(cases)
]


@pytest.mark.parametrize(("derivation", "text", "verdict"), TABLE)
def test_a_name_is_judged_by_what_the_update_is(derivation: Derivation, text: str, verdict: str) -> None:
    found = judge_name(text, derivation)
    assert found.verdict == verdict, found
    # A refutation by another rule shows an instance; the reason of a partial answer names nothing it did not say.
    if verdict == INCORRECT:
        assert found.witness is not None
    assert found.reason


def test_the_table_has_near_misses_for_every_update() -> None:
    for cases in (PENALTY_L2_CASES, PENALTY_LINF_CASES, PENALTY_L1_CASES, BALL_L2_CASES, BALL_LINF_CASES):
        verdicts = [v for _, v in cases]
        assert CORRECT in verdicts and INCORRECT in verdicts and PARTIAL in verdicts
    assert len(TABLE) > 250


# ---------------------------------------------------------------- naming: u = D(eta; g) is solved for eta


@pytest.mark.parametrize(
    ("update", "optimizer", "step", "depends"),
    [
        ("-(alpha/2) * g", "gradient-descent", "alpha/2", False),
        ("-(3*alpha/7) * g", "gradient-descent", "3*alpha/7", False),
        ("-g/3", "gradient-descent", "1/3", False),
        ("-(alpha/2) * norm(g, 1) * sign(g)", "sign-descent", "(alpha/2) * norm(g, 1)", True),
        ("-delta * sign(g)", "sign-descent", "delta", False),
        ("-delta * g / norm(g, 2)", "normalized-gradient-descent", "delta", False),
        ("-alpha * g / norm(g, 1)", "gradient-descent", "alpha / norm(g, 1)", True),
        (
            f"-(alpha/2) * norm(g, inf) * sign(g_{{argmax_i |g_i|}}) {GREEDY}",
            "greedy-coordinate-descent",
            "alpha/2",
            False,
        ),
        (f"-delta * sign(g_{{argmax_i |g_i|}}) {GREEDY}", "greedy-sign-coordinate-descent", "delta", False),
        ("(alpha/2) * g", "gradient-ascent", "alpha/2", False),
        ("delta * sign(g)", "sign-ascent", "delta", False),
        ("-alpha * sqrt(delta) * norm(g, 2)^2 * g", "gradient-descent", "alpha * sqrt(delta) * norm(g, 2)^2", True),
    ],
)
def test_an_update_is_named_with_its_step(update: str, optimizer: str, step: str, depends: bool) -> None:
    d = name(problem("g^T u + (1/alpha) * norm(u, 2)^2"), update)
    assert d.kind == "name" and d.extra["optimizer"] == optimizer
    assert d.extra["step_depends_on_gradient"] is depends
    wanted = read_expr(step, d.problem.scope())
    found = d.extra["step"]
    for ws in world_sets(d.problem.symbols, sizes=(2, 3)):
        assert all(same(found, wanted, w) for w in ws.worlds[:3])


def same(a: Expr, b: Expr, w: World) -> bool:
    return abs(float(exact(a, w)) - float(exact(b, w))) <= 1e-12 * abs(float(exact(b, w)))


@pytest.mark.parametrize(
    "update",
    ["-alpha * g^3", "-alpha * g - delta * sign(g)", "-alpha * exp(g)", "0 * g", "-alpha * g_1 e_2", "-alpha * abs(g)"],
)
def test_what_is_no_declared_rule_is_not_derived(update: str) -> None:
    found = outcome(problem("g^T u + (1/alpha) * norm(u, 2)^2"), update)
    assert isinstance(found, NotDerived)
    assert "no declared optimizer" in found.reason


def test_the_step_of_the_infinity_norm_is_found_exactly_and_proved() -> None:
    extra = PENALTY_LINF.extra
    assert extra["strength"] == "proved"
    assert proved_equal(
        extra["step"], read_expr("(alpha/2) * norm(g, 1)", PENALTY_LINF.problem.scope()), frozenset({"alpha"})
    )
    # Steepest descent in the norm of the penalty has a constant step by construction, but is no optimizer's name.
    assert [(o, depends) for o, _, depends in extra["fits"]] == [
        ("sign-descent", True),
        ("steepest-descent-linf", False),
    ]


def test_the_steps_read_like_a_solution_and_exclude_the_others_by_instances() -> None:
    said = " ".join(s.says for s in PENALTY_LINF.steps)
    assert PENALTY_LINF.steps[1].after == r"\eta = \frac{\alpha}{2}\, \|g\|_1"
    assert "gradient descent: no step size does at g = (" in said
    assert "sign ascent: only a negative step size does" in said
    assert "depends on the gradient: at g =" in said


def test_one_coordinate_names_nothing() -> None:
    p = problem("g^T u + (1/alpha) * norm(u, 2)^2", {"g": {"type": "vector(1)"}, "u": {"type": "vector(1)"}})
    assert isinstance(outcome(p, "-(alpha/2) * g"), NotDerived)


def test_a_matrix_of_the_penalty_is_a_preconditioner_and_newton_only_if_it_is_the_hessian() -> None:
    for symbol, first in (("Q", "preconditioned-gradient-descent"), ("H", "newton"), ("F", "natural-gradient")):
        p = problem(f"g^T u + (1/alpha) * u^T {symbol} u", {symbol: {"type": "spd matrix(n, n)"}})
        d = name(p, f"-(alpha/2) * inv({symbol}) * g")
        assert d.extra["optimizer"] == first
        assert judge_name("Newton's method", d).verdict == (CORRECT if symbol == "H" else INCORRECT)
        assert judge_name("preconditioned gradient descent", d).verdict == CORRECT
        assert judge_name("gradient descent", d).verdict == INCORRECT


def test_steepest_descent_in_a_symbolic_norm() -> None:
    p = problem(
        "g^T u + (1/alpha) * norm(u, p)^2",
        {"p": {"type": "positive", "above": 1.0}, "q": {"type": "positive", "is": "p/(p-1)"}},
    )
    d = name(p, "-(alpha/2) * norm(g, q)^(2-q) * sign(g) * abs(g)^(q-1)")
    assert d.extra["optimizer"] == "steepest-descent-lp"
    assert judge_name("steepest descent in the p-norm", d).verdict == CORRECT
    assert judge_name("steepest descent in the max norm", d).verdict == INCORRECT
    assert judge_name("sign descent", d).verdict == INCORRECT


def test_conditions_of_the_problem_hold_in_the_worlds() -> None:
    p = problem("g^T u + (1/alpha) * norm(u, inf)", when="norm(g, 1) < 1/alpha")
    d = name(p, "-(alpha/2) * g")
    assert d.extra["optimizer"] == "gradient-descent"


@pytest.mark.parametrize(
    ("objective", "symbols"),
    [
        ("g^T u + (1/alpha) * norm(u, 2)^2", {}),
        ("2 * g^T u + (1/alpha) * norm(u, 2)^2", {}),
        ("c^T u + (1/alpha) * norm(u, 2)^2", {"c": {"type": "vector(n)"}}),
        ("(1/alpha) * norm(u, 2)^2 - 3 * c^T u", {"c": {"type": "vector(n)"}}),
        ("sum_i c_i u_i + (1/alpha) * norm(u, 2)^2", {"c": {"type": "vector(n)"}}),
    ],
)
def test_the_gradient_is_the_coefficient_of_the_unknown(objective: str, symbols: dict[str, Any]) -> None:
    p = problem(objective, symbols)
    vector = "c" if symbols else "g"
    d = name(p, f"-(alpha/2) * {vector}")
    assert d.extra["gradient"] == E.sym(vector, ("n",))
    assert d.extra["optimizer"] == "gradient-descent"


def test_the_gradient_that_a_function_declares_comes_first() -> None:
    p = problem(
        "h^T u + (1/alpha) * norm(u, 2)^2",
        {
            "h": {"type": "vector(n)"},
            "theta": {"type": "vector(n)"},
            "f": {"type": "function(theta)", "gradient": "h"},
        },
    )
    assert name(p, "-(alpha/2) * h").extra["gradient"] == E.sym("h", ("n",))


def test_a_numeric_instance_is_named_for_every_gradient() -> None:
    p = problem(
        "g^T u + (1/alpha) * norm(u, inf)^2",
        {
            "g": {"type": "vector(3)", "value": "(1, -2, 4)"},
            "u": {"type": "vector(3)"},
            "alpha": {"type": "positive", "value": "2"},
        },
    )
    d = name(p, "-(alpha/2) * norm(g, 1) * sign(g)")
    assert d.extra["step_depends_on_gradient"]
    assert judge_name("SignSGD", d).verdict == PARTIAL


def test_a_part_that_is_not_derived_has_no_name() -> None:
    p = problem("g^T u + (1/alpha) * norm(u, 2)^2")
    found = naming.derive(p, p.part("name"), lambda q, part: NotDerived(q, part, "no rule closes it"))
    assert isinstance(found, NotDerived) and "no rule closes it" in found.reason
    assert naming.accepts(p, p.part("name")) and not naming.accepts(p, p.part("update"))


# ---------------------------------------------------------------- the catalogue


@pytest.mark.parametrize("optimizer", list(catalogue().values()), ids=lambda o: o.id)
def test_every_rule_reads_and_is_linear_in_its_step(optimizer: Any) -> None:
    g = E.sym("g", ("n",))
    rule = apply(optimizer, g, {})
    assert rule.direction.shape == ("n",)
    assert optimizer.source and optimizer.says
    setting = Setting(
        E.mul(E.num(3), rule.direction), g, {**PENALTY_L2.problem.symbols, **{s.name: s for s in rule.free}}
    )
    for w in worlds(setting, rule.free)[:3]:
        eta = step_at(setting.update, rule.direction, w)
        assert eta is not None and abs(float(eta) - 3) < 1e-12


def test_no_spelling_belongs_to_two_optimizers() -> None:
    for key, entries in lexicon()[0].items():
        assert len({o for _, o in entries}) == 1, key


@pytest.mark.parametrize(
    "optimizer", ["adam", "rmsprop", "adagrad", "adamax", "nadam", "amsgrad", "adafactor", "signum", "lion"]
)
def test_without_its_averages_it_is_sign_descent(optimizer: str) -> None:
    o = catalogue()[optimizer]
    assert isinstance(judged(o.id), Misfit)
    assert isinstance(judged(o.id, without=o.roles), Fit)


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_without_momentum_it_is_gradient_descent(optimizer: str) -> None:
    g = E.sym("g", ("n",))
    rule = apply(catalogue()[optimizer], g, {}, catalogue()[optimizer].roles)
    assert isinstance(solve_step(Setting(E.neg(g), g, PENALTY_L2.problem.symbols), rule), Fit)


def test_adam_without_momentum_alone_still_remembers() -> None:
    assert isinstance(judged("adam", without=frozenset({"momentum"})), Misfit)
    assert isinstance(judged("adam", without=frozenset({"squares"})), Misfit)


def judged(optimizer: str, without: frozenset[str] = frozenset()) -> object:
    g = E.sym("g", ("n",))
    rule = apply(catalogue()[optimizer], g, {}, without)
    return solve_step(Setting(E.neg(E.fn("sign", g)), g, PENALTY_L2.problem.symbols), rule)


def test_a_quantity_of_the_problem_with_the_name_of_a_state_is_another_quantity() -> None:
    p = problem("g^T u + m * norm(u, 2)^2", {"m": {"type": "positive"}, "v": {"type": "vector(n)"}})
    d = name(p, "-g / (2 * m)")
    found = judge_name("Adam", d)
    assert found.verdict == INCORRECT and found.witness is not None
    assert {"m", "m'", "v'"} <= set(found.witness.at)


def test_spellings_write_alternatives_out() -> None:
    assert spellings("[sign|signed] [gradient|] descent") == [
        "sign gradient descent",
        "sign descent",
        "signed gradient descent",
        "signed descent",
    ]
    assert "Frank Wolfe" in unruled()


# ---------------------------------------------------------------- witnesses can be checked by hand


@pytest.mark.parametrize(
    "text",
    ["gradient descent", "Adam", "normalised gradient descent", "SGD with momentum", "AdaGrad", "gradient ascent"],
)
def test_the_witness_of_another_rule_is_an_instance_that_no_step_fits(text: str) -> None:
    found = judge_name(text, PENALTY_LINF)
    assert found.verdict == INCORRECT and found.witness is not None
    d, u = ([float(_fraction(x)) for x in v] for v in (found.witness.submitted, found.witness.required))
    etas = [y / x for x, y in zip(d, u, strict=True)]
    assert max(etas) - min(etas) > 1e-6 * max(map(abs, etas)) or max(etas) < 0


def _fraction(text: str) -> float:
    p, _, q = text.partition("/")
    return float(p) / float(q or 1)


def test_the_witness_of_a_missing_dependence_is_two_gradients_with_their_steps() -> None:
    found = judge_name("SignSGD", PENALTY_LINF)
    assert found.verdict == PARTIAL and found.witness is not None
    first, then = found.witness.at["first"], found.witness.at["then"]
    assert first["alpha"] == then["alpha"] and first["g"] != then["g"]
    for at, step in ((first, found.witness.submitted), (then, found.witness.required)):
        total = sum(abs(_fraction(x)) for x in at["g"])
        assert _fraction(step) == pytest.approx(_fraction(at["alpha"]) / 2 * total)


def test_a_wrong_step_shows_both_values_and_not_the_formula() -> None:
    found = judge_name("SignSGD with step size α‖g‖₁", PENALTY_LINF)
    assert found.verdict == PARTIAL and found.witness is not None
    assert _fraction(found.witness.submitted) == pytest.approx(2 * _fraction(found.witness.required))
    assert "/2" not in found.reason and "frac" not in found.reason
    assert found.stated_step == read_expr("alpha * norm(g, 1)", PENALTY_LINF.problem.scope())


@pytest.mark.parametrize(
    "text",
    ["SignSGD", "sign descent with a step proportional to the 2-norm", "Adam", "gradient descent", "steepest descent"],
)
def test_no_reason_gives_the_answer_away(text: str) -> None:
    reason = judge_name(text, PENALTY_LINF).reason
    assert "l1" not in reason.lower() and "1-norm" not in reason and "‖g‖₁" not in reason
    if "sign" not in text.lower():
        assert "sign" not in reason.lower()


def test_a_hedge_is_noted() -> None:
    assert "with reserve" in judge_name("maybe gradient descent", PENALTY_L2).reason
    assert "with reserve" not in judge_name("gradient descent", PENALTY_L2).reason


# ---------------------------------------------------------------- metamorphic: what must not change the verdict

PLAIN = [
    ("gradient descent", CORRECT),
    ("SignSGD", INCORRECT),
    ("momentum", INCORRECT),
    ("adaptive gradient descent", PARTIAL),
]


@pytest.mark.parametrize("factor", ["3", "2/7"])
@pytest.mark.parametrize(("text", "verdict"), PLAIN)
def test_another_factor_changes_the_step_and_no_name(factor: str, text: str, verdict: str) -> None:
    d = name(problem("g^T u + (1/alpha) * norm(u, 2)^2"), f"-({factor}) * alpha * g")
    assert judge_name(text, d).verdict == verdict
    assert judge_name(f"{text} with learning rate ({factor}) α", d).verdict == verdict
    assert judge_name("gradient descent with learning rate (5/9) α", d).verdict == PARTIAL


@pytest.mark.parametrize("vector", ["h", "c", "grad"])
def test_another_letter_for_the_gradient_changes_nothing(vector: str) -> None:
    symbols = {vector: {"type": "vector(n)", "aliases": ["\\nabla f"]}}
    d = name(
        problem(f"{vector}^T u + (1/alpha) * norm(u, inf)^2", symbols),
        f"-(alpha/2) * norm({vector}, 1) * sign({vector})",
    )
    for text, verdict in [
        ("SignSGD", PARTIAL),
        ("sign descent with step (α/2)‖∇f‖₁", CORRECT),
        ("sign descent with step α‖∇f‖₁", PARTIAL),
        ("sign descent scaled by the l1 norm of the gradient", CORRECT),
        ("gradient descent", INCORRECT),
    ]:
        assert judge_name(text, d).verdict == verdict


def test_ascent_is_not_descent() -> None:
    p = problem("g^T u - (1/alpha) * norm(u, 2)^2", sense="max")
    d = name(p, "(alpha/2) * g")
    assert judge_name("gradient ascent", d).verdict == CORRECT
    found = judge_name("gradient descent", d)
    assert found.verdict == INCORRECT and "uphill" in found.reason


WRAPPERS = [
    "{}",
    "{}.",
    "**{}**",
    "$\\text{{{}}}$",
    "\\boxed{{\\text{{{}}}}}",
    "  {}\n",
    "The optimizer is {}.",
    "(b) {}",
    "Answer: {}",
]
NAMES = [
    ("gradient descent", CORRECT),
    ("SignSGD", INCORRECT),
    ("Adam", INCORRECT),
    ("SGD", CORRECT),
    ("normalized SGD", PARTIAL),
]


@given(st.sampled_from(WRAPPERS), st.sampled_from(NAMES), st.sampled_from([str.upper, str.lower, str.title, str]))
@settings(max_examples=80, deadline=None)
def test_dress_does_not_matter(wrapper: str, case: tuple[str, str], style: Any) -> None:
    text, verdict = case
    assert judge_name(wrapper.format(style(text)), PENALTY_L2).verdict == verdict


@given(
    st.sampled_from(
        [
            "not {}",
            "it is not {}",
            "rather than {}",
            "this isn't {}",
            "unlike {}",
            "{} is wrong",
            "instead of {}",
            "neither {} nor Adam",
        ]
    ),
    st.sampled_from(["gradient descent", "SGD", "SignSGD", "GD"]),
)
@settings(max_examples=40, deadline=None)
def test_what_is_denied_is_no_answer(denial: str, optimizer: str) -> None:
    assert judge_name(denial.format(optimizer), PENALTY_L2).verdict == UNREADABLE


@given(
    st.sampled_from(
        [
            "not {0}, but {1}",
            "{1}, not {0}",
            "{1} rather than {0}",
            "It isn't {0}. It is {1}.",
            "{0}? No, {1}.",
            "{0}. Wait, actually {1}.",
            "Unlike {0}, this is {1}",
            "while {0} uses more, this is {1}",
        ]
    ),
    st.sampled_from(["SignSGD", "Adam", "RMSprop", "momentum SGD", "Newton's method"]),
)
@settings(max_examples=60, deadline=None)
def test_the_denied_name_leaves_the_other(form: str, denied: str) -> None:
    assert judge_name(form.format(denied, "gradient descent"), PENALTY_L2).verdict == CORRECT
    assert judge_name(form.format("gradient descent", denied), PENALTY_L2).verdict == INCORRECT


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 9), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_a_stated_step_is_right_only_if_it_is_the_step(p: int, q: int, a: int, b: int) -> None:
    verdict = CORRECT if 2 * p == q else PARTIAL
    assert judge_name(f"gradient descent with learning rate {p}α/{q}", PENALTY_L2).verdict == verdict
    right = judge_name(f"gradient descent with step size {a * b}/{2 * a * b} α", PENALTY_L2)
    assert right.verdict == CORRECT


@given(st.text(max_size=200))
@settings(max_examples=80, deadline=None)
def test_no_text_raises(text: str) -> None:
    found = judge_name(text, PENALTY_LINF)
    assert isinstance(found, NameJudgement)
    assert judge_name("Adam " + text, PENALTY_LINF).verdict != CORRECT or find_names(flatten(text))


@pytest.mark.parametrize(
    "unit",
    [
        "SignSGD or ",
        "step size ",
        "η = ",
        "(",
        "\\text{",
        "of the ",
        "β1 = ",
        "l1 norm of ",
        "not ",
        ", and ",
        "1/",
        ". ",
    ],
)
def test_a_long_text_is_cheap(unit: str) -> None:
    text = ("SignSGD with step size " + unit * 20_000)[:20_000]
    assert judge_name(text, PENALTY_LINF).verdict in (PARTIAL, UNREADABLE, UNDECIDED)


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "standings"),
    [
        ("SignSGD", [Standing.ASSERTED]),
        ("In standard SignSGD the step is fixed", [Standing.COMPARED]),
        ("not SignSGD", [Standing.DENIED]),
        ("not quite SignSGD", [Standing.NEAR]),
        ("SignSGD. Not quite.", [Standing.NEAR]),
        ("is it SignSGD?", [Standing.SUPPOSED]),
        ("Unlike Adam, RMSprop and SGD, it is sign descent", [Standing.DENIED] * 3 + [Standing.ASSERTED]),
        ("similar to AdaGrad", [Standing.NEAR]),
        ("nothing but gradient descent", [Standing.ASSERTED]),
        ("If the step were fixed it would be SignSGD", [Standing.SUPPOSED]),
    ],
)
def test_what_a_text_does_with_a_name(text: str, standings: list[Standing]) -> None:
    assert [m.standing for m in judged_names(flatten(text))] == standings


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("gradeint", "gradient"),
        ("decent", "descent"),
        ("normalised", "normalized"),
        ("recent", "recent"),
        ("grid", "grid"),
    ],
)
def test_one_slip_of_the_pen_is_forgiven(word: str, known: str) -> None:
    assert known_word(word) == known


def test_names_are_found_longest_first_and_only_whole() -> None:
    found = [
        m.optimizer
        for m in find_names("Sign-SGD, sign gradient descent, SGD with momentum; adamant signs of pragmatism")
    ]
    assert found == ["sign-descent", "sign-descent", "momentum"]


def test_flatten_drops_markup_and_keeps_formulas() -> None:
    assert flatten(r"**SignSGD** with $\eta = \frac{\alpha}{2}$, i.e. \(\text{SGD}\). So.") == (
        "SignSGD with \\eta = \\frac{\\alpha}{2} , ie SGD .\nSo."
    )


def test_a_step_is_solved_exactly() -> None:
    w = World({"g": [1, -2]}, {"n": 2})
    g = E.sym("g", ("n",))
    assert step_at(E.mul(E.num(-3), g), E.neg(g), World({"g": [E.num(1).data, E.num(-2).data]}, w.dims)) == 3
    assert step_at(E.fn("sign", g), g, World({"g": [E.num(1).data, E.num(-2).data]}, w.dims)) is None


def test_judging_a_name_imports_no_solver() -> None:
    code = "import sys, derive.grading.names; sys.exit(bool({'sympy', 'cvxpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
