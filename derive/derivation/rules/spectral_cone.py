"""Spectral programs over symmetric matrices: rotate into an eigenbasis, solve for the eigenvalues.

min (k/2) ||X - T||_F^2 (or <T, X>) + spectral terms, subject to spectral constraints: X psd, bounds on eigenvalues, tr X = s,
norms of the singular values.  ||X - T||_F >= ||w(X) - w(T)|| and <T, X> >= the inner product of the eigenvalues in opposite order
(Hoffman and Wielandt 1953; von Neumann), with equality for common eigenvectors, and the rest sees eigenvalues alone. So
X = Q diag(x) Q^T with T = Q diag(w) Q^T, and x solves the same problem for vectors. Source: Boyd and Vandenberghe, section 8.1.1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.derivation.letters import fresh
from derive.derivation.rules.common import Solve, positive_names, program_of, signed_objective
from derive.derivation.rules.norm_program import strictly_positive, terms, tidied
from derive.derivation.rules.spectral_words import eigen_text, named
from derive.derivation.rules.stationarity import affine
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.norm_forms import ENTRIES, SINGULAR, canonical, is_positive, norm_form
from derive.maths.symbols import Symbol
from derive.problem.model import Part, Problem

NAME = "spectral-cone"


@dataclass(frozen=True)
class Spectral:
    """A program over symmetric X: (curvature/2)||X||^2 + <linear, X> + spectral terms of the eigenvalues x, under constraints on x."""

    u: Expr
    x: Expr
    curvature: Expr
    linear: Expr
    constant: Expr
    terms: tuple[Expr, ...]
    constraints: tuple[Expr, ...]


def accepts(problem: Problem, part: Part) -> bool:
    """One symmetric unknown with a semidefinite constraint, or declared symmetric with spectral constraints or terms."""
    return part.ask in ("argmin", "argmax") and match(problem, part) is not None


def match(problem: Problem, part: Part) -> Spectral | None:
    """The program as one in eigenvalues; None where something in it sees more than those."""
    program = program_of(problem, part)
    if program is None or len(program.over) != 1 or not program.constraints:
        return None
    symbol = problem.symbols[program.over[0]]
    u = E.sym(symbol.name, symbol.shape)
    if len(u.shape) != 2 or u.shape[0] != u.shape[1]:
        return None
    if symbol.domain != "symmetric" and not any(c.op == "psd" for c in program.constraints):
        return None
    x = E.sym(fresh(problem, "x", "y", "h", "z", "xi"), u.shape[:1])
    positive, strict = positive_names(problem), strictly_positive(problem)
    own: list[Expr] = []
    smooth: list[Expr] = []
    for c, core in terms(signed_objective(program), u):
        vector = _on_eigenvalues(core, u, x, strict)
        (smooth if vector is None else own).append(E.mul(c, core if vector is None else vector) if not E.is_number(c, 1) else core if vector is None else vector)
    constraints = [_constraint(c, u, x, strict) for c in program.constraints]
    if any(c is None for c in constraints):
        return None
    rest = E.add(*smooth) if smooth else E.ZERO
    try:
        g = tidied(simplify(gradient(rest, u), positive)) if u in set(E.walk(rest)) else E.zeros(*u.shape)
    except (NotDifferentiable, E.ShapeError):
        return None
    k, b = E.ZERO, g
    if u in set(E.walk(g)):
        found = affine(g, u, positive)
        if found is None:
            return None
        k, b = simplify(found[0], positive), tidied(simplify(found[1], positive))
    constant = simplify(tidied(E.replace(rest, {u: E.zeros(*u.shape)})), positive)
    return Spectral(u, x, k, b, constant, tuple(own), tuple(c for c in constraints if c is not None))


def _on_eigenvalues(e: Expr, u: Expr, x: Expr, strict: frozenset[str]) -> Expr | None:
    """A norm of singular values of u (or its power) as the same norm of the eigenvalues."""
    if e.op == "pow" and u not in set(E.walk(e.args[1])):
        inside = _on_eigenvalues(e.args[0], u, x, strict)
        return None if inside is None else E.power(inside, e.args[1])
    found = norm_form(e, u, strict)
    if found is None:
        return None
    form = canonical(found[0], u)
    if form.structure == SINGULAR or (form.structure == ENTRIES and E.is_number(form.p, 2) and form.weights is None):
        norm = E.norm(x, form.p)
        return norm if E.is_number(found[1], 1) else E.mul(found[1], norm)
    return None


def _constraint(c: Expr, u: Expr, x: Expr, strict: frozenset[str]) -> Expr | None:
    """A spectral constraint on u as one on its eigenvalues."""
    if c.op == "psd":
        found = affine(c.args[0], u, strict)
        if c.args[0] == u:
            return E.rel(">=", x, E.ZERO)
        if found is None:
            return None
        a, b = (simplify(v, strict) for v in found)
        level = _multiple_of_identity(b)
        return None if level is None else E.rel(">=", E.mul(a, x), E.neg(E.mul(level, E.ONE)) if not E.is_number(level, 0) else E.ZERO)
    if c.op != "rel" or c.shape:
        return None
    sides = [_scalar_of_eigenvalues(side, u, x, strict) for side in c.args]
    return None if None in sides else E.rel(c.data, *(s for s in sides if s is not None))


def _multiple_of_identity(b: Expr) -> Expr | None:
    if b.op in ("zeros",):
        return E.ZERO
    if b.op == "eye":
        return E.ONE
    if b.op == "neg":
        inside = _multiple_of_identity(b.args[0])
        return None if inside is None else E.neg(inside)
    if b.op in ("mul", "div") and not b.args[1 if b.op == "div" else 0].shape:
        inside = _multiple_of_identity(b.args[0 if b.op == "div" else 1])
        return None if inside is None else E.div(inside, b.args[1]) if b.op == "div" else E.mul(b.args[0], inside)
    return None


def _scalar_of_eigenvalues(e: Expr, u: Expr, x: Expr, strict: frozenset[str]) -> Expr | None:
    """A scalar in which u stands only in traces and norms of singular values."""
    if u not in set(E.walk(e)):
        return e
    if e == E.trace(u):
        return E.total(x)
    norm = _on_eigenvalues(e, u, x, strict)
    if norm is not None:
        return norm
    if e.op in ("add", "neg", "mul", "div"):
        args = [_scalar_of_eigenvalues(a, u, x, strict) for a in e.args]
        return None if None in args else E.rebuild(e, tuple(a for a in args if a is not None))
    return None


def _symmetric(problem: Problem, e: Expr) -> bool:
    if e.op in ("eye", "zeros", "diag"):
        return True
    if e.op == "sym":
        return problem.symbols[str(e.data)].domain in ("symmetric", "spd")
    if e.op in ("add", "neg"):
        return all(_symmetric(problem, a) for a in e.args)
    if e.op in ("mul", "div"):
        return all(not a.shape or _symmetric(problem, a) for a in e.args)
    if e.op == "matmul":
        return e.args[0] == E.transpose(e.args[1])
    return e.op in ("inv", "matpow") and _symmetric(problem, e.args[0])


def _untransposed(problem: Problem, e: Expr) -> Expr:
    """e with S for S^T where S is declared symmetric."""
    if e.op == "T" and _symmetric(problem, e.args[0]):
        return e.args[0]
    return E.rebuild(e, tuple(_untransposed(problem, a) for a in e.args)) if e.args else e


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """Q diag(x) Q^T, x from the vector problem."""
    found, program = match(problem, part), program_of(problem, part)
    assert found is not None and program is not None
    positive, strict = positive_names(problem), strictly_positive(problem)
    quadratic = not E.is_number(found.curvature, 0)
    if quadratic and not is_positive(found.curvature, strict):
        return NotDerived(problem, part, f"The curvature {named(problem, found.curvature)} is not known to be positive.")
    target = simplify(E.neg(E.div(found.linear, found.curvature)), positive) if quadratic else found.linear
    if target.op == "zeros":
        return NotDerived(problem, part, "Nothing in the program names an eigenbasis.")
    target = simplify(_untransposed(problem, target), positive)
    if not _symmetric(problem, target):
        target = E.mul(E.HALF, E.add(target, E.transpose(target)))
    values, vectors = E.eig(target, "values"), E.eig(target, "vectors")
    declared = [s.name for s in problem.symbols.values() if s.let == values]
    w = E.sym(declared[0] if declared else fresh(problem, "w", "lambda", "mu", "omega", "nu"), found.x.shape)
    half = simplify(E.div(found.curvature, E.TWO), positive)
    square = E.power(E.norm(E.sub(found.x, w), E.TWO), E.TWO)
    fit = E.dot(w, found.x) if not quadratic else square if E.is_number(half, 1) else E.mul(half, square)
    objective = E.add(fit, *found.terms)
    symbols = {**problem.symbols, str(w.data): Symbol(str(w.data), w.shape), str(found.x.data): Symbol(str(found.x.data), found.x.shape)}
    vector = replace(program, over=(str(found.x.data),), sense="min", objective=objective, constraints=found.constraints)
    own_part = replace(part, id="eigenvalues", ask="argmin", program=vector, of=None)
    own = replace(problem, symbols=symbols, parts=(own_part,), cache={})
    inner = solve(own, own_part)
    if isinstance(inner, NotDerived) or inner.answer is None or inner.value is None:
        why = inner.reason if isinstance(inner, NotDerived) else "it has no closed form"
        return NotDerived(problem, part, f"The problem is reduced to its eigenvalues, and that problem is open: {why}", inner.steps)
    back = {w: values}
    best = E.replace(inner.answer, back)
    answer = E.matmul(E.matmul(vectors, E.diag(best)), E.transpose(vectors))
    constant = found.constant
    if quadratic:
        square = E.power(E.norm(target, None, "fro"), E.TWO)
        constant = simplify(E.sub(constant, E.mul(E.div(found.curvature, E.TWO), square)), positive)
    value = E.replace(inner.value, back)
    value = value if E.is_number(constant, 0) else E.add(value, constant)
    value = value if program.sense == "min" else E.neg(value)
    x, t, q = named(problem, found.u), named(problem, target), named(problem, vectors)
    says = ("The distance of two symmetric matrices is at least that of their ordered eigenvalues (Hoffman and Wielandt)" if quadratic else
            "The inner product of two symmetric matrices is at least that of their eigenvalues in opposite order (von Neumann)")
    steps = (
        Step("notation", *eigen_text(problem, target), before=named(problem, program.objective), relation=Relation.DEFINES),
        Step(NAME, says + ", with equality for common eigenvectors; everything else in the program sees the eigenvalues alone. So the eigenvectors "
             f"of ${x}$ can be taken to be those of ${t}$, and a problem for its eigenvalues is left.",
             rf"{x} = {q} \operatorname{{diag}}({named(own, found.x)}) {q}^\top:\quad \min\ {named(own, objective)}", relation=Relation.REDUCES),
        *inner.steps,
        Step(NAME, "Rotate back.", rf"{x} = {named(problem, answer)},\quad «J»^* = {named(problem, value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always" if quadratic else "no")
