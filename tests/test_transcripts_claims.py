"""Claims: each formula of a conversation judged in worlds; true ones found true, false ones with a witness."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from claim_conversations import CONVERSATIONS, DESCENT, EUCLIDEAN, MAXIMUM, MESSAGES, claims_in, homework_problems
from claim_labels import agreement

from derive.problem.model import Problem
from derive.transcripts.claims.conversation import find_claims
from derive.transcripts.claims.find import as_optimal
from derive.transcripts.claims.settings import setting_of
from derive.transcripts.claims.sides import Link, sides_of
from derive.transcripts.claims.verdicts import Judged
from derive.transcripts.read import read_transcript


@pytest.fixture(scope="module")
def homework() -> dict[str, Problem]:
    return homework_problems()


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_nothing_true_is_called_false(homework: dict[str, Problem], name: str) -> None:
    """Every formula of these conversations is true: each is found true, or is a definition or a statement of the problem."""
    found = claims_in(CONVERSATIONS[name], homework)
    assert len(found) >= 7
    assert [f"{c.line_start}: {c.latex}: {c.verdict}: {c.reason}" for c in found if c.verdict not in ("true", "definition")] == []
    assert sum(c.verdict == "true" for c in found) >= 0.8 * len(found)


# ------------------------------------------------------------------------------------------ verdicts

def test_a_false_formula_has_a_witness_and_its_correction(homework: dict[str, Problem]) -> None:
    (c,) = [c for c in claims_in(MAXIMUM.replace(r"u = -\frac{\alpha}{2}\|g\|_1", r"u = -\alpha\|g\|_1"), homework) if c.verdict == "false"]
    assert c.line_start == 19
    assert c.witness is not None
    assert c.witness["left"] != c.witness["right"]
    assert r"\frac{\alpha}{2}" in c.correction
    assert r"\|g\|_1" in c.correction


def test_decimals_are_rounding_intervals(homework: dict[str, Problem]) -> None:
    (c,) = [c for c in claims_in(DESCENT.replace("[0.9900, 0.0990, 0.0099]", "[0.9901, 0.0990, 0.0099]"), homework) if c.verdict == "false"]
    assert c.type == "vector"
    assert "0.9900" in c.correction


CONVENTION = r"""**User:** Minimise $g^T u + \frac{\alpha}{2}\|u\|_2^2$ over $u$, with the Euclidean norm.

**Assistant:** The objective is

$$J(u) = g^T u + \frac{\alpha}{2}\|u\|_2^2$$

Its gradient is $\nabla J(u) = g + \alpha u$, which gives

$$u = -\frac{1}{\alpha} g$$
"""

WHAT_IF = r"""**User:** Minimise $g^T u + \frac{1}{\alpha}\|u\|_2^2$ over $u$, with the Euclidean norm.

**Assistant:** The update is $u = -\frac{\alpha}{2} g$.

But sometimes the penalty is written as $\frac{1}{2\alpha}\|u\|_2^2$, which would give $u = -\alpha g$.

In the problem as given, $u = -\frac{\alpha}{2} g$ stands. With $\lambda = \frac{1}{\alpha}$ it is $u = -\frac{1}{2\lambda} g$.
"""

CASES = r"""**User:** Minimise $g^T u + \frac{1}{\alpha}\|u\|_\infty^2$ over $u$: the squared infinity norm.

**Assistant:** Let $M = \|u\|_\infty$. If $g_i > 0$ then $u_i = -M$; if $g_i < 0$ then $u_i = M$. If $g_i = 0$, we may set $u_i = 0$.

In one dimension $\|g\|_1 = |g|$, so $u = -\frac{\alpha}{2} g$.

