"""Letters that a conversation introduces: nothing testifies for itself, and what nothing introduces has no value."""

from __future__ import annotations

import pytest
from claim_conversations import EUCLIDEAN, MAXIMUM, claims_in, homework_problems

from derive.problem.model import Problem

LET = r"If we let $\lambda = 1/\alpha$, the penalty is $\lambda\|u\|_2^2$. "


@pytest.fixture(scope="module")
def homework() -> dict[str, Problem]:
    return homework_problems()


def verdicts(text: str, problems: dict[str, Problem], conversation: str = EUCLIDEAN) -> dict[str, str]:
    line = conversation.count("\n") + 2
    return {c.latex: c.verdict for c in claims_in(f"{conversation}\n{text}\n", problems) if c.line_start == line}


@pytest.mark.parametrize("factor", ["2", "3", "5", "-2"])
def test_two_links_of_one_chain_do_not_outvote_a_definition(homework: dict[str, Problem], factor: str) -> None:
    chain = rf"So $u = -(1/({factor}\lambda)) g = -(\alpha/2) g$."
    defined = verdicts(LET + chain, homework)
    links = [v for text, v in defined.items() if factor + "\\lambda" in text]
    assert defined["\\lambda = 1/\\alpha"] == "definition"
    assert links == (["true", "true"] if factor == "2" else ["false", "false"])


@pytest.mark.parametrize("factor", ["2", "3", "-2"])
def test_what_only_a_free_letter_joins_is_not_called_true(homework: dict[str, Problem], factor: str) -> None:
    found = verdicts(rf"So $u = -(1/({factor}\lambda)) g = -(\alpha/2) g$.", homework)
    assert found[rf"-(1/({factor}\lambda)) g = -(\alpha/2) g"] == "definition"
    assert "false" not in found.values()


def test_a_letter_with_two_values_makes_nothing_true(homework: dict[str, Problem]) -> None:
    found = verdicts(r"So $u = -(1/(2\kappa)) g$. And $u = -(1/(3\kappa)) g$.", homework)
    assert "true" not in found.values()


def test_a_remark_on_one_dimension_ends_with_its_paragraph(homework: dict[str, Problem]) -> None:
    wrong = r"$u = -(\alpha/2) \|g\|_2 \operatorname{sign}(g)$"
    assert set(verdicts(rf"If $g$ is a scalar, {wrong}.", homework, MAXIMUM).values()) == {"true"}
    line = MAXIMUM.count("\n") + 4
    found = claims_in(f"{MAXIMUM}\nIf $g$ is a scalar, it is gradient descent.\n\nThus, finally: {wrong}.\n", homework)
    assert [c.verdict for c in found if c.line_start == line and c.type == "equation"] == ["false"]


@pytest.mark.parametrize(("bound", "verdict"), [(r"|u_i| \le m", "true"), (r"|u_i| \ge m", "false"), (r"\|u\|_\infty \le m", "undecided"), (r"\|u\|_\infty \ge m", "undecided")])
def test_a_letter_for_the_norm_bounds_it_from_no_side(homework: dict[str, Problem], bound: str, verdict: str) -> None:
    assert verdicts(f"So ${bound}$.", homework, MAXIMUM) == {bound: verdict}


@pytest.mark.parametrize(("rule", "verdict"), [(r"\max_i |u_i|", "true"), (r"\min_i |u_i|", "undecided"), (r"|u_i|", "true"), (r"2 \max_i |u_i|", "false")])
def test_what_a_norm_is_holds_of_everything(homework: dict[str, Problem], rule: str, verdict: str) -> None:
    """At the optimum all entries have one size: that tells nothing of what the norm is."""
    assert verdicts(rf"Here $\|u\|_\infty = {rule}$.", homework, MAXIMUM) == {rf"\|u\|_\infty = {rule}": verdict}
