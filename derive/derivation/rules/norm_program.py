"""Programs in one norm: <b, u> + (k/2) ||u||_2^2 + phi(||u||) + constant, with ||u|| <= limit, read from the objective's terms."""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.letters import own
from derive.derivation.quadratics.definite import is_nonzero
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.words import TooLong, Words
from derive.derivation.rules.common import numeric_ratio, positive_names, program_of, signed_objective
from derive.derivation.rules.stationarity import affine
from derive.maths import expr as E
from derive.maths.algebra import proved_equal, simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.norm_forms import ENTRIES, NormForm, canonical, norm_form, squared_norm
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

LENGTH = own("m")


@dataclass(frozen=True)
class NormProgram:
    """curvature: k, zero where there is no quadratic term; linear: b, of the shape of u; phi: scalar in LENGTH, zero where no norm
    stands in the objective; limit: of the norm, None where it is not bounded; others: the constraints that are no such bound."""

    program: Program
    u: Expr
    form: NormForm
    curvature: Expr
    linear: Expr
    constant: Expr
    phi: Expr
    limit: Expr | None
    others: tuple[Expr, ...]
    smooth: Expr


def strictly_positive(problem: Problem) -> frozenset[str]:
    """Symbols all of whose entries are positive by their declaration."""
    return frozenset(s.name for s in problem.symbols.values() if s.kind == "value" and (
        s.domain in ("positive", "unit", "count") or (s.above is not None and s.above >= 0)))


def read(problem: Problem, part: Part) -> NormProgram | None:
    """The program of a part in this form, the objective as one to minimise; None where it is not of this form."""
    program = program_of(problem, part)
    if program is None or len(program.over) != 1 or part.ask not in ("argmin", "argmax", "status"):
        return None
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    if not u.shape:
        return None
    positive = strictly_positive(problem)
    form: NormForm | None = None
    phi: list[Expr] = []
    smooth: list[Expr] = []
    try:
        for c, core in terms(signed_objective(program), u):
            found = power_of_norm(core, u, positive)
            if found is None:
                smooth.append(times(c, core))
                continue
            if form is not None and form != found[0]:
                return None
            form = found[0]
            phi.append(times(c, found[1]))
        limit, others = None, []
        for constraint in program.constraints:
            bound = norm_bound(constraint, u, positive)
            if bound is None or limit is not None or (form is not None and form != bound[0]):
                others.append(constraint)
                continue
            form, limit = bound
        rest = E.add(*smooth) if smooth else E.ZERO
        slope, linear, constant = quadratic(rest, u, positive_names(problem))
    except (NotDifferentiable, NotQuadratic, E.ShapeError):
        return None
    if form is None:
        return None
    return NormProgram(program, u, form, slope, linear, constant, E.add(*phi) if phi else E.ZERO, limit, tuple(others), rest)


def terms(e: Expr, u: Expr) -> list[tuple[Expr, Expr]]:
    """A scalar sum as (coefficient free of u, rest) for each term."""
    if e.op == "add":
        return [t for a in e.args for t in terms(a, u)]
    if e.op == "neg":
        return [(E.neg(c), x) for c, x in terms(e.args[0], u)]
    if e.op in ("mul", "div"):
        a, b = e.args
        if e.op == "mul" and _holds(b, u) and not _holds(a, u):
            a, b = b, a
        if not _holds(b, u):
            return [(E.mul(b, c) if e.op == "mul" else E.div(c, b), x) for c, x in terms(a, u)]
    return [(E.ONE, e)]


def _holds(e: Expr, u: Expr) -> bool:
    return any(x == u for x in E.walk(e))


def times(c: Expr, x: Expr) -> Expr:
    """c x, without a factor 1."""
    if E.is_number(c, 1):
        return x
    return E.neg(times(c.args[0], x)) if c.op == "neg" else E.mul(c, x)


def power_of_norm(core: Expr, u: Expr, positive: frozenset[str]) -> tuple[NormForm, Expr] | None:
    """norm(u)^k as (norm, its value in LENGTH). The square of the plain 2-norm is quadratic and stays with the smooth terms."""
    base, k = core, E.ONE
    if core.op == "pow" and not _holds(core.args[1], u):
        base, k = core.args
    elif core.op == "mul" and core.args[0] == core.args[1]:
        base, k = core.args[0], E.TWO
    found = norm_form(base, u, positive)
    if found is None and not E.is_number(k, 1) and (square := squared_norm(base, u, positive)) is not None:
        found, k = square, simplify(E.mul(E.TWO, k))
    if found is None and E.is_number(k, 1) and (square := squared_norm(core, u, positive)) is not None:
        found, k = square, E.TWO
    if found is None:
        return None
    form, factor = canonical(found[0], u), found[1]
    if E.is_number(k, 2) and form == NormForm(ENTRIES, E.TWO):
        return None
    length = LENGTH if E.is_number(factor, 1) else E.mul(factor, LENGTH)
    return form, length if E.is_number(k, 1) else E.power(length, k)


