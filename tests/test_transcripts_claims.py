"""Claims: each formula of a conversation judged in worlds; true ones found true, changed ones found false."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from claim_labels import agreement

from derive.problem.load import load_all
from derive.problem.model import Problem
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.conversation import find_claims
from derive.transcripts.claims.displaced import Line, assemblies
from derive.transcripts.claims.dualities import dualities, written_duality
from derive.transcripts.claims.holes import INLINE, holes_in, matched
from derive.transcripts.claims.links import chains
from derive.transcripts.read import read_transcript
from derive.transcripts.sources import read_text
from derive.transcripts.turns import split_turns

EUCLIDEAN = r"""**User:** Minimise $g^T u + \frac{1}{\alpha}\|u\|_2^2$ over $u$. Which optimizer is it?

**Assistant:** Write the objective as

$$J(u) = g^T u + \frac{1}{\alpha} u^T u$$

Its gradient is

$$\nabla J(u) = g + \frac{2}{\alpha} u$$

and it vanishes where

$$\frac{2}{\alpha} u = -g$$

so the update is $u = -\frac{\alpha}{2} g$. With the step $\eta = \frac{\alpha}{2}$ this is

$$\theta_{t+1} = \theta_t - \eta \nabla f(\theta_t) = \theta_t - \frac{\alpha}{2} g$$

The value there is $g^T u = -\frac{\alpha}{2} \|g\|_2^2$.
"""

MAXIMUM = r"""**User:** Minimise $g^T u + \frac{1}{\alpha}\|u\|_\infty^2$ over $u$: the squared infinity norm.

**Assistant:** Let $m = \|u\|_\infty$. For a fixed $m$ the best entries are

$$u_i = -m \operatorname{sign}(g_i)$$

and then

$$g^T u = \sum_i g_i u_i = -m \sum_i |g_i| = -m \|g\|_1$$

What is left is

$$J(m) = -m\|g\|_1 + \frac{1}{\alpha} m^2$$

$$\frac{dJ}{dm} = -\|g\|_1 + \frac{2}{\alpha} m = 0 \quad\Rightarrow\quad m = \frac{\alpha}{2}\|g\|_1$$

Hence

$$u = -\frac{\alpha}{2}\|g\|_1 \operatorname{sign}(g)$$

Also $\|g\|_1 = \operatorname{sign}(g)^T g$ and $|g^T u| \le \|g\|_1 \|u\|_\infty$.
"""

DESCENT = r"""**User:** Where does vanilla SGD converge on one equation, $f(\theta) = (1 - a^T\theta)^2$ with $a = (1, 0.1, 0.01)$ from $\theta_0 = 0$?

**Assistant:** The gradient is

$$\nabla f(\theta_t) = -2(1 - a^T\theta_t) a = -2 r_t a$$

where $r_t = 1 - a^T \theta_t$. So

$$\theta_{t+1} = \theta_t + 2\alpha r_t a$$

$$r_{t+1} = r_t - 2\alpha r_t \|a\|^2 = (1 - 2\alpha\|a\|^2) r_t$$

$$\|a\|^2 = 1 + 0.01 + 0.0001 = 1.0101$$

It converges for $\alpha < \frac{1}{1.0101}$. The sum of all steps is

$$\sum_{i=0}^{\infty} r_i = \frac{1}{2\alpha\|a\|^2}$$

At the limit $a^T\theta_\infty = 1$ and $\theta_\infty = c a$ for a scalar $c$, so $c\|a\|^2 = 1$ and $c = \frac{1}{\|a\|^2}$:

$$\theta_\infty = \frac{a}{\|a\|^2} = \left[\frac{10000}{10101}, \frac{1000}{10101}, \frac{100}{10101}\right] \approx [0.9900, 0.0990, 0.0099]$$
"""

SIGNS = r"""**User:** And where does the simplified version of Adam converge, for appropriate step-sizes alpha_t > 0 to give convergence?

**Assistant:** With simplified Adam every coordinate moves by the same amount. Coordinate $i$ of the gradient is

$$g_t^{(i)} = -2 r_t a_i$$

with $r_t = 1 - a^T\theta_t$, and the scale is

$$M_t^{(i)} = \frac{1}{\sqrt{4 r_t^2 a_i^2}} = \frac{1}{2|r_t||a_i|}$$

so that

$$\theta_t = \left(\sum_{s=0}^{t-1} \alpha_s\right) [1, 1, 1]^T$$

In the limit $[1, 0.1, 0.01] \cdot c [1, 1, 1]^T = 1$, that is $1.11 c = 1$ and

$$c = \frac{1}{1.11} = \frac{100}{111}$$

$$\theta_\infty = \left[\frac{100}{111}, \frac{100}{111}, \frac{100}{111}\right] \approx [0.9009, 0.9009, 0.9009]$$
"""

RESCALED = r"""**User:** Now training input feature rescaling: what is the solution in original units?

**Assistant:** After feature rescaling $\tilde a = [1, 1, 1]$ and

$$\tilde\theta_i = |a_i| \theta_i$$

$$\tilde\theta_\infty = \frac{\tilde a}{\|\tilde a\|^2} = \left[\frac13, \frac13, \frac13\right]$$

$$\theta_\infty = \left[\frac13, \frac{10}{3}, \frac{100}{3}\right] \approx [0.333, 3.333, 33.333]$$

Check: $1\cdot\frac13 + 0.1\cdot\frac{10}{3} + 0.01\cdot\frac{100}{3} = 1$.
"""

MESSAGES = r"""**User:** Fill in the table: number of messages sent and size of each message for all-to-all, parameter server, ring all-reduce.

**Assistant:**

## All-to-all

Total messages: n(n-1)

