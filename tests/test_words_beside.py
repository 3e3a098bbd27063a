"""Words beside a right formula: those that are known to leave it alone do not count, those that may change it make it no right answer.

tests/data/words-beside.jsonl holds wordings of our own: {} is a formula; {U} the unknown, {L} its formula in LaTeX and {P} in plain
text; 'for' names the problems that a wording speaks of.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

WORDINGS = [json.loads(line) for line in (Path(__file__).parent / "data" / "words-beside.jsonl").read_text(encoding="utf-8").splitlines()]
ANSWERS = {
    "l2": ("penalty-l2", "update", "u", r"-\frac{\alpha}{2} g", "-(alpha/2)*g"),
    "linf": ("penalty-linf", "update", "u", r"-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)", "-(alpha/2)*norm(g,1)*sign(g)"),
    "sgd": ("limit-sgd", "vector", r"\theta", r"\frac{a}{\|a\|_2^2}", "a/(a^T a)"),
    "resc": ("limit-rescaled", "vector", r"\theta", r"\left(\tfrac13,\tfrac{10}{3},\tfrac{100}{3}\right)", "(1/3, 10/3, 100/3)"),
    "ring": ("comm-table", "ring-messages", "M", "2n(n-1)", "2n(n-1)"),
}


def verdict(problems: dict[str, Problem], which: str, text: str) -> str:
    problem, part, *_ = ANSWERS[which]
    return grade(problems[problem], part, text, certified=False).verdict.value


@pytest.mark.parametrize("which", ["l2", "resc", "ring"])
def test_words_that_may_change_a_formula_make_it_no_right_answer(problems: dict[str, Problem], which: str) -> None:
    """'x halved', 'twice x', 'x. Now flip the sign.': in LaTeX and in plain text."""
    _, _, _, latex, plain = ANSWERS[which]
    changing = [w["text"] for w in WORDINGS if not w["leaves"]]
    accepted = [t for w in changing for t in (w.replace("{}", f"${latex}$"), w.replace("{}", plain)) if verdict(problems, which, t) == "correct"]
    assert accepted == []


@pytest.mark.parametrize("which", ["l2", "linf", "sgd", "resc"])
def test_words_that_leave_a_formula_alone_do_not_count(problems: dict[str, Problem], which: str) -> None:
    """Announcements, reasons, declarations, comments: the formula stays right; the same words round a wrong one are no excuse."""
    _, _, unknown, latex, plain = ANSWERS[which]
    refused, excused = [], []
    for w in WORDINGS:
        if w["leaves"] and which in w.get("for", [which]):
            text = w["text"].replace("{U}", unknown).replace("{L}", latex).replace("{P}", plain)
            refused += [text] if verdict(problems, which, text) != "correct" else []
            miss = w["text"].replace("{U}", unknown).replace("{L}", r"3\," + latex).replace("{P}", "3*" + plain)
            excused += [miss] if verdict(problems, which, miss) == "correct" else []
    assert (refused, excused) == ([], [])


def test_the_word_is_named(problems: dict[str, Problem]) -> None:
    g = grade(problems["penalty-l2"], "update", r"$-\frac{\alpha}{2}g$, magnified tenfold", certified=False)
    assert g.verdict.value == "undecided" and "'magnified'" in g.reason


AGAINST = [
    "Actually no.", "Nope.", "Never mind.", "I retract this.", "On second thought I don't trust this.", "I made an error somewhere.", "We forgot the square.", "Ignore the above.",
    "This formula is not the minimiser.", "The vector above is not the limit.", "This contradicts the stationarity condition.", "Sadly that answer fails the check.", "But this is the maximiser.",
    "Plugging this in does not give zero.", "The gradient there is not zero.", "There is a better point.", "Another u has a lower objective.", "A smaller objective is possible.",
    "The correct constant is different.", "The constant is wrong.", "The sign should be the other way round.", "This is off by a factor of two.",
    "It only works for n = 1.", "That is a common wrong answer."]
BENIGN = [
    "This is not the same as SignSGD.", "Note that it is not sign descent, because the magnitude enters.", "The true gradient is g.", "It is the only stationary point.",
    "The Hessian is positive definite, so this is a minimum and not a saddle.", "This does not depend on the starting point.", "No other point does better.", "No smaller value is possible.",
    "This cannot be improved.", "There is no better point.", "It is not hard to see that this is optimal.", "Larger alpha gives a larger step."]


@pytest.mark.parametrize("mark", ["$", ""])
def test_a_later_sentence_against_the_answer_keeps_it_from_being_right(problems: dict[str, Problem], mark: str) -> None:
    formula = r"We get $u = -\frac{\alpha}{2} g$." if mark else "u = -alpha/2 g"
    judged = {said: grade(problems["penalty-l2"], "update", f"{formula}\n\n{said}", certified=False).verdict.value for said in (*AGAINST, *BENIGN)}
    assert [said for said in AGAINST if judged[said] == "correct"] == []
    assert [said for said in BENIGN if judged[said] != "correct"] == []


MEANT = [  # (problem, part, what may be said, what may not)
    ("penalty-l2", "update", r"$u=-\frac\alpha2 g$. The optimal value is $-\frac\alpha4\|g\|^2$.", r"$u=-\frac\alpha2 g$. The optimal value is $-\frac\alpha2\|g\|^2$."),
    ("penalty-linf", "update", "u = -(alpha/2) ||g||_1 sign(g), and this is the only minimiser if no entry of g is zero.",
     "u = -(alpha/2) ||g||_1 sign(g), and this is the only minimiser even if some entries of g are zero."),
    ("comm-table", "a2a-messages", "n(n−1) messages in total; for n = 4 this makes 12.", "n(n−1) messages in total; for n = 4 this makes 6."),
    ("limit-rescaled", "vector", "θ∞ = (1/3, 10/3, 100/3), so that aᵀθ∞ = 1.", "θ∞ = (1/3, 10/3, 100/3), so that aᵀθ∞ = 3."),
    ("penalty-linf", "update", r"$u=-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$.",
     r"$u=-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$ for the coordinate with the largest $|g_i|$, and all the other coordinates of $u$ are zero."),
    ("limit-adam", "vector", "The limit is 100/111·(1, 1, 1), at which aᵀθ = 1.", "The limit is 100/111·(1, 1, 1), at which aᵀθ = 100/111."),
    ("penalty-l2", "update", r"$u=-\frac{\alpha}{2}g$, where $g$ denotes the gradient $\nabla f(\theta)$.", r"$u=-\frac{\alpha}{2}g$, where $g$ denotes the parameter vector $\theta$ itself."),
    ("penalty-linf", "update", r"$-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$. Here $\|g\|_1=\sum_i|g_i|$.", r"$-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$. Here $\|g\|_1=\max_i|g_i|$."),
    ("penalty-l1", "update", r"$u=-\frac{\alpha}{2}g_k e_k$ with $k=\arg\max_i|g_i|$", r"$u=-\frac{\alpha}{2}g_k e_k$ with $k=\arg\max_i|\theta_i|$"),
    ("limit-sgd", "vector", r"$\boxed{a/\|a\|^2}$" + "\n\nThere is no other limit.", r"$\boxed{a/\|a\|^2}$" + "\n\nActually no: the limit could be any solution."),
    ("comm-table", "a2a-messages", "$n(n-1)$, where $n$ is the number of workers.", "$n(n-1)$, where $n$ is the number of parameters."),
    ("penalty-l2", "update", r"$u = -\frac{\alpha}{2}\,g$, with $g$ standing for $\nabla f(\theta)$.",
     r"$u = -\frac{\alpha}{2}\,g$, with $g$ here standing for $\operatorname{sign}(\nabla f(\theta))$."),
    ("penalty-l1", "update", r"$-\frac{\alpha}{2}g_k e_k$, $k=\arg\max_i|g_i|$, where $e_k$ is the $k$-th unit vector.",
     r"$-\frac{\alpha}{2}g_k e_k$, $k=\arg\max_i|g_i|$, where $e_k$ is the vector of all ones."),
    ("penalty-l1", "update", r"$-\frac{\alpha}{2}g_ke_k$, $k=\arg\max_i|g_i|$; only one coordinate of $u$ is nonzero.",
     r"$-\frac{\alpha}{2}g_ke_k$, $k=\arg\max_i|g_i|$; all coordinates of $u$ are nonzero and of equal magnitude."),
    ("penalty-linf", "update", r"$-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$. All coordinates have the same magnitude.",
     r"$-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$. All the other coordinates of $u$ are zero."),
    ("limit-sgd", "vector", "(10000/10101, 1000/10101, 100/10101)", "(10000/10101, 1000/10101, 100/10101), read from the last coordinate to the first."),
    ("limit-sgd", "vector", r"$\theta_\infty=a/\|a\|^2$, where $\|a\|=1.005$ is the norm of $a$.", r"$\theta_\infty=a/\|a\|^2$, where $\|a\|=1+0.1+0.01=1.11$ is the norm of $a$."),
    ("limit-adam", "vector", r"$\frac{1}{1.11}(1,1,1)$ is the limit.", r"$\frac{1}{1.11}(1,1,1)$ is the limit only if $\alpha_1=\frac{1}{1.11}$."),
    ("penalty-linf", "update",
     r"$$-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$$",
     "$$-\\frac{\\alpha}{2}\\|g\\|_1\\operatorname{sign}(g)$$\nwas my first attempt. It can't be right, because it is the solution for the $\\ell_1$ penalty."),
    ("penalty-l1", "update", "Choose k = argmax_i |g_i|.\n\nThen u = -(alpha/2) g_k e_k.", "Choose k = argmax_i g_i.\n\nThen u = -(alpha/2) g_k e_k."),
    ("penalty-l1", "update", "Take k to be argmax_i |g_i|.\n\nThen u = -(alpha/2) g_k e_k.", "k maximises g_i over i.\n\nThen u = -(alpha/2) g_k e_k."),
]


@pytest.mark.parametrize(("problem", "part", "right", "wrong"), MEANT)
def test_what_a_text_says_its_letters_and_entries_are_must_fit(problems: dict[str, Problem], problem: str, part: str, right: str, wrong: str) -> None:
    good, bad = (grade(problems[problem], part, t, certified=False) for t in (right, wrong))
    assert (good.verdict.value, bad.verdict.value == "correct") == ("correct", False), (good.reason, bad.reason)


@pytest.mark.parametrize(("part", "subject", "verdict"), [
    ("update", "The update", "correct"), ("update", "The direction", "correct"), ("update", "The gradient", "undecided"), ("update", "So the previous update", "undecided"),
    ("update", "Hence the step size", "undecided"), ("value", "The minimum", "correct"), ("value", "The penalty", "undecided"),
    ("value", "The linear term", "undecided"), ("value", "Its norm", "undecided")])
def test_a_formula_is_what_its_sentence_calls_it(problems: dict[str, Problem], part: str, subject: str, verdict: str) -> None:
    formula = {"update": r"$-\frac{\alpha}{2} g$", "value": r"$-\frac{\alpha}{4}\|g\|_2^2$"}[part]
    assert grade(problems["penalty-l2"], part, f"{subject} is {formula}").verdict.value == verdict
