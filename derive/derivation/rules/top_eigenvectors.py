"""A quadratic form on orthonormal frames: the eigenvectors of the largest (or smallest) eigenvalues (principal components).

max tr(W^T S W) subject to W^T W = I_k, or x^T S x subject to ||x||_2 = 1: by Ky Fan's theorem the value is the sum of the k largest
eigenvalues, attained by their eigenvectors (up to a rotation among them; a sign for k = 1). Not convex: the bound proves it.
Source: K. Fan (1949); H. Hotelling (1933).
"""

from __future__ import annotations

from derive.derivation.competitors import is_orthonormal
from derive.derivation.rules.common import Solve, positive_names, program_of, to_write
from derive.derivation.rules.norm_program import strictly_positive, terms
from derive.derivation.rules.spectral_words import eigen_text, named
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.expr import Expr
from derive.maths.norm_forms import is_positive
from derive.maths.write import plain
from derive.problem.model import Part, Problem

NAME = "top-eigenvectors"


def accepts(problem: Problem, part: Part) -> bool:
    """One quadratic form with a symmetric matrix on unit vectors or orthonormal frames."""
    program = program_of(problem, part)
    if part.ask not in ("argmin", "argmax") or program is None or len(program.over) != 1 or len(program.constraints) != 1:
        return False
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    c = program.constraints[0]
    return bool(u.shape) and c.op == "rel" and c.data == "=" and is_orthonormal(c, u) and _form(problem, part, u) is not None


def _form(problem: Problem, part: Part, u: Expr) -> tuple[Expr, Expr, Expr] | None:
    """(c, S, constant) of c * u^T S u + constant with c > 0 (or -c with c > 0: then the sense turns) and a declared symmetric S."""
    program = program_of(problem, part)
    assert program is not None
    found: list[tuple[Expr, Expr]] = []
    rest: list[Expr] = []
    for c, core in terms(program.objective, u):
        if u not in set(E.walk(core)):
            rest.append(E.mul(c, core))
            continue
        s = _matrix(core, u)
        if s is None:
            return None
        found.append((c, s))
    if len(found) != 1:
        return None
    (c, s), = found
    symmetric = (s.op == "sym" and problem.symbols[str(s.data)].domain in ("symmetric", "spd")) or (
        s.op == "matmul" and s.args[0] == E.transpose(s.args[1]))
    return (c, s, E.add(*rest) if rest else E.ZERO) if symmetric else None


def _matrix(core: Expr, u: Expr) -> Expr | None:
    """S of tr(U^T S U), x^T S x, ||A x||^2."""
    n = u.shape[0]
    if core.op == "pow" and E.is_number(core.args[1], 2) and core.args[0].op == "norm":
        norm = core.args[0]
        inside = norm.args[0]
        if (norm.data == "fro" or (norm.data == "p" and E.is_number(norm.args[1], 2))) and inside.op == "matmul" and inside.args[1] == u:
            return E.matmul(E.transpose(inside.args[0]), inside.args[0])
        return None
    ways: tuple[Expr, ...]
    for x in E.walk(core):
        if x.op == "sym" and x.shape == (n, n) and x != u:
            if len(u.shape) == 1:
                ways = (E.dot(u, E.matmul(x, u)), E.dot(E.matmul(x, u), u), E.dot(E.as_column(E.matmul(u, x)), u))
            else:
                ways = (E.trace(E.matmul(E.matmul(E.transpose(u), x), u)), E.trace(E.matmul(E.transpose(u), E.matmul(x, u))),
                        E.dot(u, E.matmul(x, u)), E.dot(E.matmul(x, u), u))
            if any(core == way or proved_equal(core, way) for way in ways):
                return x
    return None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The first k (or last k) eigenvectors as columns, and the sum of their eigenvalues."""
    program = program_of(problem, part)
    assert program is not None
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    found = _form(problem, part, u)
    assert found is not None
    c, s, constant = found
    strict, positive = strictly_positive(problem), positive_names(problem)
    size, flipped = (c.args[0], True) if c.op == "neg" else (c, False)
    if not is_positive(size, strict):
        return NotDerived(problem, part, f"The weight {named(problem, c)} has no known sign.")
    largest = (program.sense == "max") != flipped
    n = E.dim(u.shape[0])
    k = E.ONE if len(u.shape) == 1 else E.dim(u.shape[1])
    if len(u.shape) == 2 and not any(cond.op == "rel" and cond.data in ("<=", ">=") and proved_equal(
            E.sub(cond.args[1], cond.args[0]) if cond.data == "<=" else E.sub(*cond.args), E.sub(n, k)) for cond in program.when):
        return NotDerived(problem, part, f"There are {named(problem, k)} orthonormal columns only where {named(problem, k)} is at most "
                          f"{named(problem, n)}; {to_write(f'{plain(k)} <= {plain(n)}')}.")
    i = E.idx("i")
    rows, values = E.transpose(E.eig(s, "vectors")), E.eig(s, "values")
    place = i if largest else E.add(E.sub(n, k), i)
    if len(u.shape) == 1:
        one = E.ONE if largest else n
        answer, total = E.at(rows, one), E.at(values, one)
    else:
        answer = E.transpose(E.comp("i", E.at(rows, place), u.shape[1]))
        total = E.reduce_over("sum", "i", E.at(values, place), E.ONE, k)
    value = E.mul(size, total) if not E.is_number(size, 1) else total
    value = E.neg(value) if flipped else value
    value = value if E.is_number(constant, 0) else E.add(value, constant)
    del positive
    x, m = named(problem, u), named(problem, s)
    which = "largest" if largest else "smallest"
    steps = (
        Step("notation", *eigen_text(problem, s), before=named(problem, program.objective), relation=Relation.DEFINES),
        Step("ky-fan", "In the eigenbasis the form is a weighted sum of the eigenvalues; the weights lie between 0 and 1 and sum to the number of "
             f"columns. So it is bounded by the sum of that many {which} eigenvalues.",
             rf"\operatorname{{tr}}({x}^\top {m} {x}) = \textstyle\sum_j «\omega»_j «\lambda»_j,\quad 0 \le «\omega»_j \le 1,\ \sum_j «\omega»_j = {named(problem, k)}",
             relation=Relation.BOUNDS, requires=(f"{named(problem, k)} \\le {named(problem, n)}",)),
        Step(NAME, "The eigenvectors of these eigenvalues attain the bound.", rf"{x} = {named(problem, answer)},\quad «J»^* = {named(problem, value)}"),
    )
    return Derivation(problem, part, "point", steps, answer, value, "no",
                      ("Its sign is free." if len(u.shape) == 1 else "Any rotation of these columns is as good.",))
