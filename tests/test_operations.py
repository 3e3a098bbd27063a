"""What marking one answer costs, as counted operations: not seconds, which depend on the machine."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType

import pytest

from derive.grading.finding.no_formula import no_formula
from derive.grading.grade import _graded, grade
from derive.grading.keys import key_of
from derive.grading.verdict import Grade
from derive.maths import evaluate, exact, lex
from derive.maths.parse import Parser
from derive.problem.model import Problem

COUNTED = {
    Parser.statements.__code__: "parses", lex._lexed.__wrapped__.__code__: "lexes",
    evaluate.evaluate.__code__: "arrays", exact.exact.__code__: "exact",
}


def counted(run: Callable[[], Grade]) -> tuple[Counter[str], str]:
    """How often each counted operation ran, with all calls of Python functions, and the verdict."""
    seen: Counter[str] = Counter()

    def look(frame: FrameType, event: str, arg: object) -> None:
        if event == "call":
            seen["calls"] += 1
            seen[COUNTED.get(frame.f_code, "other")] += 1

    gc.disable()  # others' callbacks are not the grade's calls
    sys.setprofile(look)
    try:
        g = run()
    finally:
        sys.setprofile(None)
        gc.enable()
    return seen, g.verdict.value


# problem, part, a plain formula, its verdict, the most calls of Python functions: nothing else is run for it.
PLAIN = [
    ("penalty-l2", "update", r"$u^* = -\frac{\alpha}{2} g$", "correct", 40),
    ("penalty-l2", "update", r"$u^* = -\frac{\alpha}{3} g$", "incorrect", 45),
    ("penalty-linf", "update", r"$u = -\frac{\alpha}{2}\|g\|_1\,\mathrm{sign}(g)$", "correct", 60),
    ("penalty-linf", "update", r"$u = -\alpha\|g\|_1\,\mathrm{sign}(g)$", "incorrect", 70),
    ("penalty-l1", "update", "u = -(alpha/2) ||g||_inf sign(g_k) e_k", "correct", 75),
    ("limit-sgd", "vector", r"$\left(\frac{10000}{10101}, \frac{1000}{10101}, \frac{100}{10101}\right)$", "correct", 75),
    ("limit-sgd", "vector", "[0.990, 0.0990, 0.00990]", "correct", 75),
    ("comm-table", "a2a-messages", "$2n(n-1)$", "incorrect", 40),
]


@pytest.mark.parametrize(("problem", "part", "text", "verdict", "calls"), PLAIN)
def test_operations_of_a_plain_formula(problems: dict[str, Problem], problem: str, part: str, text: str, verdict: str, calls: int) -> None:
    """One pass over its tokens: no tree, no arrays, no exact arithmetic."""
    p = problems[problem]
    for warm in ("7", "8", text):  # the lane is made ready at the second answer
        grade(p, part, warm, memo=False)
    seen, found = counted(lambda: grade(p, part, text + " ", memo=False))
    assert found == verdict
    assert not (seen["parses"] or seen["lexes"] or seen["arrays"] or seen["exact"]) and seen["calls"] <= calls, dict(seen)


# problem, part, an answer that goes the whole way, its verdict, and the most of: parses, array evaluations, exact evaluations, calls.
TYPICAL = [
    ("penalty-l2", "update", r"The derivative is $g + \frac{2}{\alpha} u$; it vanishes at $u = -\frac{\alpha}{2} g$, a step of descent with rate $r = \frac{\alpha}{2}$.", "correct",
     3, 0, 0, 3550),
    ("penalty-l2", "update", r"The derivative is $g + \frac{2}{\alpha} u$; it vanishes at $u = -\frac{\alpha}{3} g$, a step of descent with rate $r = \frac{\alpha}{3}$.", "incorrect",
     3, 0, 0, 3000),
    ("penalty-linf", "update", r"With $m = \frac{\alpha}{2}\|g\|_1$ the update becomes $u = -m\,\mathrm{sign}(g)$, since each coordinate saturates.", "correct", 4, 0, 0, 2300),
    ("penalty-l1", "update", r"Only the coordinate $k = \arg\max_i |g_i|$ moves: $u = -\frac{\alpha}{2} g_k e_k$, because the others cost more.", "correct", 3, 0, 0, 3800),
    ("limit-sgd", "vector", r"Descent converges to the minimum $L_2$ norm solution $\left(\frac{10000}{10101}, \frac{1000}{10101}, \frac{100}{10101}\right)$, as $a^T \theta = 1$ there.", "correct",
     4, 0, 0, 2300),
    ("limit-sgd", "vector", r"Descent converges to the minimum $L_2$ norm solution $[0.990, 0.0990, 0.00990]$, as $a^T \theta = 1$ there.", "correct", 4, 0, 0, 2150),
    ("comm-table", "a2a-messages", r"Each worker sends to all others, so there are $2n(n-1)$ messages where $n$ counts workers.", "incorrect", 2, 0, 0, 2650),
    ("comm-table", "ps-messages", "n going up + n coming down = **2n**", "correct", 5, 0, 0, 1700),
    ("penalty-linf", "optimizer", "sign descent, scaled by the l1 norm", "correct", 0, 0, 0, 350),
    ("penalty-l2", "update", "steepest descent", "unreadable", 0, 0, 0, 60),
]


@pytest.mark.parametrize(("problem", "part", "text", "verdict", "parses", "arrays", "exactly", "calls"), TYPICAL)
def test_operations_of_a_typical_answer(problems: dict[str, Problem], problem: str, part: str, text: str, verdict: str,
                                        parses: int, arrays: int, exactly: int, calls: int) -> None:
    """Each formula of a sentence is read once; what has a normal form needs neither arrays nor exact arithmetic, and words without a formula no reading."""
    p = problems[problem]
    for warm in ("7", "8", text):  # the lane is made ready at the second answer; what belongs to the part is remembered
        grade(p, part, warm, memo=False)
    lex._lexed.cache_clear()
    for k in range(20):  # formulas that were just read are read no more: these are others
        grade(p, part, f"The sum ${k} + {k}$ is small; hence ${k}$.", memo=False)
    seen, found = counted(lambda: grade(p, part, text, memo=False))
    assert found == verdict
    assert seen["parses"] <= parses and seen["arrays"] <= arrays and seen["exact"] <= exactly and seen["calls"] <= calls, dict(seen)
    assert seen["lexes"] <= parses


@pytest.mark.parametrize("text", ["steepest descent", "See attached.", "sorry, out of time", "It is for the reader", "momentum. It works", "signSGD"])
def test_words_that_no_reader_knows_are_no_formula(problems: dict[str, Problem], text: str) -> None:
    """The verdict that is told from the words alone is that of the whole way."""
    p = problems["penalty-l2"]
    for warm in ("7", "8", "steepest ascent"):  # patterns are compiled when they are first met
        grade(p, "update", warm, memo=False)
    seen, found = counted(lambda: grade(p, "update", text, memo=False))
    whole = _graded(key_of(p, p.part("update")), text, "", None)
    assert found == whole.verdict.value == "unreadable" and whole.score is None and seen["calls"] <= 100
    assert grade(p, "update", text).to_dict() == whole.to_dict()


@pytest.mark.parametrize("text", ["the gradient", "alpha", "minus g", "gu", "half of it", "zero", "no update at all", "I", "maximise", "gugu", "left"])
def test_words_that_may_be_read_go_the_whole_way(problems: dict[str, Problem], text: str) -> None:
    assert not no_formula(key_of(problems["penalty-l2"], problems["penalty-l2"].part("update"))).says_none(text)


def test_equal_expressions_are_judged_once(problems: dict[str, Problem]) -> None:
    """Two texts that read to one expression; with the memo off both are judged."""
    p = problems["penalty-l2"]
    grade(p, "update", r"$u = -\frac{\alpha}{2} \cos(0)\, g$")
    remembered, _ = counted(lambda: grade(p, "update", r"The update is $-\frac{\alpha}{2} \,\cos(0) \, g$."))
    again, _ = counted(lambda: grade(p, "update", r"The update is $-\frac{\alpha}{2} \,\cos(0) \, g$.", memo=False))
    assert remembered["arrays"] == 0 < again["arrays"]


def test_what_explains_a_wrong_answer_is_worked_out_when_it_is_looked_at(problems: dict[str, Problem]) -> None:
    p = problems["penalty-l2"]
    kept: list[Grade] = []

    def run() -> Grade:
        kept.append(grade(p, "update", r"-\frac{\alpha}{7} g", memo=False))
        return kept[0]

    grade(p, "update", r"-\frac{\alpha}{5} g", memo=False).to_dict()
    judged, verdict = counted(run)
    explained, _ = counted(lambda: (kept[0].to_dict(), kept[0])[1])
    assert verdict == "incorrect" and explained["arrays"] > 0 == judged["parses"]
    twice, _ = counted(lambda: (kept[0].to_dict(), kept[0])[1])
    assert twice["calls"] < 60
    assert kept[0].witness is not None and kept[0].diagnosis and kept[0].reason and judged["exact"] <= 6


@pytest.mark.parametrize(("proof", "strength"), [("auto", "proved"), ("always", "proved"), ("never", "measured")])
def test_a_proof_is_looked_for_as_hard_as_is_asked(problems: dict[str, Problem], proof: str, strength: str) -> None:
    g = grade(problems["penalty-l2"], "update", r"-\frac{\alpha}{2} g", proof=proof)
    assert (g.verdict.value, g.strength) == ("correct", strength)
    wrong = grade(problems["penalty-l2"], "update", r"-\frac{\alpha}{2} g + 10^{-30} g", proof=proof)
    assert wrong.verdict.value == "incorrect"
    assert ("exactly" in g.reason) == (proof == "never")


def test_a_normal_form_is_no_proof_where_the_answer_is_undefined(problems: dict[str, Problem]) -> None:
    for text in (r"-\frac{\alpha}{2} g + \frac{1}{0}", r"-\frac{\alpha}{2} g + 0 \cdot \frac{g}{0}"):
        assert grade(problems["penalty-l2"], "update", text).verdict.value != "correct"


def test_marking_needs_neither_sympy_nor_cvxpy() -> None:
    """With the key at hand nothing heavy is imported."""
    code = (
        "import sys\nfrom derive.problem.load import load_all\nfrom derive.grading.grade import grade\n"
        "p = {q.id: q for q in load_all(['cs182-hw2'])}['penalty-l2']\ngrade(p, 'update', 'g', certified=False).to_dict()\n"
        "for name in [m for m in sys.modules if m.partition('.')[0] in ('sympy', 'cvxpy', 'scipy')]: del sys.modules[name]\n"
        "texts = (r'$-\\frac{\\alpha}{2} g$', r'$-\\alpha g$', 'what?', '-alpha/2 g/|g|')\n"
        "for text in texts: grade(p, 'update', text, certified=False).to_dict()\n"
        "print([m for m in sys.modules if m.partition('.')[0] in ('sympy', 'cvxpy', 'scipy', 'matplotlib')])\n")
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


@pytest.mark.parametrize("unit", ["(", "$", "\\boxed{", "\\frac", "* ", "$x$ ", "or ", "- ", "u = g\n", "|"])
def test_the_work_grows_no_faster_than_the_text(problems: dict[str, Problem], unit: str) -> None:
    """Twice the text, at most about twice the calls; commands without braces nest no deeper than brackets do."""
    seen = []
    for characters in (3_000, 6_000):
        text = (unit * characters)[:characters]
        calls, verdict = counted(lambda text=text: grade(problems["penalty-l2"], "update", text, memo=False))  # type: ignore[misc]
        assert verdict != "correct"
        seen.append(calls["calls"])
    assert seen[1] <= 2.2 * seen[0] + 2_000


@pytest.mark.parametrize("text", ["$-\\frac{\\alpha}{2} g${}.", "The update is{}$-\\frac{\\alpha}{2} g$.", "The update is $-\\frac{\\alpha}{2} g$.\n{}\n", "-(alpha/2){}g{}", "The answer:\t{}{}",
                                  "The sigmoid sigma(t){}$-\\frac{\\alpha}{2} g${}."])
def test_long_runs_of_spaces_are_like_short_ones(problems: dict[str, Problem], text: str) -> None:
    """No pattern tries every way to share them out: this would not end."""
    short, long = (grade(problems["penalty-l2"], "update", text.replace("{}", " " * n)) for n in (2, 20_000))
    assert short.verdict == long.verdict
