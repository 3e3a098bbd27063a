"""Sentences behind an answer: remarks that change nothing, beside those that turn against it; and 'half' in words."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

G, S, L1 = r"$u=-\frac\alpha2 g$. ", r"$u=-\frac\alpha2\|g\|_1\operatorname{sign}(g)$. ", r"$u = -\frac{\alpha}{2} g_k e_k$ with $k=\arg\max_i|g_i|$. "
W, T, K = r"$w=(X^\top X+\lambda I)^{-1}X^\top y$. ", r"$\theta_\infty=a/\|a\|_2^2$. ", r"$p_i=e^{z_i/T}/\sum_j e^{z_j/T}$. "

LATER = [
    ("limit-sgd#vector", T, ["Among all solutions this one has the smallest Euclidean norm.", "Adam converges to a different solution.", "The iterates never leave the line spanned by a."],
     ["But gradient descent does not actually end there.", "The iteration converges somewhere else, however.", "SGD converges to a different solution."]),
    ("limit-rescaled#vector", "θ = (1/3, 10/3, 100/3). ", ["Each feature contributes exactly one third to the prediction."],
     ["Each of these must be divided by one third.", "Each entry is then one third of this."]),
    ("penalty-l2#update", G, ["I double-checked this by completing the square.", "Every coordinate moves against its own partial derivative."],
     ["This has the wrong sign.", "Strictly speaking the factor two does not belong there.", "Its sign has to be flipped for descent.", "The factor is superfluous."]),
    ("penalty-linf#update", S, ["Each coordinate moves by the same amount, regardless of its own gradient.", "Its length scales with the one-norm of the gradient."],
     ["However, the length should not scale with $\\|g\\|_1$.", "All entries but the largest are zero.", "Only the largest coordinate moves.", "The norm here is the 2-norm."]),
    ("penalty-l1#update", L1, ["Break ties any way you like.", "The remaining entries are zero.", "Only the largest coordinate moves."],
     ["Then do the same for all other coordinates.", "All coordinates move by the same amount."]),
    ("ls_ridge#answer", W, ["Shrinkage is strongest along directions of little variance."],
     ["To this one has to add the intercept.", "The lambda inside still has to be multiplied by two.", "That formula belongs to a different problem."]),
    ("kkt_softmax#answer", K, ["As T goes to zero, all others become zero.", "Small entries nearly vanish at low temperature."], ["All others are zero.", "The denominator is to be left out."]),
    ("comm-table#ps-messages", "2n. ", ["The server takes part in every one of them."], ["And that once more for the second phase.", "Each of them is sent twice."]),
]
HALVES = [
    ("penalty-l2#update", "", ["u is half -αg", "u = half -αg", "u is -αg over two", "u is -alpha g divided by two"],
     ["u = half - αg", "u is half αg", "u is half -(α/2)g", "-(α/2) g is half of u", "-(α/2) g is twice u", "-(alpha/2)*g by two"]),
]


@pytest.mark.parametrize(("part", "answer", "harmless", "against"), [*LATER, *HALVES])
def test_remarks_beside_what_turns_against_the_answer(problems: dict[str, Problem], part: str, answer: str, harmless: list[str], against: list[str]) -> None:
    name, _, place = part.partition("#")
    for said in harmless:
        assert grade(problems[name], place, answer + said).verdict.value == "correct", said
    for said in against:
        assert grade(problems[name], place, answer + said).verdict.value != "correct", said
