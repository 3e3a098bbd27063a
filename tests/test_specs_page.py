"""docs/specs.md: its examples are derived and certified, its keys are those of its comments, its tables those of the program."""

from __future__ import annotations

import re
import tomllib

import pytest

from derive.derivation.steps import Derivation
from derive.grading.grade import grade
from derive.grading.verdict import Verdict
from derive.maths.read import read_expr
from derive.maths.symbols import DOMAINS, Scope, Symbol
from derive.problem.language import KEYS, key_table
from derive.problem.likelihood import FAMILIES
from derive.problem.load import _ITERATED as ITERATED
from derive.problem.load import NEEDS, from_data
from derive.problem.nouns.asks import ASKS
from derive.problem.nouns.credit import CREDITS
from derive.problem.nouns.schedule import QUANTITIES
from derive.problem.nouns.tensors import SIZES
from tests.conftest import ROOT
from tests.keys import certify, solve

PAGE = (ROOT / "docs" / "specs.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```", PAGE, re.S | re.M)
MARK = re.compile(r"<!-- (?P<what>keys: (?P<table>\w+)|asks|families|quantities|sizes|credits) -->\n(?P<old>(?:\|.*\n)*)")


# What the loader asks for beyond a key of the part.
ALSO = {
    "value": "`of`, or `over` and `minimize`", "status": "`of`, or `over` and `minimize`", "recurrence": "`[iteration]` with `residual`", "iterate": "`[iteration]` with `count`",
    "stability": "`[iteration]` with `step`", "critical-step": "`[iteration]` with `step`", "count": "`schedule`, or `[[tensors]]` or `[[operations]]`",
    "table": "`[[schedules]]`", "gradient": "of several entries: `upstream`",
}


def rows(pairs: dict[str, str]) -> str:
    return "".join(f"| `{k}` | {v.replace('|', chr(92) + '|')} |\n" for k, v in pairs.items())


def filled(page: str) -> str:
    """The page with its tables made anew from the program. (Run this file to write them: python -m tests.test_specs_page)"""

    def made(m: re.Match[str]) -> str:
        what = m.group("what")
        if m.group("table"):
            body = key_table(m.group("table")) + "\n"
        elif what == "asks":
            body = "| `ask` | asks for | needs |\n|---|---|---|\n" + "".join(
                f"| `{a}` | {says.replace('|', chr(92) + '|')} | {', '.join([*(f'`{k}`' for k in NEEDS[a]), *([ALSO[a]] if a in ALSO else ['`[iteration]`'] if a in ITERATED else [])])} |\n"
                for a, says in ASKS.items())
        elif what == "families":
            body = "".join(f"| `{f}` | {', '.join(args)} |\n" for f, args in FAMILIES.items())
        else:
            body = "| name | is |\n|---|---|\n" + rows({"quantities": QUANTITIES, "sizes": SIZES, "credits": CREDITS}[what])
        return f"<!-- {what} -->\n{body}"

    return MARK.sub(made, page)


def test_the_tables_of_the_page_are_those_of_the_program() -> None:
    assert filled(PAGE) == PAGE


def test_the_page_speaks_of_every_table_and_every_type() -> None:
    assert {m.group("table") for m in MARK.finditer(PAGE)} - {None} == set(KEYS)
    assert all(f"`{d}" in PAGE or f" {d}`" in PAGE for d in DOMAINS)


@pytest.mark.parametrize("source", EXAMPLES, ids=[re.findall(r'^id = "([^"]+)"', e, re.M)[-1] + str(i) for i, e in enumerate(EXAMPLES)])
def test_an_example_is_derived_and_certified_and_its_key_is_right(source: str) -> None:
    problem = from_data(tomllib.loads(("" if "schema =" in source else HEAD) + source))
    keys = dict(re.findall(r'^id = "([^"]+)"\n(?:(?!\[\[)[^\n]*\n)*?# → ([^\n]*)$', source, re.M))
    for part in problem.parts:
        d = solve(problem, part)
        assert isinstance(d, Derivation), (part.id, d)
        c = certify(d)
        assert c.holds, c.failures()
        if part.id in keys:
            g = grade(problem, part, keys[part.id], certified=False)
            assert g.verdict is Verdict.CORRECT, (keys[part.id], g.reason)
    assert len(keys) == source.count("# →")


SCALARS = """abs(a) sign(a) sqrt(a) exp(a) log(a) log2(a) log10(a) sin(a) cos(a) tan(a) tanh(a) sigmoid(a) relu(a) floor(a) ceil(a) maximum(a,b) minimum(a,b)
mod(a,b) sum(x) mean(x) max(x) min(x) median(x) logsumexp(x) dot(x,y) x_1 trace(A) det(A) x^T*A*x rank(X) norm(x,1) norm(x,2) norm(x,inf) norm(x,p) norm_fro(X)
norm_op(X) norm_nuc(X) schatten(X,p) nnz(x) divide_or_zero(a,b) inf pi 0.1 psd(A) rank(X)<=2 distinct(x) a!=b a<=b""".split()
VECTORS = "softmax(x) abs(x) exp(x) x*y x/y x^2 ones(n) zeros(n) A*x rownorms(X) colnorms(X) svdS(X) eigvals(A)".split()
MATRICES = "inv(A) A^-1 pinv(X) X^T diag(x) eye(n) svdU(X) svdV(X) eigvecs(A)".split()


def test_every_function_of_the_page_is_read() -> None:
    symbols = {s.name: s for s in (Symbol("a"), Symbol("b"), Symbol("p", above=1), Symbol("x", ("n",)), Symbol("y", ("n",)), Symbol("A", ("n", "n"), "spd"), Symbol("X", ("n", "n")))}
    scope = Scope(symbols, frozenset("n"), "n")
    for size, formulas in enumerate((SCALARS, VECTORS, MATRICES)):
        for f in formulas:
            assert len(read_expr(f, scope).shape) == size, f
            name = re.match(r"[a-z_0-9]+", f, re.I)
            assert name is None or len(name.group()) < 3 or name.group() in PAGE, f
    for f in ("2 a b", "A x", "x^T y", "x x^T", "sum_i (x_i - y_i)^2", "0 < a < 1", "A^T A = eye(n)"):
        read_expr(f, scope)


HEAD = 'schema = 1\nid = "example"\ntitle = "Example"\n'


if __name__ == "__main__":
    (ROOT / "docs" / "specs.md").write_text(filled(PAGE), encoding="utf-8")
