"""How steps speak of magnitudes: singular factors by the names that a spec declares for them, and what the sizes are."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.norm_forms import COLUMNS, ROWS, SINGULAR, NormForm
from derive.maths.write import latex
from derive.problem.model import Problem


def with_names(problem: Problem, e: Expr) -> Expr:
    """Factors of decompositions by the names that the spec declares for them; rows of a transposed factor by its own name."""
    lets = {s.let: E.sym(s.name, s.shape) for s in problem.symbols.values() if s.kind == "value" and s.let is not None}
    factors = {let: name for let, name in lets.items() if let.op in ("svd", "eig")}
    rows = {let: name for let, name in lets.items() if let.op == "T" and let.args[0].op in ("svd", "eig")}
    return _renamed(e, factors, rows) if factors or rows else e


def _renamed(e: Expr, factors: dict[Expr, Expr], rows: dict[Expr, Expr]) -> Expr:
    if e in factors:
        return factors[e]
    if e.op == "at" and e.args[0] in rows:
        return E.at(rows[e.args[0]], *(_renamed(i, factors, rows) for i in e.args[1:]))
    if not e.args:
        return e
    args = tuple(_renamed(a, factors, rows) for a in e.args)
    return e if args == e.args else E.rebuild(e, args)


def named(problem: Problem, e: Expr) -> str:
    """LaTeX with those names."""
    return latex(with_names(problem, e))


def decomposition_text(problem: Problem, x: Expr) -> tuple[str, str]:
    """A sentence and its formula that introduce U, s, V of x."""
    u, s, v = (E.svd(x, which) for which in "usv")
    product = E.matmul(E.matmul(u, E.diag(s)), E.transpose(v))
    return "Take the thin singular value decomposition, singular values from large to small.", rf"{latex(x)} = {named(problem, product)}"


def eigen_text(problem: Problem, x: Expr) -> tuple[str, str]:
    """A sentence and its formula that introduce the eigenvalues and eigenvectors of x."""
    q, w = E.eig(x, "vectors"), E.eig(x, "values")
    product = E.matmul(E.matmul(q, E.diag(w)), E.transpose(q))
    return "Take the eigenvalue decomposition of a symmetric matrix, eigenvalues from large to small.", rf"{latex(x)} = {named(problem, product)}"


def sizes_text(problem: Problem, form: NormForm, x: Expr) -> tuple[str, str] | None:
    """What the magnitudes of x are, where they need a word."""
    if form.structure == SINGULAR:
        return decomposition_text(problem, x)
    if form.structure in (ROWS, COLUMNS):
        what = "rows" if form.structure == ROWS else "columns"
        y = x if form.structure == ROWS else E.transpose(x)
        return f"The blocks are the {what}.", rf"{latex(x)} \text{{ has the {what} }} {latex(E.at(y, E.idx('i')))}"
    return None
