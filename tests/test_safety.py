"""Nothing that came from outside is ever executed, and no text costs much."""

from __future__ import annotations

import ast
import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import derive
from derive.errors import ReadError
from derive.grading.grade import grade
from derive.maths.read import readings
from derive.maths.symbols import Scope, Symbol
from derive.problem.model import Problem
from tests.conftest import source_trees

PACKAGE = Path(derive.__file__).parent
FORBIDDEN_CALLS = {"eval", "exec", "compile", "sympify", "parse_expr", "lambdify", "parse_latex", "__import__"}
FORBIDDEN_MODULES = {"pickle", "shelve", "marshal", "subprocess", "dill"}
ALLOWED = {("reports/pdf.py", "subprocess")}  # a browser, without a shell, prints a page that this package wrote: no word of its command is foreign


def test_source_runs_no_foreign_text() -> None:
    found = []
    for file, tree in source_trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
                owner = node.func.value.id if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) else ""
                if (name in FORBIDDEN_CALLS and owner != "re") or (name, owner) in {("system", "os"), ("popen", "os")}:
                    found.append(f"{file.name}:{node.lineno} {name}")
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                here = file.relative_to(PACKAGE).as_posix()
                found += [f"{file.name}:{node.lineno} {n}" for n in names if n.split(".")[0] in FORBIDDEN_MODULES and (here, n) not in ALLOWED]
    assert not found


SCOPE = Scope({
    "g": Symbol("g", ("n",), aliases=(r"\nabla f(\theta)",)), "alpha": Symbol("alpha", domain="positive"), "u": Symbol("u", ("n",)),
    "A": Symbol("A", ("n", "n")), "n": Symbol("n", kind="dimension"),
}, frozenset({"n"}), "n", "u")

FRAGMENTS = [
    r"\frac", "{", "}", "(", ")", r"\|", "|", "g", r"\alpha", "u", "=", "_", "^", "1", "2", "n", r"\sum", r"\left", r"\right", "‖", "∑", "½", ".T", "[",
    "]", ",", r"\begin{cases}", r"\end{cases}", "&", r"\\", r"\text{sign}", "np.", "norm", "argmax", "e_k", "0.5", "!", "'", "A", r"\boxed{", "$", " ",
    r"\begin{pmatrix}", r"\mathbf", "1e400", "\u200b", "\u202e", "а", "⁻¹", "ᵢ", r"\over", "@", "√", "∞", "⌊", "if", "or", "where",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_the_reader_raises_only_its_own_error(text: str) -> None:
    try:
        readings(text, SCOPE)
    except ReadError as err:
        assert 0 <= err.position <= len(err.text) + 1
        assert err.caret()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ReadError):
        readings(text, SCOPE)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join))
def test_any_text_gets_a_grade(problems: dict[str, Problem], text: str) -> None:
    g = grade(problems["penalty-l2"], "update", text, certified=False)
    assert g.verdict.value in ("correct", "partial", "incorrect", "undecided", "unreadable") and g.reason


@pytest.mark.parametrize("bomb", [
    "9**9**9*g", r"-\alpha g^{9^{9^{9^{9}}}}", "(" * 500 + "g" + ")" * 500, "1" * 100_000, r"\frac{1}{" * 60 + "2" + "}" * 60, "g" + "'" * 5000,
    r"\sum_{i=1}^{10^{12}} g_1", "10^{400}!", "((((((((((2!)!)!)!)!)!)!)!)!)!", "$" * 20_000, r"\boxed{" * 3000, "|" * 3001, "np.eye(10**9)[0]",
    "np.ones(100000000)", r"\begin{pmatrix}" * 300, "e^{e^{e^{e^{10}}}} g", "{" * 30_000, "u = " * 3000, "-(alpha/2) g or " * 500,
])
def test_a_bomb_is_answered_and_not_accepted(problems: dict[str, Problem], bomb: str) -> None:
    assert grade(problems["penalty-l2"], "update", bomb, certified=False).verdict.value != "correct"


@pytest.mark.parametrize("code", ["__import__('os').system('touch /tmp/x')", "exec('1')", "g.__class__", "open('/etc/passwd')", "lambda: g", "os.popen('ls')",
                                  "np.linalg.__dict__", "{{7*7}}", "`rm -rf`"])
def test_code_is_not_an_answer(problems: dict[str, Problem], code: str) -> None:
    assert grade(problems["penalty-l2"], "update", code, certified=False).verdict.value in ("unreadable", "incorrect")


WHOLE = [
    r"$u=-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$", r"u = -\tfrac{\alpha}{2}\,\text{sign}(g)\,\mathrm{max}_i\left|g_i\right|",
    r"\begin{cases} -\alpha g_i & \text{if } i = k \\ 0 & \text{otherwise} \end{cases}", r"\boxed{u = -\frac{\alpha}{2} \sum_{j} |g_j| \mathbf{1}}",
]


@pytest.mark.parametrize("formula", WHOLE)
def test_a_formula_cut_anywhere_is_judged_without_an_exception(formula: str, problems: dict[str, Problem]) -> None:
    for k in range(1, len(formula)):
        g = grade(problems["penalty-linf"], "update", formula[:k])
        assert g.reason
        if formula[:k].endswith("{si"):
            assert "cut off" in g.reason
