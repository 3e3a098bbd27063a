"""What the question tests found in the bank: each right form that was refused beside the near miss that must not be accepted."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.grading.stress.forms import left_side
from derive.grading.stress.instances import instances
from derive.grading.stress.media import HANDS
from derive.grading.stress.run import distinct
from derive.grading.stress.subject import WRONG, Subject, seeded
from derive.maths import expr as E
from tests.bank import key, stated

STOPPED = r"$w = (I - (I - \frac{1}{2 \|X\|_2^2} X^\top X)^{%s}) (X^\top X)^{-1} X^\top y$"
IN_CODE = "(np.eye(n) - np.linalg.matrix_power(np.eye(n) - X.T @ X/(2*np.linalg.norm(X, ord=2)**2), %s)) @ np.linalg.pinv(X) @ y"
UNIT = r"\dfrac{1}{\|A x - b\|_2}\,A^\top (A x - b)"

PAIRS = [
    # (spec, right, near miss)
    # A power that is no whole number has no value: that refutes, also where the first instances have one step.
    ("ib_early_stopping", STOPPED % "T", STOPPED % r"\eta"),
    ("ib_early_stopping", STOPPED % "T", STOPPED % r"T + \eta"),
    ("ib_early_stopping", IN_CODE % "T", IN_CODE % "T - 1"),
    # Both sides of an "or" stand, whatever layout stands before the box and whatever shape the other has.
    ("grad_norm", rf"$\displaystyle \boxed{{{UNIT}}}$", rf"$2 A^\top (A x - b)$ or $\displaystyle \boxed{{{UNIT}}}$"),
    ("grad_norm", rf"${UNIT}$ or $\frac{{A^\top (A x - b)}}{{\|A x - b\|}}$", rf"$\|A^\top (A x - b)\|_2$ or ${UNIT}$"),
    ("grad_norm", rf"$\frac{{A^\top (A x - b)}}{{\|A x - b\|}}$ or $\boxed{{{UNIT}}}$", rf"$\|A^\top (A x - b)\|_2$ or $\boxed{{{UNIT}}}$"),
    # A line break in a matrix is no narrow space; angle brackets hold their commas; a list has no powers, so T transposes it.
    ("cnt_gossip_ring", r"In conclusion, $T = \begin{bmatrix} 2 \times n \\ p \end{bmatrix}$.", r"In conclusion, $T = \begin{bmatrix} n \\ p \end{bmatrix}$."),
    ("cnt_star_root_worker", r"T = \langle 2\,(n - 1),\, p\rangle", r"T = \langle 2\,n,\, p\rangle"),
    ("cnt_star_root_worker", "messages = 2(n-1), size = p", "messages = p, size = 2(n-1)"),
    ("cnt_star_root_worker", "M = ⟨2 (n–1), p⟩", "M = ⟨p, 2 (n–1)⟩"),
    ("cnt_training_flops", "(T a b, 2 a T b, 6 b T a)^T", "(T a b, 2 a T b, 4 b T a)^T"),
    # x is a declared notation here, no sign of a product.
    ("fgsm_linear", r"$w^\top x + \epsilon \|w\|_1$", r"$w^\top x - \epsilon \|w\|_1$"),
    # A declared notation may be a fraction, also inside a formula and with an index.
    ("grad_layernorm", r"$\frac{1}{s}\left(\frac{\partial L}{\partial y} - \frac1n \sum_j \frac{\partial L}{\partial y}_j \mathbf 1"
     r" - \frac{y}{n} \langle y, \dfrac{\partial L}{\partial y}\rangle\right)$",
     r"$\frac{1}{s}\left(\frac{\partial L}{\partial y} - \frac1n \sum_j \frac{\partial L}{\partial y}_j \mathbf 1"
     r" + \frac{y}{n} \langle y, \dfrac{\partial L}{\partial y}\rangle\right)$"),
    # An entrywise product with a matrix means nothing: what stands behind it belongs to the matrix, with or without a sign.
    ("hess_logistic", "x^T·diag(sigmoid(–y⊙x·w)⊙sigmoid(x·w⊙y))·x", "x^T·diag(sigmoid(–y⊙x·w)⊙sigmoid(x·w))·x"),
    # The limit of a number has its mark above, as that of a vector has.
    ("ib_noise_expectation", r"$w^{(\infty)} = x y / (x^2 + s^2)$", r"$w^{(\infty)} = x y / (x^2 + s)$"),
    # Of two opposite definitions of one letter neither is chosen.
    ("pli_block_sum", r"$D = -\frac{\alpha}{2} e_k G_k^\top$ with $k = \arg\max_j \|G_j\|_2$",
     r"$D = -\frac{\alpha}{2} e_k G_k^\top,\ \text{with } k \in \arg\max_j \|G_j\|_2,\ k = \arg\min_j \|G_j\|_2$"),
    # A bracket behind an operator is a factor, not a remark.
    ("ib_precond", "theta = Pm @ a / (a @ Pm @ a)", "theta = Pm @ a / (a @ a)"),
]


@pytest.mark.parametrize(("spec", "right", "miss"), PAIRS)
def test_the_form_is_read_and_its_near_miss_is_not_accepted(spec: str, right: str, miss: str) -> None:
    problem = stated(spec)
    part = problem.part("answer")
    found = grade(problem, part, right, certified=False)
    assert found.verdict == "correct", (found.read_as, found.reason)
    found = grade(problem, part, miss, certified=False)
    assert found.verdict != "correct", (found.read_as, found.reason)


def test_no_declared_letter_names_the_answer() -> None:
    """M is a size of the layer: 'M = M r (a + b)' would be an equation for it."""
    subject = Subject(key(stated("cnt_lora")))
    rng = seeded(1, "letters")
    lefts = {left_side(subject, HANDS["latex"](rng, subject.symbols), "latex", rng) for _ in range(60)}
    assert "T" in lefts
    assert "M" not in lefts


def test_instances_keep_the_range_of_an_integer() -> None:
    problem = stated("grad_softmax_ce")
    made = instances(problem.symbols, 3)
    assert {one.values["k0"] for one in made} > {0.0, 1.0}
    assert all(0 <= one.values["k0"] < one.dims["n"] for one in made)
    assert Subject(key(problem)).sound


def test_a_part_that_no_hand_can_write_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.grading.stress import forms

    monkeypatch.setattr(forms, "right_form", lambda *_: None)
    assert distinct(forms.forms(Subject(key(stated("grad_norm"))), 1), 5) == []


@pytest.mark.parametrize("spec", ["kkt_am_gm", "mn_nuclear", "pli_spectral", "prox_nuclear", "proj_psd", "lmo_block_max"])
def test_the_direct_check_settles_roots_of_products_singular_values_and_cones(spec: str) -> None:
    """NumPy and CVXPY alone vouch for the key, and refute half of it."""
    subject = Subject(key(stated(spec)))
    assert subject.sound
    assert subject.truth(E.mul(E.HALF, subject.key)) == WRONG
