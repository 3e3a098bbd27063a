"""Formulas cut into chains, displaced pieces put together again, sentences and dual norms."""

from __future__ import annotations

import re

import pytest
from claim_conversations import CONVERSATIONS, claims_in, homework_problems

from derive.problem.model import Problem
from derive.transcripts.claims.displaced import Line, assemblies
from derive.transcripts.claims.dualities import dualities, written_duality
from derive.transcripts.claims.holes import INLINE, holes_in, matched
from derive.transcripts.claims.links import chains


@pytest.fixture(scope="module")
def homework() -> dict[str, Problem]:
    return homework_problems()


@pytest.mark.parametrize(("formula", "terms"), [
    (r"a = b = c", [("a", "b", "c")]),
    (r"J = -g^T u \quad\Rightarrow\quad u = \frac{a=b}{2}", [("J", "-g^T u"), ("u", r"\frac{a=b}{2}")]),
    (r"\begin{aligned} x &= 1 \\ &= 2 \end{aligned}", [("x", "1", "2")]),
    (r"\max_{\|u\| \le 1} g^T u = \|g\|_*.", [(r"\max_{\|u\| \le 1} g^T u", r"\|g\|_*")]),
])
def test_chains(formula: str, terms: list[tuple[str, ...]]) -> None:
    assert [c.terms for c in chains(formula)] == terms


@pytest.mark.parametrize(("pile", "whole"), [
    (["v", "~ =", "i", "−", "~w", "3", "β"], None),
    (["u = −", "~g", "2", "α"], r"u = -\frac{\alpha }{2} g"),
    (["θ", "~ =", "t+1", "θ", "~ +", "t", "α"], r"\theta _{t+1} = \theta _{t} + \alpha"),
    (["a θ =", "T", "1"], r"a^{T} \theta = 1"),
    (["∥u∥", "~ =", "2", "2", "u u", "T"], r"\|u\|_{2}^{2} = u^{T} u"),
    (["α <", "~", "5", "1"], r"\alpha < \frac{1}{5}"),
    (["~=", "b~j", "=", "∣b", "~∣", "j", "bj", "1 for all j"], r"\tilde{b}_j = \frac{b_{j}}{|b_{j}|} = 1"),
    (["~=", "b~j", "=", "∣b", "~∣", "j", "cj", "1 for all j"], r"\tilde{b}_j = \frac{c_{j}}{|b_{j}|} = 1"),
])
def test_displaced_pieces_are_put_together(pile: list[str], whole: str | None) -> None:
    lines = [Line(k, text.removeprefix("~"), text.startswith("~")) for k, text in enumerate(pile, 1)]
    if whole is not None:
        assert re.sub(r"\s", "", whole) in {re.sub(r"\s", "", a.latex) for a in assemblies(lines, 0)}
    else:
        assert all(a.count <= len(pile) for a in assemblies(lines, 0))


PAGES = """--- Page 1 ---
Where does vanilla SGD converge, gradient descent on one equation?
10/13/2025, 1:21:08 PM
Thought: Solved a small regression.
Looking at vanilla SGD here, I look for the limit of gradient descent.
Let
 denote the residual. Then the update is: $$\\theta_{t+1} = \\theta_t + 2\\alpha r_t a$$
Or numerically:
Vanilla SGD converges to the minimum
 norm solution.
r
\u200b =
t
1 −a θ
\u200b
T
t
θ
\u200b ≈
∞
[0.9901, 0.0990, 0.0099]T
L
\u200b2
1 / 2


--- Page 2 ---
Therefore: $$\\theta_\\infty = \\frac{a}{\\|a\\|^2}$$
2 / 2
"""


def test_formulas_taken_apart_are_judged_and_flagged(homework: dict[str, Problem]) -> None:
    found = claims_in(PAGES.replace("\\\\", "\\"), homework)
    lossy = {c.line_start: c for c in found if c.lossy}
    residual = next(c for c in lossy.values() if "r_{t}" in c.latex)
    assert residual.verdict in ("true", "definition")
    decimals = next(c for c in lossy.values() if "0.9901" in c.latex)
    assert decimals.verdict == "false"
    assert "0.9900" in decimals.correction
    assert [c.verdict for c in found if not c.lossy and c.type in ("equation", "definition")] == ["true"] * 2


@pytest.mark.parametrize(("sentence", "problem", "verdict"), [
    ("This recovers gradient descent with learning rate $\\alpha/2$.", "euclidean", "true"),
    ("This recovers gradient descent with learning rate $\\alpha$.", "euclidean", "false"),
    ("This corresponds to AdaGrad.", "euclidean", "false"),
    ("This corresponds to sign descent with a step size proportional to the 1-norm of the gradient.", "maximum", "true"),
    ("This corresponds to SignSGD.", "maximum", "undecided"),
    ("In one dimension it reduces to gradient descent.", "maximum", "true"),
    ("All components of the update have the same magnitude.", "maximum", "true"),
    ("It converges to the minimum L2 norm solution.", "descent", "true"),
    ("It converges to the minimum L-infinity norm solution.", "descent", "false"),
    ("It converges to the minimum L-infinity norm solution.", "signs", "true"),
    ("It converges to the minimum L2 norm solution.", "signs", "false"),
    ("This minimises a weighted norm where the weights are inversely proportional to the feature magnitudes.", "rescaled", "false"),
    ("This minimises a weighted norm where the weights are proportional to the squared feature magnitudes.", "rescaled", "true"),
])
def test_sentences(homework: dict[str, Problem], sentence: str, problem: str, verdict: str) -> None:
    found = [c for c in claims_in(f"{CONVERSATIONS[problem]}\n{sentence.replace(chr(92) * 2, chr(92))}\n", homework) if c.type in ("identification", "qualitative")]
    assert [c.verdict for c in found][-1:] == [verdict]
    assert verdict != "false" or found[-1].reason


def test_dual_norms() -> None:
    pile = ["(L", "~) =", "∞∗", "L1", "∣⋅∣1", "∣⋅∣2"]
    found = dualities([Line(k, text.removeprefix("~"), text.startswith("~")) for k, text in enumerate(pile, 1)])
    assert [(d.norm, d.dual, d.holds, d.row) for d in found] == [("∞", "1", True, False), ("1", "2", False, True)]
    assert found[1].required == "\\infty"
    assert written_duality("(L_2)^* = L_2", 1, 1) is not None


def test_formulas_go_back_to_their_holes() -> None:
    prose = [(1, "Let "), (2, " denote the residual. With the norm "), (3, ", the answer is:"), (4, "It holds for all .")]
    found = holes_in(prose)
    assert [(h.line_start, h.line_end) for h in found if h.kind == INLINE] == [(1, 2), (2, 3), (4, 4)]
    placed = matched([True, False, True, False], found)
    assert {k: (h.line_start, h.line_end) for k, h in placed.items()} == {0: (1, 2), 1: (2, 3), 2: (3, 3), 3: (4, 4)}
