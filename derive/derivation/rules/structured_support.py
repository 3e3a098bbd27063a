"""A linear term plus a function of a norm that is built from magnitudes: blocks, singular values, weighted entries.

min <G, U> + phi(||U||), and/or ||U|| <= delta. For a fixed size m the best direction gives -m ||G||_*, where the dual norm has
the same structure; a problem in m >= 0 is left. Sources: Hölder's inequality within blocks and between them; von Neumann's
trace inequality; J. Bernstein and L. Newhouse, Old Optimizer, New Norm (2024).
"""

from __future__ import annotations

from derive.derivation.rules import norm_support
from derive.derivation.rules.common import Solve, positive_names, to_write
from derive.derivation.rules.norm_program import LENGTH, NormProgram, read, strictly_positive
from derive.derivation.rules.norm_support import Form, Length, best_length, length_steps, under_conditions, unknown_radius
from derive.derivation.rules.spectral_words import named, sizes_text
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import proved_equal, simplify
from derive.maths.expr import Expr
from derive.maths.norm_forms import COLUMNS, ENTRIES, ROWS, SINGULAR, NormForm, is_positive
from derive.maths.write import plain
from derive.problem.model import Part, Problem

NAME = "structured-support"

INEQUALITY = {
    ENTRIES: ("hölder", "Hölder's inequality bounds the inner product, with equality in this direction."),
    ROWS: ("blockwise-hölder", "Hölder's inequality within each row, then between the sizes of the rows: the dual of an outer norm of block "
                               "norms is the dual outer norm of the dual block norms."),
    COLUMNS: ("blockwise-hölder", "Hölder's inequality within each column, then between the sizes of the columns: the dual of an outer norm "
                                  "of block norms is the dual outer norm of the dual block norms."),
    SINGULAR: ("trace-inequality", "By von Neumann's trace inequality the inner product is at most that of the singular values, with equality "
                                   "for common singular vectors; Hölder's inequality between the singular values does the rest."),
}


