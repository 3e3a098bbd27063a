"""What a formula of a conversation is said of: pairs of entries, a case, a standard rule, another problem, a part's letter."""

from __future__ import annotations

from pathlib import Path

import pytest
from claim_conversations import DESCENT, EUCLIDEAN, MAXIMUM, SIGNS, claims_in

from derive.problem.load import load_all
from derive.problem.model import Problem


@pytest.fixture(scope="module")
def homework() -> dict[str, Problem]:
    return {p.id: p for p in load_all([Path(__file__).resolve().parent.parent / "problems" / "cs182-hw2"])}


CASES = [
    # two free indices: said of every pair
    (EUCLIDEAN, r"$u_i g_j = u_j g_i$", "true"), (EUCLIDEAN, r"$u_j = -\frac{\alpha}{2} g_i$", "false"),
    # a case named behind
    (MAXIMUM, r"Then $u_i = -m$ if $g_i > 0$.", "true"), (MAXIMUM, r"Then $u_i = -m$ if $g_i < 0$.", "false"),
    (MAXIMUM, r"$u_i = -m g_i / |g_i|$ if $g_i \neq 0$.", "true"), (MAXIMUM, r"$u_i = -m g_i$ if $g_i \neq 0$.", "false"),
    # a standard rule quoted beside the derived update
    (MAXIMUM, r"Standard SignSGD is $u = -\eta \operatorname{sign}(g)$.", "true"), (MAXIMUM, r"Standard SignSGD is $u = -3\eta \operatorname{sign}(g)$.", "false"),
    (MAXIMUM, r"Standard gradient descent is $u = -\eta g$.", "definition"), (MAXIMUM, r"Standard gradient descent is $u = +\eta g$.", "false"),
    (MAXIMUM, r"Normalized gradient descent uses $u = -\eta \frac{g}{\|g\|}$.", "definition"),
    (EUCLIDEAN, r"$\theta_t = \theta_t - \lambda \operatorname{sign}(g)$", "undecided"),
    # another problem of the set
    (MAXIMUM, r"For the $L_2$ norm constraint the solution is $u = -(\delta/\|g\|) g$.", "true"),
    (MAXIMUM, r"Subject to $\|u\|_\infty \le \delta$ the solution is $u = -\delta \operatorname{sign}(g)$.", "true"),
    (MAXIMUM, r"Subject to $\|u\|_\infty \le \delta$ the solution is $u = -3 \delta \operatorname{sign}(g)$.", "false"),
    (MAXIMUM, r"Subject to $\|u\| \le \delta$: for the $L_\infty$ norm, that gives $u = -\delta \operatorname{sign}(g)$.", "true"),
    # vectors, numbers and functions
    (MAXIMUM, r"$u = -\frac{\alpha}{2}\|g\|_1$", "false"), (MAXIMUM, r"$u = -\frac{\alpha}{2}\|g\|_1 s$", "definition"),
    (MAXIMUM, r"$d(u) = \frac12 \|u\|_1^2$", "definition"),
    (MAXIMUM, r"$\operatorname{sign}(g) = \left[\frac{g_1}{|g_1|}, \frac{g_2}{|g_2|}, \dots\right]^T$", "true"),
    (MAXIMUM, r"$\operatorname{sign}(g) = \left[\frac{2 g_1}{|g_1|}, \frac{2 g_2}{|g_2|}, \dots\right]^T$", "false"),
    # the objective of the best update of each norm
    (MAXIMUM, r"So the objective becomes $\frac{1}{\alpha} m^2 - m\|g\|_1$.", "true"), (MAXIMUM, r"So the objective becomes $\frac{1}{\alpha} m^2 + m\|g\|_1$.", "false"),
    # identities in a letter that nothing determines
    (MAXIMUM, r"$\|\lambda u\|_\infty^2 = \lambda^2 \|u\|_\infty^2$", "true"), (MAXIMUM, r"$\|\lambda u\|_\infty^2 = 3 \lambda^2 \|u\|_\infty^2$", "false"),
    # later moments
    (DESCENT, r"$r_{t+2} = (1 - 2\alpha\|a\|^2)^2 r_t$", "true"), (DESCENT, r"$r_{t+2} = (1 - 2\alpha\|a\|^2) r_t$", "false"),
    (SIGNS, r"$M_{t+1}^{(i)} = \frac{1}{2|r_{t+1}||a_i|}$", "true"), (SIGNS, r"$M_{t+1}^{(i)} = \frac{1}{2|r_t||a_i|}$", "undecided"),
]


@pytest.mark.parametrize(("conversation", "sentence", "verdict"), CASES)
def test_what_it_is_said_of(homework: dict[str, Problem], conversation: str, sentence: str, verdict: str) -> None:
    line = conversation.count("\n") + 2
    found = [c for c in claims_in(f"{conversation}\n{sentence}\n", homework) if c.line_start == line and c.type not in ("identification", "qualitative")]
    assert verdict in [c.verdict for c in found], [(c.latex, c.verdict, c.reason) for c in found]
    assert verdict == "false" or "false" not in [c.verdict for c in found]


LETTERS = r"""**User:** (a) Minimise $g^T u + \frac{1}{\alpha}\|u\|_2^2$ over $u$, with the Euclidean norm.

**Assistant:** Therefore $u = -\frac{\alpha}{2} g$.

**User:** (b) Now minimise $g^T u + \frac{1}{\alpha}\|u\|_\infty^2$ over $u$: the squared infinity norm.

**Assistant:** In short:

(a) $u = -\frac{\alpha}{2} g$, as before.

(b) $u = -\frac{\alpha}{2} \|g\|_1 \operatorname{sign}(g)$.
"""


def test_the_letter_of_a_part_names_its_problem(homework: dict[str, Problem]) -> None:
    found = {c.line_start: c for c in claims_in(LETTERS, homework) if c.turn == 2}
    assert {n: (c.part, c.verdict) for n, c in found.items()} == {9: ("penalty-l2#update", "true"), 11: ("penalty-linf#update", "true")}
    swapped = LETTERS.replace("(a) $u", "(c) $u").replace("(b) $u", "(a) $u").replace("(c) $u", "(b) $u")
    assert {c.line_start: c.verdict for c in claims_in(swapped, homework) if c.turn == 2}[11] != "true"