Standard SignSGD uses $u = -\eta \operatorname{sign}(g)$, and gradient descent is usually $u = -\eta g$.
"""


def test_another_convention_is_named(homework: dict[str, Problem]) -> None:
    found = claims_in(CONVENTION, homework)
    assert [c.verdict for c in found] == ["convention"] * 3
    assert {c.convention for c in found} == {r"\frac{\alpha}{2}"}


def test_a_what_if_is_judged_under_its_premise(homework: dict[str, Problem]) -> None:
    found = {(c.line_start, c.latex): c.verdict for c in claims_in(WHAT_IF, homework)}
    assert found[5, r"u = -\alpha g"] == "hypothetical"
    assert found[5, r"\frac{1}{2\alpha}\|u\|_2^2"] == "hypothetical"
    assert found[7, r"u = -\frac{\alpha}{2} g"] == "true"
    assert found[7, r"u = -\frac{1}{2\lambda} g"] == "true"
    assert found[7, r"\lambda = \frac{1}{\alpha}"] in ("definition", "true")


def test_a_wrong_what_if_is_not_excused(homework: dict[str, Problem]) -> None:
    found = {c.latex: c.verdict for c in claims_in(WHAT_IF.replace(r"u = -\alpha g", r"u = -3\alpha g"), homework)}
    assert found[r"u = -3\alpha g"] != "true"
    assert found[r"u = -\frac{\alpha}{2} g"] == "true"


def test_cases_hold_where_they_are_said_to(homework: dict[str, Problem]) -> None:
    found = claims_in(CASES, homework)
    assert [c.latex for c in found if c.verdict == "false"] == []
    assert {c.latex: c.verdict for c in found}["u_i = -M"] == "true"
    turned = claims_in(CASES.replace("u_i = -M$; if", "u_i = +M$; if"), homework)
    assert "false" in [c.verdict for c in turned if "+M" in c.latex]


def test_a_conversation_about_something_else_makes_no_claims(homework: dict[str, Problem]) -> None:
    text = "**User:** Is $E = mc^2$ right?\n\n**Assistant:** Yes, $E = mc^2$, and $F = ma$ too.\n"
    assert claims_in(text, homework) == []


# ------------------------------------------------------------------------------------------ labels

@pytest.mark.shared
@pytest.mark.parametrize(("document", "goals"), [("claude-hw2.txt", {"yes": 0.9, "partly": 0.6}), ("deepseek-hw2.md", {"yes": 0.9})])
def test_labels(homework: dict[str, Problem], document: str, goals: dict[str, float]) -> None:
    shared = Path(os.environ["DERIVE_SHARED"])
    claims = find_claims(read_transcript(shared / "transcripts" / document), list(homework.values()))
    found = agreement(shared / "corpus" / "claims.jsonl", document, claims)
    assert found.true_called_false == []
    assert found.false_called_true == []
    for recoverable, least in goals.items():
        assert found.share(recoverable) >= least, [n for n, v in found.formal[recoverable] if v != "true"]


def test_a_recurrence_of_a_letter_follows_from_its_definition(homework: dict[str, Problem]) -> None:
    text = DESCENT + "\nWrite the error as $e_t = 1 - a^T\\theta_t$. It obeys\n\n$$e_{t+1} = (1 - 2\\alpha\\|a\\|^2) e_t$$\n"
    assert [c.verdict for c in claims_in(text, homework) if "e_{t+1}" in c.latex] == ["true"]
    assert [c.verdict for c in claims_in(text.replace("(1 - 2\\alpha\\|a\\|^2) e_t", "(1 + 2\\alpha\\|a\\|^2) e_t"), homework) if "e_{t+1}" in c.latex] == ["false"]


HOSTILE = (r"$" + r"\frac{1}{" * 300 + "x" + "}" * 300 + "= 1$", r"$u = 10^{10^{10^{10}}} g$", r"$u = g = $ $= =$ $u_{u_{u_i}} = u$", "$$" + "u = g, " * 400 + "$$",
           r"$\sum_{i=0}^{\infty} \sum_{j=0}^{\infty} r_i = t$", r"$J(J(J(u))) = u$", r"$\nabla \nabla J = \frac{\partial}{\partial}$", "| a | b |\n" * 50)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_formulas_do_no_harm(homework: dict[str, Problem], text: str) -> None:
    for whole in (EUCLIDEAN, DESCENT, MESSAGES):
        found = claims_in(f"{whole}\n{text}\n", homework)
        assert not [c for c in found if c.verdict == "true" and c.line_start > whole.count("\n") and "10^" in c.latex]


@pytest.mark.parametrize(("answer", "verdict"), [(r"-\frac{\alpha}{2} g", "true"), (r"-\alpha g", "false")])
def test_what_attains_the_optimum_is_not_called_false(homework: dict[str, Problem], answer: str, verdict: str) -> None:
    """Before an answer is called false it is judged by optimality: any minimiser is right, not only the derived one."""
    setting = setting_of(homework["penalty-l2"])
    assert setting is not None
    link = Link("u", "=", answer)
    (left, right), *_ = sides_of(link, setting)
    assert as_optimal(link, Judged("false", "", sides=(left.expr, right.expr)), setting).verdict == verdict