def accepts(problem: Problem, part: Part) -> bool:
    """Programs with a linear smooth part and one norm, that the rule for plain p-norms of vectors does not read."""
    found = read(problem, part)
    return found is not None and not found.others and E.is_number(found.curvature, 0) and norm_support.match(problem, part) is None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The minimiser -m* d, its value, and when the program is bounded at all."""
    found = read(problem, part)
    assert found is not None
    positive = positive_names(problem)
    g, u = found.linear, found.u
    support = simplify(found.form.dual(problem.symbols).at(g), positive)
    size = E.sym("S@dual")  # the dual norm while the problem in m is solved
    form = Form(u, g, found.form.p, found.phi, found.limit)
    if g.op == "zeros":
        return NotDerived(problem, part, "There is no linear term: the norm alone decides.")
    best = unknown_radius(problem, part, form.limit) or best_length(form, size, positive | {str(size.data)})
    if isinstance(best, str):
        return NotDerived(problem, part, best)
    best = Length(*(E.replace(x, {size: support}) if isinstance(x, Expr) else x for x in (best.m, best.says, best.slope, best.constant)))  # type: ignore[arg-type]
    d = direction(found.form, g, problem, strictly_positive(problem))
    head = _reduction(problem, found, support, d, positive)
    if part.ask == "status":
        return _status(problem, part, found, best, support, d, head)
    m = best.m
    extra: tuple[str, ...] = ()
    if m is None:
        decided = under_conditions(found.program.when, support, best.constant, positive)
        if decided is None:
            return NotDerived(problem, part, f"The objective is linear in the size of the step: it is bounded only where "
                              f"${named(problem, support)} \\le {named(problem, best.constant or E.ZERO)}$, which the part does not assume: "
                              + to_write(f"{plain(support)} < {plain(best.constant or E.ZERO)}") + ".", head)
        m, extra = E.ZERO, decided
    if proved_equal(m, E.ZERO, positive):
        answer, unique = E.zeros(*u.shape), "always"
    else:
        answer, unique = scaled(E.neg(E.replace(m, {support: found.form.attained(g, problem.symbols)})), d, positive), found.form.unique()
    at_best = E.sub(E.replace(found.phi, {LENGTH: m}), E.mul(m, support))
    at_best = at_best if E.is_number(found.constant, 0) else E.add(at_best, found.constant)
    value = simplify(at_best if found.program.sense == "min" else E.neg(at_best), positive)
    x = named(problem, u)
    steps = (*head, *length_steps(Length(best.m, best.says, best.slope, best.constant), m, extra),
             Step(NAME, "The best direction times the best size.", rf"{x} = -«m»^* \hat{{{x}}} = {named(problem, answer)}", relation=Relation.REDUCES),
             Step(NAME, "The value there.", rf"«J»^* = {named(problem, value)}", relation=Relation.REDUCES))
    return Derivation(problem, part, "point", steps, answer, value, unique, remarks(found.form, unique, named(problem, g)),
                      {"length": m, "direction": d, "support": support})


def direction(form: NormForm, g: Expr, problem: Problem, strict: frozenset[str]) -> Expr:
    """The attaining direction for g, a factor of known sign taken out: that of -2 x is minus that of x."""
    if g.op == "neg":
        return E.neg(direction(form, g.args[0], problem, strict))
    if g.op in ("mul", "div"):
        x, c = (g.args[1], g.args[0]) if g.op == "mul" and not g.args[0].shape else g.args
        if x.shape and not c.shape and (is_positive(c, strict) or (E.number_value(c) or 0) < 0):
            inside = direction(form, x, problem, strict)
            return inside if is_positive(c, strict) else E.neg(inside)
    return form.direction(g, problem.symbols)


def scaled(c: Expr, d: Expr, positive: frozenset[str]) -> Expr:
    """c d with the signs and scalar factors in front."""
    if d.op == "neg":
        return scaled(E.neg(c), d.args[0], positive)
    if d.op == "div" and not d.args[1].shape:
        return scaled(E.div(c, d.args[1]), d.args[0], positive)
    if d.op == "mul" and not d.args[0].shape:
        return scaled(E.mul(c, d.args[0]), d.args[1], positive)
    if d.op == "T" and len(d.args[0].shape) == 2:
        return E.transpose(scaled(c, d.args[0], positive))
    if d.op == "matmul" and d.args[0].op == "basis" and d.args[1].op == "T":  # e_k x^T
        x = scaled(c, d.args[1].args[0], positive)
        if x.op == "neg":
            return E.neg(scaled(E.ONE, E.matmul(d.args[0], E.transpose(x.args[0])), positive))
        if x.op == "mul" and not x.args[0].shape:
            return E.mul(x.args[0], E.matmul(d.args[0], E.transpose(x.args[1])))
        return E.matmul(d.args[0], E.transpose(x))
    c = simplify(c, positive)
    if c.op == "neg":
        return E.neg(scaled(c.args[0], d, positive))
    if d.op == "comp" and d.args[0].op == "div" and not d.args[0].args[1].shape:
        x, size = d.args[0].args
        return E.comp(str(d.data), x if E.is_number(c, 1) else E.mul(E.div(c, size), x), d.shape[0]) if not E.is_number(c, 1) else d
    return d if E.is_number(c, 1) else E.mul(c, d)


def _reduction(problem: Problem, found: NormProgram, support: Expr, d: Expr, positive: frozenset[str]) -> tuple[Step, ...]:
    u, g = named(problem, found.u), named(problem, found.linear)
    reduced = named(problem, simplify(E.sub(found.phi, E.mul(LENGTH, support)), positive))
    domain = r"«m» \ge 0" if found.limit is None else rf"0 \le «m» \le {named(problem, found.limit)}"
    rule, says = INEQUALITY[found.form.structure]
    size = named(problem, found.form.at(found.u))
    before = sizes_text(problem, found.form, found.linear)
    return (
        *((Step("notation", *before, relation=Relation.DEFINES),) if before else ()),
        Step(NAME, f"Write ${u} = -«m» \\hat{{{u}}}$ with the size $«m» = {size}$ and a direction $\\hat{{{u}}}$ of size 1.", rf"{u} = -«m» \hat{{{u}}}",
             before=named(problem, found.program.objective), relation=Relation.EQUIVALENT),
        Step(rule, says, rf"\max \langle {g}, \hat{{{u}}} \rangle = {named(problem, support)},\quad \hat{{{u}}} = {named(problem, d)}",
             relation=Relation.BOUNDS, requires=(f"{g} \\ne 0",)),
        Step(NAME, "What is left is a problem in one number.", rf"\min_{{{domain}}}\ {reduced}", relation=Relation.REDUCES),
    )


def _status(problem: Problem, part: Part, found: NormProgram, best: Length, support: Expr, d: Expr, head: tuple[Step, ...]) -> Outcome:
    if best.m is not None or best.constant is None:
        step = Step(NAME, "The objective has a minimum for every value of the parameters.", r"\text{bounded}")
        return Derivation(problem, part, "condition", (*head, step), E.truth(True), extra={"property": "bounded", "ray": None})
    condition = E.rel("<=", support, best.constant)
    step = Step(NAME, "The objective is linear in $«m»$: it stays bounded below exactly where its slope is not negative.",
                rf"\text{{bounded}} \iff {named(problem, condition)}")
    return Derivation(problem, part, "condition", (*head, step), condition, extra={"property": "bounded", "ray": E.neg(d)})


def remarks(form: NormForm, unique: str, g: str) -> tuple[str, ...]:
    """Where the minimiser is the only one, in words of the structure."""
    if unique != "generic":
        return ()
    if form.structure == SINGULAR:
        return (f"It is the only one where ${g}$ has full rank." if form.p == E.INF else
                f"It is the only one where the largest singular value of ${g}$ is simple.",)
    if form.structure in (ROWS, COLUMNS):
        return ("It is the only one where no block vanishes." if form.p == E.INF else "It is the only one where one block is the largest.",)
    return ()