def norm_bound(c: Expr, u: Expr, positive: frozenset[str]) -> tuple[NormForm, Expr] | None:
    """norm(u) <= limit, entrywise bounds on magnitudes included, as (norm, limit)."""
    if c.op != "rel" or c.data not in ("<=", ">="):
        return None
    small, large = c.args if c.data == "<=" else c.args[::-1]
    if _holds(large, u):
        return None
    if small.shape:  # every magnitude is bounded: their maximum is
        sizes = E.reduce_all("max", small if not large.shape else E.div(small, large))
        small, large = sizes, large if not large.shape else E.ONE
    if small.op == "pow" and not _holds(small.args[1], u):
        k = small.args[1]
        small, large = small.args[0], E.fn("sqrt", large) if E.is_number(k, 2) else E.power(large, E.div(E.ONE, k))
    found = norm_form(small, u, positive)
    if found is None and (square := squared_norm(small, u, positive)) is not None:
        found, large = square, E.fn("sqrt", large)
    if found is None:
        return None
    form, factor = found
    return canonical(form, u), large if E.is_number(factor, 1) else simplify(E.div(large, factor), positive)


class NotQuadratic(Exception):
    """The smooth terms are no spherical quadratic."""


def quadratic(e: Expr, u: Expr, positive: frozenset[str]) -> tuple[Expr, Expr, Expr]:
    """e = (k/2) ||u||^2 + <b, u> + constant: (k, b, constant)."""
    constant = simplify(tidied(E.replace(e, {u: E.zeros(*u.shape)})), positive) if _holds(e, u) else e
    if not _holds(e, u):
        return E.ZERO, E.zeros(*u.shape), constant
    g = gradient(e, u)
    if not _holds(g, u):
        return E.ZERO, columns_of(g, u, positive), constant
    found = affine(g, u, positive)
    if found is None:
        raise NotQuadratic
    return simplify(found[0], positive), columns_of(found[1], u, positive), constant


def columns_of(g: Expr, u: Expr, positive: frozenset[str]) -> Expr:
    """A gradient in its shortest form, with rows of vectors as columns."""
    return simplify(tidied(simplify(E.as_column(g), positive)), positive)


def tidied(e: Expr) -> Expr:
    """e without factors I, and with products by 0 as 0."""
    if not e.args:
        return e
    e = E.rebuild(e, tuple(tidied(a) for a in e.args))
    if e.op == "matmul":
        a, b = e.args
        if "zeros" in (a.op, b.op):
            return E.zeros(*e.shape)
        return b if a.op == "eye" else a if b.op == "eye" else e
    if (e.op in ("T", "neg", "mul", "div", "diag") and e.args[0].op == "zeros") or (e.op == "mul" and e.args[1].op == "zeros"):
        return E.zeros(*e.shape)
    if e.op in ("trace", "dot", "total", "norm") and any(a.op == "zeros" for a in e.args):
        return E.ZERO
    if e.op == "add":
        kept = tuple(a for a in e.args if a.op != "zeros" and not E.is_number(a, 0))
        return E.add(*kept) if kept else e.args[0]
    return e


def _multiples(a: Expr, b: Expr) -> bool:
    """Whether two expressions vanish together: they are equal, or a rational multiple of one another."""
    return a.shape == b.shape and (proved_equal(a, b) or numeric_ratio(a, b, frozenset()) is not None or numeric_ratio(a, E.neg(b), frozenset()) is not None)


def known_nonzero(problem: Problem, part: Part, g: Expr) -> bool:
    """Whether the vector or matrix g is known not to vanish: by its domain, or by an assumption norm(g) > 0."""
    if g.op in ("neg", "mul", "div"):
        inner = [a for a in g.args if a.shape]
        scalars = [a for a in g.args if not a.shape]
        names = strictly_positive(problem)
        if len(inner) == 1 and all(E.number_value(a) or (a.op == "sym" and a.data in names) for a in scalars):
            return known_nonzero(problem, part, inner[0])
    if g.op == "sym":
        s = problem.symbols.get(str(g.data))
        if s is not None and (s.domain in ("nonzero", "positive", "negative", "unit", "simplex", "fullrank", "frr", "fcr", "spd", "orthcols")):
            return True
    program = program_of(problem, part)
    for c in program.when if program is not None else ():
        if c.op == "rel" and c.data in (">", "<"):
            large, small = c.args if c.data == ">" else c.args[::-1]
            if large.op == "norm" and _multiples(large.args[0], g) and (E.number_value(small) or E.ZERO.data) >= 0 and E.number_value(small) is not None:
                return True
    try:
        return len(g.shape) == 1 and is_nonzero(Words(Facts.of(problem, part)), g)
    except (TooLong, E.ShapeError):
        return False