Each message holds the whole gradient: p

## Ring all-reduce

Total messages: n * 2(n-1) = 2n(n-1)

Each message is one chunk: p/n

| | Number of messages | Size of each message |
|---|---|---|
| All-to-all | $n(n-1)$ | $p$ |
| Parameter server | $2n$ | $p$ |
| Ring all-reduce | $2n(n-1)$ | $p/n$ |
"""

@pytest.fixture(scope="module")
def homework() -> dict[str, Problem]:
    return {p.id: p for p in load_all([Path(__file__).resolve().parent.parent / "problems" / "cs182-hw2"])}


CONVERSATIONS = {"euclidean": EUCLIDEAN, "maximum": MAXIMUM, "descent": DESCENT, "signs": SIGNS, "rescaled": RESCALED, "messages": MESSAGES}


def claims_in(text: str, problems: dict[str, Problem]) -> list[Claim]:
    return find_claims(split_turns(read_text(text, "own.md")), list(problems.values()))


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_nothing_true_is_called_false(homework: dict[str, Problem], name: str) -> None:
    """Every formula of these conversations is true: each is found true, or is a definition or a statement of the problem."""
    found = claims_in(CONVERSATIONS[name], homework)
    assert len(found) >= 7
    assert [f"{c.line_start}: {c.latex}: {c.verdict}: {c.reason}" for c in found if c.verdict not in ("true", "definition")] == []
    assert sum(c.verdict == "true" for c in found) >= 0.8 * len(found)


# ------------------------------------------------------------------------------------------ mutations

def mutants(formula: str) -> Iterator[str]:
    """One mathematical change each: a sign, a factor, a norm, an index, a digit, a row."""
    for m in re.finditer(r"(?<![\\{_^\w])([-+])(?=\s*[\\\w(])", formula):
        if m.group() == "+" or formula[: m.start()].rstrip()[-1:] not in ("=", "", "("):
            yield formula[: m.start()] + ("-" if m.group() == "+" else "+") + formula[m.end() :]
        else:
            yield formula[: m.start()] + " " + formula[m.end() :]
    for m in re.finditer(r"(?<![\w.{_^])(\d+)(?![\w.])", formula):
        yield formula[: m.start()] + str(int(m.group()) + 3) + formula[m.end() :]
    for m in re.finditer(r"\\frac\{([^{}]+)\}\{(\d+)\}", formula):
        yield formula[: m.start()] + f"\\frac{{{m.group(1)}}}{{{int(m.group(2)) + 1}}}" + formula[m.end() :]
    for a, b in ((r"\|_1", r"\|_2"), (r"\|_\infty", r"\|_1"), (r"\|_2^2", r"\|_1^2"), (r"\|^2", r"\|^3"), (r"\operatorname{sign}(g)", "g"), ("t+1", "t"), (r"\alpha", r"\alpha^2")):
        k = formula.find(a)
        if k >= 0 and formula[k + len(a) : k + len(a) + 1] != "_":
            yield formula[:k] + b + formula[k + len(a) :]


def mutated(text: str) -> Iterator[tuple[int, str, str]]:
    """Conversations with one displayed formula of the assistant changed, and its line."""
    start = text.index("**Assistant")
    for m in re.finditer(r"\$\$(.+?)\$\$", text[start:], re.S):
        whole = m.group(1)
        line = text.count("\n", 0, start + m.start()) + 1
        for new in dict.fromkeys(mutants(whole)):
            if new != whole:
                yield line, new.strip(), text[: start + m.start(1)] + new + text[start + m.end(1) :]


HARMLESS = 0.1  # share of the changes that may go unseen (some are no change: a norm of a vector that has one entry)


def judged_mutants(name: str, problems: dict[str, Problem], share: int) -> tuple[int, list[object], list[str]]:
    """How many changes are found false, those that are not, and those that are called true."""
    seen, missed, accepted = 0, [], []
    for line, new, text in list(mutated(CONVERSATIONS[name]))[::share]:
        here = [c for c in claims_in(text, problems) if c.line_start == line]
        if any(c.verdict == "false" for c in here):
            seen += 1
        elif here and all(c.verdict == "true" for c in here):
            accepted.append(new)
        else:
            missed.append((new, [c.verdict for c in here]))
    return seen, missed, accepted


MUTABLE = [n for n in CONVERSATIONS if n != "messages"]


@pytest.mark.parametrize("name", MUTABLE)
def test_some_changed_formulas(homework: dict[str, Problem], name: str) -> None:
    seen, missed, accepted = judged_mutants(name, homework, 6)
    assert accepted == []
    assert len(missed) <= 1, missed
    assert seen


@pytest.mark.long
@pytest.mark.parametrize("name", MUTABLE)
def test_a_changed_formula_is_never_called_true(homework: dict[str, Problem], name: str) -> None:
    seen, missed, accepted = judged_mutants(name, homework, 1)
    assert accepted == []
    assert seen >= (1 - HARMLESS) * (seen + len(missed)), missed


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


# ------------------------------------------------------------------------------------------ pieces

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


# ------------------------------------------------------------------------------------------ labels

@pytest.mark.shared
@pytest.mark.parametrize(("document", "goals"), [("claude-hw2.txt", {"yes": 0.9, "partly": 0.6}), ("deepseek-hw2.md", {"yes": 0.9})])
def test_labels(homework: dict[str, Problem], document: str, goals: dict[str, float]) -> None:
    shared = Path(os.environ["DERIVE_SHARED"])
    began = time.process_time()
    claims = find_claims(read_transcript(shared / "transcripts" / document), list(homework.values()))
    assert time.process_time() - began < 60  # far above what it takes: a guard against a search that explodes
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
